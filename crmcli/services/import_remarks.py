"""What was found out about a file, and done to its lines, without anybody having said so."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.formats.table import Block, Table

_NAMED = 5  # lines that a note names


def table_notes(path: str, tables: Sequence[Table]) -> list[str]:
    """Say in one line how the first of a file's tables is read, and in another that there are more; often nothing."""
    notes = [f"{tables[0].name}: {', '.join(tables[0].notes)}"] if tables[0].notes else []
    if len(tables) > 1:
        others = ", ".join(table.name for table in tables[1:])
        notes.append(f"{path} has {len(tables)} tables, of which the first is read; --sheet 2 for another ({others})")
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
