"""What was found out about a file, and done to its lines, without anybody having said so."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.formats.table import Block, Table
    from crmcli.model.objects import ObjectType

_NAMED = 5  # lines that a note names


def fitting(tables: Sequence[Table], found: ObjectType) -> Table:
    """Give the table that holds such records by what its format says, of a calendar its tasks; else the first."""
    return next((table for table in tables if holds(table, found)), tables[0])


def holds(table: Table, found: ObjectType) -> bool:
    """Whether a table holds such records by what its format says."""
    return table.kind in found.object_roles or table.kind in found.log


def table_notes(path: str, tables: Sequence[Table], read: Table) -> list[str]:
    """Say in one line how a table of a file is read, and in another that there are more; often nothing."""
    notes = [f"{read.name}: {', '.join(read.notes)}"] if read.notes else []
    others = [
        f"{table.name.removeprefix(path).strip('[]')} ({n})" for n, table in enumerate(tables, 1) if table is not read
    ]
    if others:
        here = "the first" if read is tables[0] else read.name.removeprefix(path).strip("[]")
        notes.append(
            f"{path} has {len(tables)} tables, of which {here} is read; --sheet for another: {', '.join(others)}"
        )
    return notes


class Remarks:
    """Counts what was done to lines, deed by deed."""

    def __init__(self, name: str) -> None:
        """Prepare to count for the table that messages call `name`."""
        self._name = name
        self._lines: dict[str, list[int]] = {}
        self._counts: dict[str, int] = {}

    def take(self, block: Block) -> None:
        """Count the remarks of a block."""
        for remark in block.remarks:
            self._counts[remark.text] = self._counts.get(remark.text, 0) + 1
            lines = self._lines.setdefault(remark.text, [])
            if len(lines) < _NAMED:
                lines.append(remark.line)

    def notes(self) -> list[str]:
        """Give one line for each deed, with the lines it was done to."""
        return [self._note(text, count) for text, count in self._counts.items()]

    def _note(self, text: str, count: int) -> str:
        lines = ", ".join(map(str, self._lines[text]))
        more = f" and {count - _NAMED:,} more" if count > _NAMED else ""
        return f"{self._name}: {text} (line{'s' * (count > 1)} {lines}{more})"
