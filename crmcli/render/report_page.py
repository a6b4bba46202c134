"""Reports as one page of HTML that needs nothing beside it: charts, tables that can be sorted, definitions.

All text of records is escaped, nothing becomes a link, and the page's policy lets nothing be loaded and no script run
but its own, by the digest of its text. Where no script runs, as in a mail, the page is whole but for the sorting.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.render.chart_svg import chart_inside
from crmcli.render.charts import kind_of, report_charts
from crmcli.render.html_page import beginning, ending
from crmcli.render.moments import shown
from crmcli.render.page_styles import PAGE_STYLE, SORTING
from crmcli.render.report_cells import cell_text, total_text
from crmcli.render.safe import safe
from crmcli.render.sheets import NUMBERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crmcli.errors import CrmError
    from crmcli.services.reporting.table import ReportColumn, ReportRow, ReportTable
    from crmcli.types.base import Context, Stored

_DEEPEST = 3
_SORTED_BY = (*NUMBERS, "date", "datetime")  # types whose stored values are in order where their texts are not


@frozen
class Section:
    """One report of a page: its table, or why there is none; `chart` is the kind asked for, "" for its own."""

    title: str
    table: ReportTable | None = None
    failure: CrmError | None = None
    chart: str = ""


@frozen
class PageAbout:
    """What a page says of itself: its title, the name of the CRM, how many reports stand beside each other."""

    title: str
    workspace: str
    columns: int = 1


def report_page(table: ReportTable, context: Context, workspace: str, chart: str = "") -> str:
    """Give the page of one report, as text: for a file, or for a mail. `workspace` is the name of the CRM."""
    return page(PageAbout(table.title, workspace), [Section(table.title, table, chart=chart)], context)


def page(about: PageAbout, sections: Sequence[Section], context: Context) -> str:
    """Give a page of any reports, as text."""
    tracks = f"repeat({about.columns}, minmax(0, 1fr))"
    wide = f"@media (min-width: 60rem) {{ .grid {{ grid-template-columns: {tracks} }} }}\n"
    said = " · ".join(filter(None, (about.workspace, shown(context.moment, context.zone))))
    pieces = [
        beginning(about.title, PAGE_STYLE + wide, SORTING),
        f"<header>\n<h1>{_text(about.title)}</h1>\n<p>{_text(said)}</p>\n</header>\n",
        f'<main class="grid{" several" if len(sections) > 1 else ""}">\n',
    ]
    alone = len(sections) == 1 and sections[0].title == about.title
    for place, section in enumerate(sections):
        pieces += _section(section, context, f"r{place}", headed=not alone)
    return "".join([*pieces, "</main>\n", ending(SORTING)])


def _section(section: Section, context: Context, key: str, *, headed: bool) -> Iterator[str]:
    name = f'aria-labelledby="{key}"' if headed else f'aria-label="{_text(section.title)}"'
    yield f"<section {name}>\n"
    if headed:
        yield f'<h2 id="{key}">{_text(section.title)}</h2>\n'
    if section.failure:
        lines = "\n".join(filter(None, (section.failure.message, section.failure.hint)))
        yield f'<p class="failed" role="alert">This report failed: {escape(safe(lines, lines=True))}</p>\n'
    if section.table:
        yield from _charts(section.table, section.chart, context, key)
        yield from _table(section.table, section.title, context)
        yield from (f'<p class="note">{_text(note)}</p>\n' for note in section.table.notes)
        lines = "".join(f"<p>{_text(line)}</p>" for line in section.table.definition)
        yield f"<details><summary>What is counted, and how</summary>{lines}</details>\n" if lines else ""
    yield "</section>\n"


def _charts(table: ReportTable, asked: str, context: Context, key: str) -> Iterator[str]:
    kind = kind_of(table, asked)
    for place, panel in enumerate(report_charts(table, context, kind, all_units=bool(asked))):
        picture = chart_inside(panel, kind, table.title, f"{key}-{place}-")
        yield f'<figure tabindex="0" aria-label="Chart">{picture}</figure>\n'


def _table(table: ReportTable, title: str, context: Context) -> Iterator[str]:
    if not table.rows:
        yield '<p class="note">There is nothing to show.</p>\n'
        return
    sortable = "" if any(row.depth for row in table.rows) else ' class="sortable"'  # parts stay below their wholes
    heads = "".join(f'<th scope="col"{_right(column)}>{_text(column.heading)}</th>' for column in table.columns)
    yield f'<div class="table" role="region" aria-label="{_text(title)}" tabindex="0">\n'
    yield f"<table{sortable}>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n"
    for row in table.rows:
        texts = [cell_text(column, value, context) for column, value in zip(table.columns, row.cells, strict=True)]
        yield _row(table.columns, row, texts)
    yield "</tbody>\n"
    if table.totals:
        texts = [total_text(table, place, context) for place in range(len(table.columns))]
        yield f"<tfoot>{_row(table.columns, table.totals, texts)}</tfoot>\n"
    yield "</table>\n</div>\n"


def _row(columns: Sequence[ReportColumn], row: ReportRow, texts: Sequence[str]) -> str:
    cells = []
    for place, (column, value, text) in enumerate(zip(columns, row.cells, texts, strict=True)):
        name = "td" if place or column.measure else "th"
        scope = ' scope="row"' if name == "th" else ""
        classes = _right(column) or (f' class="part{min(row.depth, _DEEPEST)}"' if row.depth and not place else "")
        cells.append(f"<{name}{scope}{classes}{_sorted_by(column, value)}>{_text(text)}</{name}>")
    return f"<tr>{''.join(cells)}</tr>\n"


def _right(column: ReportColumn) -> str:
    return ' class="n"' if column.value_type.name in NUMBERS else ""


def _sorted_by(column: ReportColumn, value: Stored | None) -> str:
    if column.value_type.name not in _SORTED_BY:
        return ""
    return f' data-v="{_text("" if value is None else str(value))}"'


def _text(words: str) -> str:
    return escape(safe(words))
