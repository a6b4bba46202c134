"""Cells to values: a block's columns read by the types of their properties, refusals by row."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.services.importing.cells import as_typed
from crmcli.services.importing.formats import NUMBERS, Formats
from crmcli.services.importing.number_formats import signed_many
from crmcli.services.importing.result import ColumnKind
from crmcli.services.spreadsheet import restore_many
from crmcli.types.base import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crmcli.formats.table import Block
    from crmcli.model.objects import ObjectType, Property
    from crmcli.services.importing.result import MappedColumn
    from crmcli.types.base import Context, Stored, ValueType

# What a cell that its type refuses is called in the vocabulary of imports, by the type's name.
_CODES = {
    "email": "INVALID_EMAIL",
    "domain": "INVALID_DOMAIN",
    "date": "COULD_NOT_PARSE_DATE",
    "datetime": "COULD_NOT_PARSE_DATE",
    "interval": "COULD_NOT_PARSE_TERM",
    "number": "COULD_NOT_PARSE_NUMBER",
    "money": "COULD_NOT_PARSE_NUMBER",
    "percent": "COULD_NOT_PARSE_NUMBER",
    "duration": "COULD_NOT_PARSE_NUMBER",
    "bool": "INVALID_ENUMERATION_OPTION",
    "option": "INVALID_ENUMERATION_OPTION",
    "options": "INVALID_ENUMERATION_OPTION",
    "user": "COULD_NOT_FIND_OWNER",
    "reference": "INVALID_RECORD_ID",
}
# What some refusals are called whatever the type, by their class: most imports load none of these.
_CODES_OF_REFUSALS = {
    "AmbiguousOption": "AMBIGUOUS_ENUMERATION_OPTION",
    "AmbiguousUser": "MULTIPLE_OWNERS_FOUND",
    "NumberTooLarge": "INVALID_NUMBER_SIZE",
    "TextTooLong": "COLUMN_TOO_LARGE",
}
_OTHER_CODE = "FAILED_VALIDATION"
_AS_IT_IS = Formats()
# What stands in cells for nothing, where a value of the column's type cannot say it; a text may be any of these.
_NOTHING = frozenset(("null", "(null)", "nil", "none", "n/a", "na", "n.a.", "nan", "\\n", "-", "--", "–", "—"))
_ERRORS = frozenset(("#n/a", "#div/0!", "#ref!", "#value!", "#name?", "#num!", "#null!"))  # of spreadsheets, as texts
_TEXTS = frozenset(("string", "text"))
_DUMPED = ("NULL", "\\N")  # what databases write for nothing; as a text it is kept, and told
_APPEND = ";"  # before the values of a cell: they are added to those that the record has


@frozen
class Refusal:
    """One thing that is wrong with a row; `column` and `value` are "" where it is the row as a whole.

    `remedy` says what would do instead, "" where nothing does; `earlier` is the line that is about the same record.
    """

    code: str
    reason: str
    column: str = ""
    value: str = ""
    remedy: str = ""
    earlier: int = 0


@dataclass(slots=True)
class Values:
    """The values of a block by property, None where a cell is blank; columns without any value are absent.

    `refused` is what is wrong, by the row's place in the block; `appending` the rows of a property whose values
    are added to those of the record; `clearing` those of which it loses what it has. `nothing` counts the cells of
    columns that say so in words, by word and heading; `dumped` those of texts that may; `understood` those of options
    in the words of others, by heading, word and label.
    """

    size: int
    columns: dict[str, Sequence[Stored | None]] = field(default_factory=dict)
    refused: dict[int, list[Refusal]] = field(default_factory=dict)
    appending: dict[str, set[int]] = field(default_factory=dict)
    clearing: dict[str, set[int]] = field(default_factory=dict)
    nothing: Counter[tuple[str, str]] = field(default_factory=Counter)
    dumped: Counter[tuple[str, str]] = field(default_factory=Counter)
    understood: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    def refuse(self, row: int, refusal: Refusal) -> None:
        """Note one more thing that is wrong with a row."""
        self.refused.setdefault(row, []).append(refusal)

    def accepted(self) -> Sequence[int]:
        """Give the places of the rows that nothing is wrong with."""
        if not self.refused:
            return range(self.size)
        return [row for row in range(self.size) if row not in self.refused]

    def of(self, rows: Sequence[int]) -> dict[str, Sequence[Stored | None]]:
        """Give the columns cut down to some rows; those that hold nothing then stay."""
        if len(rows) == self.size:
            return dict(self.columns)
        return {name: [column[row] for row in rows] for name, column in self.columns.items()}


def read_values(
    block: Block, columns: Sequence[MappedColumn], found: ObjectType, context: Context, formats: Formats = _AS_IT_IS
) -> Values:
    """Read the cells of all columns that are properties, as the formats of the file have them."""
    values = Values(len(block.lines))
    way = _Way(found, context, formats, _countries(block, columns, found))
    amounts: list[tuple[MappedColumn, Sequence[str]]] = []
    for column in columns:
        if column.kind is not ColumnKind.PROPERTY:
            continue
        prop = found.properties[column.target]
        cells = _as_meant(restore_many(block.columns[column.number - 1]), prop, formats)
        cells = _without_marks(cells, prop, formats.clear_token, values)
        parsed = way.read(cells, prop)
        kinds = set(map(type, parsed))
        if kinds == {type(None)}:
            continue
        if any(issubclass(kind, InvalidValue) for kind in kinds):
            _take_refusals(parsed, cells, prop.value_type, column.heading, values)
        elif prop.value_type.name in _TEXTS:
            values.dumped.update({(word, column.heading): n for word in _DUMPED if (n := cells.count(word))})
        values.columns[column.target] = parsed  # type: ignore[assignment]  # refusals are taken out
        if prop.value_type.name == "money":
            amounts.append((column, cells))
    if amounts:
        from crmcli.services.importing.currencies import take_currencies

        take_currencies(values, found, amounts, context)
    return values


@frozen
class _Way:
    """How the cells of a block are read; `countries` says of each row where its telephone numbers are dialled."""

    found: ObjectType
    context: Context
    formats: Formats
    countries: Sequence[str]

    def read(self, cells: Sequence[str], prop: Property) -> list[Stored | InvalidValue | None]:
        """Read the cells of one column; None where one is blank, the refusal itself where one is refused."""
        typed, misfits = as_typed(cells, prop, self.formats)
        parsed = prop.value_type.parse_many(typed, self.context)
        if typed is not cells:
            _quote(cells, parsed, prop.value_type, self.context)
        for row, misfit in misfits.items():
            parsed[row] = misfit
        if self.countries and prop.value_type.name == "phone":
            from crmcli.services.importing.phones import dialled

            dialled(cells, self.countries, parsed, self.context)
        return parsed


def _as_meant(cells: Sequence[str], prop: Property, formats: Formats) -> Sequence[str]:
    """Give numbers in brackets with a minus, and lines of a text that end as lines of a file do with a line feed."""
    kind = prop.value_type.name
    if kind in NUMBERS:
        return signed_many(cells)
    if kind in _TEXTS and not formats.exact and "\r" in "".join(cells):
        return [cell.replace("\r\n", "\n").replace("\r", "\n") for cell in cells]
    return cells


def _countries(block: Block, columns: Iterable[MappedColumn], found: ObjectType) -> Sequence[str]:
    """Give the column that says in which country a row's telephone numbers are dialled; empty where there is none."""
    name = found.roles.get("country", "")
    place = next((c.number for c in columns if c.kind is ColumnKind.PROPERTY and c.target == name), 0)
    return block.columns[place - 1] if place else ()


