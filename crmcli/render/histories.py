"""The past: events in a record's life, and the operations of a workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.render import moments
from crmcli.render.sheets import Column, Sheet, write_sheet

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from crmcli.render.output import Output, Span
    from crmcli.services.history import HistoryLine, OperationLine
    from crmcli.services.importing.operations import ImportLine

_UNSET = "–"


def write_history(output: Output, title: str, lines: Sequence[HistoryLine], zone: tzinfo) -> None:
    """Write the events in a record's life, oldest first."""
    if output.format == "table":
        output.line((title, "title"))
        write_entries(output, lines, zone)
        return
    columns = tuple(
        Column(key, key.capitalize())
        for key in ("at", "recorded", "event", "property", "old", "new", "actor", "operation", "note")
    )
    values = [entry_value(line) for line in lines]
    write_sheet(output, Sheet(columns, [("", tuple(value[c.key] for c in columns)) for value in values]))


def write_entries(output: Output, lines: Sequence[HistoryLine], zone: tzinfo) -> None:
    """Write events as lines of a record page."""
    for line in lines:
        told = f" · {line.actor}" if line.actor else ""
        told += f" · recorded {moments.shown(line.recorded, zone)}" if line.recorded != line.at else ""
        operation = f" · {line.operation}" if line.operation else ""
        output.line("  ", (moments.shown(line.at, zone), "dim"), "  ", *_event(line), (told + operation, "dim"))


def entry_value(line: HistoryLine) -> dict[str, str | None]:
    """Give the JSON shape `event`."""
    return {
        "at": moments.iso(line.at),
        "recorded": moments.iso(line.recorded),
        "event": line.event,
        "property": line.property or None,
        "old": line.old_text or None,
        "new": line.new_text or None,
        "actor": line.actor,
        "operation": line.operation or None,
        "note": line.note or None,
    }


def write_operations(output: Output, lines: Sequence[OperationLine], zone: tzinfo) -> None:
    """Write operations, newest first."""
    columns = (
        Column("operation", "Operation"),
        _when(zone),
        Column("actor", "Who"),
        Column("summary", "What"),
        Column("undone_by", "Undone by"),
        Column("undoes", "Undoes"),
        Column("command", "Command"),
    )
    rows = [("", tuple(operation_value(line)[column.key] for column in columns)) for line in lines]
    write_sheet(output, Sheet(columns, rows))


def write_imports_done(output: Output, lines: Sequence[ImportLine], zone: tzinfo) -> None:
    """Write imports, newest first."""
    columns = (
        _when(zone),
        Column("file", "File"),
        Column("summary", "What"),
        Column("operation", "Operation"),
        Column("undone_by", "Undone by"),
        Column("actor", "Who"),
    )
    values = [{**operation_value(line.operation), "file": line.files} for line in lines]
    write_sheet(output, Sheet(columns, [("", tuple(value[column.key] for column in columns)) for value in values]))


def _when(zone: tzinfo) -> Column:
    def when(value: object) -> str:
        from datetime import datetime

        return moments.shown(datetime.fromisoformat(str(value)), zone)

    return Column("at", "When", when)


def operation_value(line: OperationLine) -> dict[str, str | None]:
    """Give the JSON shape `operation`."""
    return {
        "operation": line.short_id,
        "at": moments.iso(line.at),
        "actor": line.actor,
        "summary": line.summary,
        "undone_by": line.undone_by or None,
        "undoes": line.undoes or None,
        "command": line.command,
    }


def _event(line: HistoryLine) -> list[Span]:
    spans: list[Span] = [line.event] if not line.property else [f"{line.label}: "]
    if line.property:
        spans += [(line.old_text or _UNSET, "dim"), " → ", (line.new_text or _UNSET, "good")]
    if line.note:
        spans.append(f" ({line.note})" if line.property else f" {line.note}")
    return spans
