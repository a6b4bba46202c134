"""Timelines: what stands on them, in which order, and what of it is asked for."""

from __future__ import annotations

import pytest

from crmcli.services.activities import LogActivity, log_activity
from crmcli.services.activity_words import UnknownActivity
from crmcli.services.assignments import parse_assignments
from crmcli.services.associations import LinkRequest, link
from crmcli.services.pinning import NothingPinned, NotOnTimeline, pin, unpin
from crmcli.services.records import SetValues, Targets, delete, set_values
from crmcli.services.references import Ref
from crmcli.services.timeline import TimelineRequest, thread, timeline
from crmcli.services.undo import undo
from office import changed, later, made, make_office, values

ADA = Ref("contact", 1)


def clear(office, ref, name):
    set_values(office, SetValues(Targets((ref,)), clears=(name,)))


@pytest.fixture
def office(tmp_path):
    workspace = make_office(tmp_path)
    made(workspace, "contact", "name=Ada Lovelace")
    link(workspace, LinkRequest(ADA, made(workspace, "company", "name=Acme")))
    return workspace


def logged(office, word, *assignments, refs=(ADA,), **said):
    request = LogActivity(word, refs, assignments=parse_assignments(assignments), **said)
    return log_activity(office, request).refs[0]


@pytest.fixture
def busy(office):
    """A past, a present and a future."""
    logged(office, "call", "outcome=busy", text="Nobody there", at="2026-11-20 10:00")
    logged(office, "note", text="Likes <b>blue</b> labels", at="2026-11-22 10:00")
    logged(office, "meeting", "name=Kick-off", at="2026-12-01 10:00")
    logged(office, "task", "due=2026-11-20", text="Send samples")
    logged(office, "task", "due=2026-11-27", "priority=high", text="Send offer")
    logged(office, "sms", text="On my way", at="2026-11-23 08:00")
    return office


def read(office, **wanted):
    return timeline(office, TimelineRequest(ADA, **wanted))


def refs(entries):
    return [str(entry.ref) for entry in entries]


def test_what_is_planned_comes_soonest_first_and_the_past_newest_first(busy):
    found = read(busy)
    assert refs(found.upcoming) == ["task:1", "task:2", "meeting:1"]
    assert [entry.state for entry in found.upcoming] == ["overdue", "upcoming", "upcoming"]
    assert refs(found.past) == ["communication:1", "note:1", "call:1"]
    assert (found.total, found.shown, found.title) == (6, 6, "Ada Lovelace")


def test_an_entry_says_what_it_was(busy):
    call = read(busy, kinds=("call",)).past[0]
    assert (call.kind, call.who, call.text) == ("Call", "Ada King", "Nobody there")
    assert call.details == {"outcome": "Busy"}
    assert call.also == ((Ref("company", 1), "Acme"),)
    assert call.at.isoformat() == "2026-11-20T09:00:00+00:00"
    task = read(busy, kinds=("task",)).upcoming[1]
    assert (task.title, task.text, dict(task.details)) == ("Send offer", "", {"priority": "High"})


def test_a_meeting_says_until_when(office):
    logged(office, "meeting", "duration=45m", text="Kick-off", at="2026-11-20 10:00")
    logged(office, "meeting", "until=2026-11-21 09:00", text="Night", at="2026-11-20 20:00")
    assert [entry.details["until"] for entry in read(office).past] == ["until 2026-11-21 09:00", "until 10:45"]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"kinds": ("note", "call")}, ["note:1", "call:1"]),
        ({"kinds": ("sms",)}, ["communication:1"]),
        ({"kinds": ("whatsapp",)}, []),
        ({"text": "BLUE label"}, ["note:1"]),
        ({"text": "blue offer"}, []),
        ({"since": "2026-11-22"}, ["task:2", "meeting:1", "communication:1", "note:1"]),
        ({"user": "me", "kinds": ("call",)}, ["call:1"]),
        ({"limit": 4}, ["task:1", "task:2", "meeting:1", "communication:1"]),
        ({"limit": 4, "upcoming": 1}, ["task:1", "communication:1", "note:1", "call:1"]),
    ],
)
def test_what_is_asked_for(busy, wanted, found):
    read_ = read(busy, **wanted)
    assert refs([*read_.upcoming, *read_.past]) == found


