"""Doing tasks, those that repeat, and what comes next."""

from __future__ import annotations

import pytest

from crmcli.frozen import replace
from crmcli.services.activities import LogActivity, log_activity
from crmcli.services.activity_words import NoTasks
from crmcli.services.assignments import parse_assignments
from crmcli.services.next_tasks import NextRequest, next_tasks
from crmcli.services.records import Targets
from crmcli.services.references import Ref
from crmcli.services.tasks import Done, NeverDone, finish
from crmcli.services.undo import undo
from office import changed, later, made, make_office, values

ADA = Ref("contact", 1)
NOW = "2026-11-23T09:30:00Z"  # a Monday


@pytest.fixture
def office(tmp_path):
    workspace = make_office(tmp_path)
    made(workspace, "contact", "name=Ada Lovelace")
    return workspace


def task(office, *assignments, refs=(ADA,), text="Ring"):
    request = LogActivity("task", refs, text, parse_assignments(assignments))
    return log_activity(office, request).refs[0]


def done(office, *refs, **said):
    return finish(office, Done(Targets(refs), **said))


def on(office, ref):
    return [str(Ref(a.other_object, a.other_id)) for a in office.store.associations(ref.object_name, ref.id)]


def test_a_task_is_done_now(office):
    ref = task(office)
    written = done(office, ref, note="She agreed")
    held = values(office, ref)
    assert (held["hs_task_status"], held["hs_task_completion_date"]) == ("COMPLETED", NOW)
    assert held["hs_task_body"] == "She agreed"
    assert [line.label for line in written.changes] == ["Task status", "Task notes", "Completed at"]
    undo(office, written.operation.id)
    assert values(office, ref)["hs_task_status"] == "NOT_STARTED"


def test_a_note_comes_below_what_there_is(office):
    ref = task(office, text="Ring\nabout the labels")
    done(office, ref, note="She agreed")
    assert values(office, ref)["hs_task_body"] == "about the labels\n\nShe agreed"


def test_what_is_done_stays_as_it_is(office):
    ref = task(office)
    done(office, ref)
    written = done(later(office), ref)
    assert (written.operation, written.notes) == (None, ("task:1 is done already",))
    assert values(office, ref)["hs_task_completion_date"] == NOW


def test_the_completion_date_follows_the_status_on_every_path(office):
    ref = task(office)
    changed(office, ref, "status=done")
    assert values(office, ref)["hs_task_completion_date"] == NOW
    changed(office, ref, "status=waiting")
    assert "hs_task_completion_date" not in values(office, ref)


@pytest.mark.parametrize(
    ("due", "repeat", "again"),
    [
        ("2026-11-23", "daily", "2026-11-24"),
        ("2026-11-20", "weekly", "2026-11-27"),
        ("2026-11-16", "weekly", "2026-11-23"),  # the one of today is not left out
        ("2026-11-02", "weekly", "2026-11-23"),
        ("2026-11-01", "every 2 weeks", "2026-11-29"),
        ("2026-10-31", "monthly", "2026-11-30"),
        ("2024-02-29", "yearly", "2027-02-28"),
        ("2026-12-24", "yearly", "2027-12-24"),
    ],
)
def test_one_that_repeats_comes_again_at_the_first_day_that_is_not_past(office, due, repeat, again):
    ref = task(office, f"due={due}", f"repeat={repeat}", "priority=high")
    written = done(office, ref)
    new = Ref("task", 2)
    held = values(office, new)
    assert written.notes == (f"Again task:2: Ring, due {again}",)
    assert (held["hs_task_status"], held["hs_task_priority"]) == ("NOT_STARTED", "HIGH")
    assert "hs_task_completion_date" not in held
    assert on(office, new) == ["contact:1"]
    undo(office, written.operation.id)
    assert office.store.count("task") == 1


def test_the_time_of_day_and_the_distance_of_the_reminder_stay(office):
    # Summer time ends between the two: it is nine in the morning on both days.
    ref = task(office, "due=2026-10-24 09:00", "repeat=2m", "reminder=2026-10-24 08:00")
    done(office, ref)
    held = values(office, Ref("task", 2))
    assert (held["hs_timestamp"], held["hs_task_reminders"]) == ("2026-12-24T08:00:00Z", "2026-12-24T07:00:00Z")


def test_the_next_step_is_a_task_on_the_same_records(office):
    deal = made(office, "deal", "name=Engines")
    ref = task(office, refs=(ADA, deal))
    written = done(office, ref, next_step="mon: ask again")
    assert written.notes == ("Next task:2: ask again, due 2026-11-30",)
    assert on(office, Ref("task", 2)) == ["contact:1", "deal:1"]


def test_meetings_calls_and_conversations_are_done_too(office):
    for word, outcome in (("meeting", "hs_meeting_outcome"), ("call", "hs_call_status")):
        ref = log_activity(office, LogActivity(word, (ADA,), "x", at="tomorrow 10:00")).refs[0]
        assert outcome not in values(office, ref)  # what is planned is not completed
        done(office, ref)
        assert values(office, ref)[outcome] == "COMPLETED"
    talk = made(office, "conversation", "subject=Hi")
    done(office, talk)
    assert (values(office, talk)["status"], values(office, talk)["closed_at"]) == ("CLOSED", NOW)


def test_a_contact_is_never_done(office):
    with pytest.raises(NeverDone):
        done(office, ADA)


def shown(found):
    return [(str(task.entry.ref), task.group) for task in found.tasks]


@pytest.fixture
def busy(office):
    task(office, "due=fri", "queue=Calls")
    task(office, "due=2026-11-20", "priority=low")
    task(office, "due=2026-11-20", "priority=high")
    task(office, "due=today")
    task(office, "due=2026-11-23 09:00")
    done(office, task(office, "due=2026-11-19"))
    changed(office, task(office, "due=today"), "status=deferred")
    return office


def test_what_comes_next_is_ordered_by_when_it_is_due(busy):
    found = next_tasks(busy, NextRequest())
    assert shown(found) == [
        ("task:3", "overdue"), ("task:2", "overdue"), ("task:5", "overdue"),
        ("task:4", "today"), ("task:7", "today"), ("task:1", "upcoming"),
    ]  # fmt: skip
    assert (found.total, found.whose) == (6, "Ada King")
    assert found.tasks[0].entry.also == ((ADA, "Ada Lovelace"),)


def test_a_queue_and_a_limit(busy):
    assert next_tasks(busy, NextRequest(queue="calls")) == next_tasks(busy, NextRequest(queue="Calls"))
    found = next_tasks(busy, NextRequest(queue="Calls"))
    assert shown(found) == [("task:1", "upcoming")]
    found = next_tasks(busy, NextRequest(limit=2))
    assert (len(found.tasks), found.total) == (2, 6)


def test_mine_and_everyones(busy):
    made(busy, "task", "name=Nobody's", "due=today")
    assert next_tasks(busy, NextRequest()).total == 6
    assert next_tasks(busy, NextRequest(everyone=True)).total == 7
    nobody = replace(busy, context=replace(busy.context, me=""))
    assert next_tasks(nobody, NextRequest()).total == 7


def test_without_tasks_there_is_nothing_next(office):
    none = replace(office, model=replace(office.model, summaries={}, objects={}))
    with pytest.raises(NoTasks):
        next_tasks(none, NextRequest())
