"""crm report."""

from __future__ import annotations

from typing import Annotated

import typer

from crmcli.cli.arguments import Where
from crmcli.cli.reporting import exit_code, write_behind
from crmcli.cli.session import Session
from crmcli.render.reports import write_definition, write_known, write_report
from crmcli.services.reporting.known import known_reports
from crmcli.services.reporting.request import ReportRequest
from crmcli.services.reporting.running import run_report

Name = Annotated[str, typer.Argument(metavar="NAME", help="The report; without one all are listed.")]
Object = Annotated[str, typer.Argument(metavar="OBJECT", help="The object, where the report is about one.")]
By = Annotated[str, typer.Option("--by", metavar="NAME", help="What the rows are: owner, team, pipeline, a property.")]
Period = Annotated[str, typer.Option("--period", metavar="PERIOD", help='"last month", 2026-Q4, 2026, "this week".')]
Pipeline = Annotated[str, typer.Option("--pipeline", metavar="NAME", help="Of this pipeline only.")]
Compare = Annotated[str, typer.Option("--compare", metavar="PERIOD", help="The period to compare with.")]
Records = Annotated[
    str, typer.Option("--records", metavar="ROW", help="List the records behind a row: its number or first cell.")
]
Chart = Annotated[
    str, typer.Option("--chart", metavar="KIND", help="Draw it as bar, stacked, line or funnel, or as none.")
]
Explain = Annotated[bool, typer.Option("--explain", help="Say what is counted and how, and count nothing.")]
FailOver = Annotated[
    int | None, typer.Option("--fail-over", metavar="N", help="End with exit code 7 if more than N are found.")
]


def report(
    ctx: typer.Context,
    name: Name = "",
    object_name: Object = "",
    by: By = "",
    where: Where = "",
    period: Period = "",
    pipeline: Pipeline = "",
    compare: Compare = "",
    chart: Chart = "",
    records: Records = "",
    fail_over: FailOver = None,
    *,
    explain: Explain = False,
) -> int:
    """Report on the records: counts, pipelines, activities, whatever adds up.

    Example:
      crm report
      crm report counts
      crm report counts contacts --by lifecyclestage
      crm report counts contacts --by lifecyclestage --records 1
      crm report counts contacts --by lifecyclestage --chart bar
      crm report counts contacts --by lifecyclestage -o html > contacts.html
    """
    session = ctx.ensure_object(Session)
    workspace = session.workspace
    if not name:
        write_known(session.output, known_reports(workspace))
        return exit_code(0, None)
    request = ReportRequest(object_name, where, period, by, pipeline, compare)
    table = run_report(workspace, name, request)
    if explain:
        write_definition(session.output, table)
    elif records:
        write_behind(session, table, records)
    else:
        write_report(session.output, table, workspace.context, chart, crm=workspace.settings.name)
    return exit_code(len(table.rows) if table.findings is None else table.findings, fail_over)
