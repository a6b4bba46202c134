"""Rows of delimited text, each with the line it begins on; what cannot be read is a fault, and costs one row.

Where each line is a row, as nearly everywhere, a block is read at once. Elsewhere rows are read one by one: after a row
that cannot be read, reading goes on at the next line, so that a quote left open does not take the rest of the file.
"""

from __future__ import annotations

import csv
from itertools import islice
from typing import TYPE_CHECKING

from crmcli.formats.mending import mend_quotes
from crmcli.formats.table import Fault, Remark
from crmcli.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import TextIO

    from crmcli.formats.dialect import Dialect

LONGEST = 1 << 22  # characters of the longest cell that is read, and so how far an open quote is followed
UNDOUBLED = "quotes inside a quoted cell that are not doubled, read as they are meant"


@frozen
class Batch:
    """Rows as they come; `texts` has the line of each row that is one, "" for others."""

    rows: Sequence[list[str]]
    lines: Sequence[int]
    texts: Sequence[str]
    faults: Sequence[Fault]
    remarks: Sequence[Remark]

    def __bool__(self) -> bool:
        return bool(self.rows or self.faults)


class Rows:
    """The rows of a text from a line on, read once; `width`, where it is known, helps to mend lines."""

    def __init__(self, file: TextIO, dialect: Dialect, *, line: int = 1, width: int = 0) -> None:
        """Prepare to read from where the file stands, which is the beginning of `line`."""
        csv.field_size_limit(LONGEST)
        self.line = line  # of what comes next
        self._file = file
        self._dialect = dialect
        self._width = width
        self._taken: list[str] = []  # lines that the reader has taken for the present row
        self._again: list[str] = []  # lines to be read again, last first
        self._reader = self._new_reader()

    def read(self, count: int) -> Batch:
        """Read up to `count` rows; an empty batch is the end."""
        return self._quickly(count) or self._carefully(count)

    def _quickly(self, count: int) -> Batch | None:
        """Read lines each of which is a row; None, and nothing read, where it is not so."""
        lines = [self._again.pop() for _ in range(min(count, len(self._again)))]
        lines += islice(self._file, count - len(lines))
        try:
            rows = list(self._dialect.rows(lines))
        except csv.Error:
            rows = []
        if len(rows) != len(lines) or "\0" in "".join(lines):
            self._again.extend(reversed(lines))
            self._reader = self._new_reader()
            return None
        numbers = range(self.line, self.line + len(rows))
        self.line += len(rows)
        return Batch(rows, numbers, lines, [], [])

    def _carefully(self, count: int) -> Batch:
        """Read rows one by one, mending what can be."""
        rows: list[list[str]] = []
        lines: list[int] = []
        texts: list[str] = []
        faults: list[Fault] = []
        remarks: list[Remark] = []
        while len(rows) + len(faults) < count:
            found = self._next()
            if found is None:
                break
            if isinstance(found, Fault):
                faults.append(found)
                continue
            row, line, mended = found
            if mended:
                remarks.append(Remark(line, UNDOUBLED))
            rows.append(row)
            lines.append(line)
            texts.append(self._taken[0] if len(self._taken) == 1 else "")
        return Batch(rows, lines, texts, faults, remarks)

    def _next(self) -> tuple[list[str], int, bool] | Fault | None:
        """Read one row: its cells, its line, and whether it was mended."""
        self._taken.clear()
        line = self.line
        try:
            row = next(self._reader, None)
        except csv.Error as error:
            return self._mended(*_explained(error, len(self._taken)))
        if row is None:
            return None
        if self._width and len(self._taken) > 1 and len(row) != self._width:
            first = mend_quotes(self._taken[0], self._dialect, self._width)
            if first:  # a quote swallowed what follows; the row is this line
                return self._mended("COULD_NOT_PARSE_ROW", _OPEN)
        self.line += len(self._taken)
        if any("\0" in cell for cell in row):
            return Fault(line, "COULD_NOT_PARSE_ROW", "it holds a NUL character", row)
        return row, line, False

    def _mended(self, code: str, reason: str) -> tuple[list[str], int, bool] | Fault:
        """Read the first line that was taken as a row by itself."""
        text, line = self._taken[0], self.line
        self._again.extend(reversed(self._taken[1:]))
        del self._taken[1:]
        self._reader = self._new_reader()
        self.line += 1
        mended = mend_quotes(text, self._dialect, self._width) if self._width and code != "COLUMN_TOO_LARGE" else None
        if mended and mended.certain and "\0" not in text:
            return list(mended.cells), line, True
        return Fault(line, code, reason, mended.cells if mended else [text.rstrip("\r\n")])

    def _new_reader(self) -> Iterator[list[str]]:
        return self._dialect.rows(self._lines())

    def _lines(self) -> Iterator[str]:
        taken, again = self._taken, self._again
        while again:
            line = again.pop()
            taken.append(line)
            yield line
        for line in self._file:
            taken.append(line)
            yield line


_OPEN = "a quote opens on this line and is not closed"


def _explained(error: csv.Error, lines: int) -> tuple[str, str]:
    """Give the code and the reason for a row that the reader refuses after taking so many lines."""
    text = str(error)
    if text.startswith("field larger") and lines == 1:
        return "COLUMN_TOO_LARGE", f"a cell has more than {LONGEST:,} characters"
    if text.startswith(("field larger", "unexpected end")) or lines > 1:
        return "COULD_NOT_PARSE_ROW", _OPEN
    if "expected after" in text:
        return "COULD_NOT_PARSE_ROW", "text follows a closing quote; a quote inside a quoted cell is written twice"
    return "COULD_NOT_PARSE_ROW", text
