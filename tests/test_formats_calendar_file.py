"""Calendars as tables of meetings and tasks."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmcli.errors import CrmError
from crmcli.formats.calendar_file import NoEvents
from crmcli.formats.opening import Reading
from reading import only, tables

CALENDARS = Path(__file__).parent.parent.parent / "shared" / "data" / "ics-icalendar"
OWN_ZONE = """BEGIN:VTIMEZONE
TZID:Our time
BEGIN:STANDARD
DTSTART:19700101T000000
TZOFFSETFROM:+0530
TZOFFSETTO:+0530
END:STANDARD
END:VTIMEZONE
"""


@pytest.fixture
def file(tmp_path):
    def write(content, name="calendar.ics"):
        path = tmp_path / name
        path.write_bytes(f"BEGIN:VCALENDAR\nVERSION:2.0\n{content}END:VCALENDAR\n".replace("\n", "\r\n").encode())
        return path

    return write


@pytest.fixture
def event(file):
    def read(lines, more=""):
        return only(file(f"BEGIN:VEVENT\n{lines}\nEND:VEVENT\n{more}"))

    return read


def test_an_event(event):
    found = event(
        "UID:1@x\nSUMMARY:Lunch\\, long\nDTSTART:20261201T110000Z\nDTEND:20261201T120000Z\nLOCATION:Bath\n"
        "DESCRIPTION:First line\\nsecond\n line\nORGANIZER;CN=Ada:mailto:ada@king.example\n"
        "ATTENDEE;CN=Ben;PARTSTAT=ACCEPTED:MAILTO:ben@x.example\nATTENDEE:mailto:cas@x.example\n"
        "ATTENDEE;CN=A room:urn:uuid:7\nSTATUS:CONFIRMED\nCATEGORIES:Work,Food\nURL:https://x.example"
    )
    assert (found.kind, found.typed, found.notes) == ("meeting", True, ["calendar"])
    assert found.rows == [
        {
            "Title": "Lunch, long",
            "Date": "2026-12-01T11:00:00Z",
            "Start": "2026-12-01T11:00:00Z",
            "End": "2026-12-01T12:00:00Z",
            "All day": "false",
            "Location": "Bath",
            "Description": "First line\nsecondline",
            "Organizer": "ada@king.example",
            "Attendees": "ben@x.example;cas@x.example;A room",
            "Categories": "Work;Food",
            "URL": "https://x.example",
            "UID": "1@x",
        }
    ]


@pytest.mark.parametrize(
    ("lines", "start", "end"),
    [
        ("DTSTART;TZID=Europe/Amsterdam:20260701T120000", "2026-07-01T10:00:00Z", None),
        ("DTSTART;TZID=W. Europe Standard Time:20261201T120000", "2026-12-01T11:00:00Z", None),
        ("DTSTART;TZID=/mozilla.org/20070129_1/Europe/Berlin:20261201T120000", "2026-12-01T11:00:00Z", None),
        ("DTSTART:20261201T120000", "2026-12-01T12:00:00", None),
        ("DTSTART:20261201T120000Z\nDURATION:PT1H30M", "2026-12-01T12:00:00Z", "2026-12-01T13:30:00Z"),
        ("DTSTART;VALUE=DATE:20261201", "2026-12-01", "2026-12-02"),
        ("DTSTART;VALUE=DATE:20261201\nDTEND;VALUE=DATE:20261204", "2026-12-01", "2026-12-04"),
        ("DTSTART:00010101T000000Z", "0001-01-01T00:00:00Z", None),
        ("SUMMARY:nothing else", None, None),
    ],
)
def test_when(event, lines, start, end):
    (row,) = event(f"UID:1\n{lines}").rows
    assert (row.get("Start"), row.get("End")) == (start, end)
    assert row.get("All day") == (None if start is None else "true" if len(start) == 10 else "false")


def test_the_calendars_own_time_zone_may_stand_behind_what_uses_it(event):
    found = event("UID:1\nDTSTART;TZID=Our time:20261201T120000", OWN_ZONE)
    assert found.rows[0]["Start"] == "2026-12-01T06:30:00Z"
    assert not found.remarks


def test_an_unknown_time_zone_is_remarked(event):
    found = event("UID:1\nDTSTART;TZID=Atlantis/Capital:20261201T120000")
    assert found.rows[0]["Start"] == "2026-12-01T12:00:00"
    assert [remark.text for remark in found.remarks] == [
        "the time zone is not known: times are taken as this CRM's own"
    ]


def test_what_recurs_is_one_row_with_its_rule(event):
    found = event(
        "UID:1\nDTSTART:20261201T120000Z\nRRULE:FREQ=WEEKLY;COUNT=3",
        "BEGIN:VEVENT\nUID:1\nRECURRENCE-ID:20261208T120000Z\nDTSTART:20261208T130000Z\nEND:VEVENT\n",
    )
    assert [row.get("Recurrence") for row in found.rows] == ["FREQ=WEEKLY;COUNT=3", None]
    assert "1 recurring, one row each" in found.notes


def test_what_has_no_column_is_counted(event):
    alarm = "BEGIN:VALARM\nTRIGGER:-PT5M\nATTACH:ding.wav\nEND:VALARM\n"
    found = event(f"SUMMARY:Call\nRDATE:20260101\n{alarm}{alarm}ATTACH:https://x.example/a.pdf\nATTACHED:no")
    assert "left out: 2 reminders, 3 attachments, 1 further date" in found.notes


def test_a_cancelled_event_says_so(event):
    assert event("UID:1\nDTSTART:20261201T120000Z\nSTATUS:CANCELLED").rows[0]["Outcome"] == "Cancelled"


def test_tasks_are_a_table_of_their_own(file):
    path = file(
        "BEGIN:VEVENT\nUID:1\nDTSTART:20261201T120000Z\nEND:VEVENT\nBEGIN:VJOURNAL\nSUMMARY:x\nEND:VJOURNAL\n"
        "BEGIN:VTODO\nSUMMARY:Call\nDUE;VALUE=DATE:20261203\nPRIORITY:1\nSTATUS:IN-PROCESS\nEND:VTODO\n"
        "BEGIN:VTODO\nSUMMARY:Write\nDTSTART:20261203T100000Z\nDURATION:PT1H\nCOMPLETED:20261203T103000Z\nPRIORITY:9\n"
        "END:VTODO\n"
    )
    meetings, tasks = tables(path)
    assert (meetings.kind, tasks.kind) == ("meeting", "task")
    assert tasks.name == f"{path}[tasks]"
    assert tasks.rows == [
        {"Title": "Call", "Due": "2026-12-03", "Status": "In progress", "Priority": "High"},
        {
            "Title": "Write",
            "Due": "2026-12-03T11:00:00Z",
            "Start": "2026-12-03T10:00:00Z",
            "Status": "Completed",
            "Completed": "2026-12-03T10:30:00Z",
            "Priority": "Low",
        },
    ]
    assert "left out: VJOURNAL" in meetings.notes


def test_a_broken_event_costs_no_other(file):
    found = only(
        file(
            "BEGIN:VEVENT\nSUMMARY:A\nDTSTART:yesterday\nEND:VEVENT\n"
            "BEGIN:VEVENT\nSUMMARY:B\nDTSTART:20261201T120000Z\nRRULE:FREQ=NEVER\nEND:VEVENT\n"
            "BEGIN:VEVENT\nSUMMARY:C\n"
            "BEGIN:VEVENT\nSUMMARY:D\nEND:VEVENT\n"
        )
    )
    assert [row["Title"] for row in found.rows] == ["B", "D"]
    assert [(fault.line, fault.reason.partition(":")[0], fault.cells[0]) for fault in found.faults] == [
        (3, "its start cannot be read", "A"),
        (12, "it does not end", "C"),
    ]
    assert [(remark.line, remark.text) for remark in found.remarks] == [(7, "RRULE cannot be read and is left out")]


@pytest.mark.parametrize(
    "broken",
    [
        "DTSTART;VALUE=DATE:99991231",
        "DTSTART;VALUE=DATE:20260101\nDURATION:P99999999W",
        "DTSTART:20260101T100000Z\nRRULE:FREQ=DAILY;X-A=",
        "\0DTSTART:20260101",
    ],
)
def test_what_no_calendar_holds_costs_no_other(file, broken):
    path = file(f"BEGIN:VEVENT\n{broken}\nSUMMARY:Odd\nEND:VEVENT\nBEGIN:VEVENT\nSUMMARY:Plain\nEND:VEVENT\n")
    found = only(path)
    assert len(found.rows) + len(found.faults) == 2
    assert found.rows[-1]["Title"] == "Plain"


def test_a_date_that_cannot_be_read_is_left_out_with_a_remark(event):
    found = event("SUMMARY:Call\nDUE:some day")
    assert found.rows == [{"Title": "Call"}]
    assert [remark.text for remark in found.remarks] == ["DUE cannot be read and is left out"]


def test_without_an_event_there_is_no_table(file):
    with pytest.raises(NoEvents):
        tables(file(""))


@pytest.mark.skipif(not CALENDARS.exists(), reason="the data is not here")
def test_calendars_of_others():
    read, refused = {}, set()
    for path in sorted(CALENDARS.glob("*/*.ics")):
        try:
            read[path.name] = tables(path, Reading(format="ics"))
        except CrmError as error:
            assert isinstance(error, NoEvents), path  # noqa: PT017 - each file is its own case
            refused.add(path.name)
    found = [table for some in read.values() for table in some]
    assert (len(read), len(refused)) == (95, 15)  # one name stands in both folders
    assert {name for name, some in read.items() for table in some if table.faults} == {
        "broken_dtstart.ics",
        "issue_1081_invalid_start_and_end.ics",
        "issue_1081_invalid_start_valid_end.ics",
    }
    assert sum(len(table.rows) for table in found) > 100
