"""Charts on a terminal and in text: as wide as it is, in block characters, told apart by letters and colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.render.cells import clip, width
from crmcli.render.chart_bars import COLOURS, bars, funnel, stacked
from crmcli.render.chart_lines import lines
from crmcli.render.chart_panels import LETTERS, cut, fitting, panels
from crmcli.services.reporting.table import CHARTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from crmcli.render.chart_panels import Panel
    from crmcli.render.output import Output, Span
    from crmcli.services.reporting.table import ReportTable
    from crmcli.types.base import Context

MOST_LINES = 60  # of bars on a terminal; a pipe gets all
_GAP = "  "

_DRAWERS: Mapping[str, Callable[[Panel, int], Iterator[list[Span]]]] = {
    "bar": bars,
    "stacked": stacked,
    "line": lines,
    "funnel": funnel,
}


def write_charts(output: Output, charts: Sequence[Panel], kind: str) -> None:
    """Draw charts one below another; on a terminal no more bars than can be looked at."""
    for place, panel in enumerate(charts):
        if place:
            output.line()
        for line in chart_lines(panel, kind, output.width, most=MOST_LINES if output.terminal else 0):
            output.line(*line)


class UnknownChart(CrmError):
    """`--chart` names a kind of chart that there is not."""

    exit_code = ExitCode.USAGE

    def __init__(self, word: str) -> None:
        super().__init__(f'There is no chart "{word}"', f"One of: {', '.join(CHARTS)}")


def kind_of(table: ReportTable, asked: str) -> str:
    """Give how a report is drawn: as asked, else in its own way. Raises UnknownChart."""
    if asked and asked not in CHARTS:
        raise UnknownChart(asked)
    return asked or table.chart


def report_charts(table: ReportTable, context: Context, kind: str, *, all_units: bool) -> Sequence[Panel]:
    """Give what is to be drawn of a report: every unit, or the one that says most, unless that is nothing but zeros."""
    found = panels(table, context, kind) if kind != "none" else ()
    return found if all_units else [panel for panel in found[:1] if panel.bounds != (0.0, 0.0)]


def chart_lines(panel: Panel, kind: str, columns: int, *, most: int = 0) -> Iterator[list[Span]]:
    """Give the lines of one chart: what it is of, the chart, and what of it is left out; `most` is 0 for all of it."""
    kind = fitting(panel, kind)
    yield from _legend(panel, kind, columns)
    rows = most // (len(panel.series) if kind == "bar" else 1) if most and kind != "line" else 0
    yield from _DRAWERS[kind](cut(panel, max(rows, 1)) if rows else panel, columns)
    if rows and len(panel.labels) > rows:
        yield [(f"and {len(panel.labels) - rows:,} more, in the table", "dim")]
    if panel.hidden:
        yield [(f"{panel.hidden:,} more series, in the table", "dim")]


def _legend(panel: Panel, kind: str, columns: int) -> Iterator[list[Span]]:
    """Say what is drawn; of several series, which letter is which."""
    unit = f", {panel.unit.currency}" if panel.unit.currency else ""
    room = columns - len(unit)
    if kind == "funnel" or len(panel.series) == 1:
        yield [(clip(panel.name, room), "heading"), (unit, "dim")]
        return
    line: list[Span] = []
    taken = 0
    for place, series in enumerate(panel.series):
        item = clip(f"{LETTERS[place]} {series.name}", room)
        if line and taken + width(item) > room:
            yield line
            line, taken = [], 0
        line += [(item, COLOURS[place % len(COLOURS)]), _GAP]
        taken += width(item) + len(_GAP)
    yield [*line[:-1], (unit, "dim")]
