"""Creating, changing, deleting and bringing back records of a real workspace."""

from __future__ import annotations

import pytest

from crmcli.services.assignments import parse_assignments
from crmcli.services.keys import KeyHeld
from crmcli.services.records import (
    CreateRecord,
    MixedObjects,
    NotDeleted,
    NothingTargeted,
    NothingToSet,
    SetValues,
    Targets,
    create,
    delete,
    restore,
    set_values,
)
from crmcli.services.references import Ref, UnknownReference
from crmcli.services.validation import RuleBroken
from crmcli.types.base import InvalidValue
from office import changed, later, made, make_office, reopened, values


@pytest.fixture
def office(tmp_path):
    return make_office(tmp_path)


def test_a_record_is_made_with_its_defaults(office):
    written = create(office, CreateRecord("deals", parse_assignments(["name=Big one", "amount=1200"])))
    assert written.refs == (Ref("deal", 1),)
    assert written.counts == {("deal", "created"): 1}
    assert written.operation is not None
    assert written.operation.actor == "ada_king"
    assert written.operation.id.startswith(written.short_id)
    deal = office.model.objects["deal"]
    assert values(office, Ref("deal", 1)) == {
        "dealname": "Big one",
        "amount": "1200",
        "createdate": "2026-11-23T09:30:00Z",
        "pipeline": deal.pipelines[0].id,
        "dealstage": deal.pipelines[0].stages[0].id,
    }


def test_what_is_made_is_there_for_the_next_command(office, tmp_path):
    ref = made(office, "contact", "firstname=Ada", "email=ada@example.com")
    assert values(reopened(tmp_path), ref)["email"] == "ada@example.com"


def test_a_dry_run_makes_nothing_and_says_what_it_would(office):
    written = create(office, CreateRecord("contact", parse_assignments(["firstname=Ada"]), dry_run=True))
    assert (written.dry_run, written.operation, written.short_id) == (True, None, "")
    assert written.counts == {("contact", "created"): 1}
    assert office.store.count("contact") == 0
    assert office.store.log.operations() == []


def test_a_dry_run_tells_the_associations_too(office):
    acme = made(office, "company", "name=Acme")
    written = create(
        office,
        CreateRecord("contact", parse_assignments(["name=Ada King"]), links=((acme, None),), dry_run=True),
    )
    assert written.notes == ("Ada King and Acme are associated",)
    assert office.store.associations("company", 1) == []


def test_required_properties_may_be_forced_and_the_journal_keeps_it(office):
    with pytest.raises(RuleBroken, match="A contact needs"):
        made(office, "contact", "phone=0612345678")
    assert office.store.log.operations() == []
    made(office, "contact", "phone=0612345678", force=True)
    journal = next(__import__("pathlib").Path(office.root, "journal").glob("*.jsonl")).read_text()
    assert '"force":true' in journal


def test_a_wrong_value_changes_nothing(office):
    with pytest.raises(InvalidValue, match=r"Email: .*nobody"):
        made(office, "contact", "firstname=Ada", "email=nobody")
    assert office.store.count("contact") == 0


@pytest.mark.parametrize("given", ["email=ADA@example.com", "hs_additional_emails=x@y.nl;ada@example.com"])
def test_a_key_is_one_records_alone_primary_or_additional(office, given):
    made(office, "contact", "name=Ada King", "email=ada@example.com")
    with pytest.raises(KeyHeld) as refusal:
        made(office, "contact", "firstname=Eve", given)
    assert refusal.value.holder == Ref("contact", 1)
    assert "contact:1 (Ada King" in refusal.value.message
    assert office.store.count("contact") == 1


def test_an_additional_address_is_a_key_too(office):
    made(office, "contact", "name=Ada King", "hs_additional_emails=ada@example.com")
    eve = made(office, "contact", "firstname=Eve")
    with pytest.raises(KeyHeld, match="contact:1"):
        changed(office, eve, "email=ada@example.com")


