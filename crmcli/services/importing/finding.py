"""How the values of a file are written, found out from the values.

A file has one order of dates and one decimal mark: an order in which a value cannot be read is excluded, and what
stays open is asked, never guessed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import frozen, replace
from crmcli.services.importing import number_formats
from crmcli.services.importing.date_orders import ORDERS, readings, year_first
from crmcli.services.importing.formats import (
    DATES,
    NUMBERS,
    WHOLE,
    MixedFormat,
    Question,
    UnclearFormat,
    check_formats,
)
from crmcli.services.importing.result import ColumnKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from crmcli.formats.table import Block
    from crmcli.model.objects import ObjectType
    from crmcli.services.importing.formats import Formats
    from crmcli.services.importing.result import MappedColumn
    from crmcli.types.base import ValueType

_NUMBER_OF = {number_formats.POINT: "1,234.56", number_formats.COMMA: "1.234,56"}
OURS = _NUMBER_OF[number_formats.POINT]  # how we write numbers ourselves
_ENOUGH = 256 * 1024  # characters of the cells that are looked at, where these leave nothing open


@frozen
class Look:
    """A table to look at: its name for messages, how many columns it has, which properties they are, its blocks."""

    name: str
    width: int
    found: ObjectType
    columns: Sequence[MappedColumn]
    blocks: Iterable[Block]

    def kinds(self) -> list[tuple[MappedColumn, ValueType]]:
        """Give the columns that are properties, but for those that are made of others, with their types."""
        columns = [c for c in self.columns if c.kind is ColumnKind.PROPERTY and c.number <= self.width]
        return [(column, self.found.properties[column.target].value_type) for column in columns]


def find_formats(formats: Formats, tables: Iterable[Look], choose: Callable[[Question], str] | None) -> Formats:
    """Complete what was said by what the values show; `tables` are those of one file, which has one way of writing.

    `choose` asks for one of a question's choices; None where nobody can be asked. Raises UnclearFormat, MixedFormat.
    """
    check_formats(formats)
    orders, marks = _Orders(), _Marks()
    for table in tables:
        kinds = table.kinds()
        dates = [column for column, kind in kinds if not formats.dates and kind.name in DATES]
        numbers = [(column, kind.scale) for column, kind in kinds if not formats.numbers and kind.name in NUMBERS]
        if dates or numbers:
            orders.look(table.name, dates)
            marks.look(table.name, numbers)
            _take(table.blocks, orders, marks)
    return replace(
        formats,
        dates=formats.dates or orders.result(choose),
        numbers=formats.numbers or marks.result(choose),
    )


def _take(blocks: Iterable[Block], orders: _Orders, marks: _Marks) -> None:
    """Look at the beginning of a table, and on where that leaves something open."""
    seen = 0
    for block in blocks:
        orders.take(block)
        marks.take(block)
        seen += sum(len(cell) for column in block.columns for cell in column)
        if seen >= _ENOUGH and orders.settled and marks.settled:
            return


def ours(choose: Callable[[Question], str] | None) -> Callable[[Question], str]:
    """Give what answers for a file with our own references: numbers that may be either are as we write them."""

    def answer(question: Question) -> str:
        return OURS if OURS in question.choices else _answer(question, choose)

    return answer


def found_notes(said: Formats, found: Formats) -> list[str]:
    """Say what was found out that people may see otherwise: the order of dates in figures, a decimal comma."""
    dates = f"dates by {ORDERS[found.dates]}" if found.dates not in ("", "ymd", said.dates) else ""
    numbers = f"numbers like {found.numbers}" if found.numbers not in ("", WHOLE, OURS, said.numbers) else ""
    return [f"Read: {', '.join(filter(None, (dates, numbers)))}"] if dates or numbers else []


class _Orders:
    """The orders in which all dates seen can be read."""

    def __init__(self) -> None:
        self._file = ""
        self._columns: Sequence[MappedColumn] = ()  # of the table that is looked at
        self._any = False
        self._left = list(ORDERS)
        self._against: dict[str, Question] = {}  # order → the first value that excludes it
        self._open: dict[tuple[str, str], Question] = {}  # two orders → the first value that is another day in each
        self._iso = False

    def look(self, file: str, columns: Sequence[MappedColumn]) -> None:
        """Go on with the dates of a table."""
        self._file, self._columns = file, columns
        self._any = self._any or bool(columns)

    @property
    def settled(self) -> bool:
        """Whether more values would not tell more."""
        return not self._columns or ((self._iso or bool(self._against)) and self._unclear is None)

    @property
    def _unclear(self) -> Question | None:
        return next((q for pair, q in self._open.items() if all(order in self._left for order in pair)), None)

    def take(self, block: Block) -> None:
        """Look at the dates of a block."""
        for column in self._columns:
            for row, cell in enumerate(block.columns[column.number - 1]):
                if year_first(cell):
                    self._iso = True
                elif cell:
                    days = readings(cell)
                    if days:
                        self._take(self._question(column, block.lines[row], cell, days))

    def _question(self, column: MappedColumn, line: int, cell: str, days: Mapping[str, object]) -> Question:
        choices = {order: str(day) for order, day in days.items()}
        return Question("--dates", "The dates", self._file, column.heading, line, cell, choices)

    def _take(self, read: Question) -> None:
        for order in ORDERS:
            if order not in read.choices and order not in self._against:
                self._against[order] = read
                self._left.remove(order)
        for pair in (("dmy", "mdy"), ("dmy", "ymd"), ("mdy", "ymd")):
            if len({read.choices.get(order, "") for order in pair} - {""}) > 1:
                self._open.setdefault(pair, read)

    def result(self, choose: Callable[[Question], str] | None) -> str:
        """Give the order; "" where there are no dates in figures."""
        if not self._any:
            return ""
        if not self._left:
            first, second = list({id(q): q for q in self._against.values()}.values())[:2]
            raise MixedFormat(replace(first, choices={**first.choices, **second.choices}), second)
        unclear = self._unclear
        if unclear is None:
            return self._left[0] if self._against else "ymd" if self._iso else ""
        return _answer(replace(unclear, choices={o: unclear.choices[o] for o in self._left}), choose)


class _Marks:
    """The decimal marks with which all numbers seen can be read."""

    def __init__(self) -> None:
        self._file = ""
        self._columns: Sequence[tuple[MappedColumn, int]] = ()  # of the table that is looked at, with their scales
        self._any = False
        self._left = set(number_formats.MARKS)
        self._against: dict[str, Question] = {}  # mark → the first value that excludes it
        self._unclear: Question | None = None

    def look(self, file: str, columns: Sequence[tuple[MappedColumn, int]]) -> None:
        """Go on with the numbers of a table."""
        self._file, self._columns = file, columns
        self._any = self._any or bool(columns)

    @property
    def settled(self) -> bool:
        """Whether more values would not tell more, or nothing is open so far."""
        return len(self._left) < len(number_formats.MARKS) or self._unclear is None

    def take(self, block: Block) -> None:
        """Look at the numbers of a block."""
        for column, scale in self._columns:
            cells = block.columns[column.number - 1]
            joined = "".join(cells)
            if number_formats.POINT not in joined and number_formats.COMMA not in joined:
                continue
            for row, cell in enumerate(cells):
                if number_formats.POINT in cell or number_formats.COMMA in cell:
                    self._take(
                        cell,
                        scale,
                        Question("--numbers", "The numbers", self._file, column.heading, block.lines[row], cell, {}),
                    )

    def _take(self, cell: str, scale: int, read: Question) -> None:
        marks = number_formats.decimal_marks(cell)
        if number_formats.unclear(cell):
            if not scale:  # a property of whole numbers: the mark stands between thousands
                marks = marks - {number_formats.COMMA if number_formats.COMMA in cell else number_formats.POINT}
            elif self._unclear is None:
                self._unclear = read
        for mark in number_formats.MARKS - marks:
            self._against.setdefault(mark, read)
        self._left &= marks

    def result(self, choose: Callable[[Question], str] | None) -> str:
        """Give the format; that of whole numbers where none has a mark."""
        if not self._any:
            return ""
        if not self._left:
            first, second = self._against.values()
            raise MixedFormat(replace(first, choices=dict.fromkeys(_NUMBER_OF.values(), "")), second)
        if len(self._left) == 1:
            return _NUMBER_OF[next(iter(self._left))]
        if self._unclear is None:
            return WHOLE
        read = {form: number_formats.plain(self._unclear.text, mark) or "" for mark, form in _NUMBER_OF.items()}
        return _answer(replace(self._unclear, choices=read), choose)


def _answer(question: Question, choose: Callable[[Question], str] | None) -> str:
    if choose is None:
        raise UnclearFormat(question)
    return choose(question)
