"""Reports as tables and in the other forms of output."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.render.report_text import write_report_text
from crmcli.render.sheets import Column, Sheet, write_sheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.render.output import Output
    from crmcli.services.reporting.known import KnownReport
    from crmcli.services.reporting.table import ReportTable
    from crmcli.types.base import Context


def write_report(output: Output, table: ReportTable, context: Context, chart: str = "", *, crm: str = "") -> None:
    """Write a report in the form that was asked for; its totals, chart and notes are for people.

    `chart` is the kind asked for, "" for its own; `crm` is what a page calls the CRM. Raises UnknownChart.
    """
    if output.format in ("table", "markdown"):
        write_report_text(output, table, context, chart)
    elif output.format == "html":
        from crmcli.render.report_page import report_page

        output.data(report_page(table, context, crm, chart))
    elif output.format == "svg":
        from crmcli.render.chart_svg import report_svg

        output.data(report_svg(table, context, chart))
    else:
        columns = tuple(Column(column.name, column.heading) for column in table.columns)
        write_sheet(output, Sheet(columns, [("", row.cells) for row in table.rows]))


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
    output.say(("crm report NAME runs one, --explain says what it counts; more: crm help reports", "dim"))


def write_definition(output: Output, table: ReportTable) -> None:
    """Say what a report counts and how."""
    import textwrap

    for text in table.definition:
        for line in textwrap.wrap(text, output.width, subsequent_indent="  "):
            output.line(line)
