"""Dashboards: the list of them, and one as text, as a page and as data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.render.documents import Document, write_document
from crmcli.render.report_text import write_report_text
from crmcli.render.safe import safe
from crmcli.render.sheets import Column, Sheet, markdown_cell, write_sheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.render.output import Output
    from crmcli.render.sheets import Row
    from crmcli.services.dashboards import Dashboard, DashboardLine, DashboardPart
    from crmcli.services.workspace import Workspace
    from crmcli.types.base import Context


def write_dashboards(output: Output, lines: Sequence[DashboardLine]) -> None:
    """Write which dashboards there are; to people, what is wrong with a file stands where its description would."""
    columns: tuple[Column, ...] = (
        Column("dashboard", "Dashboard"),
        Column("title", "Title"),
        Column("reports", "Reports", right=True),
        Column("description", "Description"),
    )
    rows: list[Row] = [("", (one.name, one.title, one.reports, one.problem or one.description)) for one in lines]
    if output.format not in ("table", "markdown"):
        columns = (*columns, Column("problem", "Problem"))
        rows = [("", (one.name, one.title, one.reports, one.description or None, one.problem or None)) for one in lines]
    if rows or output.format != "table":
        write_sheet(output, Sheet(columns, rows))
    else:
        output.say("There are no dashboards yet; crm dashboard show --help tells how to write one")


def write_dashboard(output: Output, dashboard: Dashboard, workspace: Workspace) -> None:
    """Write a dashboard in the form that was asked for; a report that failed is told in its place."""
    if output.format == "html":
        output.data(dashboard_page(dashboard, workspace))
    elif output.format in ("table", "markdown"):
        _write_text(output, dashboard, workspace.context)
    else:
        write_document(output, Document(_value(dashboard), lambda _: None, lambda: _sheet(dashboard)))
    failed = sum(part.failure is not None for part in dashboard.parts)
    if failed:
        output.warn(("Warning: ", "warn"), f"{failed} of {len(dashboard.parts)} reports failed")


def dashboard_page(dashboard: Dashboard, workspace: Workspace) -> str:
    """Give the page of a dashboard, as text: for a file, or for a mail."""
    from crmcli.render.report_page import PageAbout, Section, page

    about = PageAbout(dashboard.title, workspace.settings.name, dashboard.columns)
    sections = [Section(part.title, part.table, part.failure) for part in dashboard.parts]
    return page(about, sections, workspace.context)


def _write_text(output: Output, dashboard: Dashboard, context: Context) -> None:
    markdown = output.format == "markdown"
    output.line((f"# {markdown_cell(safe(dashboard.title))}" if markdown else dashboard.title, "title"))
    for part in dashboard.parts:
        output.line()
        output.line((f"## {markdown_cell(safe(part.title))}" if markdown else part.title, "heading"))
        if markdown:
            output.line()
        _write_part(output, part, context)


def _write_part(output: Output, part: DashboardPart, context: Context) -> None:
    if part.failure:
        first, *rest = part.failure.message.split("\n")
        output.line(("This report failed: ", "bad"), first)
        for line in rest:
            output.line("  ", line)
        if part.failure.hint:
            output.line((part.failure.hint, "dim"))
    if part.table and not part.table.rows:
        output.line(("There is nothing to show.", "dim"))
    elif part.table:
        write_report_text(output, part.table, context)


def _value(dashboard: Dashboard) -> dict[str, object]:
    """Give the JSON shape `dashboard`."""
    return {
        "dashboard": dashboard.name,
        "title": dashboard.title,
        "reports": [_part_value(part) for part in dashboard.parts],
    }


def _part_value(part: DashboardPart) -> dict[str, object]:
    rows = None
    if part.table:
        names = [column.name for column in part.table.columns]
        rows = [dict(zip(names, row.cells, strict=True)) for row in part.table.rows]
    failure = part.failure.message if part.failure else None
    return {"report": part.table.name if part.table else None, "title": part.title, "rows": rows, "failure": failure}


def _sheet(dashboard: Dashboard) -> Sheet:
    """Give which reports there were, how many rows each has, and which failed."""
    columns = tuple(Column(name, name.capitalize()) for name in ("title", "rows", "failure"))
    rows: list[Row] = [
        ("", (part.title, len(part.table.rows) if part.table else None, part.failure.message if part.failure else None))
        for part in dashboard.parts
    ]
    return Sheet(columns, rows)
