"""What follows from other records: activities, roll-ups, look-ups, against small stores computed by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crmcli.frozen import replace
from crmcli.services.associations import LinkRequest, link
from crmcli.services.importing.result import ColumnKind
from crmcli.services.lists import ListRequest, count_records, list_records
from crmcli.services.mapping.columns import Sample, map_columns
from crmcli.services.mapping.notes import mapping_notes
from crmcli.services.references import Ref
from crmcli.services.show import show
from crmcli.services.validation import RuleBroken
from office import changed, later, made, make_office, reopened

REF = Ref("contact", 1)
ACTIVITIES = [
    ("call", "hs_timestamp=2026-11-20T09:00", "hs_call_title=First call", "hs_call_status=COMPLETED"),
    ("email", "hs_timestamp=2026-11-21T09:00", "hs_email_direction=EMAIL", "hs_email_subject=Offer"),
    ("email", "hs_timestamp=2026-11-22T09:00", "hs_email_direction=INCOMING_EMAIL", "hs_email_subject=Re: Offer"),
    ("note", "hs_timestamp=2026-11-22T10:00", "hs_note_body=Likes tea"),
    ("meeting", "hs_timestamp=2026-11-19T09:00", "hs_meeting_outcome=NO_SHOW", "hs_meeting_title=Missed"),
    ("meeting", "hs_timestamp=2026-11-30T09:00", "hs_meeting_outcome=SCHEDULED", "hs_meeting_title=Contract"),
    ("meeting", "hs_timestamp=2026-11-25T09:00", "hs_meeting_outcome=CANCELED", "hs_meeting_title=Tea"),
    ("task", "hs_timestamp=2026-11-22T12:00", "hs_task_subject=Overdue", "hs_task_status=NOT_STARTED"),
    ("task", "hs_timestamp=2026-11-26T09:00", "hs_task_subject=Call again", "hs_task_status=NOT_STARTED"),
    ("task", "hs_timestamp=2026-11-24T09:00", "hs_task_subject=Done early", "hs_task_status=COMPLETED"),
]


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """Ada with ten activities and three deals at Engines, of which two are won; Ben has nothing. It is 23 November."""
    workspace = make_office(tmp_path_factory.mktemp("office"))
    engines = made(workspace, "company", "name=Engines", "industry=COMPUTER_SOFTWARE")
    ada = made(workspace, "contact", "firstname=Ada", "email=ada@x.nl", links=((engines, None),))
    made(workspace, "contact", "firstname=Ben", "email=ben@x.nl")
    for name, *assignments in ACTIVITIES:
        made(workspace, name, *assignments, links=((ada, None),))
    for title, amount, stage, closed in [
        ("Mill", "1000.50", "closedwon", "2026-06-01"),
        ("Loom", "200", "closedwon", "2026-07-01"),
        ("Shed", "50", "contractsent", "2026-12-01"),
    ]:
        deal = made(workspace, "deal", f"dealname={title}", f"amount={amount}", links=((ada, None), (engines, None)))
        changed(workspace, deal, f"dealstage={stage}", f"closedate={closed}")
    return workspace


def told(workspace, object_name, *columns, **more):
    rows = list_records(workspace, ListRequest(object_name, columns=columns, **more)).rows
    return [row[1:] for row in rows]


@pytest.mark.parametrize(("column", "ada", "ben"), [
    ("num_notes", 10, 0),
    ("num_contacted_notes", 2, 0),
    ("notes_last_contacted", "2026-11-21T08:00:00Z", None),
    ("notes_last_updated", "2026-11-22T09:00:00Z", None),
    ("notes_next_activity_date", "2026-11-26T08:00:00Z", None),
    ("num_associated_deals", 3, 0),
    ("recent_deal_amount", "200", None),
    ("recent_deal_close_date", "2026-06-30T22:00:00Z", None),
    ("total_revenue", "1200.5", "0"),
    ("count(activities, object = meeting)", 3, 0),
    ("count(activities, object in (call, email) and at <= now)", 3, 0),
    ("any(activities, status = COMPLETED and object = task)", True, False),
    ("latest(activities, name, at <= now and name is known)", "Overdue", None),
    ("first(activities, outcome, object = meeting)", "NO_SHOW", None),
    ("latest(activities, text, object = note)", "Likes tea", None),
    ("max(tasks, due, not closed())", "2026-11-26T08:00:00Z", None),
    ("all(activities, owner is unknown)", True, True),
    ("company.industry", "COMPUTER_SOFTWARE", None),
    ("join(deals, dealname, amount > 100)", "Loom, Mill", None),
    ("latest(deals, dealname, hs_is_closed_won, amount)", "Mill", None),
    ("max(deals, hs_projected_amount)", "1000.5", None),
    ("avg(deals, amount)", "416.833333", None),
])  # fmt: skip
def test_of_contacts(office, column, ada, ben):
    found = [value for (value,) in told(office, "contact", column)]
    assert list(map(str, found)) == [str(ada), str(ben)]


@pytest.mark.parametrize(("column", "value"), [
    ("hs_num_open_deals", 1), ("hs_total_deal_value", "50"), ("total_revenue", "1200.5"),
    ("num_associated_contacts", 1), ("hs_num_decision_makers", 0), ("num_associated_deals", 3), ("num_notes", 0),
    ("hs_num_child_companies", 0), ("notes_last_contacted", None),
])  # fmt: skip
def test_of_companies(office, column, value):
    ((found,),) = told(office, "company", column)
    assert str(found) == str(value)


def test_of_deals(office):
    columns = ("hs_is_closed", "hs_is_closed_won", "hs_is_closed_lost", "hs_closed_amount", "hs_projected_amount")
    assert [tuple(map(str, row)) for row in told(office, "deal", *columns)] == [
        ("True", "True", "False", "1000.5", "1000.5"),
        ("True", "True", "False", "200", "200"),
        ("False", "False", "False", "0", "45"),
    ]


def test_of_line_items_to_the_cent(tmp_path):
    workspace = make_office(tmp_path)
    deal = made(workspace, "deal", "dealname=Mill")
    for given in [
        ("quantity=3", "price=19.99", "discount=0.995", "tax=10", "hs_cost_of_goods_sold=5"),
        ("quantity=2", "price=0.335", "hs_discount_percentage=10"),
        ("price=7",),
        ("quantity=2",),
    ]:
        made(workspace, "line_item", "name=Wheel", *given, links=((deal, None),))
    columns = ("hs_pre_discount_amount", "hs_total_discount", "amount", "hs_effective_unit_price",
               "hs_after_tax_amount", "hs_margin")  # fmt: skip
    assert [tuple(map(str, row)) for row in told(workspace, "line_item", *columns)] == [
        ("59.97", "2.99", "56.98", "18.993333", "66.98", "41.98"),
        ("0.67", "0.07", "0.6", "0.3", "0.6", "None"),
        ("7", "0", "7", "7", "7", "None"),
        ("None", "0", "None", "None", "None", "None"),
    ]
    assert told(workspace, "deal", "hs_num_of_associated_line_items", "sum(line_items, amount)") == [(4, "64.58")]


def test_by_a_label_and_from_both_ends(tmp_path):
    workspace = make_office(tmp_path)
    parent, child, other = (made(workspace, "company", f"name={name}") for name in ("Mother", "Daughter", "Friend"))
    link(workspace, LinkRequest(parent, child, "Parent Company"))
    link(workspace, LinkRequest(parent, other))
    columns = ("hs_num_child_companies", 'count(companies["Child Company"])', "count(companies)")
    assert told(workspace, "company", *columns) == [(1, 0, 2), (0, 1, 1), (0, 0, 1)]


def test_nothing_is_unset_and_unknown_is_neither(office):
    """A sum over nothing is 0, all else is unset; what is unset takes no part, and a comparison with it is unknown."""
    assert told(office, "contact", "sum(deals, amount)", "avg(deals, amount)", where="firstname = 'Ben'") == [
        ("0", None)
    ]
    for where, names in {
        "max(deals, amount) > 5": ["Ada"],
        "not max(deals, amount) > 5": [],
        "max(deals, amount) is unknown": ["Ben"],
        "all(deals, amount > 5)": ["Ada", "Ben"],
        "count(deals, closedate > 2026-11-01 or amount > 5) = 3": ["Ada"],
        "any(activities, outcome is unknown)": ["Ada"],
    }.items():
        assert [name for (name,) in told(office, "contact", "firstname", where=where)] == names, where


def test_in_filters_sorts_and_reports(office):
    assert told(office, "contact", "firstname", where="num_contacted_notes = 2 and total_revenue > 1000") == [("Ada",)]
    assert told(office, "contact", "firstname", sort=("-num_notes",), limit=1) == [("Ada",)]
    assert told(office, "contact", "firstname", sort=("num_notes",), limit=1) == [("Ben",)]
    assert [count_records(office, "contact", f"num_contacted_notes = {count}") for count in (0, 1, 2)] == [1, 0, 1]
    assert count_records(office, "deal", "hs_is_closed_won and contact.firstname = 'Ada'") == 2


def test_a_page_has_what_says_something(office):
    ada, ben = show(office, REF), show(office, Ref("contact", 2))
    fields = {field.name: field.text for group in ada.groups for field in group.fields}
    assert fields["notes_last_contacted"] == "2026-11-21 09:00"
    assert "num_notes" not in fields
    assert "notes_last_contacted" not in {field.name for group in ben.groups for field in group.fields}
    whole = show(office, ada.ref, all_properties=True)
    assert ("num_notes", "10") in {(field.name, field.text) for group in whole.groups for field in group.fields}


def test_is_never_set_and_left_out_of_an_import_with_a_word(office):
    with pytest.raises(RuleBroken, match=r"Last Contacted \(notes_last_contacted\) is calculated and cannot be set"):
        changed(office, REF, "notes_last_contacted=2026-01-01")
    header = ["Email", "Last Contacted", "Number of Associated Deals"]
    contact, deal = office.model.objects["contact"], office.model.objects["deal"]
    columns = map_columns(office, contact, Sample("x.csv", header, [[], [], []])).columns
    assert [column.kind for column in columns[1:]] == [ColumnKind.CALCULATED] * 2
    assert mapping_notes(columns, contact) == ["Not imported: calculated: Last Contacted, Number of Associated Deals"]
    stage = ["Deal Name", 'Date entered "Closed Won (Sales Pipeline)"']
    _, entered = map_columns(office, deal, Sample("x.csv", stage, [[], []])).columns
    assert (entered.kind, entered.target) == (ColumnKind.CALCULATED, "hs_v2_date_entered_closedwon")


def kept(workspace):
    return json.loads((Path(workspace.cache) / "calculated.json").read_text(encoding="utf-8"))


def shown(workspace, ref=REF):
    """The calculated properties on a record's page."""
    fields = [field for group in show(workspace, ref).groups for field in group.fields]
    properties = workspace.model.objects[ref.object_name].properties
    return {field.name: field.stored for field in fields if properties[field.name].formula}


