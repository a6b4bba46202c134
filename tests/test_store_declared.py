"""Declared indexes: made on the next command, used by lists, dropped, proved, made anew; and what cannot have one."""

from __future__ import annotations

import json

import pytest

from crmcli.model.check import check_schemas
from crmcli.query.selection import Selection, select
from crmcli.services.lists import ListRequest, list_records
from crmcli.store.doctor import examine
from office import made, make_office, reopened

ONE = """\
properties:
  city: {index: true}
indexes:
  people: [city, lastname]
"""


@pytest.fixture
def root(tmp_path):
    workspace = make_office(tmp_path)
    for name in ("Zoë", "ada", "Ben", "Ada"):
        made(workspace, "contact", f"firstname={name}", "city=Utrecht", f"lastname={name}")
    workspace.store.close()
    return tmp_path / "office"


def declare(root, text):
    """Write an overlay of contacts and open the workspace, as the next command does."""
    path = root / "schemas" / "contact.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return reopened(root.parent)


def indexes(workspace):
    """The declared indexes of contacts."""
    rows = workspace.store.index.connection.execute("SELECT name FROM sqlite_master WHERE type = 'index'")
    return sorted(name for (name,) in rows if name.startswith("_declared_contact_"))


def plan(workspace, where, sort):
    """How SQLite goes about a list."""
    found = workspace.model.objects["contact"]
    statement = select(Selection(found, where=where, sort=sort, limit=2), workspace.model, workspace.context)
    rows = workspace.store.index.connection.execute(f"EXPLAIN QUERY PLAN {statement.sql}", statement.parameters)
    return " ".join(row[3] for row in rows)


def names(workspace, where, *sort):
    """The first names that a list has."""
    request = ListRequest("contact", where, columns=("firstname",), sort=sort, limit=3)
    return [name for _, name in list_records(workspace, request).rows]


def test_it_is_made_used_and_dropped(root):
    before = reopened(root.parent)
    asked = [('city = "utrecht"', "lastname"), ("", "-city"), ('city starts with "U"', "-lastname")]
    answers = [names(before, where, sort) for where, sort in asked]
    before.store.close()

    workspace = declare(root, ONE)
    assert indexes(workspace) == ["_declared_contact_city~", "_declared_contact_city~+lastname~"]
    assert "_declared_contact_city~+lastname~ (city=?)" in plan(workspace, 'city = "utrecht"', ("lastname",))
    assert [names(workspace, where, sort) for where, sort in asked] == answers
    made(workspace, "contact", "firstname=New", "city=UTRECHT", "lastname=Aaron")
    assert names(workspace, 'city = "utrecht"', "lastname") == ["New", "ada", "Ada"]
    assert examine(workspace.store) == []
    workspace.store.close()

    assert indexes(declare(root, "properties:\n  hubspotscore: {index: true}\n")) == ["_declared_contact_hubspotscore"]
    assert indexes(declare(root, "")) == []


def test_an_index_made_anew_has_it(root):
    workspace = declare(root, ONE)
    there = indexes(workspace)
    workspace.store.rebuild()
    assert indexes(workspace) == there


def test_a_property_of_another_type_has_its_index_anew(root):
    declare(root, "properties:\n  shoe: {label: Shoe, type: string, fieldType: text, index: true}\n").store.close()
    number = "properties:\n  shoe: {label: Shoe, type: number, fieldType: number, index: true}\n"
    workspace = declare(root, number)
    assert indexes(workspace) == ["_declared_contact_shoe~" if workspace.model.pending else "_declared_contact_shoe"]
    assert examine(workspace.store) == []


def test_doctor_finds_what_is_missing_and_what_is_too_many(root):
    workspace = declare(root, ONE)
    connection = workspace.store.index.connection
    connection.execute('DROP INDEX "_declared_contact_city~"')
    connection.execute("CREATE INDEX _declared_contact_zip ON contact (zip)")
    assert [problem.message for problem in examine(workspace.store)] == [
        "contact_city~, a declared index, is missing",
        "contact_zip, a declared index, is not declared",
    ]
    workspace.store.mend()
    assert examine(workspace.store) == []


def test_layouts_of_objects_without_one_are_as_they_were(root):
    workspace = declare(root, ONE)
    texts = {name: json.loads(text) for name, text in workspace.store.index.layouts().items()}
    assert texts["contact"]["indexes"] == [["city"], ["city", "lastname"]]
    assert "indexes" not in texts["company"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("properties: {hs_buying_role: {index: true}}", '"hs_buying_role" holds several values, and cannot be indexed'),
        (
            "properties: {x: {label: X, type: number, formula: 1 + 1, index: true}}",
            '"x" is calculated when it is read, and cannot be indexed',
        ),
        ("indexes: {a: [city, citty]}", 'the index "a" names "citty", which is no property'),
        ("indexes: {a: []}", 'the index "a" needs 1 to 8 properties, each once'),
        ("indexes: {a: [city, city]}", 'the index "a" needs 1 to 8 properties, each once'),
    ],
)
def test_what_cannot_be_indexed_is_a_problem_with_its_line(root, text, message):
    (root / "schemas").mkdir(exist_ok=True)
    (root / "schemas" / "contact.yaml").write_text(f"{text}\n")
    (problem,) = check_schemas(str(root))
    assert (problem.where, problem.message) == ("schemas/contact.yaml:1", message)
