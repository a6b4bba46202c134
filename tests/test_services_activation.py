"""Objects that a CRM does not use: out of sight, refused, activated by who may; nothing of theirs is lost."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from crmcli.cli.place import cache_folder

COURSE = """\
label: Lesson
plural: Lessons
active: false
based_on: _common
display: [name]
columns: [name]
required: [name]
search: [name]
roles: {name: name}
associations: {contact: {}}
properties:
  name: {label: Name, type: string, fieldType: text}
"""
USERS = """
[users.ada]
name = "Ada King"
admin = true

[users.ben]
name = "Ben Ott"
"""


@pytest.fixture
def school(workspace):
    """A workspace with an object that is not active."""
    (workspace.folder / "schemas" / "lesson.yaml").write_text(COURSE)
    return workspace


@pytest.mark.parametrize(
    "line",
    [
        "crm create lesson name=Latin",
        "crm list lessons",
        "crm list lesso",
        "crm import lessons names.csv",
        "crm report counts lessons",
        "crm set lessons name=x --where 'name = y'",
    ],
)
def test_using_an_inactive_object_is_refused_with_the_way_out(school, line):
    (school.folder / "names.csv").write_text("Name\nLatin\n")
    answer = school.shell(line)
    assert (answer.code, answer.stdout) == (2, "")
    assert answer.stderr == "Error: Lessons are not active in this CRM\nActivate them: crm object activate lesson\n"


@pytest.mark.parametrize(
    "line",
    [
        "crm",
        "crm report counts",
        "crm schema list -q",
        "crm complete bash 'crm list '",
        "crm complete bash 'crm show '",
        "crm list lesons",
        "crm list nothing",
    ],
)
def test_an_inactive_object_is_out_of_sight(school, line):
    assert "esson" not in school.shell(line).transcript().replace(line, "").replace('"lesons"', "")


def test_an_inactive_object_makes_no_beginning_ambiguous(school):
    (school.folder / "schemas" / "deadline.yaml").write_text(COURSE.replace("Lesson", "Deadline"))
    assert school.crm("list", "dea").code == 0
    assert "Deadlines are not active" in school.crm("list", "dead").stderr


def test_the_lists_of_objects_say_what_is_not_active(school):
    rows = {row["object"]: row["active"] for row in school.crm("object", "list", "--json").json}
    assert (
        school.crm("schema", "list").stderr
        == f"{list(rows.values()).count(False)} more are not active: crm object list\n"
    )
    assert school.crm("schema", "list", "--json").stderr == ""
    assert (rows["contact"], rows["lesson"]) == (True, False)
    assert school.crm("schema", "show", "lesson").code == 0


def test_activating_is_an_operation_that_keeps_what_a_person_wrote(school):
    settings = school.folder / "crm.toml"
    settings.write_text(settings.read_text() + "\n# mine\n")
    before = settings.read_text()
    assert school.crm("object", "activate", "lesson", "-n").stdout.endswith("nothing is changed yet\n")
    assert settings.read_text() == before
    answer = school.crm("object", "activate", "lessons")
    assert answer.stdout.startswith("Lessons are active now\n1 file written · operation ")
    assert settings.read_text().startswith(before.rstrip())
    assert school.crm("create", "lesson", "name=Latin").code == 0
    assert "lessons" in school.shell("crm complete bash 'crm list '").stdout
    assert school.crm("object", "activate", "lesson").stdout == "Lessons are active already\nNothing to change\n"


def test_activation_is_undone(school):
    before = (school.folder / "crm.toml").read_text()
    school.crm("object", "activate", "lesson")
    assert school.crm("undo", "--yes").code == 0
    assert (school.folder / "crm.toml").read_text() == before
    assert school.crm("list", "lessons").code == 2


def test_what_has_records_is_not_deactivated(school):
    school.crm("object", "activate", "lesson")
    school.crm("create", "lesson", "name=Latin")
    answer = school.crm("object", "deactivate", "lesson")
    assert (answer.code, answer.stderr.splitlines()[0]) == (5, "Error: There is 1 lesson: lesson cannot be deactivated")
    school.crm("delete", "lesson:1", "--yes")
    assert school.crm("object", "deactivate", "lesson").stdout.startswith("Lessons are out of sight now\n")
    assert school.crm("list", "lessons").code == 2


def test_the_records_of_an_object_that_was_deactivated_by_hand_are_there(school):
    school.crm("object", "activate", "lesson")
    school.crm("create", "lesson", "name=Latin")
    school.crm("create", "contact", "firstname=Ada", "--link", "lesson:1")
    settings = school.folder / "crm.toml"
    settings.write_text(settings.read_text().replace("active = true", "active = false"))
    assert "Latin" in school.crm("show", "lesson:1").stdout
    assert "Latin" in school.crm("show", "contact:1").stdout
    assert "Latin" in school.crm("export", "lessons").stdout
    assert {"value": "lesson", "count": 1} in school.crm("report", "counts", "--json").json
    assert "1  Lessons" in school.crm().stdout
    assert school.crm("create", "lesson", "name=Greek").code == 2
    assert "not active" in school.crm("create", "contact", "firstname=Ben", "--link", "lesson:1").stderr
    assert school.crm("doctor").code == 0


def test_only_a_super_admin_activates_where_there_are_several_users(school):
    settings = school.folder / "crm.toml"
    settings.write_text(settings.read_text() + USERS)
    answer = school.crm("object", "activate", "lesson", "--actor", "ben")
    assert answer.code == 1
    assert answer.stderr == (
        'Error: Only a Super Admin may activate objects, and "ben" is none\nAsk one of them: ada\n'
    )
    assert school.crm("object", "activate", "lesson", "--actor", "Ada King").code == 0
    assert school.crm("object", "deactivate", "lesson", "--actor", "stranger").code == 1


def test_where_no_user_is_a_super_admin_the_refusal_says_how_to_make_one(school):
    settings = school.folder / "crm.toml"
    settings.write_text(settings.read_text() + USERS.replace("admin = true", ""))
    assert "admin = true in crm.toml" in school.crm("object", "activate", "lesson").stderr


def test_alone_anyone_activates(school):
    settings = school.folder / "crm.toml"
    settings.write_text(settings.read_text() + USERS.partition("[users.ben]")[2].join(["[users.ben]", ""]))
    assert school.crm("object", "activate", "lesson", "--actor", "ben").code == 0


def test_crm_toml_may_speak_of_an_object_that_is_not_there(workspace):
    settings = workspace.folder / "crm.toml"
    settings.write_text(settings.read_text() + "\n[objects.lesson]\nactive = true\n")
    answer = workspace.crm("list", "contacts")
    assert answer.code == 0
    assert answer.stderr == 'Warning: crm.toml speaks of the object "lesson", and there is none\n'


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ('active = "yes"', '"active" cannot be "yes"'),
        ("active = 1", '"active" cannot be 1'),
        ("singular = 1", '"singular" cannot be 1'),
        ("activ = true", '"activ" is no key of [objects.lesson]'),
    ],
)
def test_what_crm_toml_cannot_say_of_an_object(workspace, lines, message):
    settings = workspace.folder / "crm.toml"
    settings.write_text(settings.read_text() + f"\n[objects.lesson]\n{lines}\n")
    answer = workspace.crm("list", "contacts")
    assert answer.code != 0
    assert message in answer.stderr


def test_the_index_is_not_made_anew_for_it(school):
    school.crm("create", "contact", "firstname=Ada")
    index = Path(cache_folder(os.path.realpath(school.folder))) / "index.sqlite"
    born = index.stat().st_ino
    school.crm("object", "activate", "lesson")
    school.crm("object", "rename", "contact", "--plural", "Persons")
    assert json.loads(school.crm("list", "persons", "--json").stdout)[0]["firstname"] == "Ada"
    assert index.stat().st_ino == born
