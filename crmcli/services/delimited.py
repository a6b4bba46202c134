"""Reading files of delimited text (CSV, TSV …) in blocks of rows, each with the line it begins on.

Nothing here knows what the cells mean. A row that cannot be read is a `Fault` with its line; reading goes on
at the next line, so that a quote left open costs one row and not the rest of the file.
"""

from __future__ import annotations

import csv
from itertools import islice
from typing import TYPE_CHECKING

from crmcli.errors import CrmError
from crmcli.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import IO, BinaryIO, Literal, TextIO

DELIMITERS = (",", ";", "\t", "|")
_BLOCK = 1_000  # rows
_SAMPLE = 1 << 16  # bytes by which the delimiter is found
# Characters of the longest cell that is read, and so how far an open quote is followed.
_LONGEST = 1 << 22


class EmptyFile(CrmError):
    """A file without a single line of text."""

    def __init__(self, name: str) -> None:
        super().__init__(f'"{name}" is empty', "Its first line should name the columns")


class UnreadableHeader(CrmError):
    """A first line that is no row of cells."""

    def __init__(self, name: str, fault: Fault) -> None:
        super().__init__(
            f'The headings of "{name}" (line {fault.line}) cannot be read: {fault.reason}', "Repair the line"
        )


@frozen
class Fault:
    """A row that cannot be taken: its line, a code of the import vocabulary, why, and what could be read of it."""

    line: int
    code: str
    reason: str
    cells: Sequence[str]


@frozen
class Block:
    """Up to 1,000 rows that have as many cells as there are headings, by column.

    `lines` says on which line of the file each row begins.
    """

    columns: Sequence[Sequence[str]]
    lines: Sequence[int]
    faults: Sequence[Fault]
    blank: int = 0  # rows without any text, left out

    def row(self, place: int) -> list[str]:
        """Give the cells of one row."""
        return [column[place] for column in self.columns]


class DelimitedText:
    """A file of delimited text whose headings have been read; `blocks` gives the rest, once."""

    def __init__(self, file: TextIO, name: str, delimiter: str) -> None:
        """Read the headings: the first row that is not blank. Raises EmptyFile or UnreadableHeader."""
        self.delimiter = delimiter
        self._file = file
        self._line = 1  # of the next line
        self._taken: list[str] = []  # lines that the reader has taken since the block began
        self._again: list[str] = []  # lines to be read again, last first
        self._reader = self._new_reader()
        csv.field_size_limit(_LONGEST)
        self.header = self._read_header(name)

    def blocks(self) -> Iterator[Block]:
        """Give the rows block by block; memory does not grow with the file."""
        while True:
            rows, lines, faults = self._read_quickly() or self._read_carefully(_BLOCK)
            if not rows and not faults:
                return
            yield self._block(rows, lines, faults)

    def _new_reader(self) -> Iterator[list[str]]:
        return csv.reader(self._lines(), delimiter=self.delimiter, strict=True)

    def _lines(self) -> Iterator[str]:
        taken, again = self._taken, self._again
        while again:
            line = again.pop()
            taken.append(line)
            yield line
        for line in self._file:
            taken.append(line)
            yield line

    def _push_back(self, start: int) -> None:
        """Have the lines taken from number `start` on read again, by a reader that knows nothing of them."""
        self._again.extend(reversed(self._taken[start:]))
        del self._taken[start:]
        self._reader = self._new_reader()

    def _read_quickly(self) -> tuple[list[list[str]], Sequence[int], list[Fault]] | None:
        """Read a block in which each line is a row; None, and nothing read, where it is not so."""
        lines = [self._again.pop() for _ in range(min(_BLOCK, len(self._again)))]
        lines += islice(self._file, _BLOCK - len(lines))
        try:
            rows = list(csv.reader(lines, delimiter=self.delimiter, strict=True))
        except csv.Error:
            rows = []
        if len(rows) != len(lines) or "\0" in "".join(lines):
            self._again.extend(reversed(lines))
            self._reader = self._new_reader()
            return None
        numbers = range(self._line, self._line + len(rows))
        self._line += len(rows)
        return rows, numbers, []

    def _read_carefully(self, count: int) -> tuple[list[list[str]], list[int], list[Fault]]:
        """Read up to `count` rows one by one, noting the line of each; what cannot be read becomes a fault."""
        rows: list[list[str]] = []
        lines: list[int] = []
        faults: list[Fault] = []
        while len(rows) + len(faults) < count:
            self._taken.clear()
            try:
                row = next(self._reader, None)
            except csv.Error as error:
                faults.append(Fault(self._line, *_explained(error, len(self._taken)), [self._taken[0].rstrip("\r\n")]))
                self._push_back(1)
                self._line += 1
                continue
            if row is None:
                break
            if any("\0" in cell for cell in row):
                faults.append(Fault(self._line, "COULD_NOT_PARSE_ROW", "it holds a NUL character", row))
            else:
                rows.append(row)
                lines.append(self._line)
            self._line += len(self._taken)
        self._taken.clear()
        return rows, lines, faults

    def _read_header(self, name: str) -> list[str]:
        while True:
            rows, _, faults = self._read_carefully(1)
            if faults:
                raise UnreadableHeader(name, faults[0])
            if not rows:
                raise EmptyFile(name)
            if any(cell.strip() for cell in rows[0]):
                return rows[0]

    def _block(self, rows: list[list[str]], lines: Sequence[int], faults: list[Fault]) -> Block:
        """Sort out the rows that are blank or have too many or too few cells."""
        width = len(self.header)
        blank = 0
        # The usual block has neither; both are seen without a look at each row.
        if not set(map(len, rows)) <= {width} or any(not row[0] for row in rows):
            kept = []
            for row, line in zip(rows, lines, strict=True):
                if not any(row):
                    blank += 1
                elif len(row) != width:
                    faults.append(_ragged(row, line, width))
                else:
                    kept.append((row, line))
            rows, lines = [row for row, _ in kept], [line for _, line in kept]
        columns = list(zip(*rows, strict=True)) if rows else [()] * width
        return Block(columns, lines, sorted(faults, key=lambda fault: fault.line), blank)


