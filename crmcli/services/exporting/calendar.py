"""Exports as a calendar (ICS): events and to-dos by roles, with the people that they are with."""

from __future__ import annotations

from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING

from crmcli.formats.calendar_cells import EVENT, TODO, TODO_STATUS
from crmcli.formats.calendar_writing import Entry, calendar
from crmcli.services.exporting.exports import DoesNotFit
from crmcli.services.exporting.parts import identity, linked, moment, needed, of_role, parts_of
from crmcli.services.plain_text import plain_text
from crmcli.services.titles import shown_value, title_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from typing import BinaryIO

    from crmcli.model.objects import ObjectType
    from crmcli.services.exporting.contents import Contents
    from crmcli.services.exporting.exports import Style
    from crmcli.services.exporting.parts import Parts
    from crmcli.store.values import Record

_TASK, _ACTIVITY, _PERSON = "task", "activity", "person"
_ROLES = ("at", "until", "duration", "due", "text", "status", "outcome", "priority", "completed")
_CANCELLED, _DONE, _OPEN = "CANCELLED", "COMPLETED", "NEEDS-ACTION"
_AT_ONCE = 1_000


def properties(found: ObjectType) -> tuple[str, ...]:
    """Give the properties that a calendar takes. Raises DoesNotFit for what has no time of its own."""
    lasting = found.role("until") or (found.role("duration") and _ACTIVITY in found.object_roles)
    if not (_TASK in found.object_roles or (lasting and found.role("at"))):
        raise DoesNotFit(found.plural, "a calendar", "tasks, and activities that begin and end")
    return needed(found, _headings(found), _ROLES)


def write_ics(parts: Sequence[Contents], sink: BinaryIO, style: Style) -> int:  # noqa: ARG001
    """Write a calendar of all records that have a time; give their number."""
    workspace = parts[0].workspace
    context = workspace.context
    entries = (entry for contents in parts for entry in _entries(contents))
    text, count = calendar(workspace.settings.name, context.zone, context.moment, entries)
    sink.write(text)
    return count


def _headings(found: ObjectType) -> tuple[str, ...]:
    return tuple(TODO if _TASK in found.object_roles else EVENT)


def _entries(contents: Contents) -> Iterator[Entry]:
    found, workspace = contents.found, contents.workspace
    stream = parts_of(contents, _headings(found))
    make = _todo if _TASK in found.object_roles else _event
    while batch := list(islice(stream, _AT_ONCE)):
        people = linked(workspace, found, [one.record.id for one in batch], _PERSON)
        for one in batch:
            with_ = people.get(one.record.id, ())
            entry = make(contents, one, tuple((title_of(workspace, each), _address(contents, each)) for each in with_))
            if entry.start or entry.until:
                yield entry


def _event(contents: Contents, parts: Parts, people: tuple[tuple[str, str], ...]) -> Entry:
    found, record = contents.found, parts.record
    start = _moment(parts, "Start") or moment(found, record, "at")
    until = moment(found, record, "until")
    lasts = of_role(found, record, "duration")
    if start and until is None and isinstance(lasts, int):
        until = start + timedelta(milliseconds=lasts)
    return Entry(
        identity(contents.workspace, record),
        todo=False,
        title=title_of(contents.workspace, record),
        start=start,
        until=until,
        text=_text(found, record),
        location=parts.cells.get("Location", ""),
        url=parts.cells.get("URL", ""),
        status=_CANCELLED if _is_cancelled(contents, record) else "CONFIRMED",
        people=people,
    )


def _todo(contents: Contents, parts: Parts, people: tuple[tuple[str, str], ...]) -> Entry:
    found, record = contents.found, parts.record
    context = contents.workspace.context
    return Entry(
        identity(contents.workspace, record),
        todo=True,
        title=title_of(contents.workspace, record),
        until=moment(found, record, "due") or moment(found, record, "at"),
        text=_text(found, record),
        location=parts.cells.get("Location", ""),
        url=parts.cells.get("URL", ""),
        status=_status(found, record),
        priority=shown_value(found, found.roles.get("priority", ""), record.values, context),
        completed=moment(found, record, "completed"),
        people=people,
    )


def _moment(parts: Parts, heading: str) -> datetime | None:
    from datetime import datetime

    text = parts.cells.get(heading)
    return datetime.fromisoformat(text) if text and "T" in text else None


def _text(found: ObjectType, record: Record) -> str:
    return plain_text(str(of_role(found, record, "text") or ""))


def _address(contents: Contents, person: Record) -> str:
    found = contents.workspace.model.objects[person.object_name]
    return str(of_role(found, person, "email") or "")


def _status(found: ObjectType, record: Record) -> str:
    """Give the format's word for a task's status: by the label that imports read it as, else by what is closed."""
    value = of_role(found, record, "status")
    prop = found.role("status")
    option = next((each for each in (prop.options if prop else ()) if each.value == value), None)
    if option is None:
        return _OPEN
    words = {label.casefold(): word for word, label in TODO_STATUS.items()}
    return words.get(option.label.casefold(), _DONE if option.closed else _OPEN)


def _is_cancelled(contents: Contents, record: Record) -> bool:
    """Whether an import of an event that is cancelled would give this outcome."""
    from crmcli.types.base import InvalidValue

    prop = contents.found.role("outcome")
    value = of_role(contents.found, record, "outcome")
    if prop is None or value is None:
        return False
    try:
        return prop.value_type.parse(_CANCELLED, contents.workspace.context) == value
    except InvalidValue:
        return False
