"""Calendars (ICS) as tables: meetings out of events, tasks out of to-dos.

Each component is read by itself, so one that is broken costs no other. Moments are in UTC, by the time zones that the
calendar brings or names; days stay dates. An event that recurs is one row with its rule as text; where one occurrence
was changed, that is a row as well. References: RFC 5545.
"""

from __future__ import annotations

import re
from collections import Counter
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from crmcli.errors import CrmError
from crmcli.formats.calendar_cells import EVENT, TODO, event_cells, is_adrift, todo_cells
from crmcli.formats.card_lines import text_lines
from crmcli.formats.row_table import Row, RowTable, Shape
from crmcli.formats.table import Fault, Remark
from crmcli.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import BinaryIO

    from icalendar import Component

MEETING, TASK = "meeting", "task"
_ZONE = "VTIMEZONE"
_KINDS = {"VEVENT": MEETING, "VTODO": TASK}
_COLUMNS: Mapping[str, Mapping[str, tuple[str, ...]]] = {MEETING: EVENT, TASK: TODO}
_CELLS = {MEETING: event_cells, TASK: todo_cells}
_NAME = re.compile(rb"(?m)^([A-Za-z-]+)[;:]")
# What no column is made of, and the word for it.
_LEFT_OUT = {
    b"BEGIN:VALARM": "reminder", b"ATTACH": "attachment", b"COMMENT": "comment", b"GEO": "position",
    b"RDATE": "further date", b"EXDATE": "skipped date", b"RESOURCES": "resource",
}  # fmt: skip
_LEFT = re.compile(rb"(?mi)^(%s)(?=[;:\s])" % b"|".join(_LEFT_OUT))
_UNENDED = "it does not end"
_ELSEWHERE = "the time zone is not known: times are taken as this CRM's own"


class NoEvents(CrmError):
    """A calendar without events and to-dos."""

    def __init__(self, name: str) -> None:
        super().__init__(f'"{name}" holds no event and no to-do', "Export the calendar anew, with what is in it")


@frozen
class Part:
    """A component of a calendar as it stands in the file: an event, a to-do, a time zone; `whole` if it ends."""

    line: int
    name: str
    text: bytes
    whole: bool = True


def calendar_tables(file: BinaryIO, name: str) -> Sequence[RowTable]:
    """Give the events and the to-dos of an open calendar; raise NoEvents."""
    properties: dict[str, set[str]] = {}
    counts: Counter[str] = Counter()
    for part in _parts(file):
        if part.name == _ZONE:
            _learn_zone(part.text)
        counts[part.name] += 1
        found = {word.decode().upper() for word in _NAME.findall(part.text)}
        properties.setdefault(part.name, set()).update(found)
        counts["recurring " + _KINDS.get(part.name, "")] += "RRULE" in found
        counts.update(f"{_LEFT_OUT[word.upper()]} of {_KINDS.get(part.name, '')}" for word in _LEFT.findall(part.text))
    tables = [
        (kind, [heading for heading, names in _COLUMNS[kind].items() if properties[part].intersection(names)])
        for part, kind in _KINDS.items()
        if counts[part]
    ]
    if not tables:
        raise NoEvents(name)
    return [
        RowTable(
            Shape(name if len(tables) == 1 else f"{name}[{kind}s]", header, kind, _notes(counts, kind)),
            partial(_rows, file, header, kind),
            file,
        )
        for kind, header in tables
    ]


def _notes(counts: Counter[str], kind: str) -> list[str]:
    recurring = counts[f"recurring {kind}"]
    left = [(counts[f"{word} of {kind}"], word) for word in _LEFT_OUT.values()]
    others = [f"{count} {word}{'s' * (count > 1)}" for count, word in left if count]
    others += sorted(name for name in counts if name.startswith("V") and name not in (*_KINDS, _ZONE))
    return [
        "calendar",
        *([f"{recurring} recurring, one row each"] if recurring else []),
        *([f"left out: {', '.join(others)}"] if others else []),
    ]


def _rows(file: BinaryIO, header: Sequence[str], kind: str) -> Iterator[Row | Fault]:
    for part in _parts(file):
        if _KINDS.get(part.name) == kind:
            yield _row(part, header, kind)


def _row(part: Part, header: Sequence[str], kind: str) -> Row | Fault:
    try:
        component = _component(part.text)
        cells, adrift = _CELLS[kind](component), is_adrift(component)
    except Exception as error:  # noqa: BLE001 - the library raises all kinds for broken components
        reason = str(error).partition("\n")[0][:200] or "it cannot be read"
        return Fault(part.line, "COULD_NOT_PARSE_ROW", reason, [part.text.decode("utf-8", "replace")[:1000]])
    row = [cells.get(heading, "") for heading in header]
    wrong = dict(component.errors)
    if not part.whole or "DTSTART" in wrong:
        reason = _UNENDED if not part.whole else f"its start cannot be read: {wrong['DTSTART']}"
        return Fault(part.line, "COULD_NOT_PARSE_ROW", reason, row)
    remarks = [Remark(part.line, f"{name} cannot be read and is left out") for name in wrong if name]
    return Row(part.line, row, [*remarks, Remark(part.line, _ELSEWHERE)] if adrift else remarks)


def _component(text: bytes) -> Component:
    import warnings

    from icalendar import Component

    with warnings.catch_warnings(action="ignore"):  # of time zones known by a longer name
        return Component.from_ical(_decoded(text))


def _learn_zone(text: bytes) -> None:
    """Have the library know a time zone that a calendar brings, as far as it can be read."""
    with suppress(Exception):
        _component(b"BEGIN:VCALENDAR\r\n" + text + b"\r\nEND:VCALENDAR\r\n")


def _decoded(text: bytes) -> str:
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError:
        return text.decode("cp1252", "replace")


def _parts(file: BinaryIO) -> Iterator[Part]:
    """Give the components within calendars, or that stand alone, with all that is within them."""
    name, start, depth = "", 0, 0
    lines: list[bytes] = []
    for number, line in enumerate(text_lines(file), start=1):
        word, _, value = line.strip().upper().partition(b":")
        begun = value.decode("utf-8", "replace") if word == b"BEGIN" else ""
        if begun in _KINDS and name in _KINDS:  # what was begun has no end
            yield Part(start, name, _closed(lines, name), whole=False)
            name = ""
        if not name:
            if begun and begun != "VCALENDAR":
                name, start, depth, lines = begun, number, 1, [line]
            continue
        lines.append(line)
        depth += (word == b"BEGIN") - (word == b"END")
        if not depth:
            yield Part(start, name, b"\r\n".join(lines))
            name = ""
    if name:
        yield Part(start, name, _closed(lines, name), whole=False)


def _closed(lines: Sequence[bytes], name: str) -> bytes:
    """Give the text of a component that has no end, as if it had one; components within it are left out."""
    own = []
    for line in lines[1:]:
        if line.strip().upper().startswith((b"BEGIN:", b"END:")):
            break
        own.append(line)
    return b"\r\n".join([f"BEGIN:{name}".encode(), *own, f"END:{name}".encode()])
