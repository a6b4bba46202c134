"""How the values of a file are written, found out from the values.

A file has one order of dates and one decimal mark: an order in which a value cannot be read is excluded, and what
stays open is asked, never guessed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import replace
from crmcli.services import number_formats
from crmcli.services.date_orders import ORDERS, readings, year_first
from crmcli.services.import_formats import (
    DATES,
    NUMBERS,
    WHOLE,
    MixedFormat,
    Question,
    UnclearFormat,
    check_formats,
)
from crmcli.services.import_result import ColumnKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from crmcli.formats.table import Block
    from crmcli.model.objects import ObjectType
    from crmcli.services.import_formats import Formats
    from crmcli.services.import_result import MappedColumn

_NUMBER_OF = {number_formats.POINT: "1,234.56", number_formats.COMMA: "1.234,56"}
OURS = _NUMBER_OF[number_formats.POINT]  # how we write numbers ourselves
_ENOUGH = 256 * 1024  # characters of the cells that are looked at, where these leave nothing open


def find_formats(
    formats: Formats,
    columns: Sequence[MappedColumn],
    found: ObjectType,
    file: tuple[str, int, Iterable[Block]],
    choose: Callable[[Question], str] | None,
) -> Formats:
    """Complete what was said by what the values show; `file` is its name, how many columns it has, and its blocks.

    `choose` asks for one of a question's choices; None where nobody can be asked. Raises UnclearFormat, MixedFormat.
    """
    check_formats(formats)
    name, width, blocks = file
    columns = [column for column in columns if column.kind is ColumnKind.PROPERTY and column.number <= width]
    kinds = [(column, found.properties[column.target].value_type) for column in columns]
    dates = [column for column, kind in kinds if not formats.dates and kind.name in DATES]
    numbers = [(column, kind.scale) for column, kind in kinds if not formats.numbers and kind.name in NUMBERS]
    if not dates and not numbers:
        return formats
    orders, marks = _Orders(name, dates), _Marks(name, numbers)
    seen = 0
    for block in blocks:
        orders.take(block)
        marks.take(block)
        seen += sum(len(cell) for column in block.columns for cell in column)
        if seen >= _ENOUGH and orders.settled and marks.settled:
            break
    return replace(
        formats,
        dates=formats.dates or orders.result(choose),
        numbers=formats.numbers or marks.result(choose),
    )


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

    def __init__(self, file: str, columns: Sequence[MappedColumn]) -> None:
        self._file = file
        self._columns = columns
        self._left = list(ORDERS)
        self._against: dict[str, Question] = {}  # order → the first value that excludes it
        self._open: dict[tuple[str, str], Question] = {}  # two orders → the first value that is another day in each
        self._iso = False

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
        if not self._columns:
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

    def __init__(self, file: str, columns: Sequence[tuple[MappedColumn, int]]) -> None:
        self._file = file
        self._columns = columns
        self._left = set(number_formats.MARKS)
        self._against: dict[str, Question] = {}  # mark → the first value that excludes it
        self._unclear: Question | None = None

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
        if not self._columns:
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
