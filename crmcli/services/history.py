"""What happened to a record, and what the operations of this workspace were."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.services.references import Ref
from crmcli.services.titles import record_context, shown_change, title
from crmcli.services.written import split_count

if TYPE_CHECKING:
    from datetime import datetime

    from crmcli.services.workspace import Workspace
    from crmcli.store.values import Operation


@frozen
class HistoryLine:
    """One event in a record's life, as shown.

    `at` is when it was true, `recorded` when it was written. `event` is created, set, deleted, restored,
    linked …; `operation` is the short id. `property` and `label` are "" for what is not about one property;
    texts are "" where a property was not set.
    """

    at: datetime
    recorded: datetime
    operation: str
    actor: str
    event: str
    property: str
    label: str
    old_text: str
    new_text: str
    note: str


@frozen
class OperationLine:
    """One operation; `undoes` and `undone_by` are short ids of others, "" where there is none."""

    id: str
    short_id: str
    at: datetime
    actor: str
    command: str
    summary: str
    undoes: str
    undone_by: str


def record_history(workspace: Workspace, ref: Ref, property_word: str | None = None) -> tuple[HistoryLine, ...]:
    """Give the events in a record's life, or of one of its properties, oldest first. Raises UnknownProperty."""
    found = workspace.model.objects[ref.object_name]
    name = None
    if property_word is not None:
        from crmcli.model.names import find_property

        name = find_property(found, property_word).name
    record = workspace.store.record(ref.object_name, ref.id)
    context = record_context(found, record.values if record else {}, workspace.context)
    lines, told = [], set()
    for entry in workspace.store.log.history(ref.object_name, ref.id, name):
        prop = found.properties.get(entry.property_name)
        lines.append(
            HistoryLine(
                at=entry.at,
                recorded=entry.recorded,
                operation=workspace.store.log.short_id(entry.operation) if entry.operation else "",
                actor=entry.actor,
                event=entry.event,
                property=entry.property_name,
                label=prop.label if prop else entry.property_name,
                old_text=shown_change(found, entry.property_name, entry.old, context),
                new_text=shown_change(found, entry.property_name, entry.new, context),
                # Why an operation was done stands with the first of what it changed.
                note="" if entry.property_name and entry.operation in told else _with_title(workspace, entry.note),
            )
        )
        told.add(entry.operation)
    return tuple(lines)


def _with_title(workspace: Workspace, note: str) -> str:
    """Put the title behind the reference that a note on an association begins with."""
    reference, blank, labels = note.partition(" ")
    name, colon, number = reference.partition(":")
    if not colon or name not in workspace.model.objects or not number.isdecimal():
        return note
    return f"{title(workspace, Ref(name, int(number)))} ({reference}){blank}{labels}"


def operations(workspace: Workspace, limit: int | None = None) -> tuple[OperationLine, ...]:
    """Give the last operations, newest first; all of them without a limit."""
    return tuple(operation_line(workspace, operation) for operation in workspace.store.log.operations(limit))


def operation_line(workspace: Workspace, operation: Operation) -> OperationLine:
    """Tell an operation as a person reads it."""
    short = workspace.store.log.short_id
    return OperationLine(
        id=operation.id,
        short_id=short(operation.id),
        at=operation.at,
        actor=operation.actor,
        command=operation.command,
        summary=summary(workspace, operation),
        undoes=short(operation.undoes) if operation.undoes else "",
        undone_by=short(operation.undone_by) if operation.undone_by else "",
    )


def summary(workspace: Workspace, operation: Operation) -> str:
    """Say in a few words what an operation did: "3 contacts created, 1 company updated"."""
    return ", ".join(counted(workspace, *split_count(what), count) for what, count in operation.counts.items() if count)


def counted(workspace: Workspace, object_name: str, verb: str, count: int) -> str:
    """Say one count: "1 contact created", "3,000 contacts deleted", "2 files written"."""
    found = workspace.model.objects.get(object_name)
    if found is None:
        noun = object_name or "record"
        return f"{count:,} {noun if count == 1 else noun + 's'} {verb}"
    return f"{count:,} {(found.label if count == 1 else found.plural).lower()} {verb}"
