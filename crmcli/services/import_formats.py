"""How the values of a file are written - dates, numbers, the zone of its clock - as said, or as its values show.

A file has one order of dates and one decimal mark: an order in which a value cannot be read is excluded, and what
stays open is asked, never guessed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import frozen, replace
from crmcli.services import number_formats
from crmcli.services.date_orders import ORDERS, readings, year_first
from crmcli.services.import_result import ColumnKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from crmcli.formats.table import Block
    from crmcli.model.objects import ObjectType
    from crmcli.services.import_result import MappedColumn

DATES = frozenset(("date", "datetime"))  # names of the types whose values are written so
NUMBERS = frozenset(("number", "money", "percent"))
WHOLE = "1234"  # the format of numbers of which none has a mark: one that could be read in two ways is refused
_NUMBER_OF = {number_formats.POINT: "1,234.56", number_formats.COMMA: "1.234,56"}
_ENOUGH = 256 * 1024  # characters of the cells that are looked at, where these leave nothing open


@frozen
class Formats:
    """How a file's values are written; "" is found out, or not to be changed.

    `dates` is dmy, mdy or ymd, `numbers` a number as the file has it (1.234,56), `zone` the time zone of its clock,
    `clear_token` a cell that clears its property, `options` by property what cells mean: cell → value.
    """

    dates: str = ""
    numbers: str = ""
    zone: str = ""
    clear_token: str = ""
    options: Mapping[str, Mapping[str, str]] = {}


@frozen
class Question:
    """What the values of a file leave open: the `flag` that says it, its choices and what `text` means in each."""

    flag: str
    what: str  # "the dates"
    file: str
    heading: str
    line: int
    text: str
    choices: Mapping[str, str]


class UnknownFormat(CrmError):
    """A word of a flag that is none of those it takes."""

    exit_code = ExitCode.USAGE

    def __init__(self, flag: str, word: str, known: Iterable[str]) -> None:
        super().__init__(f'"{word}" is nothing that {flag} takes', f"There are {', '.join(known)}")


class UnknownZone(CrmError):
    """A name of no time zone."""

    exit_code = ExitCode.USAGE

    def __init__(self, word: str) -> None:
        super().__init__(f'"{word}" is no time zone', "Name one of the IANA database: Europe/Amsterdam, UTC")


class UnclearFormat(CrmError):
    """Values of which all can be read in more than one way."""

    exit_code = ExitCode.USAGE

    def __init__(self, question: Question) -> None:
        self.question = question
        read = " or ".join(question.choices.values())
        said = ", ".join(f"{question.flag} {word} ({meant})" for word, meant in question.choices.items())
        super().__init__(
            f'{question.what} of "{question.file}" can be read in two ways: "{question.text}" (line {question.line},'
            f" {question.heading}) is {read}",
            f"Say which: {said}",
        )


class MixedFormat(CrmError):
    """Values that cannot all be written in one way."""

    exit_code = ExitCode.USAGE

    def __init__(self, question: Question, other: Question) -> None:
        super().__init__(
            f'{question.what} of "{question.file}" are written in more than one way: "{question.text}" (line'
            f' {question.line}) and "{other.text}" (line {other.line})',
            f"Say which is meant, and the rows that differ are rejected: {question.flag} {'|'.join(question.choices)}",
        )


def check_formats(formats: Formats) -> None:
    """Refuse words that mean nothing: raise UnknownFormat or UnknownZone."""
    if formats.dates and formats.dates not in ORDERS:
        raise UnknownFormat("--dates", formats.dates, ORDERS)
    if formats.numbers and formats.numbers not in number_formats.FORMATS:
        raise UnknownFormat("--numbers", formats.numbers, number_formats.FORMATS)
    if formats.zone:
        from zoneinfo import ZoneInfo

        try:
            ZoneInfo(formats.zone)
        except (OSError, ValueError):
            raise UnknownZone(formats.zone) from None


def find_formats(
    formats: Formats,
    columns: Sequence[MappedColumn],
    found: ObjectType,
    file: tuple[str, Iterable[Block]],
    choose: Callable[[Question], str] | None,
) -> Formats:
    """Complete what was said by what the values show; `file` is its name and its blocks from the first on.

    `choose` asks for one of a question's choices; None where nobody can be asked. Raises UnclearFormat, MixedFormat.
    """
    check_formats(formats)
    name, blocks = file
    kinds = [(column, found.properties[column.target]) for column in columns if column.kind is ColumnKind.PROPERTY]
    dates = [column for column, prop in kinds if not formats.dates and prop.value_type.name in DATES]
    numbers = [
        (c, prop.value_type.scale) for c, prop in kinds if not formats.numbers and prop.value_type.name in NUMBERS
    ]
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
            raise MixedFormat(replace(first, choices=ORDERS), second)
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
            raise MixedFormat(replace(first, choices=number_formats.FORMATS), second)
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