def test_values_are_changed_and_told_before_and_after(office):
    ada = made(office, "contact", "name=Ada Byron", "phone=0612345678")
    written = set_values(office, SetValues(Targets((ada,)), parse_assignments(["lastname=King"]), clears=("phone",)))
    told = [(line.title, line.label, line.old_text, line.new_text) for line in written.changes]
    assert [line[1] for line in told] == ["Last Name", "Phone Number"]
    assert told[0] == ("Ada Byron", "Last Name", "Byron", "King")
    assert told[1][3] == ""
    assert values(office, ada) == {"firstname": "Ada", "lastname": "King", "createdate": "2026-11-23T09:30:00Z"}


def test_setting_what_stands_writes_nothing(office):
    ada = made(office, "contact", "firstname=Ada")
    written = changed(office, ada, "firstname=Ada")
    assert (written.operation, dict(written.counts), written.changes) == (None, {}, ())


def test_many_are_changed_as_one_operation(office):
    for name in ("Ada", "Bea", "Cas"):
        made(office, "contact", f"firstname={name}", f"company={'Acme' if name != 'Cas' else 'Other'}")
    targets = Targets(object_name="contacts", where='company = "Acme"')
    written = set_values(office, SetValues(targets, parse_assignments(["jobtitle=Boss"])))
    assert written.refs == (Ref("contact", 1), Ref("contact", 2))
    assert written.counts == {("contact", "updated"): 2}
    assert "jobtitle" not in values(office, Ref("contact", 3))


def test_one_refusal_among_many_changes_none(office):
    made(office, "contact", "firstname=Ada")
    made(office, "contact", "firstname=Bea")
    targets = Targets(object_name="contact", all_records=True)
    with pytest.raises(KeyHeld):
        set_values(office, SetValues(targets, parse_assignments(["email=one@example.com"])))
    assert "email" not in values(office, Ref("contact", 1))


def test_what_cannot_be_meant_is_refused(office):
    ada, acme = made(office, "contact", "firstname=Ada"), made(office, "company", "name=Acme")
    with pytest.raises(NothingToSet):
        set_values(office, SetValues(Targets((ada,))))
    with pytest.raises(MixedObjects, match="company, contact"):
        changed(office, (ada, acme), "phone=0612345678")
    with pytest.raises(NothingTargeted):
        changed(office, (), "phone=0612345678")
    with pytest.raises(UnknownReference, match="contact:99"):
        changed(office, Ref("contact", 99), "phone=0612345678")


def test_read_only_properties_are_not_set(office):
    with pytest.raises(RuleBroken, match="read-only"):
        made(office, "contact", "firstname=Ada", "lastmodifieddate=2026-01-01")


def test_a_stage_of_another_pipeline_is_refused(office):
    with pytest.raises((RuleBroken, InvalidValue), match="nowhere"):
        made(office, "deal", "name=Big one", "stage=nowhere")


def test_deleted_records_come_back_with_their_associations(office):
    acme = made(office, "company", "name=Acme")
    ada = made(office, "contact", "firstname=Ada", links=((acme, None),))
    before = values(office, ada)
    assert delete(office, Targets((ada,))).counts == {("contact", "deleted"): 1}
    assert office.store.record("contact", 1) is None
    assert office.store.associations("company", 1) == []
    written = restore(later(office), ["contact:1"])
    assert written.counts[("contact", "restored")] == 1
    assert values(office, ada) == before
    assert [a.other_id for a in office.store.associations("company", 1)] == [1]


def test_only_deleted_records_are_restored(office):
    ada = made(office, "contact", "firstname=Ada")
    with pytest.raises(NotDeleted, match="contact:1 is not deleted"):
        restore(office, [str(ada)])
    with pytest.raises(UnknownReference, match="never was"):
        restore(office, ["contact:7"])
    with pytest.raises(UnknownReference, match="no reference"):
        restore(office, ["ada@example.com"])


def test_a_key_taken_meanwhile_refuses_the_restore(office):
    ada = made(office, "contact", "email=ada@example.com")
    delete(office, Targets((ada,)))
    made(office, "contact", "email=ada@example.com")
    with pytest.raises(KeyHeld, match="contact:2"):
        restore(office, ["contact:1"])
