"""What people call records, and which records are meant."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crmcli.model.names import UnknownObject, UnknownProperty
from crmcli.services.records import Targets, delete
from crmcli.services.references import AmbiguousReference, Ref, UnknownReference, resolve, resolve_link, resolve_many
from crmcli.services.undo import undo
from office import later, made, make_office, reopened


@pytest.fixture
def office(tmp_path):
    workspace = make_office(tmp_path)
    made(workspace, "contact", "name=Ada King", "email=ada@example.com", "phone=+31612345678", "company=Acme")
    made(workspace, "contact", "name=Bea King", "hs_additional_emails=bea@example.com", "company=Acme")
    made(workspace, "contact", "name=Ada King", "company=Other")
    made(workspace, "company", "name=Acme", "domain=acme.com")
    return workspace


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("contact:2", Ref("contact", 2)),
        ("Contacts:2", Ref("contact", 2)),
        ("conta:2", Ref("contact", 2)),
        ("ada@example.com", Ref("contact", 1)),
        (" ADA@Example.com ", Ref("contact", 1)),
        ("bea@example.com", Ref("contact", 2)),
        ("acme.com", Ref("company", 1)),
        ("https://www.acme.com/about", Ref("company", 1)),
        ("+31612345678", Ref("contact", 1)),
        ("06 12 34 56 78", Ref("contact", 1)),
        ("contact:ada@example.com", Ref("contact", 1)),
        ("contact:email=ADA@example.com", Ref("contact", 1)),
        ("contact:hs_additional_emails=bea@example.com", Ref("contact", 2)),
        ("contact:First Name=Bea", Ref("contact", 2)),
        ('contact:"Bea King"', Ref("contact", 2)),
        ("contact:Bea King", Ref("contact", 2)),
        ("company:Acme", Ref("company", 1)),
    ],
)
def test_a_reference_means_one_record(office, text, expected):
    assert resolve(office, text) == expected


@pytest.mark.parametrize(
    "text", ["contact:99", "contact:99999999999999999999", "nobody@example.com", "contact:Zoe", "x"]
)
def test_what_means_no_record_is_not_found(office, text):
    with pytest.raises(UnknownReference) as refusal:
        resolve(office, text)
    assert text in refusal.value.message
    assert refusal.value.hint


def test_an_endless_reference_is_refused_in_a_line(office):
    for text in ("contact:" + "9" * 100_000, "contact:" + "x" * 100_000, "x" * 100_000):
        with pytest.raises(UnknownReference) as refusal:
            resolve(office, text)
        assert len(refusal.value.message) < 200


def test_a_property_without_a_value_is_refused(office):
    with pytest.raises(UnknownReference, match="gives no value"):
        resolve(office, "contact:firstname=")


def test_a_bare_number_needs_its_object(office):
    with pytest.raises(UnknownReference) as refusal:
        resolve(office, "42")
    assert ":42" in refusal.value.hint


def test_several_records_are_candidates(office):
    with pytest.raises(AmbiguousReference) as refusal:
        resolve(office, "contact:Ada King")
    assert refusal.value.candidates == (Ref("contact", 1), Ref("contact", 3))
    assert refusal.value.titles == ("Ada King", "Ada King")
    assert refusal.value.message == '"contact:Ada King" may be 2 records'


def test_unknown_objects_and_properties_are_named(office):
    with pytest.raises(UnknownObject):
        resolve(office, "zebra:1")
    with pytest.raises(UnknownProperty):
        resolve(office, "contact:colour=red")


def test_quotes_in_a_name_are_no_part_of_the_expression(office):
    ref = made(office, "company", 'name=The "Real" \\ Thing')
    assert resolve(office, 'company:name=The "Real" \\ Thing') == ref


def test_each_record_once_in_order(office):
    assert resolve_many(office, ["contact:2", "ada@example.com", "bea@example.com"]) == [
        Ref("contact", 2),
        Ref("contact", 1),
    ]


def test_a_deleted_record_says_when_by_which_operation_and_how_to_restore(office):
    written = delete(later(office), Targets((Ref("contact", 1),)))
    with pytest.raises(UnknownReference) as refusal:
        resolve(office, "contact:1")
    assert refusal.value.message == (
        f"contact:1 was deleted on 2026-11-23 10:31 by ada_king (operation {written.short_id})"
    )
    assert refusal.value.hint == "Bring it back: crm restore contact:1"


def test_a_deleted_record_of_which_the_journal_is_lost_is_still_said_to_be_deleted(office, tmp_path):
    delete(office, Targets((Ref("contact", 1),)))
    for file in Path(office.root, "journal").glob("*.jsonl"):
        file.unlink()
    with pytest.raises(UnknownReference, match=r"contact:1 was deleted$"):
        resolve(reopened(tmp_path), "contact:1")


def test_a_record_whose_creation_was_undone_says_so(office):
    creation = office.store.log.operations(1)[0]
    undone = undo(later(office), creation.id)
    with pytest.raises(UnknownReference, match="creation was undone") as refusal:
        resolve(office, "company:1")
    assert refusal.value.hint == f"Bring it back: crm undo {undone.short_id}"


def test_a_link_may_carry_a_label(office):
    assert resolve_link(office, "contact:1") == (Ref("contact", 1), None)
    assert resolve_link(office, "ada@example.com:Manager") == (Ref("contact", 1), "Manager")
    assert resolve_link(office, "contact:1:Billing Contact") == (Ref("contact", 1), "Billing Contact")
    with pytest.raises(UnknownReference, match="contact:99"):
        resolve_link(office, "contact:99:Manager")


def merged(workspace, tmp_path, **into):
    """Write tombstones of merged contacts into the data file, as a merge would leave them."""
    path = Path(workspace.root, "data/contact/00000.json")
    data = json.loads(path.read_text())
    operation = workspace.store.log.operations(1)[0].id
    data["tombstones"] = {gone: {"kind": "merged", "operation": operation, "into": to} for gone, to in into.items()}
    for gone in into:
        data["contact"].pop(gone, None)
    path.write_text(json.dumps(data, indent=2, ensure_ascii=False))
    return reopened(tmp_path)


def test_merged_records_lead_to_what_they_were_merged_into(office, tmp_path):
    office = merged(office, tmp_path, **{"2": 3, "3": 1})
    assert resolve(office, "contact:2") == resolve(office, "contact:3") == Ref("contact", 1)


def test_merges_that_lead_in_a_circle_lead_nowhere(office, tmp_path):
    office = merged(office, tmp_path, **{"2": 3, "3": 2})
    with pytest.raises(UnknownReference, match="There is no contact:2"):
        resolve(office, "contact:2")
