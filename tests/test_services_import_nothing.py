"""Words that stand for nothing: where a value would be refused they are blank, in texts they stay and are told."""

from __future__ import annotations

import pytest

from crmcli.services.importing.imports import ImportRequest, import_file
from crmcli.services.references import Ref
from office import make_office, values


@pytest.fixture
def workspace(tmp_path):
    return make_office(tmp_path)


def taken(workspace, tmp_path, text, object_name="company", **more):
    """Import a text as a file."""
    (tmp_path / "rows.csv").write_text(text)
    return import_file(workspace, ImportRequest(object_name, str(tmp_path / "rows.csv"), **more))


@pytest.mark.parametrize("word", ["NULL", "null", "N/A", "#N/A", "n.a.", "None", "-", "--", "\\N", "NaN"])
def test_a_value_that_is_none_is_blank(workspace, tmp_path, word):
    text = f"Name,Phone,Annual revenue,Owner\nNavy,{word},{word},{word}\n"
    imported = taken(workspace, tmp_path, text)
    assert (imported.created, imported.rejected) == (1, 0)
    assert values(workspace, Ref("company", 1))["name"] == "Navy"
    assert "annualrevenue" not in values(workspace, Ref("company", 1))
    assert f'Taken for nothing: "{word}" in Phone (1), Annual revenue (1), Owner (1)' in imported.notes


def test_it_does_not_clear(workspace, tmp_path):
    taken(workspace, tmp_path, "Name,Company domain,Annual revenue\nNavy,navy.example,100\n")
    again = taken(workspace, tmp_path, "Name,Company domain,Annual revenue\nNavy,navy.example,N/A\n")
    assert again.unchanged == 1
    assert values(workspace, Ref("company", 1))["annualrevenue"] == "100"


def test_a_text_stays_as_it_is_and_null_is_told(workspace, tmp_path):
    imported = taken(workspace, tmp_path, "Name,City\nNavy,NULL\nFleet,NULL\nDash,-\n")
    assert values(workspace, Ref("company", 1))["city"] == "NULL"
    assert 'City says "NULL" 2 times, which is kept; if it means nothing: --clear-token NULL' in imported.notes
    assert "Taken for nothing" not in "".join(imported.notes)


def test_what_a_type_takes_is_what_it_says(workspace, tmp_path):
    imported = taken(workspace, tmp_path, "Name,Description\nNone,N/A\n")
    assert values(workspace, Ref("company", 1)) | {"name": "None", "description": "N/A"} == values(
        workspace, Ref("company", 1)
    )
    assert imported.created == 1
