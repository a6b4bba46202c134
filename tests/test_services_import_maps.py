"""Saved maps: kept with an import, gone by in the next, checked line by line."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from crmcli.render.import_maps import map_text
from crmcli.services.importing.formats import Formats
from crmcli.services.importing.imports import ImportRequest, import_file, import_files
from crmcli.services.mapping.check import check_maps, read_map
from crmcli.services.mapping.explaining import explain
from crmcli.services.mapping.maps import (
    ImportMap,
    MapKeeper,
    MapRefused,
    NoSuchMap,
    NotInMap,
    SavedMap,
    UnusableMapName,
    map_names,
    map_path,
    saved_map,
)
from crmcli.services.undo import undo
from office import later, make_office

TEXT = (
    "First name,Mail,Street,Nr,Name tag,Seen\n"
    "Grace,G@hopper.example,main,5,x,07-08-2026\n"
    "Ada,ada@king.nl,side,7,y,31-08-2026\n"
)


@pytest.fixture
def workspace(tmp_path):
    return make_office(tmp_path)


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "people.csv"
    file.write_text(TEXT, encoding="utf-8")
    return str(file)


def kept(workspace, path, **more):
    """Import a file and save its map."""
    request = ImportRequest(
        "contact",
        path,
        columns={"Mail": "lower(email)", "Street+Nr": "address", "Name tag": "", "Seen": "closedate"},
        fixed={"lifecyclestage": "lead"},
        save_map=MapKeeper("people", map_text),
        **more,
    )
    return import_file(workspace, request)


def test_a_map_is_kept_in_the_operation_of_its_import(workspace, path):
    imported = kept(workspace, path)
    assert (imported.created, imported.written.counts[("file", "written")]) == (2, 1)
    assert Path(workspace.root, "imports/people.yaml").read_text(encoding="utf-8") == (
        "# What the columns of a file go into: crm import FILE --map people\n"
        "object: contact\n"
        "mode: upsert\n"
        "leave_out: [Name tag]\n"
        "\n"
        "columns:\n"
        "  First name: firstname\n"
        "  Mail: lower(email)\n"
        "  Seen: closedate\n"
        "  Street+Nr: address\n"
        "\n"
        "fixed:\n"
        "  lifecyclestage: lead\n"
        "\n"
        "formats:\n"
        "  dates: dmy\n"
    )
    undo(later(workspace), imported.written.operation.id)
    assert map_names(workspace.root) == []
    assert workspace.store.count("contact") == 0


def test_a_dry_run_keeps_no_map(workspace, path):
    kept(workspace, path, dry_run=True)
    assert map_names(workspace.root) == []


def test_going_by_a_map_does_the_same_and_flags_win(workspace, path, tmp_path):
    kept(workspace, path)
    again = import_file(later(workspace), ImportRequest("", path, map_name="people", mode=""))
    assert (again.object_name, again.unchanged) == ("contact", 2)
    said = {"columns": {"Seen": ""}, "fixed": {"lifecyclestage": "customer"}}
    other = import_file(later(workspace), ImportRequest("", path, map_name="people", mode="", **said))
    assert (other.updated, other.written.operation is None) == (2, False)
    few = tmp_path / "few.csv"
    few.write_text("Mail,Seen\ncy@king.nl,01-02-2026\n", encoding="utf-8")
    fewer = import_file(later(workspace), ImportRequest("", str(few), map_name="people", mode=""))
    assert fewer.created == 1
    record = workspace.store.record("contact", 3)
    assert record.values["closedate"] == "2026-01-31T23:00:00Z"  # the map says how dates are written


def test_a_map_that_people_write_may_say_little(workspace, path):
    Path(workspace.root, "imports").mkdir()
    Path(workspace.root, "imports/own.yaml").write_text(
        "object: contacts\ncolumns: {Name tag: hs_lead_status}\noptions:\n  Lead status: {x: OPEN, Y: NEW}\n",
        encoding="utf-8",
    )
    said = ImportRequest("", path, columns={"Seen": ""}, map_name="own", mode="")
    imported = import_file(workspace, said)
    assert (imported.object_name, imported.created, imported.rejected) == ("contact", 2, 0)
    statuses = [record.values["hs_lead_status"] for record in workspace.store.stream("contact")]
    assert statuses == ["OPEN", "NEW"]


def test_what_is_saved_is_read_as_it_was(workspace):
    every = ImportMap(
        "all",
        "contact",
        {"Mail": "email", "Name": "firstname+lastname", "#3": "phone", "Firm": "associations.company.domain"},
        ("Notes", "Hat: size"),
        {"lifecyclestage": "lead"},
        "email",
        "create",
        Formats("dmy", "1.234,56", "Europe/Paris", "-", {"hs_lead_status": {"Warm": "OPEN", "no": "NEW"}}),
        associate_companies=True,
        keep_existing=True,
        skip_invalid_values=True,
    )
    Path(workspace.root, "imports").mkdir()
    one = SavedMap("all", (every,))
    company = ImportMap("all", "company", {"Firm": "name"}, mode="update", formats=Formats("dmy"))
    for saved in (one, SavedMap("all", (company, every)), SavedMap("all", (company, every), in_one_row=True)):
        Path(workspace.root, "imports/all.yaml").write_text(map_text(saved), encoding="utf-8")
        assert read_map(workspace, "all") == (saved, [])


def test_all_problems_of_a_map_are_told_with_their_lines(workspace, path):
    Path(workspace.root, "imports").mkdir()
    Path(workspace.root, "imports/bad.yaml").write_text(
        "object: contact\ncolumns:\n  Mail: emial\n  X: associations.foo\n  Y: notes_last_contacted\nfoo: 1\n"
        "formats:\n  dates: xyz\nmode: blah\nkey: nope\nfixed:\n  hat: 7\n",
        encoding="utf-8",
    )
    problems = check_maps(workspace)
    assert [problem.where for problem in problems] == [f"imports/bad.yaml:{n}" for n in (3, 4, 5, 6, 8, 9, 10, 12)]
    assert problems[0].message == 'a contact has no property "emial"'
    with pytest.raises(MapRefused, match="8 problems"):
        import_file(workspace, ImportRequest("", path, map_name="bad", mode=""))
    Path(workspace.root, "imports/bad.yaml").write_text("columns:\n  Mail: email\n", encoding="utf-8")
    with pytest.raises(MapRefused, match=r"imports/bad.yaml:1: the map names no object"):
        saved_map(workspace, "bad")
    Path(workspace.root, "imports/bad.yaml").write_text("object: [", encoding="utf-8")
    with pytest.raises(MapRefused, match="is not YAML"):
        saved_map(workspace, "bad")


def test_a_map_that_is_no_file_is_not_opened(workspace):
    Path(workspace.root, "imports").mkdir()
    os.mkfifo(Path(workspace.root, "imports/pipe.yaml"))
    with pytest.raises(MapRefused, match="cannot be read: it is not a file"):
        saved_map(workspace, "pipe")


def test_names_of_maps(workspace):
    with pytest.raises(NoSuchMap, match='no saved map "people"'):
        saved_map(workspace, "people")
    for name in ("", "../x", "a/b", ".hidden", "a b"):
        with pytest.raises(UnusableMapName):
            map_path(name)


def test_a_map_of_several_objects_is_checked_object_by_object(workspace):
    Path(workspace.root, "imports").mkdir()
    Path(workspace.root, "imports/bad.yaml").write_text(
        "in_one_row: true\nkey: email\nobjects:\n  contact:\n    columns: {Mail: emial}\n  boat:\n    mode: update\n"
        "  company:\n    key: domain\n    foo: x\n",
        encoding="utf-8",
    )
    said = [(problem.where, problem.message) for problem in check_maps(workspace)]
    assert said == [
        ("imports/bad.yaml:2", '"key" is of no object'),
        ("imports/bad.yaml:5", 'a contact has no property "emial"'),
        ("imports/bad.yaml:6", 'there is no object "boat"'),
        ("imports/bad.yaml:10", '"foo" is no key of "company"'),
    ]


FILES = {
    "companies.csv": "id,Firm,Ziekte\n7,Navy,x\n",
    "contacts.csv": "id,company_id,Naam,Mail\n1,7,Ada King,ada@navy.nl\n",
}


def test_one_map_of_several_files(workspace, tmp_path):
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    paths = [str(tmp_path / name) for name in FILES]
    requests = [
        ImportRequest(
            "company", paths[0], columns={"Mail": "email", "Firm": "name"}, save_map=MapKeeper("both", map_text)
        ),
        ImportRequest("contact", paths[1], columns={"Mail": "email", "Firm": "name"}),
    ]
    assert [one.created for one in import_files(workspace, requests)] == [1, 1]
    assert Path(workspace.root, "imports/both.yaml").read_text(encoding="utf-8") == (
        "# What the columns of a file go into: crm import FILE… --map both\n"
        "objects:\n"
        "  company:\n"
        "    mode: upsert\n"
        "    leave_out: [Ziekte]\n"
        "\n"
        "    columns:\n"
        "      id: hs_object_id\n"
        "      Firm: name\n"
        "\n"
        "  contact:\n"
        "    mode: upsert\n"
        "\n"
        "    columns:\n"
        "      id: hs_object_id\n"
        "      company_id: associations.company.hs_object_id\n"
        "      Naam: firstname+lastname\n"
        "      Mail: email\n"
        "\n"
    )
    again = [ImportRequest("", path, map_name="both", mode="") for path in paths]
    assert [one.unchanged for one in import_files(later(workspace), again)] == [1, 1]
    (alone,) = import_files(later(workspace), [ImportRequest("", paths[0], map_name="both", mode="")])
    assert (alone.object_name, alone.unchanged) == ("company", 1)
    explained = explain(workspace, [ImportRequest("", path) for path in paths])
    assert [[c.evidence for c in one.columns if c.heading == "id"] for one in explained] == [["its own ids"]] * 2
    saved = Path(workspace.root, "imports/both.yaml")
    saved.write_text(saved.read_text().replace("company_id: associations.company.hs_object_id", "company_id: city"))
    told = import_files(later(workspace), again)
    assert {column.heading: column.target for column in told[1].columns}["company_id"] == "city"  # the map wins
    (tmp_path / "x.csv").write_text(FILES["contacts.csv"], encoding="utf-8")
    with pytest.raises(NotInMap, match="company, contact"):
        import_file(workspace, ImportRequest("", str(tmp_path / "x.csv"), map_name="both", mode=""))
