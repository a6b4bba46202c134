"""What is to be done next: open tasks by when they are due, with the records that they are on."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.services.activity_words import task_object
from crmcli.services.due import days_left, is_overdue
from crmcli.services.entries import Moment, entries_of
from crmcli.services.lookup import literal
from crmcli.services.references import Ref
from crmcli.services.stages import status_of
from crmcli.types.user import Owner

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmcli.model.objects import ObjectType
    from crmcli.services.entries import Entry
    from crmcli.services.workspace import Workspace

GROUPS = ("overdue", "today", "upcoming", "no date")


@frozen
class NextRequest:
    """Whose tasks (as typed; "" mine, everyone's where nobody is me), of which queue, at most how many."""

    user: str = ""
    queue: str = ""
    everyone: bool = False
    limit: int | None = None


@frozen
class Task:
    """An open task: its entry, and which of GROUPS it is in."""

    entry: Entry
    group: str


@frozen
class NextTasks:
    """Open tasks, first those that should have been done; `total` counts all that there are, `whose` is "" for all."""

    tasks: tuple[Task, ...]
    total: int
    whose: str = ""


def next_tasks(workspace: Workspace, request: NextRequest) -> NextTasks:
    """Give the open tasks in the order in which they are due, the more important first. Raises NoTasks, UnknownUser."""
    from crmcli.query import Selection, select

    found = task_object(workspace)
    owner = "" if request.everyone else workspace.context.me
    if request.user:
        owner = str(Owner().parse(request.user, workspace.context))
    due = found.properties[found.roles["at"]]
    priority = found.role("priority")
    sort = (due.name, *([f"-{priority.name}"] if priority else []))
    where = " and ".join(_conditions(found, owner, _queue(workspace, found, request.queue))) or None
    wanted = Selection(found, where=where, columns=(due.name,), sort=sort)
    rows = list(workspace.store.rows(select(wanted, workspace.model, workspace.context)))
    moments = [_moment(workspace, found, record_id, column) for record_id, column in rows]
    moments.sort(key=lambda one: GROUPS.index(one.state))  # of the same group, as they are due
    entries = entries_of(workspace, moments[: request.limit], Ref("", 0), pinned="")
    whose = next((user.name for user in workspace.context.users if user.id == owner), owner)
    return NextTasks(tuple(Task(entry, entry.state) for entry in entries), len(rows), whose)


def _queue(workspace: Workspace, found: ObjectType, typed: str) -> str:
    """Give the queue that is meant, whatever the case in which it was typed."""
    prop = found.role("queue")
    if prop is None or not typed:
        return typed
    held = {str(column) for _, column in workspace.store.column_values(found.name, prop.name, None)}
    stored = [prop.value_type.stored(column) for column in held]
    known = {str(one) for value in stored for one in (value if isinstance(value, list) else [value])}
    return next((queue for queue in sorted(known) if queue.casefold() == typed.casefold()), typed)


def _conditions(found: ObjectType, owner: str, queue: str) -> Iterator[str]:
    """Say in the expression language which tasks are asked for: open ones, somebody's, of a queue."""
    status = status_of(found)
    closed = [option.value for option in status.options if option.closed] if status else []
    if status is not None and closed:
        yield f"({status.name} is unknown or {status.name} not in ({', '.join(map(literal, closed))}))"
    if owner and "owner" in found.roles:
        yield f"{found.roles['owner']} = {literal(owner)}"
    if queue and "queue" in found.roles:
        yield f"{found.roles['queue']} = {literal(queue)}"


def _moment(workspace: Workspace, found: ObjectType, record_id: int, column: str | int | None) -> Moment:
    ref = Ref(found.name, record_id)
    if column is None:
        return Moment(ref, None, GROUPS[3])
    value_type = found.properties[found.roles["at"]].value_type
    at = datetime.fromisoformat(str(value_type.stored(column)))
    if is_overdue(workspace.context, at):
        return Moment(ref, at, GROUPS[0])
    return Moment(ref, at, GROUPS[1] if days_left(workspace.context, at) == 0 else GROUPS[2])
