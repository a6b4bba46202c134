"""The record page."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crmcli.services.associations import LinkRequest, link
from crmcli.services.diff import diff
from crmcli.services.edit import records_for_edit
from crmcli.services.references import Ref, UnknownReference
from crmcli.services.show import show, with_timeline
from crmcli.services.titles import title, titles
from office import changed, later, made, make_office, reopened

ADA = Ref("contact", 1)


@pytest.fixture
def office(tmp_path):
    workspace = make_office(tmp_path)
    made(workspace, "contact", "name=Ada King", "email=ada@example.com", "jobtitle=Boss")
    return workspace


def fields(page):
    return {field.name: field.text for group in page.groups for field in group.fields}


def test_the_page_has_title_and_what_is_set_in_schema_order(office):
    page = show(office, ADA)
    assert (page.ref, page.object_label, page.title, page.secondary) == (ADA, "Contact", "Ada King", "Boss")
    assert fields(page)["email"] == "ada@example.com"
    assert "phone" not in fields(page)
    schema = list(office.model.objects["contact"].groups.values())
    shown = [group.label for group in page.groups]
    assert shown == [label for label in schema if label in shown]


def test_all_properties_are_shown_when_asked_for(office):
    page = show(office, ADA, all_properties=True)
    assert set(fields(page)) == set(office.model.objects["contact"].properties)
    assert fields(page)["phone"] == ""


def test_the_last_change_is_derived_from_the_journal(office):
    assert fields(show(office, ADA))["lastmodifieddate"].startswith("2026-11-23 10:30")
    changed(later(office, minutes=5), ADA, "jobtitle=Queen")
    assert fields(show(office, ADA))["lastmodifieddate"].startswith("2026-11-23 10:35")


def test_associations_are_grouped_by_object_with_a_total(office):
    for number in range(3):
        other = made(office, "contact", f"firstname=Friend {number}")
        link(office, LinkRequest(ADA, other, "Manager" if number == 2 else None))
    acme = made(office, "company", "name=Acme")
    link(office, LinkRequest(ADA, acme))
    groups = {group.object_name: group for group in show(office, ADA, associations=2).associations}
    assert list(groups) == [name for name in office.model.objects if name in groups]
    assert [(line.title, line.labels) for line in groups["contact"].lines] == [
        ("Friend 2", ("Manager",)),
        ("Friend 0", ()),
    ]
    assert groups["contact"].total == 3
    assert [(line.ref, line.primary) for line in groups["company"].lines] == [(acme, True)]


def test_history_comes_on_request(office):
    assert show(office, ADA).history == ()
    assert [line.event for line in show(office, ADA, history=True).history] == ["created"]


def test_what_the_schema_does_not_know_is_kept_apart(office, tmp_path):
    path = Path(office.root, "data/contact/00000.json")
    data = json.loads(path.read_text())
    data["contact"]["1"]["shoe_size"] = 38
    path.write_text(json.dumps(data, indent=2, ensure_ascii=False))
    assert show(reopened(tmp_path), ADA).extra == {"shoe_size": 38}


def test_calculated_properties_are_computed_for_the_page(office, tmp_path):
    overlay = (
        "properties:\n  twice: {label: Twice, type: number, fieldType: number, format: money, formula: amount * 2}\n"
    )
    Path(office.root, "schemas/deal.yaml").write_text(overlay)
    office = reopened(tmp_path)
    page = show(office, made(office, "deal", "name=Big one", "amount=10.50"))
    assert fields(page)["twice"] == "21.00 EUR"
    assert page.groups[-1].label == "Other"
    assert "twice" not in fields(show(office, made(office, "deal", "name=Unpriced")))


def test_amounts_are_in_the_records_own_currency(office):
    deal = made(office, "deal", "name=Far", "amount=1200", "deal_currency_code=USD")
    assert fields(show(office, deal))["amount"] == "1,200.00 USD"
    written = changed(office, deal, "amount=1300", "deal_currency_code=JPY")
    assert ("1,200.00 USD", "1,300 JPY") in [(line.old_text, line.new_text) for line in written.changes]
    assert "1,300 JPY" in [line.new_text for line in diff(office).lines]
    (line,) = show(office, deal, history=True).history[1:2]
    assert line.new_text == "1,300 JPY"
    (record,) = records_for_edit(office, [deal]).records
    assert record.values["amount"] == "1,300 JPY"


def test_a_merged_record_shows_what_it_was_merged_into(office, tmp_path):
    path = Path(office.root, "data/contact/00000.json")
    data = json.loads(path.read_text())
    operation = office.store.log.operations(1)[0].id
    data["tombstones"] = {"7": {"kind": "merged", "operation": operation, "into": 1}}
    path.write_text(json.dumps(data, indent=2, ensure_ascii=False))
    assert show(reopened(tmp_path), Ref("contact", 7)).ref == ADA


def test_a_record_that_is_not_there_is_not_shown(office):
    with pytest.raises(UnknownReference):
        show(office, Ref("contact", 9))


def test_titles_fall_back_to_a_key_and_then_to_the_reference(office):
    keyed, bare = made(office, "contact", "email=x@y.nl"), made(office, "contact", "jobtitle=Boss", force=True)
    assert titles(office, [ADA, keyed, bare, Ref("contact", 9)]) == {
        ADA: "Ada King",
        keyed: "x@y.nl",
        bare: "contact:3",
    }
    assert title(office, Ref("contact", 9)) == "contact:9"


def test_a_page_is_shown_though_an_associated_record_cannot_be_read(office, tmp_path):
    company = made(office, "company", "name=Acme")
    link(office, LinkRequest(ADA, company))
    Path(office.root, "data", "company", "00000.json").write_text("")
    page = show(reopened(tmp_path), ADA)
    ((line,),) = (group.lines for group in page.associations)
    assert (line.ref, line.title) == (company, '("data/company/00000.json" is damaged: it is empty)')


def test_an_activity_is_called_by_its_name_or_how_its_text_begins(office):
    call = made(office, "call", "text=Wants blue labels\nand more")
    named = made(office, "call", "name=Budget", "text=Wants blue labels")
    page = made(office, "note", "text=<p>Likes <b>blue</b></p><p>labels</p>")
    long = made(office, "note", f"text={'word ' * 30}")
    found = titles(office, [call, named, page, long])
    assert [found[ref] for ref in (call, named, page)] == ["Wants blue labels", "Budget", "Likes blue"]
    assert (len(found[long]), found[long][-5:]) == (80, "word…")


def test_the_latest_activities_stand_on_the_page_when_asked_for(office):
    assert with_timeline(office, show(office, ADA)).timeline is None
    for day in range(1, 8):
        made(office, "note", f"at=2026-11-0{day}", f"text=Day {day}", links=((ADA, None),))
    for day in (25, 26, 27):
        made(office, "task", f"due=2026-11-{day}", f"name=Due {day}", links=((ADA, None),))
    page = show(office, ADA)
    assert page.timeline is None
    timeline = with_timeline(office, page).timeline
    assert [entry.title for entry in timeline.upcoming] == ["Due 25", "Due 26"]
    assert [entry.text for entry in timeline.past] == ["Day 7", "Day 6", "Day 5"]
    assert timeline.total == 10
    assert {group.object_name: group.activities for group in page.associations} == {"task": True, "note": True}


def test_the_page_of_a_conversation_is_what_was_said_in_order(office):
    talk = made(office, "conversation", "subject=Hi", links=((ADA, None),))
    assert with_timeline(office, show(office, talk)).timeline is None
    for hour, text in ((11, "Second"), (10, "First")):
        made(office, "message", f"at=2026-11-20 {hour}:00", f"text={text}", links=((talk, None),))
    timeline = with_timeline(office, show(office, talk)).timeline
    assert (timeline.is_thread, [entry.text for entry in timeline.past]) == (True, ["First", "Second"])
    assert not with_timeline(office, show(office, ADA)).timeline.is_thread