def test_activities_of_nobody_are_no_users(busy):
    clear(busy, Ref("note", 1), "owner")
    assert refs(read(busy, user="Ada King", kinds=("note", "call")).past) == ["call:1"]


def test_a_word_that_is_no_kind_is_refused(busy):
    with pytest.raises(UnknownActivity):
        read(busy, kinds=("fax",))


def test_a_task_that_is_done_stands_where_it_was_done(busy):
    changed(busy, Ref("task", 1), "status=completed")
    found = read(busy, kinds=("task",))
    assert (refs(found.upcoming), refs(found.past)) == (["task:2"], ["task:1"])


def test_another_record_has_its_own(busy):
    logged(busy, "note", text="Only Acme", refs=(Ref("company", 1),))
    assert refs(timeline(busy, TimelineRequest(Ref("company", 1), kinds=("note",))).past) == ["note:2", "note:1"]
    assert refs(read(busy, kinds=("note",)).past) == ["note:1"]


def test_changes_of_the_record_are_told_when_asked_for(office):
    deal = made(office, "deal", "name=Engines")
    changed(later(office, minutes=5), deal, "stage=contractsent", "description=x")
    logged(later(office, minutes=3), "note", text="Between", refs=(deal,))
    told = timeline(later(office, minutes=9), TimelineRequest(deal, changes=True)).past
    assert [entry.title or str(entry.ref) for entry in told] == [
        "Deal Stage: Appointment Scheduled → Contract Sent",
        "note:1",
        "Created",
    ]
    assert told[0].kind == ""


def test_one_activity_is_pinned(busy):
    written = pin(busy, ADA, Ref("note", 1))
    assert values(busy, ADA)["hs_pinned_engagement_id"] == "note:1"
    found = read(busy)
    assert found.pinned.ref == Ref("note", 1)
    assert [entry.pinned for entry in found.past] == [False, True, False]
    pin(busy, ADA, Ref("call", 1))
    assert read(busy).pinned.ref == Ref("call", 1)
    unpin(busy, ADA)
    assert read(busy).pinned is None
    assert written.notes == ("note:1 is pinned on Ada Lovelace",)


def test_pinning_is_undone(busy):
    written = pin(busy, ADA, Ref("note", 1))
    undo(busy, written.operation.id)
    assert read(busy).pinned is None


def test_what_is_not_on_the_timeline_is_not_pinned(busy):
    other = made(busy, "contact", "name=Ben Nevis")
    with pytest.raises(NotOnTimeline):
        pin(busy, other, Ref("note", 1))
    with pytest.raises(NothingPinned):
        unpin(busy, other)


def test_a_pinned_activity_that_is_deleted_is_pinned_no_more(busy):
    pin(busy, ADA, Ref("note", 1))
    delete(busy, Targets((Ref("note", 1),)))
    assert read(busy).pinned is None


def test_a_ticket_has_the_messages_of_its_conversations(office):
    ticket = made(office, "ticket", "name=Leaks")
    talk = made(office, "conversation", "subject=Grinder", links=((ticket, None), (ADA, None)))
    logged(office, "reply", "direction=in", "from=ada@x.nl", text="It leaks", refs=(talk,), at="2026-11-22 10:00")
    logged(office, "reply", text="We come", refs=(talk,), at="2026-11-22 11:00")
    for ref in (ticket, ADA):
        assert [entry.text for entry in timeline(office, TimelineRequest(ref)).past] == ["We come", "It leaks"]
    said = thread(office, talk)
    assert [(entry.text, entry.details["direction"]) for entry in said.past] == [
        ("It leaks", "Incoming"),
        ("We come", "Outgoing"),
    ]
    assert said.past[0].who == "ada@x.nl"
    assert refs(thread(office, talk, limit=1).past) == ["message:2"]
