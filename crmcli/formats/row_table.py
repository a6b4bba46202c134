"""Tables of files whose format says what each value is: rows are made one by one and handed out in blocks."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from crmcli.formats.table import Block, Fault
from crmcli.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import BinaryIO

    from crmcli.formats.table import Remark

_BLOCK = 1_000  # rows


@frozen
class Row:
    """The cells of one row, as many as there are headings, and the line on which it begins."""

    line: int
    cells: Sequence[str]
    remarks: Sequence[Remark] = ()


@frozen
class Shape:
    """What is said of a table as a whole: what messages call it, its headings, and what its format says it holds."""

    name: str
    header: Sequence[str]
    kind: str = ""
    notes: Sequence[str] = ()


class RowTable:
    """A table whose rows `make` gives, from the first one each time that it is called."""

    headed = True
    typed = True
    delimiter = ","

    def __init__(self, shape: Shape, make: Callable[[], Iterator[Row | Fault]], file: BinaryIO) -> None:
        """Say how the rows of an open file are made; it is read when they are asked for."""
        self.name = shape.name
        self.header = shape.header
        self.kind = shape.kind
        self.notes = shape.notes
        self._make = make
        self._file = file
        self._rows = make()
        here = file.tell()
        self.size = file.seek(0, 2)
        file.seek(here)

    @property
    def position(self) -> int:
        """Bytes that have been read."""
        return self._file.tell()

    @property
    def descriptors(self) -> Sequence[int]:
        """The number of the file in this process."""
        return (self._file.fileno(),)

    def restart(self) -> None:
        """Read from the first row again."""
        self._rows = self._make()

    def blocks(self) -> Iterator[Block]:
        """Give the rows from where reading stands, up to 1,000 in a block."""
        while found := list(islice(self._rows, _BLOCK)):
            yield _block(found, len(self.header))


def _block(found: Sequence[Row | Fault], width: int) -> Block:
    rows = [row for row in found if isinstance(row, Row)]
    kept = [row for row in rows if any(row.cells)]
    return Block(
        columns=list(zip(*(row.cells for row in kept), strict=True)) if kept else [()] * width,
        lines=[row.line for row in kept],
        faults=[fault for fault in found if isinstance(fault, Fault)],
        blank=len(rows) - len(kept),
        remarks=[remark for row in rows for remark in row.remarks],
    )
