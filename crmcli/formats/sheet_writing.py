"""Writing workbooks (XLSX): typed cells, texts as texts, row after row in constant memory."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from crmcli.errors import CrmError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType
    from typing import Any, BinaryIO, Self, TypeAlias

    Cell: TypeAlias = "str | int | Decimal | bool | date | None"

_MOST_ROWS = 1 << 20
_LONGEST = 32_767  # characters of a cell
_EXACT_DIGITS = 15  # of a number: spreadsheets keep a binary fraction
_FIRST_DAY = date(1900, 3, 1)  # before it, spreadsheets count a day that there never was
_NO_TITLE = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
_WIDEST = 60  # characters


class CellTooLong(CrmError):
    """A text that no cell of a workbook holds."""

    def __init__(self, place: str, length: int) -> None:
        super().__init__(
            f"{place} has {length:,} characters; a cell of a workbook holds {_LONGEST:,}",
            "Export as CSV, or leave that column out with --columns",
        )


class Workbook:
    """A workbook that is being written; a context manager, whole at its end."""

    def __init__(self, sink: BinaryIO) -> None:
        """Begin a workbook; nothing in it is a formula or a link, whatever texts look like."""
        from tempfile import TemporaryDirectory

        from xlsxwriter import Workbook as Writer

        self._rows = TemporaryDirectory()  # where they wait until the end; the library leaves them there if it fails
        self._book = Writer(
            sink,
            {
                "constant_memory": True,
                "tmpdir": self._rows.name,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        self._head = self._book.add_format({"bold": True, "bottom": 1})
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._moment = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._titles: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._book.close()
        for sheet in self._book.worksheets():
            sheet.row_data_fh.close()
        self._book.fileclosed = True  # also what was begun and is given up
        self._rows.cleanup()

    def sheet(self, title: str, headings: Sequence[str]) -> Sheet:
        """Begin a sheet; one that is full goes on in another."""
        return Sheet(lambda part: self._new(title, part, headings), self._write)

    def _new(self, title: str, part: int, headings: Sequence[str]) -> Any:  # noqa: ANN401 - the library has no types
        tail = f" ({part})" if part > 1 else ""
        name = (title.translate(_NO_TITLE).strip() or "Records")[: 31 - len(tail)] + tail
        while name.casefold() in self._titles:
            name = f"{name[:29]} {len(self._titles)}"
        self._titles.add(name.casefold())
        sheet = self._book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for place, heading in enumerate(headings):
            sheet.set_column(place, place, min(max(len(heading) + 2, 12), _WIDEST))
            sheet.write_string(0, place, heading, self._head)
        return sheet

    def _write(self, sheet: Any, row: int, place: int, cell: Cell) -> None:  # noqa: ANN401 - likewise
        if isinstance(cell, bool):
            sheet.write_boolean(row, place, cell)
        elif isinstance(cell, int | Decimal) and len(str(abs(cell)).replace(".", "")) <= _EXACT_DIGITS:
            sheet.write_number(row, place, cell)
        elif isinstance(cell, datetime) and cell.date() >= _FIRST_DAY and not cell.microsecond and not cell.tzinfo:
            sheet.write_datetime(row, place, cell, self._moment)
        elif isinstance(cell, date) and not isinstance(cell, datetime) and cell >= _FIRST_DAY:
            sheet.write_datetime(row, place, cell, self._day)
        else:
            text = cell.isoformat() if isinstance(cell, date) else str(cell)
            if len(text) > _LONGEST:
                raise CellTooLong(f"{sheet.name}, line {row + 1}, column {place + 1}", len(text))
            sheet.write_string(row, place, text)


class Sheet:
    """A sheet that rows are written to."""

    def __init__(self, begin: Callable[[int], Any], write: Callable[[Any, int, int, Cell], None]) -> None:
        """`begin` makes the sheet's first, second … part, `write` fills a cell."""
        self._begin = begin
        self._fill = write
        self._part = 1
        self._row = 0
        self._sheet = begin(1)

    def write(self, cells: Sequence[Cell]) -> None:
        """Write a row; None and "" leave a cell empty. Raises CellTooLong."""
        self._row += 1
        if self._row == _MOST_ROWS:
            self._part, self._row = self._part + 1, 1
            self._sheet = self._begin(self._part)
        for place, cell in enumerate(cells):
            if cell is not None and cell != "":
                self._fill(self._sheet, self._row, place, cell)
