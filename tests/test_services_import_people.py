"""Mail and calendars as activities of the people whom they name: with whom, in which direction, whose, once only."""

from __future__ import annotations

import pytest

from crmcli.frozen import replace
from crmcli.services.associations import LinkRequest, link
from crmcli.services.importing.imports import ImportRequest, import_file
from crmcli.services.references import Ref
from office import made, make_office, reopened, values

MAIL = """\
From x Mon Mar  2 09:00:00 2026
From: Ada <ada@king.nl>
To: Grace <Grace@Navy.example>, bob@second.example
Date: Sun, 1 Mar 2026 10:00:00 +0100
Subject: Offer
Message-ID: <1@king.nl>

Hello

From x Mon Mar  2 09:00:00 2026
From: grace@navy.example
To: ada@king.nl
Cc: else@where.example
Date: Sun, 1 Mar 2026 12:00:00 +0100
Subject: Re: Offer
Message-ID: <2@navy.example>

Thanks

From x Mon Mar  2 09:00:00 2026
From: spam@spam.example
To: you@spam.example
Date: Sun, 1 Mar 2026 12:00:00 +0100
Subject: Win
Message-ID: <3@spam>

Win
"""
CALENDAR = """\
BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:ev1
DTSTART:20260305T090000Z
DTEND:20260305T100000Z
SUMMARY:Stand-up
RRULE:FREQ=WEEKLY
ORGANIZER:mailto:ada@king.nl
ATTENDEE:mailto:grace@navy.example
END:VEVENT
BEGIN:VEVENT
UID:ev1
RECURRENCE-ID:20260312T090000Z
DTSTART:20260312T110000Z
SUMMARY:Stand-up, later
ATTENDEE:mailto:bob@x.example
END:VEVENT
BEGIN:VTODO
UID:t1
DUE:20260306
SUMMARY:Send offer
ATTENDEE:mailto:bob@x.example
END:VTODO
END:VCALENDAR
"""


@pytest.fixture
def workspace(tmp_path):
    workspace = make_office(tmp_path)
    made(workspace, "company", "name=Navy", "domain=navy.example")
    made(workspace, "contact", "firstname=Grace", "email=grace@navy.example")
    made(workspace, "contact", "firstname=Bob", "email=bob@x.example", "hs_additional_emails=bob@second.example")
    return reopened(tmp_path)


def taken(workspace, tmp_path, text, object_name, **more):
    """Import a text."""
    path = tmp_path / ("inbox.mbox" if "Subject" in text else "team.ics")
    path.write_text(text)
    return import_file(workspace, ImportRequest(object_name, str(path), **more))


def links(workspace, name, record_id):
    """The references of what a record is associated with."""
    return sorted(f"{one.other_object}:{one.other_id}" for one in workspace.store.associations(name, record_id))


def counts(imported):
    """Created, updated, unchanged, rejected."""
    return imported.created, imported.updated, imported.unchanged, imported.rejected


def test_mails_are_on_whom_they_name_by_any_address(workspace, tmp_path):
    imported = taken(workspace, tmp_path, MAIL, "email")
    assert counts(imported) == (3, 0, 0, 0)
    assert links(workspace, "email", 1) == ["contact:1", "contact:2"]
    assert links(workspace, "email", 2) == ["contact:1"]
    assert links(workspace, "email", 3) == []
    assert "1 is on nobody: no record has an e-mail address that is in it" in imported.notes


def test_whose_a_mail_is_and_in_which_direction(workspace, tmp_path):
    taken(workspace, tmp_path, MAIL, "email")
    found = [values(workspace, Ref("email", number)) for number in (1, 2, 3)]
    assert [one["hs_email_direction"] for one in found] == ["EMAIL", "INCOMING_EMAIL", "INCOMING_EMAIL"]
    assert [one.get("hubspot_owner_id") for one in found] == ["ada_king", "ada_king", None]


def test_what_is_imported_again_is_unchanged_and_finds_people_who_came_since(workspace, tmp_path):
    taken(workspace, tmp_path, MAIL, "email")
    again = taken(reopened(tmp_path), tmp_path, MAIL, "email")
    assert counts(again) == (0, 0, 3, 0)
    assert again.written.operation is None
    made(reopened(tmp_path), "contact", "email=spam@spam.example")
    third = taken(reopened(tmp_path), tmp_path, MAIL, "email")
    assert third.written.counts == {("association", "linked"): 1}
    assert links(reopened(tmp_path), "email", 3) == ["contact:3"]


def test_the_rules_for_activities_add_records(workspace, tmp_path):
    link(workspace, LinkRequest(Ref("contact", 1), Ref("company", 1)))
    taken(reopened(tmp_path), tmp_path, MAIL, "email")
    assert links(reopened(tmp_path), "email", 2) == ["company:1", "contact:1"]


def test_events_and_to_dos_of_a_calendar(workspace, tmp_path):
    assert counts(taken(workspace, tmp_path, CALENDAR, "meeting")) == (2, 0, 0, 0)
    assert counts(taken(reopened(tmp_path), tmp_path, CALENDAR, "task")) == (1, 0, 0, 0)
    workspace = reopened(tmp_path)
    assert links(workspace, "meeting", 1) == ["contact:1"]
    assert links(workspace, "meeting", 2) == ["contact:2"]
    assert links(workspace, "task", 1) == ["contact:2"]
    assert values(workspace, Ref("meeting", 1))["hubspot_owner_id"] == "ada_king"
    assert counts(taken(workspace, tmp_path, CALENDAR, "meeting")) == (0, 0, 2, 0)
    assert counts(taken(reopened(tmp_path), tmp_path, CALENDAR, "task")) == (0, 0, 1, 0)


def test_without_a_known_user_the_direction_is_said_to_be_a_guess(workspace, tmp_path):
    nobody = replace(workspace, settings=replace(workspace.settings, users=()))
    imported = taken(nobody, tmp_path, MAIL, "email")
    assert any("taken as incoming" in note for note in imported.notes)


def test_a_dry_run_of_mail(workspace, tmp_path):
    assert counts(taken(workspace, tmp_path, MAIL, "email", dry_run=True)) == (3, 0, 0, 0)
    assert workspace.store.count("email") == 0


@pytest.mark.parametrize(
    ("line", "rows"), [("ORGANIZER:MAILTO:ada@king.example\n", (0, 1)), ("UID:x\n", (1, 0)), ("CATEGORIES:a\n", (0, 1))]
)
def test_an_event_goes_in_if_anything_is_known_of_it(workspace, tmp_path, line, rows):
    (tmp_path / "one.ics").write_text(f"BEGIN:VEVENT\n{line}END:VEVENT\n")
    imported = import_file(workspace, ImportRequest("meeting", str(tmp_path / "one.ics")))
    assert (imported.created, imported.rejected) == rows
