"""Exports: which records and columns, in which form, and which spreadsheets cannot be harmed."""

from __future__ import annotations

import csv
import io
import json

import pytest

from crmcli.model.names import UnknownObject
from crmcli.services.associations import LinkRequest, link
from crmcli.services.export_contents import cell_text
from crmcli.services.exports import (
    ExportFailed,
    ExportRequest,
    UnknownFormat,
    export,
    export_all,
)
from crmcli.types.several import Several
from crmcli.types.text import String
from office import made, make_office


@pytest.fixture
def workspace(tmp_path):
    made_workspace = make_office(tmp_path)
    acme = made(made_workspace, "company", "name=Acme", "domain=acme.com")
    ada = made(made_workspace, "contact", "firstname=Ada", "email=ada@acme.com")
    made(made_workspace, "contact", "firstname==1+1", 'lastname=B; "C"')
    link(made_workspace, LinkRequest(ada, acme, label="Billing Contact"))
    return made_workspace


def exported(workspace, object_name="contact", **more):
    """Export into a text; give it and the result."""
    sink = io.StringIO(newline="")
    done = export(workspace, ExportRequest(object_name, **more), sink)
    return sink.getvalue(), done


def test_whole_records(workspace):
    text, done = exported(workspace)
    assert text.splitlines() == [
        "id,firstname,lastname,email,createdate,associations.company",
        "contact:1,Ada,,ada@acme.com,2026-11-23T09:30:00Z,company:1*[Billing Contact]",
        'contact:2,\'=1+1,"B; ""C""",,2026-11-23T09:30:00Z,',
    ]
    assert done.count == 2
    assert done.columns == ("id", "firstname", "lastname", "email", "createdate", "associations.company")


def test_raw_cells_stay_as_they_are(workspace):
    assert "contact:2,=1+1," in exported(workspace, raw=True)[0]


def test_labels_as_headings(workspace):
    assert exported(workspace, labels=True)[0].splitlines()[0].startswith("id,First Name,Last Name,Email,")


def test_tabs(workspace):
    assert exported(workspace, format="tsv")[0].splitlines()[1].split("\t")[:2] == ["contact:1", "Ada"]


def test_a_condition_an_order_and_a_limit(workspace):
    text, done = exported(workspace, where="firstname is known", sort=("-firstname",), limit=1)
    assert [row["id"] for row in csv.DictReader(io.StringIO(text))] == ["contact:1"]
    assert done.count == 1
    # Only what these records hold is a column.
    assert "lastname" not in done.columns
    assert exported(workspace, where='firstname = "Nobody"')[0] == "id\n"


def test_chosen_columns(workspace):
    text, done = exported(workspace, columns=("email", "id", "company.name"), sort=("firstname",))
    assert [row[:1] for row in csv.reader(io.StringIO(text))] == [["id"], ["contact:2"], ["contact:1"]]
    assert list(csv.reader(io.StringIO(text)))[2] == ["contact:1", "ada@acme.com", "Acme"]
    assert done.count == 2
    assert "id" not in exported(workspace, columns=("email",))[1].columns


def test_json(workspace):
    text, done = exported(workspace, format="json")
    assert json.loads(text) == {
        "version": 1,
        "object": "contact",
        "records": [
            {
                "id": "contact:1",
                "firstname": "Ada",
                "email": "ada@acme.com",
                "createdate": "2026-11-23T09:30:00Z",
                "associations": {"company": [{"id": "company:1", "labels": ["Billing Contact"], "primary": True}]},
            },
            {"id": "contact:2", "firstname": "=1+1", "lastname": 'B; "C"', "createdate": "2026-11-23T09:30:00Z"},
        ],
    }
    assert done.count == 2
    assert json.loads(exported(workspace, "ticket", format="json")[0])["records"] == []


def test_json_lines(workspace):
    text, _ = exported(workspace, format="jsonl", columns=("id", "firstname"))
    assert [json.loads(line) for line in text.splitlines()] == [
        {"id": "contact:1", "firstname": "Ada"},
        {"id": "contact:2", "firstname": "=1+1"},
    ]
    assert exported(workspace, "ticket", format="jsonl")[0] == ""


def test_all_objects_that_have_records(workspace, tmp_path):
    done = export_all(workspace, str(tmp_path / "out"), ExportRequest(""))
    # Companies come first: contacts are associated with them.
    assert [(one.object_name, one.count, one.path) for one in done] == [
        ("company", 1, str(tmp_path / "out" / "company.csv")),
        ("contact", 2, str(tmp_path / "out" / "contact.csv")),
    ]
    with pytest.raises(ExportFailed):
        export_all(workspace, str(tmp_path / "out"), ExportRequest(""))


def test_what_cannot_be_exported(workspace):
    with pytest.raises(UnknownFormat):
        exported(workspace, format="xls")
    with pytest.raises(UnknownObject):
        exported(workspace, "planet")


@pytest.mark.parametrize(
    ("values", "cell"),
    [(["a", "b"], "a;b"), (["a;b", "c"], '["a;b","c"]'), (["[a"], '["[a"]'), (["a"], "a")],
)
def test_several_values_in_a_cell_read_back(values, cell, tmp_path):
    several = Several(String())
    assert cell_text(several)(values) == cell
    assert several.parse(cell, make_office(tmp_path).context) == values
