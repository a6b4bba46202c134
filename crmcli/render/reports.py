"""Reports as tables and in the other forms of output."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.render.sheets import NUMBERS, Column, Sheet, write_sheet

if TYPE_CHECKING:
    from crmcli.render.output import Output
    from crmcli.services.reporting.table import ReportColumn, ReportTable
    from crmcli.types.base import Context


def write_report(output: Output, table: ReportTable, context: Context) -> None:
    """Write a report in the form that was asked for; its totals and notes are for people, below the table."""
    people = output.format in ("table", "markdown")
    rows = [*table.rows, table.totals] if people and table.totals else table.rows
    columns = tuple(_column(column, context) for column in table.columns)
    write_sheet(output, Sheet(columns, [("", row.cells) for row in rows]))
    for note in table.notes if people else ():
        output.say((note, "dim"))


def write_definition(output: Output, table: ReportTable) -> None:
    """Say what a report counts and how."""
    for line in table.definition:
        output.line(line)


def _column(column: ReportColumn, context: Context) -> Column:
    value_type = column.value_type
    return Column(
        column.name,
        column.heading,
        lambda value: value_type.show(value, context),
        right=value_type.name in NUMBERS,
    )
