"""The cells of a column as its type reads them: dates in ISO form, numbers with a point, options by their values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.services.importing import number_formats
from crmcli.services.importing.date_orders import ORDERS, rewritten, year_first
from crmcli.services.importing.formats import DATES, NUMBERS, WHOLE
from crmcli.types.base import InvalidValue, quoted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crmcli.model.objects import Property
    from crmcli.services.importing.formats import Formats

_BETWEEN = ";"  # several values of a cell


class OtherOrder(InvalidValue):
    """A date that cannot be read in the order of the file's dates."""

    def __init__(self, text: str, order: str) -> None:
        super().__init__(
            f"{quoted(text)} is not a date by {ORDERS[order]}, the order of the file's dates",
            "write it like 2026-12-01, or say the order: --dates",
        )


class OtherMark(InvalidValue):
    """A number that cannot be read in the format of the file's numbers."""

    def __init__(self, text: str, form: str) -> None:
        like = "of which none before has a mark" if form == WHOLE else f"which are written like {form}"
        super().__init__(
            f"{quoted(text)} may be two different numbers beside the file's others, {like}",
            "write it without marks between thousands, or say the format: --numbers",
        )


def as_typed(cells: Sequence[str], prop: Property, formats: Formats) -> tuple[Sequence[str], dict[int, InvalidValue]]:
    """Give the cells of a column as the property's type reads them, and those that misfit, which are blank then."""
    meant = {word.casefold(): value for word, value in formats.options.get(prop.name, {}).items()}
    if meant:
        between = _BETWEEN if prop.value_type.several else None
        cells = [_meant(cell, meant, between) for cell in cells]
    kind = prop.value_type.name
    if kind in DATES and formats.dates:
        return _dates(cells, formats.dates)
    if kind in NUMBERS and formats.numbers:
        return _numbers(cells, formats.numbers)
    return cells, {}


def _meant(cell: str, meant: Mapping[str, str], between: str | None) -> str:
    """Give what a cell means by a map's words, or each of several values of it."""
    if between:
        return between.join(_meant(one, meant, None) for one in cell.split(between))
    return meant.get(cell.strip().casefold(), cell)


def _dates(cells: Sequence[str], order: str) -> tuple[Sequence[str], dict[int, InvalidValue]]:
    read = [cell if not cell or year_first(cell) else rewritten(cell, order) for cell in cells]
    if None not in read:
        return read, {}  # type: ignore[return-value]  # as just seen
    misfits: dict[int, InvalidValue] = {
        row: OtherOrder(cells[row], order) for row, text in enumerate(read) if text is None
    }
    return [text or "" for text in read], misfits


def _numbers(cells: Sequence[str], form: str) -> tuple[Sequence[str], dict[int, InvalidValue]]:
    mark = number_formats.FORMATS.get(form, "")
    joined = "".join(cells)
    strange = number_formats.MARKS - {mark} if mark == number_formats.POINT else number_formats.MARKS
    if not any(each in joined for each in strange):
        return cells, {}  # blanks and apostrophes between thousands are read by the type
    read = [_number(cell, form, mark) for cell in cells]
    misfits: dict[int, InvalidValue] = {
        row: OtherMark(cells[row], form) for row, text in enumerate(read) if text is None
    }
    return [text or "" for text in read], misfits


def _number(cell: str, form: str, mark: str) -> str | None:
    if form == WHOLE:
        return None if number_formats.unclear(cell) else cell
    return number_formats.plain(cell, mark)
