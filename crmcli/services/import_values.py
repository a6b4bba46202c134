"""Cells to values: a block's columns read by the types of their properties, refusals by row."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.services.import_result import ColumnKind
from crmcli.services.spreadsheet import restore_many
from crmcli.types.base import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crmcli.formats.table import Block
    from crmcli.model.objects import ObjectType
    from crmcli.services.import_result import MappedColumn
    from crmcli.types.base import Context, Stored, ValueType

# What a cell that its type refuses is called in the vocabulary of imports, by the type's name.
_CODES = {
    "email": "INVALID_EMAIL",
    "domain": "INVALID_DOMAIN",
    "date": "COULD_NOT_PARSE_DATE",
    "datetime": "COULD_NOT_PARSE_DATE",
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
_OTHER_CODE = "FAILED_VALIDATION"
_APPEND = ";"  # before the values of a cell: they are added to those that the record has


@frozen
class Refusal:
    """One thing that is wrong with a row; `column` and `value` are "" where it is the row as a whole."""

    code: str
    reason: str
    column: str = ""
    value: str = ""


@dataclass(slots=True)
class Values:
    """The values of a block by property, None where a cell is blank; columns without any value are absent.

    `refused` is what is wrong, by the row's place in the block; `appending` the rows of a property whose values
    are added to those of the record.
    """

    size: int
    columns: dict[str, Sequence[Stored | None]] = field(default_factory=dict)
    refused: dict[int, list[Refusal]] = field(default_factory=dict)
    appending: dict[str, set[int]] = field(default_factory=dict)

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


def read_values(block: Block, columns: Iterable[MappedColumn], found: ObjectType, context: Context) -> Values:
    """Read the cells of all columns that are properties."""
    values = Values(len(block.lines))
    for column in columns:
        if column.kind is not ColumnKind.PROPERTY:
            continue
        value_type = found.properties[column.target].value_type
        cells = restore_many(block.columns[column.number - 1])
        if value_type.several:
            cells = _without_append_marks(cells, column.target, values)
        parsed = value_type.parse_many(cells, context)
        kinds = set(map(type, parsed))
        if kinds == {type(None)}:
            continue
        if any(issubclass(kind, InvalidValue) for kind in kinds):
            _take_refusals(parsed, cells, value_type, column.heading, values)
        values.columns[column.target] = parsed  # type: ignore[assignment]  # refusals are taken out
    return values


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
            reason = f"{value.message}; {value.hint}" if value.hint else value.message
            values.refuse(row, Refusal(code, reason, heading, cells[row]))
            parsed[row] = None


def _without_append_marks(cells: Sequence[str], name: str, values: Values) -> Sequence[str]:
    """Take the marks from cells such as ";b", whose values are added, and note their rows."""
    marked = {row for row, cell in enumerate(cells) if cell.lstrip()[:1] == _APPEND}
    if not marked:
        return cells
    values.appending[name] = marked
    return [cell.lstrip()[1:] if row in marked else cell for row, cell in enumerate(cells)]
