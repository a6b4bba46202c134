"""Records edited as a text."""

from __future__ import annotations

import pytest

from crmcli.services.edit import ApplyEdit, EditConflict, UnreadableEdit, apply_edit, records_for_edit
from crmcli.services.keys import KeyHeld
from crmcli.services.records import Targets, delete
from crmcli.services.references import Ref, UnknownReference
from crmcli.services.validation import RuleBroken
from crmcli.types.base import InvalidValue
from office import changed, made, make_office, values

ADA = Ref("contact", 1)


@pytest.fixture
def office(tmp_path):
    workspace = make_office(tmp_path)
    made(
        workspace,
        "contact",
        "name=Ada Byron",
        "email=ada@example.com",
        "hs_additional_emails=a@x.nl;b@x.nl",
        "jobtitle=Boss",
    )
    return workspace


def edited(sheet, **fields):
    """The sheet's values with some of them changed; `...` takes one away."""
    (record,) = sheet.records
    texts = {**record.values, **fields}
    return {str(record.ref): {name: text for name, text in texts.items() if text is not ...}}


def test_the_sheet_holds_what_may_be_set(office):
    (record,) = records_for_edit(office, [ADA]).records
    assert (record.ref, record.title) == (ADA, "Ada Byron")
    assert record.values["firstname"] == "Ada"
    assert record.values["hs_additional_emails"] == ["a@x.nl", "b@x.nl"]
    assert record.values["phone"] is None
    assert "lastmodifieddate" not in record.values
    assert [name for name in office.model.objects["contact"].properties if name in record.values] == list(record.values)


def test_an_untouched_sheet_writes_nothing(office):
    sheet = records_for_edit(office, [ADA])
    assert apply_edit(office, ApplyEdit(sheet, edited(sheet))).operation is None


def test_changed_added_and_removed_keys(office):
    sheet = records_for_edit(office, [ADA])
    written = apply_edit(
        office,
        ApplyEdit(
            sheet, edited(sheet, lastname="King", jobtitle=..., phone="0612345678", hs_additional_emails=["b@x.nl"])
        ),
    )
    assert {line.property for line in written.changes} == {"lastname", "jobtitle", "phone", "hs_additional_emails"}
    after = values(office, ADA)
    assert (after["lastname"], after["phone"], after["hs_additional_emails"]) == ("King", "+31612345678", ["b@x.nl"])
    assert "jobtitle" not in after


def test_an_emptied_value_is_cleared(office):
    sheet = records_for_edit(office, [ADA])
    apply_edit(office, ApplyEdit(sheet, edited(sheet, jobtitle=None, hs_additional_emails=[])))
    assert not {"jobtitle", "hs_additional_emails"} & set(values(office, ADA))


def test_a_record_left_out_is_left_as_it_is(office):
    before = values(office, ADA)
    assert apply_edit(office, ApplyEdit(records_for_edit(office, [ADA]), {})).operation is None
    assert values(office, ADA) == before


def test_several_records_are_one_operation(office):
    ben = made(office, "contact", "firstname=Ben")
    sheet = records_for_edit(office, [ADA, ben])
    texts = {str(each.ref): {**each.values, "company": "Acme"} for each in sheet.records}
    assert apply_edit(office, ApplyEdit(sheet, texts)).counts == {("contact", "updated"): 2}


def test_what_changed_meanwhile_is_a_conflict_where_it_was_edited(office):
    sheet = records_for_edit(office, [ADA])
    changed(office, ADA, "lastname=King")
    apply_edit(office, ApplyEdit(sheet, edited(sheet, jobtitle="Queen")))
    with pytest.raises(EditConflict, match='Last Name of contact:1 was changed meanwhile: it is now "King"'):
        apply_edit(office, ApplyEdit(sheet, edited(sheet, lastname="Lovelace")))
    assert values(office, ADA)["lastname"] == "King"


def test_a_record_deleted_meanwhile(office):
    sheet = records_for_edit(office, [ADA])
    delete(office, Targets((ADA,)))
    with pytest.raises(UnknownReference, match="deleted meanwhile"):
        apply_edit(office, ApplyEdit(sheet, edited(sheet, lastname="King")))
    with pytest.raises(UnknownReference):
        records_for_edit(office, [ADA])


@pytest.mark.parametrize(
    ("texts", "error"),
    [
        ({"contact:9": {}}, UnreadableEdit),
        ({"contact:1": "firstname"}, UnreadableEdit),
        ({"contact:1": {"firstname": ["Ada", "Bea"], "email": "ada@example.com"}}, UnreadableEdit),
        ({"contact:1": {"firstname": "Ada", "email": "nobody"}}, InvalidValue),
        ({"contact:1": None}, RuleBroken),
    ],
)
def test_what_cannot_be_applied_is_refused(office, texts, error):
    before = values(office, ADA)
    with pytest.raises(error):
        apply_edit(office, ApplyEdit(records_for_edit(office, [ADA]), texts))
    assert values(office, ADA) == before


def test_keys_and_numbers_are_checked_and_read(office):
    made(office, "contact", "email=eve@example.com")
    sheet = records_for_edit(office, [ADA])
    with pytest.raises(KeyHeld):
        apply_edit(office, ApplyEdit(sheet, edited(sheet, email="eve@example.com")))
    deal = made(office, "deal", "name=Big one", "amount=10")
    sheet = records_for_edit(office, [deal])
    apply_edit(office, ApplyEdit(sheet, edited(sheet, amount=1200)))
    assert values(office, deal)["amount"] == "1200"
