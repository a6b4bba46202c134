"""Logging activities: what is made, on which records, and when."""

from __future__ import annotations

import pytest

from crmcli.services.activities import LogActivity, NotDated, OnNothing, log_activity
from crmcli.services.activity_words import UnknownActivity, activity_words, find_word
from crmcli.services.assignments import AssignedTwice, parse_assignments
from crmcli.services.associations import LinkRequest, link
from crmcli.services.importing.imports import ImportRequest, import_file
from crmcli.services.records import Targets, delete, restore
from crmcli.services.references import Ref
from crmcli.services.timeline import TimelineRequest, timeline
from crmcli.services.undo import undo
from crmcli.services.validation import RuleBroken
from crmcli.types.base import InvalidValue
from office import changed, made, make_office, values

ADA = Ref("contact", 1)
NOW = "2026-11-23T09:30:00Z"


@pytest.fixture
def office(tmp_path):
    """Ada Lovelace of Acme, with a won deal and an open one."""
    workspace = make_office(tmp_path)
    made(workspace, "contact", "name=Ada Lovelace", "phone=+31612345678")
    acme, second = made(workspace, "company", "name=Acme"), made(workspace, "company", "name=Second")
    won, still_open = made(workspace, "deal", "name=Old", "stage=closedwon"), made(workspace, "deal", "name=New")
    for other in (acme, second, won, still_open):
        link(workspace, LinkRequest(ADA, other))
    return workspace


def logged(office, word, *assignments, refs=(ADA,), **said):
    return log_activity(office, LogActivity(word, refs, assignments=parse_assignments(assignments), **said))


def on(office, ref):
    """What a record is associated with."""
    return [str(Ref(a.other_object, a.other_id)) for a in office.store.associations(ref.object_name, ref.id)]


def test_a_call_is_now_mine_and_on_what_goes_with_the_contact(office):
    written = logged(office, "call", "outcome=connected", "duration=15m", "direction=out", text="Wants blue\nlabels")
    (call,) = written.refs
    held = values(office, call)
    owner = held.pop("hubspot_owner_id")
    assert owner == office.context.me
    assert held == {
        "hs_timestamp": NOW,
        "hs_call_body": "Wants blue\nlabels",
        "hs_call_direction": "OUTBOUND",
        "hs_call_disposition": "f240bbac-87c9-4f6e-bf70-924b57d47db7",
        "hs_call_status": "COMPLETED",
        "hs_call_duration": 900_000,
        "hs_createdate": NOW,
    }
    # The primary company of two, the open deal of two.
    assert on(office, call) == ["company:1", "contact:1", "deal:2"]
    assert written.notes == (
        "On Ada Lovelace (contact:1)",
        "Also on Acme (company:1), New (deal:2); --only leaves these out",
    )


def test_only_leaves_the_rules_out(office):
    (call,) = logged(office, "call", text="Hello", only=True).refs
    assert on(office, call) == ["contact:1"]


def test_named_records_are_not_added_again(office):
    written = logged(office, "note", text="Both", refs=(ADA, Ref("company", 1)))
    assert on(office, written.refs[0]) == ["company:1", "contact:1", "deal:2"]
    assert written.notes[1] == "Also on New (deal:2); --only leaves these out"


@pytest.mark.parametrize(
    ("word", "made_of"),
    [("sms", "SMS"), ("whatsapp", "WHATS_APP"), ("linkedin", "LINKEDIN_MESSAGE")],
)
def test_a_word_stands_for_values(office, word, made_of):
    (ref,) = logged(office, word, text="Hi").refs
    assert (ref.object_name, values(office, ref)["hs_communication_channel_type"]) == ("communication", made_of)


def test_a_given_value_wins_over_what_the_word_stands_for(office):
    (mail,) = logged(office, "email", "direction=incoming", text="Where is it?").refs
    assert values(office, mail)["hs_email_direction"] == "INCOMING_EMAIL"


def test_when_it_was_is_typed(office):
    (note,) = logged(office, "note", text="At the fair", at="yesterday 15:00").refs
    assert values(office, note)["hs_timestamp"] == "2026-11-22T14:00:00Z"


