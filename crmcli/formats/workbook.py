"""Workbooks (XLSX, XLS, ODS) as tables: one a sheet, or more where several tables stand below one another.

Cells keep what they are: dates become ISO dates, numbers their digits with a point, as far as a spreadsheet has them.
A sheet is held in memory as the library reads it; its texts are made a block at a time.
"""

from __future__ import annotations

import os
from itertools import islice
from typing import TYPE_CHECKING, Any

from crmcli.errors import CrmError
from crmcli.formats.header import Row, layouts
from crmcli.formats.package import looked_through
from crmcli.formats.sheet_cells import text_of, texts
from crmcli.formats.table import Block, EmptyFile
from crmcli.formats.trial import survives
from crmcli.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import BinaryIO

    from python_calamine import CalamineSheet, CalamineWorkbook

    from crmcli.formats.header import Layout
    from crmcli.formats.opening import Reading
    from crmcli.formats.package import Package
    from crmcli.formats.table import Remark

_BLOCK = 1_000  # rows
_SAMPLE = 250  # rows by which the headings are found
_SECONDS, _PACE = 20, 1 << 19  # of computing that reading may take: so many, and one more for each so many bytes


class UnreadableWorkbook(CrmError):
    """A workbook that is damaged, encrypted, or none."""

    def __init__(self, name: str, reason: str, hint: str = "") -> None:
        super().__init__(
            f'"{name}" cannot be read as a workbook: {reason}',
            hint or "Open it in a spreadsheet and save it anew, or as CSV",
        )


@frozen
class _Merged:
    """Cells of one column that were merged into one, from row to row (counted from 0)."""

    column: int
    top: int
    bottom: int


class SheetTable:
    """One table of a sheet."""

    typed = True
    kind = ""
    delimiter = ","
    descriptors: Sequence[int] = ()

    def __init__(self, name: str, sheet: _Sheet, layout: Layout, notes: Sequence[str]) -> None:
        """Say where in a sheet the table stands."""
        self.name = name
        header = [heading.strip() for heading in layout.header]
        self._places = sheet.used(header, layout)
        self.header = [header[place] for place in self._places]
        self.headed = bool(layout.line)
        self.notes = notes
        self.size = sheet.size
        self._sheet = sheet
        self._layout = layout
        self._line = layout.start
        self._rows = sheet.rows(layout.start)

    @property
    def position(self) -> int:
        """How far the rows are read, as bytes of the file."""
        return self.size * min(self._line, self._sheet.height) // max(self._sheet.height, 1)

    def restart(self) -> None:
        """Read from the first row again."""
        self._line = self._layout.start
        self._rows = self._sheet.rows(self._line)

    def blocks(self) -> Iterator[Block]:
        """Give the rows from where reading stands, up to 1,000 in a block."""
        end = self._layout.end or self._sheet.height + 1
        while rows := list(islice(self._rows, min(_BLOCK, max(end - self._line, 0)))):
            first, self._line = self._line, self._line + len(rows)
            yield self._block(rows, range(first, self._line))

    def _block(self, rows: list[list[Any]], lines: Sequence[int]) -> Block:
        """Turn rows into columns of text; rows below one another that are blank are left out."""
        written = [cell.strip() for cell in self._layout.written]
        remarks: list[Remark] = []
        cells = list(zip(*rows, strict=True))
        columns = [texts(cells[place], lines, remarks, told=self._sheet.told) for place in self._places]
        again = [written[place] for place in self._places] if written else None
        kept = [n for n, row in enumerate(zip(*columns, strict=True)) if any(row) and list(row) != again]
        if len(kept) == len(rows):
            return Block(columns, lines, [], 0, remarks)
        return Block(
            [[column[n] for n in kept] for column in columns],
            [lines[n] for n in kept],
            [],
            len(rows) - len(kept),
            remarks,
        )


