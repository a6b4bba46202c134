"""Activity totals and response times, against a small store counted by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from crmcli.services.activities import LogActivity, log_activity
from crmcli.services.assignments import parse_assignments
from crmcli.services.lists import ListRequest, list_records
from crmcli.services.reporting.activities import NoActivityHas
from crmcli.services.reporting.request import ReportRequest
from crmcli.services.reporting.running import run_report
from crmcli.services.users import NewUser, add_user
from office import changed, made, make_office, reopened

MINUTE = 60_000
HOUR = 60 * MINUTE


def at(tmp_path, text):
    """The office at a moment, by the clock of Amsterdam in winter."""
    return reopened(tmp_path, moment=datetime.fromisoformat(f"{text}+01:00").astimezone(UTC))


def logged(workspace, word, refs, **more):
    assignments = parse_assignments(more.pop("assignments", []))
    return log_activity(workspace, LogActivity(word, refs, "Hello", assignments, **more)).refs[0]


def cells(table):
    return [row.cells for row in table.rows]


@pytest.fixture
def office(tmp_path):
    """It is 23 November, 10:30: four activities in October, six in November, three planned."""
    first = make_office(tmp_path)
    add_user(first, NewUser("Ben Nevis", email="ben@king.nl"))
    now = reopened(tmp_path)
    ben = made(now, "contact", "firstname=Ben")
    logged(now, "call", (ben,), at="2026-10-05 10:00")
    logged(now, "email", (ben,), at="2026-10-06 10:00")
    logged(now, "email", (ben,), at="2026-10-07 10:00", assignments=["direction=INCOMING_EMAIL"])
    logged(now, "meeting", (ben,), at="2026-10-31 23:30", assignments=["outcome=NO_SHOW"])
    logged(now, "call", (ben,), at="2026-11-02 10:00", assignments=["owner=ben_nevis"])
    logged(now, "call", (ben,))
    logged(now, "note", (ben,), assignments=["owner=ben_nevis"])
    logged(now, "sms", (ben,))
    task = logged(now, "task", (ben,), at="2026-10-20")
    changed(now, task, "status=COMPLETED")  # done now, in November
    logged(now, "task", (ben,), at="2026-11-01")
    logged(now, "meeting", (ben,), at="2026-11-24 10:00")
    logged(now, "call", (ben,), at="2026-11-23 10:31")
    return reopened(tmp_path)


def test_by_type(office):
    table = run_report(office, "activities", ReportRequest())
    assert {name: figures for name, *figures in cells(table)} == {
        "call": [3, 3],
        "email": [2, 1],
        "meeting": [1, 0],
        "note": [1, 0],
        "communication": [1, 1],
        "task": [1, 0],
    }
    assert table.totals.cells == (None, 9, 5)


def test_by_owner(office):
    table = run_report(office, "activities", ReportRequest(by="owner", where="hs_timestamp >= 2026-11-01"))
    found = {(who, what): (count, contacting) for who, what, count, contacting in cells(table)}
    assert found == {
        ("ada_king", "call"): (1, 1),
        ("ada_king", "communication"): (1, 1),
        ("ben_nevis", "call"): (1, 1),
        ("ben_nevis", "note"): (1, 0),
    }
    assert [row[0] for row in cells(table)] == ["ada_king", "ada_king", "ben_nevis", "ben_nevis"]


def test_by_team(office, tmp_path):
    settings = Path(office.root, "crm.toml")
    settings.write_text(settings.read_text().replace("[users.ben_nevis]", '[users.ben_nevis]\nteam = "North"'))
    table = run_report(reopened(tmp_path), "activities", ReportRequest(by="team"))
    assert {row[1]: row[2:] for row in cells(table) if row[0] == "North"} == {"call": (1, 1), "note": (1, 0)}
    assert table.totals.cells == (None, None, 9, 5)
    calls = next(row.behind for row in table.rows if row.cells[:2] == ("North", "call"))
    listing = list_records(reopened(tmp_path), ListRequest(calls.object_name, calls.where, keys=calls.keys))
    assert len(list(listing.rows)) == 1


def test_by_month_and_what_is_behind_a_row(office):
    table = run_report(office, "activities", ReportRequest(by="month"))
    months = {}
    for month, _, count, _ in cells(table):
        months[month] = months.get(month, 0) + count
    assert months == {"2026-10-01": 4, "2026-11-01": 5}
    (calls,) = (row for row in table.rows if row.cells[:2] == ("2026-11-01", "call"))
    behind = calls.behind
    listing = list_records(office, ListRequest(behind.object_name, behind.where, keys=behind.keys))
    assert len(list(listing.rows)) == calls.cells[2] == 2


def test_of_a_period(office):
    table = run_report(office, "activities", ReportRequest(period="last month"))
    assert table.totals.cells == (None, 4, 2)


def test_by_what_only_some_have(office):
    table = run_report(office, "activities", ReportRequest(by="direction"))
    assert [(way, what, count) for way, what, count, _ in cells(table)] == [
        ("Incoming email", "email", 1),
        ("Outgoing email", "email", 1),
        (None, "call", 3),
    ]
    with pytest.raises(NoActivityHas, match="No activity has"):
        run_report(office, "activities", ReportRequest(by="colour"))


def test_how_soon_leads_were_contacted(tmp_path):
    make_office(tmp_path)
    monday = at(tmp_path, "2026-11-16T09:00")
    person = made(monday, "contact", "firstname=Zed")
    names = ("Quick", "Slow", "Never", "Before")
    leads = {name: made(monday, "lead", f"name={name}", "owner=me", links=((person, None),)) for name in names}
    logged(monday, "call", (leads["Before"],), at="2026-11-15 12:00")  # before it was a lead
    logged(at(tmp_path, "2026-11-16T09:30"), "call", (leads["Quick"],), only=True)
    logged(at(tmp_path, "2026-11-16T17:00"), "call", (leads["Quick"],), only=True)
    logged(at(tmp_path, "2026-11-16T10:00"), "note", (leads["Slow"],), only=True)
    logged(at(tmp_path, "2026-11-18T09:00"), "email", (leads["Slow"],), only=True)
    logged(at(tmp_path, "2026-11-18T09:00"), "call", (leads["Never"],), only=True, at="2026-12-01")  # planned
    office = reopened(tmp_path)
    table = run_report(office, "lead-response", ReportRequest())
    average = (30 * MINUTE + 48 * HOUR) // 2
    assert cells(table) == [("ada_king", 4, 2, "0.5", average, average, 1, 1)]
    assert table.rows[0].behind.ids == tuple(lead.id for lead in leads.values())
    stage = run_report(office, "lead-response", ReportRequest(by="name", where='name = "Quick"'))
    assert cells(stage) == [("Quick", 1, 1, "1", 30 * MINUTE, 30 * MINUTE, 1, 1)]
    assert run_report(office, "lead-response", ReportRequest(period="last month")).rows == ()
    people = run_report(office, "lead-response", ReportRequest(object_name="contacts"))
    assert cells(people)[0][1:3] == (1, 0)  # `only` kept the activities off the person


def test_messages_of_ours_are_replies(tmp_path):
    make_office(tmp_path)
    monday = at(tmp_path, "2026-11-16T09:00")
    ticket = made(monday, "ticket", "subject=Broken", "priority=High")
    conversation = made(monday, "conversation", "subject=Broken", links=((ticket, None),))
    logged(at(tmp_path, "2026-11-16T09:10"), "reply", (conversation,), assignments=["direction=INCOMING"])
    logged(at(tmp_path, "2026-11-16T11:00"), "reply", (conversation,))
    table = run_report(reopened(tmp_path), "first-reply", ReportRequest())
    assert cells(table) == [("HIGH", 1, 1, 0, 0, 2 * HOUR, 2 * HOUR, 2 * HOUR)]
