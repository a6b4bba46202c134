"""What the schema says, and whether the workspace is sound."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crmcli.model.names import UnknownObject
from crmcli.services.doctor import examine, mend
from crmcli.services.schema import check, object_schema, objects
from office import made, make_office, reopened


@pytest.fixture
def office(tmp_path):
    return make_office(tmp_path)


def test_objects_are_listed_with_their_records(office):
    made(office, "contact", "firstname=Ada")
    lines = {line.name: line for line in objects(office)}
    assert list(lines) == list(office.model.objects)
    assert (lines["contact"].records, lines["company"].records) == (1, 0)
    assert lines["contact"].properties == len(office.model.objects["contact"].properties)


def test_an_object_is_described_with_its_marks(office):
    described = object_schema(office, "contacts")
    email = next(line for line in described.properties if line.name == "email")
    assert email.type == "email"
    assert {"key", "unique", "one of these required"} <= set(email.marks)
    assert described.hidden == sum(prop.system for prop in office.model.objects["contact"].properties.values())
    full = object_schema(office, "contacts", system=True)
    assert full.hidden == 0
    assert len(full.properties) == len(described.properties) + described.hidden
    assert all("contact" in (pair.owner, pair.other) for pair in described.pairs)
    with pytest.raises(UnknownObject):
        object_schema(office, "zebra")


def test_an_overlay_with_a_mistake_is_a_problem_with_its_line(office):
    Path(office.root, "schemas/contact.yaml").write_text("groups:\n  x:\n    propertis: {}\n")
    problems = check(office.root)
    assert [each.where for each in problems if "propertis" in each.message] == ["schemas/contact.yaml:3"]


def test_a_sound_workspace_has_no_problems(office):
    made(office, "contact", "firstname=Ada", links=((made(office, "company", "name=Acme"), None),))
    diagnosis = examine(office)
    assert diagnosis.problems == ()
    assert "1 contact checked" in diagnosis.checked


def test_a_value_that_its_type_refuses_is_named(office, tmp_path):
    ref = made(office, "deal", "name=Big one", "amount=10")
    path = Path(office.root, "data/deal/00000.json")
    data = json.loads(path.read_text())
    data["deal"]["1"]["amount"] = "a lot"
    path.write_text(json.dumps(data, indent=2, ensure_ascii=False))
    (problem,) = examine(reopened(tmp_path)).problems
    assert problem.where == "data/deal/00000.json"
    assert str(ref) in problem.message


def test_a_damaged_file_is_a_problem_and_mending_says_what_it_did(office, tmp_path):
    made(office, "deal", "name=Big one")
    made(office, "contact", "firstname=Ada")
    Path(office.root, "data/deal/00000.json").write_text("{")
    diagnosis = examine(reopened(tmp_path))
    assert [problem.where for problem in diagnosis.problems][:1] == ["data/deal/00000.json"]
    assert "1 contact checked" in diagnosis.checked


def test_mending_looks_again(office):
    made(office, "contact", "firstname=Ada")
    office.store.index.connection.execute("DELETE FROM contact")
    assert examine(office).problems != ()
    diagnosis = mend(office)
    assert diagnosis.mended != ()
    assert diagnosis.problems == ()
