"""Plans of imports: kept by a dry run, done later exactly so or not at all."""

from __future__ import annotations

import io
import json
from functools import partial

import pytest

from crmcli.render.import_maps import map_text
from crmcli.render.schema_files import with_property
from crmcli.services.importing.formats import Formats
from crmcli.services.importing.imports import ImportRequest
from crmcli.services.importing.plans import (
    FileChanged,
    apply_plan,
    import_plan,
    plan_import,
)
from crmcli.services.mapping.maps import MapKeeper, map_names
from crmcli.services.mapping.new_properties import with_new_properties
from crmcli.services.plans import BadPlan, PlanExists, PlanOutdated, read_plan
from crmcli.services.references import Ref
from office import changed, made, make_office, reopened, values

FILE = "Email;Naam;City;Close Date\na@x.nl;Ada;Delft;\nb@x.nl;Ben;Bonn;\nno address;Cor;;\n"


def load_plan(path):
    """What a file says, if it is the plan of an import."""
    return import_plan(read_plan(path), kept)


@pytest.fixture
def workspace(tmp_path):
    return make_office(tmp_path)


@pytest.fixture
def planned(workspace, tmp_path):
    """Plan the import of a file of people, of whom one is there; give the plan's path."""
    made(workspace, "contact", "email=a@x.nl", "city=Leiden")
    people, path = tmp_path / "people.csv", tmp_path / "plan.json"
    people.write_text(FILE, encoding="utf-8")
    request = ImportRequest(
        "contact", str(people), columns={"Naam": "firstname"}, repair_path=str(tmp_path / "bad.csv")
    )
    (imported,) = plan_import(workspace, [request], path=str(path))
    assert (imported.created, imported.updated, imported.rejected, imported.written.dry_run) == (1, 1, 1, True)
    return path


def test_a_plan_is_done_as_it_says(workspace, planned):
    (imported,) = apply_plan(workspace, load_plan(str(planned)))
    assert (imported.created, imported.updated, imported.rejected) == (1, 1, 1)
    assert imported.written.operation is not None
    assert imported.repair_path.endswith("bad.csv")


def test_a_plan_is_its_owner_s_and_says_what_was_counted(planned):
    plan = json.loads(planned.read_text(encoding="utf-8"))
    assert plan["rows"] == [{"object": "contact", "created": 1, "updated": 1, "unchanged": 0, "rejected": 1}]
    assert planned.stat().st_mode & 0o777 == 0o600


def test_what_would_become_of_a_row_has_changed(workspace, planned, tmp_path):
    changed(workspace, made(workspace, "contact", "email=c@x.nl"), "city=Rome")  # of nobody in the file
    assert apply_plan(workspace, load_plan(str(planned)), dry_run=True)[0].updated == 1
    made(workspace, "contact", "email=b@x.nl")
    with pytest.raises(PlanOutdated, match="3 operations since"):
        apply_plan(workspace, load_plan(str(planned)))
    assert [record.values.get("city") for record in workspace.store.stream("contact")] == ["Leiden", "Rome", None]
    assert not (tmp_path / "bad.csv").exists()


def test_another_file_is_not_the_planned_one(workspace, planned, tmp_path):
    (tmp_path / "people.csv").write_text(FILE.replace("Delft", "Paris"), encoding="utf-8")
    with pytest.raises(FileChanged):
        apply_plan(workspace, load_plan(str(planned)))


def test_a_plan_takes_the_place_of_a_plan_and_of_nothing_else(workspace, planned, tmp_path):
    people = str(tmp_path / "people.csv")
    plan = partial(plan_import, workspace, [ImportRequest("contact", people)])
    plan(path=str(planned))
    with pytest.raises(PlanExists):
        plan(path=people)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"plan": "merge", "version": 1, "after": ""}',
        '{"plan": "import", "version": 9, "after": ""}',
        '{"plan": "import", "version": 1, "after": ""}',
    ],
)
def test_what_is_no_plan(tmp_path, text):
    path = tmp_path / "plan.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadPlan):
        load_plan(str(path))


def kept(name):
    """What keeps a map under this name."""
    return MapKeeper(name, map_text) if name else None


def test_what_came_from_standard_input_is_kept_beside_the_plan(workspace, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # where the rejected rows go
    path = tmp_path / "plan.json"
    request = ImportRequest("contact", "-", io.BytesIO(FILE.encode()), columns={"Naam": "firstname"})
    assert plan_import(workspace, [request], path=str(path))[0].created == 2
    assert (tmp_path / "plan.json.input").read_text(encoding="utf-8") == FILE
    assert (tmp_path / "plan.json.input").stat().st_mode & 0o777 == 0o600
    (imported,) = apply_plan(workspace, load_plan(str(path)))
    assert (imported.created, imported.rejected) == (2, 1)
    (tmp_path / "plan.json.input").write_text(FILE.replace("Delft", "Paris"), encoding="utf-8")
    with pytest.raises(FileChanged, match=r"plan\.json\.input"):
        apply_plan(workspace, load_plan(str(path)))
    path.unlink()
    with pytest.raises(PlanExists):
        plan_import(workspace, [request], path=str(path))


def test_several_objects_come_from_standard_input_too(workspace, tmp_path):
    text = "Email,Company name\na@x.nl,Navy\n"
    request = ImportRequest("contact,company", "-", io.BytesIO(text.encode()))
    plan_import(workspace, [request], path=str(tmp_path / "plan.json"))
    imported = apply_plan(workspace, load_plan(str(tmp_path / "plan.json")))
    assert [(one.object_name, one.created) for one in imported] == [("company", 1), ("contact", 1)]


def with_properties(workspace, tmp_path):
    """Plan an import that declares a property and saves a map; give the plan's path."""
    people, path = tmp_path / "people.csv", tmp_path / "plan.json"
    people.write_text("Email,Shoe size\na@x.nl,41\nb@x.nl,38\n", encoding="utf-8")
    request = ImportRequest("contact", str(people), dry_run=True, save_map=kept("shoes"))
    prepared = with_new_properties(workspace, [request], with_property)
    plan_import(prepared.workspace, prepared.requests, path=str(path))
    return str(path)


def test_new_properties_and_a_map_are_made_when_the_plan_is_done(workspace, tmp_path):
    plan = load_plan(with_properties(workspace, tmp_path))
    assert map_names(workspace.root) == []
    assert "shoe_size" not in reopened(tmp_path).model.objects["contact"].properties
    assert apply_plan(workspace, plan, dry_run=True)[0].created == 2
    (imported,) = apply_plan(workspace, plan)
    assert imported.created == 2
    assert map_names(workspace.root) == ["shoes"]
    workspace = reopened(tmp_path)
    assert values(workspace, Ref("contact", 1))["shoe_size"] == 41
    with pytest.raises(PlanOutdated, match=r"schemas/contact\.yaml has changed"):
        apply_plan(workspace, plan)


def test_what_was_answered_is_not_asked_again(workspace, tmp_path):
    deals, path = tmp_path / "deals.csv", tmp_path / "plan.json"
    deals.write_text("Deal Name;Close Date\nA;03/04/2024\n", encoding="utf-8")
    request = ImportRequest("deal", str(deals), formats=Formats(zone="UTC"), choose=lambda _: "mdy")
    plan_import(workspace, [request], path=str(path))
    (imported,) = apply_plan(workspace, load_plan(str(path)))
    (ref,) = [record.id for record in workspace.store.stream("deal")]
    assert imported.created == 1
    assert workspace.store.record("deal", ref).values["closedate"] == "2024-03-04T00:00:00Z"
