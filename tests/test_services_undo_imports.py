"""Undoing an import: everything goes back but what people changed since, which is named."""

from __future__ import annotations

import pytest

from crmcli.services.importing.imports import ImportRequest, import_file
from crmcli.services.importing.operations import imports_done
from crmcli.services.records import Targets, delete
from crmcli.services.references import Ref
from crmcli.services.undo import undo
from office import changed, later, made, make_office, values

PEOPLE = "Email,First Name,City,Job Title\na@x.nl,Ada,Delft,Clerk\nb@x.nl,Ben,Bonn,\nc@x.nl,Cor,Cork,\nd@x.nl,Dot,,\n"


@pytest.fixture
def workspace(tmp_path):
    """An office with one person who is in the file, and the file imported a minute later."""
    office = make_office(tmp_path)
    made(office, "contact", "email=a@x.nl", "city=Leiden")
    office = later(office)
    path = tmp_path / "people.csv"
    path.write_text(PEOPLE, encoding="utf-8")
    imported = import_file(office, ImportRequest("contact", str(path), associate_companies=True))
    assert (imported.created, imported.updated) == (3, 1)
    return later(office)


def import_id(workspace):
    return imports_done(workspace)[-1].operation.id


def test_updated_records_are_as_they_were_and_created_ones_gone(workspace):
    written = undo(workspace, import_id(workspace))
    assert (written.kept, [record.id for record in workspace.store.stream("contact")]) == (0, [1])
    assert values(workspace, Ref("contact", 1))["city"] == "Leiden"
    assert "jobtitle" not in values(workspace, Ref("contact", 1))
    assert workspace.store.count("company") == 0


def test_what_was_changed_since_is_kept_and_named(workspace):
    changed(workspace, Ref("contact", 1), "city=Rome")
    changed(workspace, Ref("contact", 3), "jobtitle=Cook")
    written = undo(later(workspace), import_id(workspace))
    assert written.kept == 2
    assert [note.split(", by")[0] for note in written.notes] == [
        'Kept, as it was changed since: City of contact:1, "Delft" → "Rome"',
        'Kept, as it was changed since: Job Title of contact:3, "" → "Cook"',
    ]
    assert [record.id for record in workspace.store.stream("contact")] == [1, 3]
    assert (values(workspace, Ref("contact", 1))["city"], values(workspace, Ref("contact", 3))["city"]) == (
        "Rome",
        "Cork",
    )
    assert "jobtitle" not in values(workspace, Ref("contact", 1))


def test_a_record_that_was_deleted_since_is_named_and_stays_away(workspace):
    delete(workspace, Targets((Ref("contact", 2),)))
    written = undo(later(workspace), import_id(workspace))
    assert written.kept == 1
    assert "contact:2 was deleted" in written.notes[0]
    assert [record.id for record in workspace.store.stream("contact")] == [1]


def test_force_takes_later_changes_back_too(workspace):
    changed(workspace, Ref("contact", 1), "city=Rome")
    assert undo(later(workspace), import_id(workspace), force=True).kept == 0
    assert values(workspace, Ref("contact", 1))["city"] == "Leiden"


def test_an_undone_import_can_be_done_again(workspace):
    changed(workspace, Ref("contact", 3), "jobtitle=Cook")
    operation = undo(later(workspace), import_id(workspace)).operation
    undo(later(workspace, minutes=2), operation.id)
    assert [record.id for record in workspace.store.stream("contact")] == [1, 2, 3, 4]
    assert values(workspace, Ref("contact", 1))["city"] == "Delft"


def test_imports_are_listed_with_their_files(workspace, tmp_path):
    undo(workspace, import_id(workspace))
    (line,) = imports_done(workspace)
    assert line.files == str(tmp_path / "people.csv")
    assert line.operation.summary.startswith("1 contact updated, 3 contacts created, 1 company created")
    assert line.operation.undone_by
