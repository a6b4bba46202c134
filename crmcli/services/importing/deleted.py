"""The rows of a table less those of records that another system says are deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.formats.derived import DerivedTable
from crmcli.frozen import replace
from crmcli.model.headings import words_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from crmcli.formats.table import Block, Table
    from crmcli.services.importing.table import Source

_YES = ("true", "1", "t", "yes")


class Living(DerivedTable):
    """A table without the rows in which a column says that the record is deleted; `left_out` counts these."""

    def __init__(self, table: Table, places: Sequence[int]) -> None:
        """Take a table and the places, from 0, of its columns that say so."""
        super().__init__(table)
        self.places = places
        self.left_out = 0

    def restart(self) -> None:
        """Read from the first row again."""
        super().restart()
        self.left_out = 0

    def blocks(self) -> Iterator[Block]:
        """Give the rows that are left."""
        for block in self.table.blocks():
            gone = {row for place in self.places for row, cell in enumerate(block.columns[place]) if _is_yes(cell)}
            self.left_out += len(gone)
            kept = [row for row in range(len(block.lines)) if row not in gone]
            columns = [[column[row] for row in kept] for column in block.columns]
            yield replace(block, columns=columns, lines=[block.lines[row] for row in kept]) if gone else block


def without_deleted(source: Source, headings: Collection[str]) -> Source:
    """Give a source without the rows that a column with one of these headings, squeezed, marks as deleted."""
    places = [place for place, heading in enumerate(source.table.header) if "".join(words_of(heading)) in headings]
    if not places:
        return source
    table = Living(source.table, places)
    return replace(source, table=table, tables=[table if each is source.table else each for each in source.tables])


def _is_yes(cell: str) -> bool:
    return cell.strip().casefold() in _YES
