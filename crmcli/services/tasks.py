"""Doing tasks, with the next one of those that repeat."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import frozen
from crmcli.services.activities import follow_up_values
from crmcli.services.activity_words import task_object
from crmcli.services.due import days_left, what_and_when
from crmcli.services.entries import text_of
from crmcli.services.filing import file_activity
from crmcli.services.moments import stored_moment
from crmcli.services.references import Ref
from crmcli.services.stages import is_over, status_of
from crmcli.services.validation import Validator
from crmcli.services.written import Account
from crmcli.types.interval import days_on

if TYPE_CHECKING:
    from crmcli.model.objects import ObjectType, Property
    from crmcli.services.records import Targets
    from crmcli.services.workspace import Workspace
    from crmcli.services.written import Written
    from crmcli.store.transaction import Transaction
    from crmcli.store.values import Record
    from crmcli.types.base import Stored


@frozen
class Done:
    """Tasks, or whatever else can be over, that are done: `note` is put below their text.

    `next_step` makes a task on the same records ("mon: ask again"). Texts are as typed.
    """

    targets: Targets
    note: str = ""
    next_step: str = ""
    force: bool = False
    dry_run: bool = False


class NeverDone(CrmError):
    """Records of an object that has no status, or none that says that a record is over."""

    exit_code = ExitCode.USAGE

    def __init__(self, ref: Ref, plural: str, *, staged: bool = False) -> None:
        hint = f"No status of {plural.lower()} is marked as closed in the schema"
        super().__init__(
            f"{ref} cannot be marked as done", f"Move it to a closed stage: crm move {ref} …" if staged else hint
        )


def finish(workspace: Workspace, request: Done) -> Written:
    """Mark records as done, now; of a task that repeats the next one is made, all in one operation.

    What is done already stays as it is. Raises NeverDone, UnknownReference, NotDated and RuleBroken.
    """
    from crmcli.services.records import targeted

    step = follow_up_values(workspace, request.next_step) if request.next_step else None
    account = Account(workspace)
    with workspace.store.write(workspace.intent(force=request.force), dry_run=request.dry_run) as change:
        for record in targeted(workspace, request.targets):
            found = workspace.model.objects[record.object_name]
            ref = Ref(record.object_name, record.id)
            account.refs.append(ref)
            if is_over(found, record.values):
                account.notes.append(f"{ref} is done already")
                continue
            _do(workspace, change, account, record, request.note)
            if step is not None:
                task = task_object(workspace)
                made = file_activity(workspace, change, task, step, _records(workspace, record))
                account.notes.append(f"Next {made}: {what_and_when(workspace.context, task, step)}")
        return account.finish(change, dry_run=request.dry_run)


def _do(workspace: Workspace, change: Transaction, account: Account, record: Record, note: str) -> None:
    found = workspace.model.objects[record.object_name]
    changed: dict[str, Stored | None] = dict([_done(found, Ref(record.object_name, record.id))])
    body = found.role("text")
    if note.strip() and body is not None:
        changed[body.name] = "\n\n".join(filter(None, [text_of(found, record.values), note.strip()]))
    full = Validator(workspace, found, force=change.intent.force).change(record, changed)
    account.changed(record, full)
    change.set(record.object_name, record.id, full)
    again = _again(workspace, found, record)
    if again is not None:
        made = file_activity(workspace, change, found, again, _records(workspace, record))
        account.notes.append(f"Again {made}: {what_and_when(workspace.context, found, again)}")


def _done(found: ObjectType, ref: Ref) -> tuple[str, Stored]:
    """Give the status that says that a record is done: the first closed one, or the one that logging gives it."""
    prop = status_of(found)
    closed = [] if prop is None or found.pipelines else [option.value for option in prop.options if option.closed]
    if prop is None or not closed:
        raise NeverDone(ref, found.plural, staged=bool(found.pipelines))
    logged = (values.get(prop.name) for values in found.log.values())
    return prop.name, next((value for value in logged if value in closed), closed[0])


def _again(workspace: Workspace, found: ObjectType, record: Record) -> dict[str, Stored] | None:
    """Give the values of the next one of a task that repeats: the same, due at the first time that is not past."""
    due, repeat = found.role("at"), found.role("repeat")
    interval = record.values.get(repeat.name) if repeat else None
    at = record.values.get(due.name) if due else None
    if due is None or interval is None or at is None:
        return None
    first = datetime.fromisoformat(str(at))
    following = _following(workspace, first, interval)
    if following is None:
        return None
    values = {name: value for name, value in record.values.items() if _stays(found, found.properties[name])}
    reminder = found.role("reminder")
    if reminder is not None and reminder.name in values:
        values[reminder.name] = _moved(str(values[reminder.name]), following - first)
    return {**values, due.name: stored_moment(following)}


def _following(workspace: Workspace, first: datetime, interval: Stored) -> datetime | None:
    """Count intervals from a moment, by the workspace's clock, to the first day that is today or later.

    None where the calendar ends before.
    """
    local = first.astimezone(workspace.context.zone)
    for times in count(1):
        try:
            moment = datetime.combine(days_on(local.date(), interval, times), local.time(), local.tzinfo)
        except (ValueError, OverflowError):
            break
        if days_left(workspace.context, moment) >= 0:
            return moment
    return None


def _stays(found: ObjectType, prop: Property) -> bool:
    """Say whether the next one of a task has the same value: not what says how far this one came, or whose id it is."""
    ways = (status_of(found), *(found.role(role) for role in ("completed", "closed", "created")))
    return not (prop.unique or prop.read_only or prop.formula or prop in ways)


def _moved(moment: str, distance: timedelta) -> str:
    return stored_moment(datetime.fromisoformat(moment) + distance)


def _records(workspace: Workspace, record: Record) -> list[Ref]:
    there = workspace.store.associations(record.object_name, record.id)
    return [Ref(one.other_object, one.other_id) for one in there]
