"""Files of delimited text (CSV, TSV …): how they are written is found out, then they are read in blocks of rows."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING, TypeVar

from crmcli.formats.dialect import Dialect, delimiter_name, find_dialect
from crmcli.formats.header import Layout, Row, layouts, width_of
from crmcli.formats.mending import mend_delimiter
from crmcli.formats.rows import Batch, Rows
from crmcli.formats.table import Block, EmptyFile, Fault, Remark
from crmcli.formats.text_encoding import find_encoding, named_encoding
from crmcli.formats.totals import foot

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import ExitStack
    from typing import BinaryIO, TextIO

    from crmcli.formats.opening import Reading
    from crmcli.formats.text_encoding import Encoding

T = TypeVar("T", Fault, Remark)

_BLOCK = 1_000  # rows
_SAMPLE = 1 << 18  # bytes from the beginning, by which all is found out
_FURTHER = 1 << 14  # bytes from the middle, by which the dialect is compared too
_LINE = 1 << 22  # bytes that the first line may have


class Text:
    """A file of text that is read from its beginning, any number of times, by one reader at a time."""

    def __init__(self, file: BinaryIO, encoding: Encoding) -> None:
        """Take a file that can be sought."""
        self.encoding = encoding
        self.size = file.seek(0, os.SEEK_END)
        self._file = file
        self._text: io.TextIOWrapper | None = None

    @property
    def position(self) -> int:
        """Bytes that have been read."""
        return self._file.tell()

    @property
    def descriptors(self) -> Sequence[int]:
        """The file's number in this process; none where it has none."""
        try:
            return [self._file.fileno()]
        except OSError:
            return []

    def begin(self) -> TextIO:
        """Read from the beginning; who reads now reads no more."""
        self.release()
        # From the end, so that the start is asked for anew: another process may have moved on in the same file.
        self._file.seek(0, os.SEEK_END)
        self._file.seek(0)
        self._text = io.TextIOWrapper(self._file, self.encoding.name, newline="")
        return self._text

    def release(self) -> None:
        """Let go of the file without closing it."""
        if self._text is not None:
            self._text.detach()
            self._text = None

    def sample(self) -> tuple[list[str], list[str]]:
        """Give the whole lines that the file begins with, and some from its middle."""
        text = self.begin()
        head = text.read(_SAMPLE)
        if len(head) == _SAMPLE:
            head += text.readline(_LINE)
        lines = list(io.StringIO(head, newline=""))
        further: list[str] = []
        if self.size > 4 * _SAMPLE and self.encoding.name.startswith(("utf-8", "cp", "iso")):
            self.release()
            self._file.seek(self.size // 2)
            piece = self._file.read(_FURTHER).decode(self.encoding.name.removesuffix("-sig"), errors="ignore")
            further = list(io.StringIO(piece, newline=""))[1:-1]
        return lines, further


class DelimitedTable:
    """A table of a file of delimited text."""

    typed = False
    kind = ""

    def __init__(self, text: Text, name: str, dialect: Dialect, layout: Layout, notes: Sequence[str]) -> None:
        """Make the table that stands where the layout says."""
        self.name = name
        self.header: Sequence[str] = layout.header
        self.headed = bool(layout.line)
        self.notes = notes
        self._text = text
        self._dialect = dialect
        self._layout = layout
        self._rows: Rows | None = None

    @property
    def delimiter(self) -> str:
        """What divides cells, a comma where that is more than one character."""
        return self._dialect.delimiter if len(self._dialect.delimiter) == 1 else ","

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return self._text.size

    @property
    def position(self) -> int:
        """Bytes that have been read."""
        return self._text.position

    @property
    def descriptors(self) -> Sequence[int]:
        """The numbers of the files that are read."""
        return self._text.descriptors

    def restart(self) -> None:
        """Read from the first row again."""
        file = self._text.begin()
        for _ in range(self._layout.start - 1):
            file.readline()
        self._rows = Rows(file, self._dialect, line=self._layout.start, width=len(self.header))

    def blocks(self) -> Iterator[Block]:
        """Give the rows from where reading stands, block by block; memory does not grow with the file."""
        if self._rows is None:
            self.restart()
        held: Batch | None = None
        while batch := self._next():
            if held:
                yield self._block(held)
            held = batch
        if held:
            yield self._block(held, last=True)

    def _next(self) -> Batch | None:
        """Read a batch; None at the end of the table."""
        assert self._rows is not None  # noqa: S101 - blocks() has begun
        left = self._layout.end - self._rows.line if self._layout.end else _BLOCK
        return self._rows.read(min(_BLOCK, left)) if left > 0 else None

    def _block(self, batch: Batch, *, last: bool = False) -> Block:
        """Sort out the rows that are blank, are headings, or have too many or too few cells."""
        width = len(self.header)
        rows, lines = batch.rows, batch.lines
        faults, remarks = list(batch.faults), list(batch.remarks)
        blank = 0
        if last and (feet := foot(rows, width)):
            remarks += [Remark(line, text) for line, text in zip(lines[-len(feet) :], feet, strict=True) if text]
            blank += feet.count("")
            rows, lines = rows[: -len(feet)], lines[: -len(feet)]
        # The usual block has none of them; that is seen without a look at each row.
        written = self._layout.written
        if not set(map(len, rows)) <= {width} or any(not row[0] for row in rows) or written in rows:
            kept = []
            for row, line, text in zip(rows, lines, batch.texts, strict=False):
                if not any(row):
                    blank += 1
                elif row == written:
                    remarks.append(Remark(line, "the headings again, left out"))
                elif len(row) == width:
                    kept.append((row, line))
                else:
                    taken = self._fitted(row, line, text)
                    if isinstance(taken, Fault):
                        faults.append(taken)
                        continue
                    kept.append((taken[0], line))
                    remarks += taken[1]
            rows, lines = [row for row, _ in kept], [line for _, line in kept]
        columns = list(zip(*rows, strict=True)) if rows else [()] * width
        return Block(columns, lines, _by_line(faults), blank, _by_line(remarks))

    def _fitted(self, row: Sequence[str], line: int, text: str) -> tuple[list[str], list[Remark]] | Fault:
        """Take a row that has too many or too few cells, where nothing is lost or in doubt; else it is a fault."""
        width = len(self.header)
        if len(row) > width and not any(map(str.strip, row[width:])):
            return list(row[:width]), []
        mended = mend_delimiter(text, self._dialect, width) if text else None
        if mended:
            return list(mended.cells), [
                Remark(line, f"divided otherwise than by {delimiter_name(self._dialect.delimiter)}")
            ]
        return _ragged(row, line, width)


def open_delimited(file: BinaryIO, name: str, reading: Reading, held: ExitStack) -> list[DelimitedTable]:
    """Find out how a file is written and give its tables; `held` lets go of the file.

    Raises EmptyFile, NoText or UnknownEncoding.
    """
    encoding = named_encoding(reading.encoding) if reading.encoding else find_encoding(file, name)
    text = Text(file, encoding)
    held.callback(text.release)
    lines, further = text.sample()
    if not lines:
        raise EmptyFile(name)
    dialect = find_dialect([*lines[:300], *further[:100]], reading.dialect)
    rows = _sampled(lines, dialect)
    found = layouts(rows, line=reading.header_line, headed=False if reading.no_header else None)
    if not found:
        raise EmptyFile(name)
    expected = dialect.delimiter == "\t" and name.lower().endswith((".tsv", ".tab"))
    notes = [*filter(None, [encoding.note, "" if expected or reading.dialect else dialect.note])]
    return [
        DelimitedTable(text, name if not n else f"{name}[{n + 1}]", dialect, layout, [*notes, *_place_note(layout)])
        for n, layout in enumerate(found)
    ]


def _sampled(lines: Sequence[str], dialect: Dialect) -> list[Row]:
    """Read the rows of a sample; those that cannot be read as best they can be, once their width is known."""
    width = 0
    while True:
        source = Rows(io.StringIO("".join(lines), newline=""), dialect, width=width)
        rows, faults, ends = [], False, []
        while batch := source.read(_BLOCK):
            faults = faults or bool(batch.faults)
            read = [*zip(batch.rows, batch.lines, strict=True), *((list(f.cells), f.line) for f in batch.faults)]
            rows += sorted(read, key=lambda pair: pair[1])
        ends = [*[line for _, line in rows[1:]], source.line]
        found = [Row(row, line, end) for (row, line), end in zip(rows, ends, strict=True)]
        if width or not faults:
            return found
        width = width_of(found) or 1


def _by_line(told: Sequence[T]) -> list[T]:
    return sorted(told, key=lambda one: one.line)


def _place_note(layout: Layout) -> list[str]:
    if not layout.line:
        return ["no headings"]
    lines = f"headings on lines {layout.line} to {layout.line + layout.stacked - 1}"
    return (
        []
        if layout.line == layout.stacked == 1
        else [f"headings on line {layout.line}" if layout.stacked == 1 else lines]
    )


def _ragged(row: Sequence[str], line: int, width: int) -> Fault:
    count = "1 cell" if len(row) == 1 else f"{len(row)} cells"
    wanted = "is 1 heading" if width == 1 else f"are {width} headings"
    return Fault(line, "INCORRECT_NUMBER_OF_COLUMNS", f"it has {count}, but there {wanted}", row)
