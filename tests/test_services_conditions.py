"""Expressions of the schema about records that are not written yet: checks, what is required and shown when."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crmcli.services.associations import LinkRequest, link
from crmcli.services.conditions import BrokenCondition
from crmcli.services.edit import records_for_edit
from crmcli.services.rules import RuleBroken
from crmcli.services.show import show
from crmcli.services.validation import Validator
from office import changed, made, make_office, reopened

SCHEMA = """\
properties:
  discount:
    {label: Discount, type: number, fieldType: number, format: percent,
     rules: {check: discount < 30% or amount > 100000, message: more than 30% is for large deals}}
  approver: {label: Approver, type: string, required_when: discount > 20%}
  legal_note: {label: Legal note, type: string, show_when: dealtype = newbusiness}
  industry_note: {label: Industry note, type: string, required_when: company.industry is known}
"""


def with_schema(tmp_path, text, name="deal"):
    """An office whose schema of an object is laid over by this text."""
    make_office(tmp_path)
    path = Path(tmp_path, "office", "schemas", f"{name}.yaml")
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return reopened(tmp_path)


@pytest.fixture
def office(tmp_path):
    return with_schema(tmp_path, SCHEMA)


def refused(act, *arguments, **more):
    with pytest.raises(RuleBroken) as error:
        act(*arguments, **more)
    return error.value.message.splitlines()


def test_a_check_that_is_false_refuses_a_new_record_with_its_own_words(office):
    assert refused(made, office, "deal", "name=X", "amount=10", "discount=35%", "approver=Ben") == [
        'Discount (discount): "35%": more than 30% is for large deals'
    ]
    made(office, "deal", "name=X", "amount=100001", "discount=35%", "approver=Ben")


def test_a_check_that_is_unknown_lets_a_record_pass(office):
    made(office, "deal", "name=X")  # without a discount
    made(office, "deal", "name=X", "discount=35%", "approver=Ben")  # without an amount, which might be large enough


def test_a_change_elsewhere_may_break_a_check_too(office):
    deal = made(office, "deal", "name=X", "amount=200000", "discount=35%", "approver=Ben")
    assert refused(changed, office, deal, "amount=10") == [
        'Discount (discount): "35%": more than 30% is for large deals'
    ]
    changed(office, deal, "amount=150000")


def test_what_was_broken_before_stays_out_of_the_way(tmp_path):
    office = make_office(tmp_path)
    deal = made(office, "deal", "name=X", "amount=10")
    office = with_schema_again(tmp_path, "properties:\n  amount: {rules: {check: amount > 100}}\n")
    changed(office, deal, "name=Y")
    changed(office, deal, "amount=10", "name=Z")  # the same value again is no change
    assert refused(changed, office, deal, "amount=50") == ['Amount (amount): "50": it must be that amount > 100']
    changed(office, deal, "amount=500")


def with_schema_again(tmp_path, text):
    path = Path(tmp_path, "office", "schemas", "deal.yaml")
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return reopened(tmp_path)


def test_what_is_required_when_is_forcible_and_may_be_given_at_once(office):
    deal = made(office, "deal", "name=X")
    assert refused(changed, office, deal, "discount=25%") == ["Approver (approver) is needed where discount > 20%"]
    changed(office, deal, "discount=25%", "approver=Ben")
    other = made(office, "deal", "name=Y", "discount=25%", force=True)
    changed(office, other, "name=Z")  # it lacked the approver before
    assert refused(changed, office, deal, clears=("approver",))


def test_an_expression_may_look_at_what_a_record_is_associated_with(office):
    company = made(office, "company", "name=Acme", "industry=AIRLINES_AVIATION")
    deal = made(office, "deal", "name=X")  # made without the note, as it had no company
    link(office, LinkRequest(deal, company))
    changed(office, deal, "name=Y")  # it lacks the note since before this change
    changed(office, deal, "industry_note=flies")
    assert refused(changed, office, deal, clears=("industry_note",)) == [
        "Industry note (industry_note) is needed where company.industry is known"
    ]


def test_what_is_hidden_is_neither_asked_for_nor_shown_empty(office):
    old, new = made(office, "deal", "name=X"), made(office, "deal", "name=Y", "dealtype=newbusiness")

    def shown(ref):
        return {f.name for group in show(office, ref, all_properties=True).groups for f in group.fields}

    assert "legal_note" not in shown(old)
    assert "legal_note" in shown(new)
    changed(office, old, "legal_note=kept")
    assert "legal_note" in shown(old)


def test_an_editor_is_given_what_the_record_needs(office):
    deal = made(office, "deal", "name=X", "discount=25%", force=True)
    (record,) = records_for_edit(office, [deal]).records
    assert record.values["approver"] is None


def test_an_expression_that_cannot_be_evaluated_says_where_it_stands(tmp_path):
    office = with_schema(tmp_path, "properties:\n  amount: {rules: {check: amout > 100}}\n")
    with pytest.raises(BrokenCondition) as error:
        made(office, "deal", "name=X", "amount=1")
    assert error.value.message.startswith("`check` of deal.amount (schemas/deal.yaml:")
    assert "amout > 100" in error.value.message


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(amount=st.integers(0, 200_000), discount=st.integers(0, 60), approved=st.booleans())
def test_a_record_is_taken_just_where_its_rules_hold(office, amount, discount, approved):
    deal = office.object("deal")
    part = deal.properties["discount"].value_type.parse(f"{discount}%", office.context)
    given_values = {"dealname": "X", "amount": str(amount), "discount": part} | (
        {"approver": "Ben"} if approved else {}
    )
    holds = (discount < 30 or amount > 100_000) and (approved or discount <= 20)
    try:
        Validator(office, deal).new(given_values)
    except RuleBroken:
        assert not holds
    else:
        assert holds


def test_rows_of_a_block_are_judged_as_each_alone(office):
    conditions = Validator(office, office.object("deal")).conditions
    rows = [(None, {"discount": "0.35", "amount": "5"}), (None, {}), (None, {"discount": "0.25"})]
    found = conditions.verdicts(rows)
    assert found == [conditions.verdicts([row])[0] for row in rows]
    assert [(sorted(v.failed), sorted(v.required)) for v in found] == [
        (["discount"], ["approver"]),
        ([], []),
        ([], ["approver"]),
    ]