def _quote(
    cells: Sequence[str], parsed: list[Stored | InvalidValue | None], value_type: ValueType, context: Context
) -> None:
    """Let refusals of cells that were written anew quote what stands in the file."""
    for row, value in enumerate(parsed):
        if isinstance(value, InvalidValue):
            as_it_stands = value_type.parse_cell(cells[row], context)
            parsed[row] = as_it_stands if isinstance(as_it_stands, InvalidValue) else value


def _take_refusals(
    parsed: list[Stored | InvalidValue | None],
    cells: Sequence[str],
    value_type: ValueType,
    heading: str,
    values: Values,
) -> None:
    code = _CODES.get(value_type.name, _OTHER_CODE)
    for row, value in enumerate(parsed):
        if isinstance(value, InvalidValue):
            parsed[row] = None
            word = cells[row].strip()
            if word.casefold() in _NOTHING or word.casefold() in _ERRORS:
                values.nothing[word, heading] += 1
                continue
            called = _CODES_OF_REFUSALS.get(type(value).__name__, code)
            values.refuse(row, Refusal(called, value.message, heading, cells[row], value.hint or ""))


def _without_marks(cells: Sequence[str], prop: Property, token: str, values: Values) -> Sequence[str]:
    """Take out what says more than a value, and note the rows: cells that clear, and those such as ";b" that add."""
    cleared = {row for row, cell in enumerate(cells) if cell.strip() == token} if token else set()
    if cleared:
        values.clearing[prop.name] = cleared
        cells = ["" if row in cleared else cell for row, cell in enumerate(cells)]
    added = (
        {row for row, cell in enumerate(cells) if cell.lstrip()[:1] == _APPEND} if prop.value_type.several else set()
    )
    if added:
        values.appending[prop.name] = added
        cells = [cell.lstrip()[1:] if row in added else cell for row, cell in enumerate(cells)]
    return cells
