"""Rows without a key: those that say no more than a record holds are taken for it, so that no file doubles records."""

from __future__ import annotations

import pytest

from crmcli.services.importing.imports import ImportRequest, import_file
from crmcli.services.importing.objects import import_all
from crmcli.services.importing.result import Verdict
from crmcli.services.references import Ref
from office import changed, made, make_office

PEOPLE = "First name,Last name,Job title,Email\nGrace,Hopper,Admiral,\nBob,,,\nAda,King,,ada@king.example\n"


@pytest.fixture
def workspace(tmp_path):
    return make_office(tmp_path)


def taken(workspace, tmp_path, text, object_name="contact", **more):
    """Import a text as a file; give the account and what became of each line."""
    (tmp_path / "rows.csv").write_text(text)
    told = []
    request = ImportRequest(object_name, str(tmp_path / "rows.csv"), **more)
    imported = import_file(workspace, request, report=told.append)
    return imported, {one.line: (one.verdict.value, str(one.ref)) for one in told}


def test_a_file_without_addresses_is_unchanged_when_it_comes_again(workspace, tmp_path):
    first, _ = taken(workspace, tmp_path, PEOPLE)
    again, told = taken(workspace, tmp_path, PEOPLE)
    assert (first.created, again.created, again.unchanged) == (3, 0, 3)
    assert told == {n: ("unchanged", f"contact:{n - 1}") for n in (2, 3, 4)}
    assert "2 rows without a key say what records hold already" in "".join(again.notes)
    assert not any("without a key" in note for note in first.notes)


def test_what_a_record_has_besides_does_not_matter(workspace, tmp_path):
    taken(workspace, tmp_path, PEOPLE)
    changed(workspace, Ref("contact", 1), "email=grace@navy.example", "city=Norfolk")
    assert taken(workspace, tmp_path, PEOPLE)[0].unchanged == 3


@pytest.mark.parametrize("row", ["Grace,Hopper,Rear admiral,", "Grace,Hopper,,g@x.example", "Grace,King,,"])
def test_a_row_that_says_anything_else_is_another_record(workspace, tmp_path, row):
    taken(workspace, tmp_path, PEOPLE)
    assert taken(workspace, tmp_path, f"First name,Last name,Job title,Email\n{row}\n")[0].created == 1


def test_rows_that_are_alike_are_as_many_records_as_before(workspace, tmp_path):
    text = "First name,Last name\nBob,Dee\nBob,Dee\n"
    assert taken(workspace, tmp_path, text)[0].created == 2
    assert taken(workspace, tmp_path, text)[0].unchanged == 2
    more, told = taken(workspace, tmp_path, f"{text}Bob,Dee\n")
    assert (more.unchanged, more.created) == (2, 1)
    assert told[4] == ("create", "contact:3")


def test_creating_creates_all_the_same(workspace, tmp_path):
    text = "First name\nBob\n"
    taken(workspace, tmp_path, text)
    assert taken(workspace, tmp_path, text, mode="create")[0].created == 1


def test_updating_knows_them_too(workspace, tmp_path):
    taken(workspace, tmp_path, "First name\nBob\n")
    imported, told = taken(workspace, tmp_path, "First name\nBob\nEve\n", mode="update")
    assert (imported.unchanged, imported.rejected) == (1, 1)
    assert told[2][0] == Verdict.UNCHANGED.value


def test_what_a_row_is_associated_with_has_to_be_there_as_well(workspace, tmp_path):
    one, two = made(workspace, "company", "name=One"), made(workspace, "company", "name=Two")
    text = f"First name,associations.company\nBob,{one}\n"
    taken(workspace, tmp_path, text)
    assert taken(workspace, tmp_path, text)[0].unchanged == 1
    assert taken(workspace, tmp_path, f"First name,associations.company\nBob,{two}\n")[0].created == 1
    assert taken(workspace, tmp_path, f"First name,associations.company\nBob,{two}\nBob,{one}\n")[0].unchanged == 2


def test_values_of_every_kind_are_compared(workspace, tmp_path):
    text = "Deal name,Amount,Close date,Deal stage\nShip,1200.50,2026-05-01,Appointment scheduled\n"
    taken(workspace, tmp_path, text, "deal")
    assert taken(workspace, tmp_path, text, "deal")[0].unchanged == 1


def test_a_file_of_several_objects_without_keys_does_not_double(workspace, tmp_path):
    (tmp_path / "mixed.csv").write_text(
        "First name,Company name,Deal name,Amount\nBob,Acme,Ship,10\nEve,,Boat,20\n,,Raft,\n"
    )

    def run():
        accounts = import_all(workspace, [ImportRequest("company,contact,deal", str(tmp_path / "mixed.csv"))])
        return [(one.object_name, one.created, one.unchanged, one.rejected) for one in accounts]

    assert run() == [("company", 1, 0, 0), ("contact", 2, 0, 0), ("deal", 3, 0, 0)]
    assert run() == [("company", 0, 1, 0), ("contact", 0, 2, 0), ("deal", 0, 3, 0)]
