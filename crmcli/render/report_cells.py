"""The cells of reports as people read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.render.safe import safe

if TYPE_CHECKING:
    from crmcli.services.reporting.table import ReportColumn, ReportTable
    from crmcli.types.base import Context, Stored

NOTHING = "–"


def cell_text(column: ReportColumn, value: Stored | None, context: Context) -> str:
    """Say a cell: numbers that are measured with their thousands apart, – for what is not set among the groups."""
    measured = column.measure or column.beside
    if value is None:
        return "" if measured else NOTHING
    if measured and column.value_type.name == "number":
        return _apart(str(value))
    return safe(column.value_type.show(value, context)) or NOTHING


def total_text(table: ReportTable, place: int, context: Context) -> str:
    """Say a cell of the totals: nothing where adding up means nothing, and what the row is where it does not say so."""
    column, value = table.columns[place], table.totals.cells[place] if table.totals else None
    if value is None:
        return "" if place or column.measure or column.beside else "Total"
    return cell_text(column, value, context)


def _apart(number: str) -> str:
    """Write 1234567.5 as 1,234,567.5."""
    whole, point, decimals = number.partition(".")
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    return f"{sign}{int(digits):,}{point}{decimals}"
