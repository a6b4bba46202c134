"""Reports on service, against tickets whose times were worked out by hand."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from crmcli.services.activities import LogActivity, log_activity
from crmcli.services.as_of import workspace_at
from crmcli.services.assignments import parse_assignments
from crmcli.services.references import Ref
from crmcli.services.reporting.request import ReportRequest
from crmcli.services.reporting.running import run_report
from crmcli.services.reporting.service_rules import RulesRefused
from office import changed, made, make_office, reopened

HOUR = 3_600_000


def at(tmp_path, text):
    """The office at a moment, by the clock of Amsterdam: in November an hour before UTC."""
    moment = datetime.fromisoformat(f"{text}:00+01:00").astimezone(UTC)
    return reopened(tmp_path, moment=moment)


def logged(workspace, word, ref, **more):
    log_activity(workspace, LogActivity(word, (ref,), "Hello", parse_assignments(more.pop("assignments", [])), **more))


@pytest.fixture
def office(tmp_path):
    """Five tickets; it is Monday, 23 November, 10:30 in Amsterdam, and the office is open from 9 to 17."""
    make_office(tmp_path)
    old = made(at(tmp_path, "2026-10-01T12:00"), "ticket", "subject=Old", "priority=Low")
    assert old.id == 1
    # Monday noon to Tuesday noon, closed without a word: 8 hours.
    silent = made(at(tmp_path, "2026-11-16T12:00"), "ticket", "subject=Silent")
    changed(at(tmp_path, "2026-11-17T12:00"), silent, "stage=Closed")
    # Thursday 10:00; replied to at 13:00; waits for the customer from 14:00 to Friday 10:00; closed on Friday at 12:00.
    paused = made(at(tmp_path, "2026-11-19T10:00"), "ticket", "subject=Paused", "priority=High")
    logged(at(tmp_path, "2026-11-19T13:00"), "call", paused)
    changed(at(tmp_path, "2026-11-19T14:00"), paused, "stage=Waiting on contact")
    changed(at(tmp_path, "2026-11-20T10:00"), paused, "stage=Waiting on us")
    changed(at(tmp_path, "2026-11-20T12:00"), paused, "stage=Closed")
    # Friday 9:00; the customer writes again at 9:30, a note at 10:00 is for us, the reply goes out at 11:00.
    late = made(at(tmp_path, "2026-11-20T09:00"), "ticket", "subject=Late", "priority=Urgent")
    logged(at(tmp_path, "2026-11-20T09:30"), "email", late, assignments=["direction=INCOMING_EMAIL"])
    logged(at(tmp_path, "2026-11-20T10:00"), "note", late)
    logged(at(tmp_path, "2026-11-20T11:00"), "email", late)
    # Friday 16:00, and nobody has replied yet: 2.5 hours. A call is planned.
    fresh = made(at(tmp_path, "2026-11-20T16:00"), "ticket", "subject=Fresh", "priority=High")
    logged(at(tmp_path, "2026-11-20T16:05"), "call", fresh, at="2026-11-24 10:00")
    return reopened(tmp_path)


def cells(table):
    return [row.cells for row in table.rows]


def test_what_is_open_by_stage_and_age(office):
    table = run_report(office, "backlog", ReportRequest())
    age = 53 * 24 * HOUR - 3 * HOUR // 2
    assert cells(table) == [("1", 0, 1, 1, 0, 1, 3, age)]
    assert table.rows[0].behind.ids == (1, 4, 5)
    by_priority = run_report(office, "backlog", ReportRequest(by="priority"))
    assert [(row[0], row[6]) for row in cells(by_priority)] == [("LOW", 1), ("HIGH", 1), ("URGENT", 1)]
    assert by_priority.totals.cells[6] == 3


def test_how_soon_tickets_were_replied_to(office):
    table = run_report(office, "first-reply", ReportRequest())
    assert cells(table) == [
        ("LOW", 1, 0, 1, 0, None, None, None),
        ("HIGH", 2, 1, 1, 0, 3 * HOUR, 3 * HOUR, 3 * HOUR),
        ("URGENT", 1, 1, 0, 0, 2 * HOUR, 2 * HOUR, 2 * HOUR),
        (None, 1, 0, 0, 1, None, None, None),
    ]
    assert table.totals.cells == (None, 5, 2, 2, 1, HOUR * 5 // 2, HOUR * 5 // 2, HOUR * 5 // 2)


def test_a_period_is_of_when_they_were_created(office):
    table = run_report(office, "first-reply", ReportRequest(period="2026-10"))
    assert cells(table) == [("LOW", 1, 0, 1, 0, None, None, None)]


def test_how_long_tickets_took_without_the_pauses(office):
    table = run_report(office, "time-to-close", ReportRequest())
    assert cells(table) == [("HIGH", 1, 6 * HOUR, 6 * HOUR, 26 * HOUR), (None, 1, 8 * HOUR, 8 * HOUR, 24 * HOUR)]
    friday = run_report(office, "time-to-close", ReportRequest(period="2026-11-20"))
    assert [row[0] for row in cells(friday)] == ["HIGH"]


def test_which_targets_were_met(office):
    table = run_report(office, "sla", ReportRequest())
    assert cells(table) == [
        ("LOW", "First reply", 16 * HOUR, 0, 1, 0, "0"),
        ("LOW", "Close", 80 * HOUR, 0, 1, 0, "0"),
        ("HIGH", "First reply", 4 * HOUR, 1, 0, 1, "1"),
        ("HIGH", "Close", 24 * HOUR, 1, 0, 1, "1"),
        ("URGENT", "First reply", HOUR, 0, 1, 0, "0"),
        ("URGENT", "Close", 8 * HOUR, 0, 1, 0, "0"),  # open for 9.5 hours
        (None, "First reply", 8 * HOUR, 1, 0, 0, "1"),  # by closing it, just in time
        (None, "Close", 40 * HOUR, 1, 0, 0, "1"),
    ]
    assert table.totals.cells == (None, None, None, 4, 4, 2, "0.5")
    assert table.findings == 4
    assert table.rows[4].behind.ids == (4,)


def test_time_closed_does_not_count_when_a_ticket_comes_back(office, tmp_path):
    changed(at(tmp_path, "2026-11-23T09:00"), made(office, "ticket", "subject=Other"), "priority=Low")  # another one
    silent = run_report(office, "time-to-close", ReportRequest(where='subject = "Silent"')).rows[0].behind
    ref = next(iter(office.store.records(silent.object_name, silent.ids)))
    changed(at(tmp_path, "2026-11-19T12:00"), _ref(ref), "stage=New")
    changed(at(tmp_path, "2026-11-19T15:00"), _ref(ref), "stage=Closed")
    table = run_report(reopened(tmp_path), "time-to-close", ReportRequest(where='subject = "Silent"'))
    assert cells(table) == [(None, 1, 11 * HOUR, 11 * HOUR, 75 * HOUR)]


def _ref(record):
    return Ref(record.object_name, record.id)


def test_a_workspace_says_its_own_rules(office):
    text = """
