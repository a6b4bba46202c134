"""The rows of a file as a search reads them: packed columns of text, and what each row is called."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import chain
from typing import TYPE_CHECKING, overload

from crmcli.dedupe.table import Column
from crmcli.services.duplicates.texts import BLOCK, Texts
from crmcli.services.importing.date_orders import rewritten
from crmcli.services.mapping.making import split_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crmcli.formats.table import Block
    from crmcli.services.duplicates.file_columns import FileColumn

_PARTS = ("given", "surname")  # of a whole name


class Lines(Sequence[str]):
    """Numbers of lines, as texts."""

    __slots__ = ("_numbers",)

    def __init__(self) -> None:
        self._numbers = array("q")

    def extend(self, lines: Iterable[int]) -> None:
        """Add lines."""
        self._numbers.extend(lines)

    def __len__(self) -> int:
        return len(self._numbers)

    def __iter__(self) -> Iterator[str]:
        return map(str, self._numbers)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> list[str]: ...
    def __getitem__(self, place: int | slice) -> str | list[str]:
        """Give a line, or those of a slice as a list."""
        return list(map(str, self._numbers[place])) if isinstance(place, slice) else str(self._numbers[place])


class Both(Sequence[str]):
    """Two sequences, the second behind the first; one of them may be blank: so many empty texts."""

    __slots__ = ("_first", "_second")

    def __init__(self, first: Sequence[str] | int, second: Sequence[str] | int) -> None:
        self._first, self._second = (("",) * part if isinstance(part, int) else part for part in (first, second))

    def __len__(self) -> int:
        return len(self._first) + len(self._second)

    def __iter__(self) -> Iterator[str]:
        return chain(self._first, self._second)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> list[str]: ...
    def __getitem__(self, place: int | slice) -> str | list[str]:
        """Give a text, or those of a slice as a list."""
        if isinstance(place, slice):
            return [self[each] for each in range(*place.indices(len(self)))]
        within = range(len(self))[place] - len(self._first)
        return self._first[within] if within < 0 else self._second[within]


class _Packing:
    """Packs texts that come in blocks of any length."""

    def __init__(self) -> None:
        self.texts = Texts()
        self._rest: list[str] = []

    def take(self, cells: Iterable[str]) -> None:
        """Add texts."""
        self._rest.extend(cells)
        whole = len(self._rest) - len(self._rest) % BLOCK
        for start in range(0, whole, BLOCK):
            self.texts.add(self._rest[start : start + BLOCK])
        del self._rest[:whole]

    def finish(self) -> Texts:
        """Give all of them."""
        if self._rest:
            self.texts.add(self._rest)
            self._rest = []
        return self.texts


class FileRows:
    """Takes the blocks of a file in order.

    Rows that have too many or too few cells are taken as they are: who looks for duplicates wants to see all rows.
    """

    def __init__(self, columns: Iterable[FileColumn], ids: int | None) -> None:
        """`ids` is the number of the column with the rows' ids; None for their lines."""
        self.ragged = 0
        self._ids = ids
        self._called = _Packing()
        self._lines = Lines()
        self._known: dict[str, str] = {}  # dates as they are in the file → as records have them
        self._columns = [column for column in columns if column.meaning]
        self._packed = [[_Packing() for _ in column.names] for column in self._columns]

    def take(self, block: Block) -> None:
        """Add the rows of a block."""
        self._add(block.columns, block.lines)
        if block.faults:
            self.ragged += len(block.faults)
            width = len(block.columns)
            cells = [[*fault.cells, *[""] * width][:width] for fault in block.faults]
            self._add(list(zip(*cells, strict=True)), [fault.line for fault in block.faults])

    def _add(self, columns: Sequence[Sequence[str]], lines: Sequence[int]) -> None:
        if self._ids is None:
            self._lines.extend(lines)
        else:
            self._called.take(columns[self._ids - 1])
        for column, packed in zip(self._columns, self._packed, strict=True):
            cells = columns[column.number - 1]
            if len(packed) == 1:
                packed[0].take(self._days(cells, column.order) if column.order else cells)
            else:
                for part, names in zip(packed, zip(*map(split_name, cells), strict=True), strict=False):
                    part.take(names)

    def _days(self, cells: Iterable[str], order: str) -> Iterator[str]:
        """Write dates as records have them; what is none in this order stays as it is."""
        known = self._known
        for cell in cells:
            if cell not in known:
                known[cell] = rewritten(cell.strip(), order) or cell
            yield known[cell]

    def ids(self) -> Sequence[str]:
        """What each row is called."""
        return self._lines if self._ids is None else self._called.finish()

    def columns(self) -> list[Column]:
        """Give the columns that have any value."""
        found = []
        for column, packed in zip(self._columns, self._packed, strict=True):
            meanings = _PARTS if len(packed) > 1 else (column.meaning,)
            for name, meaning, part in zip(column.names, meanings, packed, strict=True):
                if (texts := part.finish()).filled:
                    found.append(Column(name, meaning, texts))
        return found
