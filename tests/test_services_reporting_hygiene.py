"""Hygiene: each thing that is looked for, against records made to be found or not."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from crmcli.services.activities import LogActivity, log_activity
from crmcli.services.associations import LinkRequest, link
from crmcli.services.reporting.request import ReportRequest
from crmcli.services.reporting.running import run_report
from crmcli.services.reporting.service_rules import RulesRefused
from crmcli.services.schema import check
from office import changed, made, make_office, reopened


def findings(workspace, **said):
    table = run_report(workspace, "hygiene", ReportRequest(**said))
    return {row.cells[0]: row.cells[2] for row in table.rows}


def ids_behind(workspace, title):
    from crmcli.services.lists import ListRequest, list_records

    table = run_report(workspace, "hygiene", ReportRequest())
    behind = next(row.behind for row in table.rows if row.cells[0] == title)
    listing = list_records(workspace, ListRequest(behind.object_name, behind.where, ids=behind.ids))
    return [row[0] for row in listing.rows]


@pytest.fixture
def office(tmp_path):
    return make_office(tmp_path)


def test_deals(office):
    ada = made(office, "contact", "firstname=Ada", "email=ada@acme.example")
    late = made(office, "deal", "name=Late", "closedate=2026-11-22", "hs_next_step=Call")
    today = made(office, "deal", "name=Today", "closedate=2026-11-23", "hs_next_step=Call")
    planned = made(office, "deal", "name=Planned")
    lost = made(office, "deal", "name=Lost", "stage=closedlost", "closedate=2026-11-01")
    for deal in (late, planned):
        link(office, LinkRequest(deal, ada))
    log_activity(office, LogActivity("task", (planned,), "Send the offer", at="2026-11-20"))
    assert findings(office, object_name="deals") == {
        "Deals past their close date": 1,
        "Deals without contact": 1,
        "Orphaned deals": 2,
    }
    assert ids_behind(office, "Deals past their close date") == [late.id]
    assert ids_behind(office, "Deals without contact") == [today.id]
    assert ids_behind(office, "Orphaned deals") == [today.id, lost.id]


def test_a_next_step_is_written_or_planned(office):
    bare = made(office, "deal", "name=Bare")
    called = made(office, "deal", "name=Called")
    meets = made(office, "deal", "name=Meets")
    done = made(office, "deal", "name=Done")
    log_activity(office, LogActivity("call", (called,), "No answer"))
    log_activity(office, LogActivity("meeting", (meets,), "Demo", at="2026-11-24 10:00"))
    written = log_activity(office, LogActivity("task", (done,), "Send it"))
    changed(office, written.refs[0], "status=COMPLETED")
    assert ids_behind(office, "Deals without next step") == [bare.id, called.id, done.id]


def test_contacts_and_leads(office):
    acme = made(office, "company", "name=Acme")
    ada = made(office, "contact", "firstname=Ada", "email=ada@acme.example", "owner=me", "lifecyclestage=lead")
    ben = made(office, "contact", "firstname=Ben", "lifecyclestage=customer")
    link(office, LinkRequest(ada, acme))
    assert findings(office, object_name="contact") == {"Contacts without e-mail": 1, "Contacts without company": 1}
    assert ids_behind(office, "Contacts without e-mail") == [ben.id]
    assert findings(office, where='firstname = "Ada"', object_name="contact") == {}


def test_the_sum_is_what_fail_over_counts(office):
    made(office, "contact", "firstname=Ben")
    table = run_report(office, "hygiene", ReportRequest())
    assert table.findings == 2
    assert table.totals.cells[2] == 2
    assert "1 other check found nothing" in table.notes


def test_standing_still_is_by_the_median_of_those_that_moved_on(tmp_path):
    make_office(tmp_path)

    def at(day):
        return reopened(tmp_path, moment=datetime.fromisoformat(f"2026-{day}").replace(tzinfo=UTC))

    for days in (2, 3, 4, 5, 30):  # and the lost one after 9: the median is 4.5 days
        deal = made(at("10-01"), "deal", f"name=After {days}")
        changed(at(f"10-{1 + days:02}"), deal, "stage=qualifiedtobuy")
    fresh = made(at("11-16"), "deal", "name=Fresh")
    still = made(at("11-13"), "deal", "name=Still")
    lost = made(at("11-01"), "deal", "name=Lost")
    changed(at("11-10"), lost, "stage=closedlost")
    office = at("11-23")
    assert ids_behind(office, "Deals that stand still") == [still.id]  # 10 days; nobody has left the second stage
    Path(office.root, "hygiene.yaml").write_text(
        "Deals that stand still: {object: deal, stage_age: 1.5, stays: 6, where: not closed()}"
    )
    assert ids_behind(office, "Deals that stand still") == [fresh.id, still.id]  # 7 days
    rules = Path(office.root, "hygiene.yaml")
    rules.write_text(rules.read_text().replace("6", "7"))
    assert "Deals that stand still" not in findings(office)  # too few to say what is usual


def test_a_workspace_looks_for_its_own(office):
    made(office, "contact", "firstname=Ben")
    Path(office.root, "hygiene.yaml").write_text("""
Contacts without e-mail: {off: true}
Contacts without company: {object: contact, where: 'company is unknown and count(companies) = 0'}
Bens: {object: people, where: 'firstname = "Ben"'}
""")
    assert findings(office) == {"Contacts without company": 1, "Bens": 1}
    assert check(office.root) == []


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("Bens: {where: amount > 1}", 'hygiene.yaml:1: "Bens" names no object', "object: deal"),
        ("Bens: {object: peple, where: id > 1}", 'there is no object "peple"', "contact"),
        ("Bens: {object: contact}", '"Bens" does not say what is found', "where"),
        (
            "Bens:\n  object: contact\n  where: frstname is known",
            'hygiene.yaml:3: column 1: "frstname" is not a',
            "firstname",
        ),
        ("Bens: {object: contact, stage_age: 2}", "Contacts have no pipelines", ""),
        ("Bens: {object: deal, stage_age: fast}", '"stage_age" cannot be "fast"', "number"),
        ("Bens: {objct: deal}", '"objct" is no key', "object"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(office, text, message, hint):
    Path(office.root, "hygiene.yaml").write_text(text)
    with pytest.raises(RulesRefused) as caught:
        run_report(office, "hygiene", ReportRequest())
    assert message in caught.value.message
    assert hint in caught.value.hint
    (problem, *_) = check(office.root)
    assert f"{problem.where}: {problem.message}" == caught.value.message
