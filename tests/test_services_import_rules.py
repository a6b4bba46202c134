"""Imports keep to the rules of their object, row by row, as every other path does."""

from __future__ import annotations

import pytest

from crmcli.services.importing.imports import ImportRequest, import_file
from crmcli.services.references import Ref
from office import made, make_office, values
from test_services_conditions import with_schema

SCHEMA = """\
properties:
  discount:
    {label: Discount, type: number, fieldType: number, format: percent, default: 5%, rules: {max: 40%}}
  approver: {label: Approver, type: string, required_when: discount > 20%}
  amount: {rules: {check: amount != 13, message: nobody pays 13}}
  gift: {label: Gift, type: string, default: Pen, show_when: amount > 100}
  colour: {label: Colour, type: string, default: Blue, show_when: gift is known}
pipelines:
  default:
    rules: {creation_stages: [first, second], going_back: false}
    stages:
      first: {label: First}
      second: {label: Second, required: [amount]}
      won: {label: Won, probability: 1, closed: true}
"""


@pytest.fixture
def office(tmp_path):
    return with_schema(tmp_path, SCHEMA)


def imported(workspace, tmp_path, text, object_name="deal", **more):
    path = tmp_path / "rows.csv"
    path.write_text(text, encoding="utf-8")
    return import_file(workspace, ImportRequest(object_name, str(path), **more))


def rejections(done):
    return {row.line: (row.code, row.column, row.value) for row in done.rejected_rows}


def test_a_row_that_breaks_a_rule_is_rejected_with_its_cell(office, tmp_path):
    text = (
        "Deal name,Amount,Discount,Approver,Deal Stage\n"
        "Good,1,10%,,\n"
        "Much,1,50%,Ben,\n"
        "Unlucky,13,,,\n"
        "Unapproved,1,30%,,\n"
        "Approved,1,30%,Ben,Second\n"
        "Too far,1,,,Won\n"
        "Unpriced,,,,Second\n"
    )
    done = imported(office, tmp_path, text)
    assert (done.created, done.rejected) == (2, 5)
    assert rejections(done) == {
        3: ("INVALID_CUSTOM_PROPERTY_VALIDATION", "Discount", "50%"),
        4: ("INVALID_CUSTOM_PROPERTY_VALIDATION", "Amount", "13"),
        5: ("MISSING_REQUIRED_PROPERTY", "Approver", ""),
        7: ("FAILED_VALIDATION", "", ""),
        8: ("MISSING_REQUIRED_PROPERTY", "Amount", ""),
    }
    assert [row.reason for row in done.rejected_rows if row.line in (3, 4)] == [
        'Discount: "50%" is more than 40%; give 40% or less',
        'Amount: "13.00 EUR": nobody pays 13; its rule is: amount != 13',
    ]


def test_force_takes_what_is_required_and_the_rules_of_pipelines_but_no_value(office, tmp_path):
    text = "Deal name,Amount,Discount,Deal Stage\nUnapproved,1,30%,Won\nMuch,1,50%,\n"
    done = imported(office, tmp_path, text, force=True)
    assert (done.created, done.rejected) == (1, 1)


def test_a_default_fills_what_a_row_leaves_blank(office, tmp_path):
    imported(office, tmp_path, "Deal name,Discount\nA,\nB,7%\n")
    assert [record.values["discount"] for record in office.store.stream("deal")] == ["0.05", "0.07"]


def test_a_default_fills_nothing_that_is_not_to_be_shown(office, tmp_path):
    imported(office, tmp_path, "Deal name,Amount,Gift\nA,5,\nB,500,\nC,5,Cup\n")
    made(office, "deal", "dealname=D", "amount=5")
    made(office, "deal", "dealname=E", "amount=500")
    gifts = [(held.get("gift"), held.get("colour")) for held in (values(office, Ref("deal", n)) for n in range(1, 6))]
    assert gifts == [(None, None), ("Pen", "Blue"), ("Cup", "Blue"), (None, None), ("Pen", "Blue")]


def test_a_change_by_an_import_is_held_to_the_rules_that_it_touches(office, tmp_path):
    deal = made(office, "deal", "name=A", "amount=1", "stage=second")
    made(office, "deal", "name=B", "discount=30%", force=True)
    done = imported(office, tmp_path, "Id,Deal Stage,Amount\ndeal:1,First,\ndeal:2,,5\n")
    assert rejections(done) == {2: ("FAILED_VALIDATION", "", "")}
    assert (done.updated, values(office, deal)["dealstage"]) == (1, "second")


def test_closing_by_an_import_is_dated_when_it_changes_a_record_and_not_when_it_makes_one(office, tmp_path):
    deal = made(office, "deal", "name=A")
    imported(office, tmp_path, f"Id,Deal Stage\n{deal},Won\n")
    assert values(office, deal)["closedate"] == "2026-11-23T09:30:00Z"
    imported(office, tmp_path, "Deal name,Deal Stage\nOld,Won\n", force=True)
    assert "closedate" not in office.store.record("deal", 2).values


@pytest.fixture
def people(tmp_path):
    return make_office(tmp_path)


def test_an_import_never_sets_a_lifecycle_stage_back(people, tmp_path):
    made(people, "contact", "email=ada@king.nl", "lifecyclestage=customer")
    made(people, "contact", "email=ben@king.nl", "lifecyclestage=lead")
    text = "Email,Lifecycle Stage,City\nada@king.nl,lead,London\nben@king.nl,opportunity,Paris\n"
    done = imported(people, tmp_path, text, "contact")
    stages = [(r.values["lifecyclestage"], r.values["city"]) for r in people.store.stream("contact")]
    assert stages == [("customer", "London"), ("opportunity", "Paris")]
    assert done.notes == (
        "Lifecycle Stage: 1 contact stands further on than the file says and stays there; --force sets it back",
    )
    imported(people, tmp_path, text, "contact", force=True)
    assert [r.values["lifecyclestage"] for r in people.store.stream("contact")] == ["lead", "opportunity"]


def test_a_lifecycle_stage_alone_that_is_not_set_back_leaves_the_record_unchanged(people, tmp_path):
    made(people, "contact", "email=ada@king.nl", "lifecyclestage=customer")
    done = imported(people, tmp_path, "Email,Lifecycle Stage\nada@king.nl,lead\n", "contact")
    assert (done.updated, done.unchanged) == (0, 1)


def test_a_company_that_an_import_would_make_keeps_to_its_rules(tmp_path):
    office = with_schema(tmp_path, "properties:\n  domain: {rules: {pattern: '.*[.]nl'}}\n", "company")
    text = "Email\nada@king.nl\nben@king.de\ncy@king.fr\n"
    done = imported(office, tmp_path, text, "contact", associate_companies=True)
    assert (done.created, office.store.count("company")) == (3, 1)
    assert done.notes[0].startswith("No company was made for king.de and others: Company Domain Name (domain): ")