def test_a_meeting_lasts_so_long(office):
    (meeting,) = logged(office, "meeting", "duration=45m", "name=Kick-off", at="2026-11-30 10:00").refs
    held = values(office, meeting)
    assert (held["hs_timestamp"], held["hs_meeting_end_time"]) == ("2026-11-30T09:00:00Z", "2026-11-30T09:45:00Z")
    with pytest.raises(AssignedTwice):
        logged(office, "meeting", "duration=45m", "until=2026-12-01 10:00")


def test_the_first_line_of_a_task_is_its_name(office):
    (task,) = logged(office, "task", "due=fri", text="Call back\nabout the labels").refs
    held = values(office, task)
    assert (held["hs_task_subject"], held["hs_task_body"]) == ("Call back", "about the labels")
    assert held["hs_timestamp"] == "2026-11-26T23:00:00Z"  # Friday in Amsterdam
    assert held["hs_task_status"] == "NOT_STARTED"


def test_a_task_is_due_today_and_may_stand_alone(office):
    (task,) = logged(office, "task", text="Tidy up", refs=()).refs
    assert values(office, task)["hs_timestamp"] == "2026-11-22T23:00:00Z"
    with pytest.raises(OnNothing):
        logged(office, "note", text="Hm", refs=())


def test_a_follow_up_is_a_task_of_the_same_operation(office):
    written = logged(office, "call", text="Asked for prices", follow_up="fri: send offer")
    call, task = written.refs
    assert on(office, task) == on(office, call)
    held = values(office, task)
    assert (held["hs_task_subject"], held["hs_timestamp"]) == ("send offer", "2026-11-26T23:00:00Z")
    assert held["hubspot_owner_id"] == office.context.me
    assert written.notes[-1] == "Follow-up task:1: send offer, due 2026-11-27"
    undo(office, written.operation.id)
    assert [office.store.count(name) for name in ("call", "task")] == [0, 0]
    assert on(office, ADA) == ["company:1", "company:2", "deal:1", "deal:2"]


def test_a_follow_up_goes_where_tasks_may_be(office):
    ticket = made(office, "ticket", "name=Leaks")
    talk = made(office, "conversation", "subject=Grinder", links=((ADA, None), (ticket, None)))
    message, task = logged(office, "reply", refs=(talk,), text="We come", follow_up="wed: bring a seal").refs
    assert on(office, message) == ["contact:1", "conversation:1"]
    assert on(office, task) == ["contact:1", "ticket:1"]


def test_a_follow_up_may_have_a_time_of_day(office):
    written = logged(office, "note", text="Busy", follow_up="tomorrow 16:30: ring: urgent")
    held = values(office, written.refs[1])
    assert (held["hs_timestamp"], held["hs_task_subject"]) == ("2026-11-24T15:30:00Z", "ring: urgent")


@pytest.mark.parametrize("text", ["send offer", "fri:", ": send offer"])
def test_a_follow_up_says_when_and_what(office, text):
    with pytest.raises(NotDated):
        logged(office, "note", text="x", follow_up=text)


def test_a_wrong_date_refuses_all(office):
    with pytest.raises(InvalidValue, match="soon"):
        logged(office, "note", text="x", follow_up="soon: send offer")
    assert office.store.count("note") == 0


def test_a_dry_run_makes_nothing(office):
    written = logged(office, "call", text="Hello", follow_up="fri: send offer", dry_run=True)
    assert written.counts["call", "created"] == 1
    assert [office.store.count(name) for name in ("call", "task")] == [0, 0]


def test_what_a_kind_needs_is_needed_here_too(office):
    with pytest.raises(RuleBroken):
        logged(office, "note")


def test_words_come_from_the_schemas(office):
    words = {word.word: word.object_name for word in activity_words(office.model)}
    assert words == {
        "call": "call", "email": "email", "linkedin": "communication", "meeting": "meeting", "note": "note",
        "post": "postal_mail", "reply": "message", "sms": "communication", "task": "task", "whatsapp": "communication",
    }  # fmt: skip


