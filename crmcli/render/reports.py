"""Reports as tables and in the other forms of output."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.render.sheets import NUMBERS, Column, Sheet, write_sheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.render.output import Output
    from crmcli.services.reporting.known import KnownReport
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


def write_known(output: Output, reports: Sequence[KnownReport]) -> None:
    """Write which reports there are; for people below their families."""
    if output.format == "table":
        _write_families(output, reports)
        return
    columns = (Column("report", "Report"), Column("family", "Family"), Column("line", "What it says"))
    write_sheet(output, Sheet(columns, [("", (one.name, one.family, one.line)) for one in reports]))


def _write_families(output: Output, reports: Sequence[KnownReport]) -> None:
    width = max(len(one.name) for one in reports)
    family = ""
    for one in reports:
        if one.family != family:
            output.line(*([] if not family else [""]))
            output.line((one.family, "heading"))
            family = one.family
        output.line("  ", (one.name.ljust(width), "ref"), "  ", one.line)
    output.say(
        ("crm report NAME runs one, --explain says what it counts; crm report OBJECT --group-by … is a new one", "dim")
    )


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