def test_a_page_computes_by_what_was_compiled_before(office, monkeypatch):
    first = shown(office)
    assert first == {
        "notes_last_contacted": "2026-11-21T08:00:00Z",
        "notes_last_updated": "2026-11-22T09:00:00Z",
        "notes_next_activity_date": "2026-11-26T08:00:00Z",
    }
    assert "contact 1" in kept(office)["statements"]
    monkeypatch.setattr("crmcli.services.calculated.compile_lasting", None)
    assert shown(office) == first
    assert shown(later(office, minutes=13 * 60)) == first  # the same day, near its end


def test_by_the_moment_of_the_page_and_by_the_schema_the_day_and_the_person_of_today(tmp_path):
    workspace = make_office(tmp_path)
    ada = made(workspace, "contact", "firstname=Ada")
    made(workspace, "call", "hs_timestamp=2026-11-23T12:00", "hs_call_status=COMPLETED", links=((ada, None),))
    assert shown(workspace) == {}
    assert shown(later(workspace, minutes=120)) == {
        "notes_last_contacted": "2026-11-23T11:00:00Z",
        "notes_last_updated": "2026-11-23T11:00:00Z",
    }
    own = "properties:\n  mine:  {label: Mine, type: string, formula: \"concat(firstname, ' ', today)\"}\n"
    schemas = Path(workspace.root) / "schemas"
    schemas.mkdir(exist_ok=True)
    (schemas / "contact.yaml").write_text(own, encoding="utf-8")
    workspace = reopened(tmp_path)
    assert shown(workspace)["mine"] == "Ada 2026-11-23"
    assert shown(later(workspace, minutes=24 * 60))["mine"] == "Ada 2026-11-24"
    (schemas / "contact.yaml").write_text(own.replace("' ', today", "' or ', if owner = me then 'me' else 'you'"))
    workspace = reopened(tmp_path)
    changed(workspace, ada, "owner=ada@king.nl")
    assert shown(workspace)["mine"] == "Ada or me"
    assert shown(replace(workspace, context=replace(workspace.context, me="ben")))["mine"] == "Ada or you"


def test_what_cannot_be_kept_is_computed_all_the_same(tmp_path):
    workspace = make_office(tmp_path)
    schemas = Path(workspace.root) / "schemas"
    schemas.mkdir(exist_ok=True)
    formula = "properties:\n  soon:  {label: Soon, type: datetime, formula: now + 3h}\n"
    (schemas / "contact.yaml").write_text(formula, encoding="utf-8")
    workspace = reopened(tmp_path)
    made(workspace, "contact", "firstname=Ada")
    for _ in range(2):
        assert shown(workspace) == {"soon": "2026-11-23T12:30:00Z"}
    assert shown(later(workspace)) == {"soon": "2026-11-23T12:31:00Z"}
    assert kept(workspace)["statements"] == {"contact 0": [["soon"]]}
    (Path(workspace.cache) / "calculated.json").write_text("[{", encoding="utf-8")
    assert shown(workspace) == {"soon": "2026-11-23T12:30:00Z"}
