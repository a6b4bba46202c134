"""New options and stages: what values of a file name and nothing declares, declared with the import."""

from __future__ import annotations

import io

import pytest

from crmcli.render.schema_files import with_property
from crmcli.render.schema_text import with_entry
from crmcli.services.importing.imports import ImportRequest
from crmcli.services.importing.objects import import_all
from crmcli.services.mapping.new_options import with_new_options
from crmcli.services.mapping.new_properties import Prepared, with_new_properties
from crmcli.services.references import Ref
from office import make_office, reopened, values


@pytest.fixture
def workspace(tmp_path):
    return make_office(tmp_path)


def taken(workspace, request, *, properties=False):
    """Import what a request reads, with all that it needs."""
    prepared = Prepared(workspace, (request,))
    if properties:
        prepared = with_new_properties(workspace, [request], with_property)
    prepared = with_new_options(prepared, with_entry)
    return import_all(prepared.workspace, prepared.requests)


def request_of(text, object_name="contact", **more):
    """What imports a text from standard input."""
    return ImportRequest(object_name, "-", io.BytesIO(text.encode()), **more)


LEADS = "First name,Status,Shoe size\nAda,Hot,41\nBob,new,38\nCas,Tepid,\nDan,Hot,\n"


def test_options_that_values_need_are_declared(workspace, tmp_path):
    (imported,) = taken(workspace, request_of(LEADS))
    assert (imported.created, imported.rejected) == (4, 0)
    assert imported.notes[0] == "New options of Lead Status: Hot, Tepid"
    workspace = reopened(tmp_path)
    options = [option.value for option in workspace.model.objects["contact"].properties["hs_lead_status"].options]
    assert options[-2:] == ["Hot", "Tepid"]
    assert [values(workspace, Ref("contact", n))["hs_lead_status"] for n in (1, 2)] == ["Hot", "NEW"]


def test_they_go_with_new_properties(workspace, tmp_path):
    (imported,) = taken(workspace, request_of(LEADS), properties=True)
    assert imported.created == 4
    contact = values(reopened(tmp_path), Ref("contact", 1))
    assert (contact["hs_lead_status"], contact["shoe_size"]) == ("Hot", 41)


def test_stages_are_declared_in_their_pipeline(workspace, tmp_path):
    (imported,) = taken(workspace, request_of("Deal name,Deal stage\nA,Closed won\nB,Thinking\n", "deal"))
    assert (imported.created, imported.notes[0]) == (2, "New stages of deals: Thinking")
    assert values(reopened(tmp_path), Ref("deal", 2))["dealstage"] == "Thinking"


def test_a_dry_run_and_a_file_that_needs_nothing_declare_nothing(workspace, tmp_path):
    (imported,) = taken(workspace, request_of(LEADS, dry_run=True))
    assert (imported.created, imported.rejected) == (4, 0)
    prepared = with_new_options(Prepared(workspace, (request_of("First name,Status\nAda,new\n"),)), with_entry)
    assert (prepared.workspace, dict(prepared.requests[0].files)) == (workspace, {})
    assert len(reopened(tmp_path).model.objects["contact"].properties["hs_lead_status"].options) == 8


def test_each_object_of_a_file_has_its_own(workspace):
    text = "First name,Status,Deal name,Deal stage\nAda,Hot,A,Thinking\n"
    accounts = taken(workspace, request_of(text, "contact,deal"))
    assert [(one.object_name, one.created) for one in accounts] == [("contact", 1), ("deal", 1)]