class _Sheet:
    """A sheet that has been read: its rows from any line on, with merged cells filled in."""

    def __init__(self, sheet: CalamineSheet, size: int, *, told: bool) -> None:
        self.name = sheet.name
        self.told = told  # whether the library tells cells in error from texts
        self.height = sheet.end[0] + 1 if sheet.end else 0
        self.size = size
        self._sheet = sheet
        ranges = sheet.merged_cell_ranges or ()
        left = sheet.start[1] if sheet.start else 0
        self._merged = [_Merged(top[1] - left, top[0], end[0]) for top, end in ranges if end[0] > top[0]]

    @property
    def merges(self) -> int:
        """How many cells reach over several rows."""
        return len(self._merged)

    def rows(self, line: int) -> Iterator[list[Any]]:
        """Give the rows from a line on, which counts from 1; a cell merged over several rows stands in each."""
        rows = islice(self._sheet.iter_rows(), line - 1, None)
        return self._filled(line - 1) if self._merged else rows

    def _filled(self, first: int) -> Iterator[list[Any]]:
        begins: dict[int, list[_Merged]] = {}
        for one in self._merged:
            begins.setdefault(one.top, []).append(one)
        held: dict[int, tuple[Any, int]] = {}  # of a column: the value, and the last row that it stands in
        for place, row in enumerate(self._sheet.iter_rows()):
            for column, (value, bottom) in list(held.items()):
                if place > bottom:
                    del held[column]
                elif column < len(row):
                    row[column] = value
            held |= {
                one.column: (row[one.column], one.bottom) for one in begins.get(place, ()) if one.column < len(row)
            }
            if place >= first:
                yield row

    def used(self, header: Sequence[str], layout: Layout) -> list[int]:
        """Give the places of the columns that have a heading, or a value somewhere."""
        blank = [place for place, heading in enumerate(header) if not heading]
        if blank:
            rows = islice(self._sheet.iter_rows(), layout.start - 1, layout.end - 1 if layout.end else None)
            found = {place for row in rows for place in blank if row[place] != ""}
            blank = [place for place in blank if place not in found]
        return [place for place in range(len(header)) if place not in blank]

    def sample(self) -> list[Row]:
        """Give its first rows as text."""
        rows = list(islice(self.rows(1), _SAMPLE))
        return [Row([text_of(cell) for cell in row], n, n + 1) for n, row in enumerate(rows, start=1)]


def sheet_tables(file: BinaryIO, name: str, reading: Reading) -> Sequence[SheetTable]:
    """Give the tables of an open workbook; sheets that are hidden or empty stay out, unless one is named.

    Raises UnreadableWorkbook, EmptyFile, or Expands where it is a bomb.
    """
    sheets, package, notes = _opened(file, name, reading)
    size = file.seek(0, 2)
    tables: list[SheetTable] = []
    for one in sheets:
        sheet, title = _Sheet(one, size, told=package.book), one.name
        found = layouts(sheet.sample(), line=reading.header_line, headed=False if reading.no_header else None)
        said = [*notes, *_said(sheet, package.errors.get(title, 0))]
        for number, layout in enumerate(found, start=1):
            label = f"{title}:{number}" if number > 1 else title
            heading = [f"headings on line {layout.line}"] if layout.line > 1 else []
            tables.append(SheetTable(f"{name}[{label}]", sheet, layout, [*said, *heading]))
        notes += [] if found else [f'sheet "{title}" is empty']
    if not tables:
        raise EmptyFile(name)
    if len(tables) == 1 and not reading.sheet:
        tables[0].name = name
    return tables


def _opened(file: BinaryIO, name: str, reading: Reading) -> tuple[list[CalamineSheet], Package, list[str]]:
    """Give the sheets to be read, what was found in the file's package, and what is said of other sheets."""
    from zipfile import BadZipFile
    from zlib import error as BadStream  # noqa: N812 - it is a class

    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    def read() -> tuple[list[CalamineSheet], list[str]]:
        # From the end, so that the start is asked for anew: the process of a trial has moved on in the same file.
        file.seek(0, os.SEEK_END)
        file.seek(0)
        workbook = CalamineWorkbook.from_filelike(file)
        titles, notes = _sheets(workbook, reading)
        return [workbook.get_sheet_by_name(title) for title in titles], notes

    try:
        package = looked_through(file, name)
        if not package.ordinary and not survives(read, _SECONDS + file.seek(0, os.SEEK_END) // _PACE):
            raise UnreadableWorkbook(name, "it is damaged, or far too large")
        sheets, notes = read()
    except PasswordError:
        raise UnreadableWorkbook(name, "it is protected by a password", "Save it without one") from None
    except (CalamineError, BadZipFile, BadStream, KeyError, RuntimeError, NotImplementedError) as error:
        raise UnreadableWorkbook(name, str(error)) from None
    return sheets, package, notes


def _sheets(workbook: CalamineWorkbook, reading: Reading) -> tuple[list[str], list[str]]:
    """Give the names of the sheets to be read, and what is said of the others."""
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    usual = [one for one in workbook.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
    if any(one.name == reading.sheet for one in usual):
        return [reading.sheet], ["workbook"]
    shown = [one.name for one in usual if one.visible == SheetVisibleEnum.Visible]
    hidden = [one.name for one in usual if one.name not in shown]
    notes = [f"left out: hidden {'sheet' if len(hidden) == 1 else 'sheets'} {', '.join(hidden)}"] if hidden else []
    return shown, ["workbook", *notes]


def _said(sheet: _Sheet, wrong: int) -> list[str]:
    said = []
    if sheet.merges:
        said.append(f"{sheet.merges} merged {'cell' if sheet.merges == 1 else 'cells'} repeated in each row")
    if wrong:
        said.append(f"{wrong} {'cell' if wrong == 1 else 'cells'} with an error (#N/A …) read as empty")
    return said