hours: {mon: "09:00-12:00, 13:00-17:00", thu: 10:00-14:00, fri: 10:00-11:00}
holidays: [2026-11-23]
targets: {high: {first_reply: 30m}}
pause: []
"""
    Path(office.root, "service.yaml").write_text(text)
    table = run_report(office, "sla", ReportRequest(where="priority = HIGH"))
    # 3 hours on Thursday; from Friday 16:00 on nobody was there.
    assert cells(table) == [("HIGH", "First reply", HOUR // 2, 0, 1, 1, "0")]
    closed = run_report(office, "time-to-close", ReportRequest(where="priority = HIGH"))
    assert cells(closed) == [("HIGH", 1, 5 * HOUR, 5 * HOUR, 26 * HOUR)]
    assert "Target of high: first reply within 30m." in table.definition


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("object: tikcet", 'service.yaml:1: there is no object "tikcet"', "ticket"),
        ("object: contact", "service.yaml:1: Contacts have no pipelines", "open and closed"),
        ("hours: {mon: 9-17}", 'service.yaml:1: "9-17" are no hours of a day', "09:00-17:00"),
        ("hours: {mon: 17:00-09:00}", '"17:00-09:00" are no hours', "09:00-17:00"),
        ("hours: {mon: '09:00-12:00, 11:00-17:00'}", "are no hours of a day", "09:00-17:00"),
        ("holidays: [Christmas]", 'service.yaml:1: "Christmas" is no day', "2026-12-25"),
        ("targets:\n  Hihg: {close: 1h}", 'service.yaml:2: "Hihg" is no priority of tickets', "High"),
        ("targets:\n  High: {close: soon}", 'service.yaml:2: "soon" is not a length of time', "1h 30m"),
        ("pause: [Waiting]", 'service.yaml:1: Tickets have no stage "Waiting"', "Waiting on"),
        ("hors: {}", '"hors" is no key', "hours"),
    ],
)
def test_what_is_wrong_with_the_rules_is_said_with_its_line(office, text, message, hint):
    Path(office.root, "service.yaml").write_text(text)
    with pytest.raises(RulesRefused) as caught:
        run_report(office, "sla", ReportRequest())
    assert message in caught.value.message
    assert hint in caught.value.hint


def test_as_it_was(office):
    """On Thursday at 15:00 the paused ticket had waited for an hour: 4 hours counted of 5."""
    past = workspace_at(office, datetime.fromisoformat("2026-11-19T15:00:00+01:00"))
    table = run_report(past, "backlog", ReportRequest())
    assert [(row[0], row[6]) for row in cells(table)] == [("1", 1), ("2", 1)]
    assert cells(run_report(past, "sla", ReportRequest(where="priority = high"))) == [
        ("HIGH", "First reply", 4 * HOUR, 1, 0, 0, "1"),
        ("HIGH", "Close", 24 * HOUR, 0, 0, 1, None),
    ]
    assert run_report(past, "time-to-close", ReportRequest()).totals.cells[1] == 1
    past.store.close()


@pytest.mark.parametrize("seed", range(3))
def test_random_tickets_minute_by_minute(tmp_path, seed):
    """The times of tickets, against a walk through their minutes: open hours, in stages in which it is our move."""
    chance = random.Random(seed)
    start = datetime(2026, 10, 23, 6, 0, tzinfo=UTC)  # a Friday; in the night to Sunday the clock is put back
    hours = '{mon: "08:30-12:15, 13:00-17:00", fri: 09:00-17:00, sun: 00:00-06:00}'
    Path(make_office(tmp_path).root, "service.yaml").write_text(f"hours: {hours}")
    expected = {}
    for number in range(5):
        minutes = sorted(chance.sample(range(5000), chance.randint(3, 6)))
        stages = ["1", *(chance.choice("1234") for _ in minutes[1:])]
        replied = chance.choice([None, *range(minutes[0], 5000)])
        ticket = made(
            reopened(tmp_path, moment=start + timedelta(minutes=minutes[0])), "ticket", f"subject=Number {number}"
        )
        for minute, stage in zip(minutes[1:], stages[1:], strict=True):
            changed(reopened(tmp_path, moment=start + timedelta(minutes=minute)), ticket, f"stage={stage}")
        if replied is not None:
            when = (start + timedelta(minutes=replied)).isoformat()
            log_activity(reopened(tmp_path, moment=start + timedelta(days=9)), LogActivity("call", (ticket,), at=when))
        counted = {minute: _counts(start, minute, minutes, stages) for minute in range(minutes[0], 5000)}
        closed = _closed_at(minutes, stages)
        expected[f"Number {number}"] = tuple(
            None if end is None else sum(counted[minute] for minute in range(minutes[0], end)) * HOUR // 60
            for end in (replied, closed)
        )
    office = reopened(tmp_path, moment=start + timedelta(days=10))
    replies = {row[0]: row[5] for row in cells(run_report(office, "first-reply", ReportRequest(by="subject")))}
    closings = {row[0]: row[2] for row in cells(run_report(office, "time-to-close", ReportRequest(by="subject")))}
    assert {name: (replies[name], closings.get(name)) for name in expected} == expected


def _counts(start, minute, minutes, stages):
    """Whether a minute counts: the office is open, and the stage is neither waiting for the customer nor closed."""
    stage = [stage for begun, stage in zip(minutes, stages, strict=True) if begun <= minute][-1]
    local = (start + timedelta(minutes=minute)).astimezone(ZoneInfo("Europe/Amsterdam"))
    clock = local.hour * 60 + local.minute
    spans = {0: [(510, 735), (780, 1020)], 4: [(540, 1020)], 6: [(0, 360)]}.get(local.weekday(), [])
    return stage not in "24" and any(first <= clock < last for first, last in spans)


def _closed_at(minutes, stages):
    """When a ticket that is closed came to be so; None for one that is open."""
    closed = None
    for minute, stage in zip(minutes, stages, strict=True):
        closed = None if stage != "4" else minute if closed is None else closed
    return closed


def test_by_team(office, tmp_path):
    settings = Path(office.root, "crm.toml")
    settings.write_text(settings.read_text().replace("[users.ada_king]", '[users.ada_king]\nteam = "North"'))
    changed(reopened(tmp_path), Ref("ticket", 4), "owner=me")
    table = run_report(reopened(tmp_path), "backlog", ReportRequest(by="team"))
    assert [(row[0], row[6]) for row in cells(table)] == [("North", 1), (None, 2)]
    assert table.columns[0].heading == "Team"
