"""Reports as text for people: a table, a chart below it, and what is to be known of both."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from crmcli.frozen import replace
from crmcli.render.charts import MOST_LINES, kind_of, report_charts, write_charts
from crmcli.render.report_cells import cell_text, total_text
from crmcli.render.sheets import NUMBERS, Column, Sheet, write_sheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.render.chart_panels import Panel
    from crmcli.render.output import Output
    from crmcli.render.sheets import Row
    from crmcli.services.reporting.table import ReportTable
    from crmcli.types.base import Context

_STEP = "  "  # by which a row stands in below the one that it is a part of


def write_report_text(output: Output, table: ReportTable, context: Context, chart: str = "") -> None:
    """Write a report as a table, or in Markdown; on a terminal, or where a chart is asked for, it is drawn as well.

    What is asked for shows every unit of its measures, else there is the one chart that says most. Bars of one measure
    stand in the place of the table. Raises UnknownChart.
    """
    kind = kind_of(table, chart)
    if not chart and not (output.terminal and output.format == "table"):
        kind = "none"
    charts = report_charts(table, context, kind, all_units=bool(chart))
    alone = kind == "bar" and output.format == "table" and _says_all(table, charts)
    if not alone:
        write_sheet(output, _sheet(table, context))
        if charts:
            output.line()
    _write_charts(output, charts, kind)
    if chart and kind != "none" and not charts:
        output.say(("There is nothing to draw", "dim"))
    if alone and table.totals:
        place = table.measures[0]
        output.say((f"{cell_text(table.columns[place], table.totals.cells[place], context)} in all", "dim"))
    for note in table.notes:
        output.say((note, "dim"))


def _says_all(table: ReportTable, charts: Sequence[Panel]) -> bool:
    """Whether the bars say all that the table says."""
    if len(charts) != 1 or len(table.columns) != len(table.groups) + 1 or len(table.groups) != 1:
        return False
    return len(charts[0].labels) == len(table.rows) <= MOST_LINES


def _write_charts(output: Output, charts: Sequence[Panel], kind: str) -> None:
    """Write charts as they are, or in Markdown between fences that nothing in them can end."""
    if output.format != "markdown":
        write_charts(output, charts, kind)
        return
    drawn = io.StringIO()
    write_charts(replace(output, out=drawn, colour=False), charts, kind)
    fence = "```"
    while fence in drawn.getvalue():
        fence += "`"
    for line in [fence, *drawn.getvalue().splitlines(), fence] if charts else ():
        output.line(line)


def _sheet(table: ReportTable, context: Context) -> Sheet:
    """Give all cells as people read them, the totals in the last row."""
    columns = tuple(
        Column(
            column.name,
            column.heading,
            right=column.value_type.name in NUMBERS,
            whole=column.value_type.name in (*NUMBERS, "date"),
            last=column.beside,
        )
        for column in table.columns
    )
    rows: list[Row] = []
    for row in table.rows:
        first, *rest = (cell_text(*pair, context) for pair in zip(table.columns, row.cells, strict=True))
        rows.append(("", (_STEP * row.depth + first, *rest)))
    if table.totals:
        rows.append(("", tuple(total_text(table, place, context) for place in range(len(table.columns)))))
    return Sheet(columns, rows)
