"""Cells of a spreadsheet as texts: dates as ISO dates, numbers with a point, booleans true and false."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from crmcli.formats.table import Remark

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_DIGITS = 15  # that a spreadsheet computes with and shows; what is behind them is dust of binary fractions
_LARGEST = 1 << 53  # whole numbers beyond it lose digits in a spreadsheet
_ERRORS = frozenset(
    ("#N/A", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#GETTING_DATA")
)
_TOO_LONG = "a number is longer than the 15 digits that a spreadsheet keeps: its last ones may be wrong"
_ERROR = "a cell that holds an error is read as empty"


def texts(cells: Sequence[Any], lines: Sequence[int], remarks: list[Remark], *, told: bool = False) -> Sequence[str]:
    """Give the texts of a column's cells; what is doubtful about them is remarked.

    `told` says that cells in error are told apart from those with a text that says one, such as "#N/A".
    """
    kinds = set(map(type, cells))
    if kinds <= {str}:
        if told or not any(cell[:1] == "#" for cell in cells):
            return cells
        remarks += [Remark(line, _ERROR) for cell, line in zip(cells, lines, strict=True) if cell in _ERRORS]
        return ["" if cell in _ERRORS else cell for cell in cells]
    if float in kinds or int in kinds:
        remarks += [Remark(line, _TOO_LONG) for cell, line in zip(cells, lines, strict=True) if _is_too_long(cell)]
    if len(kinds) == 1:
        return list(map(_WRITERS.get(kinds.pop(), str), cells))
    return [cell if told and isinstance(cell, str) else text_of(cell) for cell in cells]


def _is_too_long(cell: object) -> bool:
    return isinstance(cell, int | float) and abs(cell) > _LARGEST and abs(cell) < 1e21  # beyond it, no one counts


def text_of(cell: Any) -> str:  # noqa: ANN401 - what the library gives
    """Give the canonical text of a cell."""
    write = _WRITERS.get(type(cell))
    return write(cell) if write else str(cell)


def _moment(value: datetime) -> str:
    return value.isoformat(timespec="auto" if value.microsecond else "seconds")


def _number(value: float) -> str:
    if value == int(value):
        return str(int(value))
    text = repr(value)
    if len(text) > _DIGITS:
        text = f"{value:.{_DIGITS}g}"
    if "e" in text:
        from decimal import Decimal

        text = format(Decimal(text), "f")
    return text


def _duration(value: timedelta) -> str:
    seconds = round(value.total_seconds())
    sign = "-" if seconds < 0 else ""
    hours, rest = divmod(abs(seconds), 3600)
    return f"{sign}{hours}:{rest // 60:02}:{rest % 60:02}"


_WRITERS: Mapping[type, Callable[[Any], str]] = {
    str: lambda text: "" if text in _ERRORS else text,
    bool: lambda value: "true" if value else "false",
    int: str,
    float: _number,
    datetime: _moment,
    date: date.isoformat,
    time: time.isoformat,
    timedelta: _duration,
}