def test_an_object_that_is_an_activity_may_be_named(office):
    assert find_word(office, "letters").object_name == "postal_mail"


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("mailing", "did you mean"),
        ("contact", "the kinds of activity are call, email, "),
        ("metting", "did you mean meeting"),
    ],
)
def test_other_words_are_refused_with_the_nearest(office, word, hint):
    with pytest.raises(UnknownActivity) as refusal:
        find_word(office, word)
    assert refusal.value.message == f'There is no activity "{word}"'
    assert refusal.value.hint.startswith(hint)


def test_an_activity_on_two_records_outlives_one_of_them(office):
    (note,) = logged(office, "note", text="Shared", refs=(ADA, Ref("company", 2)), only=True).refs
    delete(office, Targets((ADA,)))
    assert on(office, note) == ["company:2"]
    restore(office, ["contact:1"])
    assert on(office, note) == ["company:2", "contact:1"]


def test_a_deleted_activity_comes_back_with_its_records(office):
    (note,) = logged(office, "note", text="Gone").refs
    before = on(office, note)
    delete(office, Targets((note,)))
    assert str(note) not in on(office, ADA)
    restore(office, [str(note)])
    assert on(office, note) == before


def test_a_meeting_is_when_it_begins(office):
    (meeting,) = logged(office, "meeting", text="Kick-off", at="2026-11-23 09:00").refs
    begins = "hs_timestamp", "hs_meeting_start_time"
    assert [values(office, meeting)[name] for name in begins] == ["2026-11-23T08:00:00Z"] * 2
    changed(office, meeting, "hs_meeting_start_time=2026-11-24 09:00")
    assert [values(office, meeting)[name] for name in begins] == ["2026-11-24T08:00:00Z"] * 2
    other = made(office, "meeting", "start=2026-11-25 09:00")
    assert [values(office, other)[name] for name in begins] == ["2026-11-25T08:00:00Z"] * 2
    undo(office)
    undo(office)
    assert [values(office, meeting)[name] for name in begins] == ["2026-11-23T08:00:00Z"] * 2


def test_an_imported_meeting_is_when_it_begins(office, tmp_path):
    path = tmp_path / "meetings.csv"
    path.write_text("Title,Start,Date\nA,2026-11-25 09:00,\nB,,2026-11-26 09:00\nC,,\n")
    import_file(office, ImportRequest("meeting", str(path)))
    held = [values(office, Ref("meeting", number)) for number in (1, 2, 3)]
    days = [(each["hs_timestamp"][:10], each["hs_meeting_start_time"][:10]) for each in held]
    assert days == [("2026-11-25",) * 2, ("2026-11-26",) * 2, ("2026-11-23",) * 2]


def test_what_came_in_is_from_the_person_that_it_is_on(office):
    thread, nobodys = (made(office, "conversation", "subject=Grinder", links=links) for links in (((ADA, None),), ()))
    logged(office, "reply", "direction=incoming", refs=(thread,), text="It leaks")
    changed(office, ADA, "email=ada@acme.example")
    logged(office, "reply", "direction=incoming", refs=(thread,), text="Oil")
    logged(office, "reply", refs=(thread,), text="Which one?")
    logged(office, "reply", "direction=incoming", refs=(nobodys,), text="Hello?")
    said = {entry.text: entry.who for ref in (thread, nobodys) for entry in timeline(office, TimelineRequest(ref)).past}
    assert said == {"It leaks": "Ada Lovelace", "Oil": "ada@acme.example", "Which one?": "Ada King", "Hello?": ""}


def test_a_no_show_and_another_day(office):
    (meeting,) = logged(office, "meeting", text="Kick-off", at="2026-11-23 09:00").refs
    changed(office, meeting, "outcome=no show")
    assert values(office, meeting)["hs_meeting_outcome"] == "NO_SHOW"
    changed(office, meeting, "until=2026-11-23 09:30")
    changed(office, meeting, "at=2026-11-30 10:00", "outcome=rescheduled")
    held = values(office, meeting)
    assert (held["hs_timestamp"], held["hs_meeting_end_time"]) == ("2026-11-30T09:00:00Z", "2026-11-30T09:30:00Z")
