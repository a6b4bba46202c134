"""What the records of a file are, where nobody says."""

from __future__ import annotations

import pytest

from crmcli.services.importing.imports import ImportRequest, import_file
from crmcli.services.mapping.guessing import UnclearObject
from office import make_office


@pytest.fixture
def workspace(tmp_path):
    return make_office(tmp_path)


def taken(workspace, tmp_path, text, name="file.csv", **more):
    """Import a text without saying what it holds, as a dry run."""
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return import_file(workspace, ImportRequest("", str(path), dry_run=True, **more))


@pytest.mark.parametrize(
    ("header", "object_name"),
    [
        ("First name,Last name,Email,Phone,Company", "contact"),
        ("Vorname,Nachname,E-Mail-Adresse,Firma,PLZ,Ort", "contact"),
        ("Company name,Domain,Industry,Number of employees", "company"),
        ("Deal Name,Deal Stage,Amount,Close Date,Pipeline", "deal"),
        ("Ticket ID,Subject,Ticket status,Priority,Source", "ticket"),
        ("Product name,SKU,Unit price,Description,Cost of goods sold", "product"),
        ("Task title,Due date,Task type,Priority,Notes", "task"),
    ],
)
def test_headings_tell_what_a_file_holds(workspace, tmp_path, header, object_name):
    imported = taken(workspace, tmp_path, f"{header}\n")
    assert imported.object_name == object_name
    assert imported.notes[0].endswith("if they are not, name the object")


def test_the_name_of_the_file_and_its_format_tell_too(workspace, tmp_path):
    assert taken(workspace, tmp_path, "Name,Phone,Notes\nKing,,\n", "companies-2026.csv").object_name == "company"
    card = "BEGIN:VCARD\nVERSION:3.0\nN:King;Ada\nEMAIL:ada@king.nl\nEND:VCARD\n"
    assert taken(workspace, tmp_path, card, "phone.vcf").object_name == "contact"


def test_what_is_not_clear_is_asked_or_refused(workspace, tmp_path):
    text = "Company,Email,Notes\nKing,info@king.nl,\n"
    with pytest.raises(UnclearObject) as refusal:
        taken(workspace, tmp_path, "Name,Status\nx,y\n")
    assert refusal.value.hint.startswith("Name the object: crm import ")
    offered = []

    def choose(names):
        offered.extend(names)
        return "company"

    if_asked = taken(workspace, tmp_path, "Name,Status\nx,\n", choose_object=choose)
    assert (if_asked.object_name, "company" in offered) == ("company", True)
    with pytest.raises(UnclearObject):
        taken(workspace, tmp_path, "Name,Status\nx,y\n", choose_object=lambda _: "")
    assert taken(workspace, tmp_path, text, "contacts.csv").object_name == "contact"


def test_a_file_of_nothing_that_is_known_is_refused(workspace, tmp_path):
    with pytest.raises(UnclearObject, match="not clear what the records"):
        taken(workspace, tmp_path, "abc,def\n1,2\n")