def write_rows(file: IO[str], rows: Sequence[Sequence[str]], delimiter: str) -> None:
    """Write rows so that `DelimitedText` reads the same cells; lines end with LF."""
    # For a carriage return, csv quotes a cell only where its own line end has one; read back it would end the row.
    risky = any("\r" in "".join(row) for row in rows)
    quoting: Literal[0, 1] = csv.QUOTE_ALL if risky else csv.QUOTE_MINIMAL
    csv.writer(file, delimiter=delimiter, lineterminator="\n", quoting=quoting).writerows(rows)


def find_delimiter(file: BinaryIO, encoding: str) -> str:
    """Find what divides the cells of a file that can be sought, from its first 64 KiB; it is left at its beginning.

    The delimiter that gives most rows as many cells as the first has wins, then the one that gives most cells; a
    file whose first row has one cell by any of them is taken for a single column.
    """
    file.seek(0)
    sample = file.read(_SAMPLE).decode(encoding, errors="ignore")
    file.seek(0)
    lines = sample.splitlines(keepends=True)
    if len(lines) > 1:
        lines.pop()  # it may be cut
    return max(DELIMITERS, key=lambda delimiter: _fit(lines, delimiter))


def _fit(lines: Iterable[str], delimiter: str) -> tuple[float, int]:
    """Give the share of rows that are as wide as the first, and that width; nothing for one column."""
    try:
        widths = [len(row) for row in csv.reader(lines, delimiter=delimiter) if any(row)]
    except csv.Error:
        return 0.0, 0
    if not widths or widths[0] == 1:
        return 0.0, 0
    return widths.count(widths[0]) / len(widths), widths[0]


def _explained(error: csv.Error, lines: int) -> tuple[str, str]:
    """Give the code and the reason for a row that the reader refuses after taking so many lines."""
    text = str(error)
    if text.startswith("field larger") and lines == 1:
        return "COLUMN_TOO_LARGE", f"a cell has more than {_LONGEST:,} characters"
    if text.startswith(("field larger", "unexpected end")):
        return "COULD_NOT_PARSE_ROW", "a quote opens on this line and is not closed"
    if "expected after" in text:
        return "COULD_NOT_PARSE_ROW", "text follows a closing quote; a quote inside a quoted cell is written twice"
    return "COULD_NOT_PARSE_ROW", text


def _ragged(row: Sequence[str], line: int, width: int) -> Fault:
    count = "1 cell" if len(row) == 1 else f"{len(row)} cells"
    wanted = "is 1 heading" if width == 1 else f"are {width} headings"
    return Fault(line, "INCORRECT_NUMBER_OF_COLUMNS", f"it has {count}, but there {wanted}", row)
