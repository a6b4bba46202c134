"""crm report."""

from __future__ import annotations

from typing import Annotated

import typer

from crmcli.cli.arguments import DryRun, Sort, Where
from crmcli.cli.reporting import exit_code, explain_all, write_behind
from crmcli.cli.session import Session
from crmcli.query.measures import divided_names as names
from crmcli.render.reports import write_definition, write_known, write_report
from crmcli.services.reporting.definition import Definition
from crmcli.services.reporting.known import known_reports
from crmcli.services.reporting.request import ReportRequest
from crmcli.services.reporting.running import run_report

Name = Annotated[str, typer.Argument(metavar="NAME", help="The report; without one all are listed.")]
Object = Annotated[str, typer.Argument(metavar="OBJECT", help="The object, where the report is about one.")]
By = Annotated[str, typer.Option("--by", metavar="NAME", help="What the rows of a built-in report are.")]
Period = Annotated[str, typer.Option("--period", metavar="PERIOD", help='"last month", 2026-Q4, 2026, "this week".')]
Pipeline = Annotated[str, typer.Option("--pipeline", metavar="NAME", help="Of this pipeline only.")]
Compare = Annotated[
    str, typer.Option("--compare", metavar="PERIOD", help='"previous quarter", "previous year", 2025-Q4.')
]
Since = Annotated[str, typer.Option("--from", metavar="DATE", help="Of a waterfall: from the end of that day.")]
Until = Annotated[str, typer.Option("--to", metavar="DATE", help="Of a waterfall: to the end of that day, else now.")]
Snapshot = Annotated[bool, typer.Option("--snapshot", help="Keep the forecast of today for the waterfall.")]
GroupBy = Annotated[
    str, typer.Option("--group-by", metavar="NAMES", help="A row for each: owner, month(closed), company.industry.")
]
Measure = Annotated[
    str, typer.Option("--measure", metavar="NAMES", help='What of each group: "count(), sum(amount) as Revenue".')
]
ColumnsBy = Annotated[str, typer.Option("--columns-by", metavar="NAME", help="A column for each: stage, year(closed).")]
Having = Annotated[str, typer.Option("--having", metavar="EXPRESSION", help="Only rows that meet it: count > 5.")]
Date = Annotated[
    str, typer.Option("--date", metavar="NAME", help="The date that --period goes by; else closed, created.")
]
Top = Annotated[int, typer.Option("--top", metavar="N", min=0, help="Only the N groups with the most.")]
Other = Annotated[bool, typer.Option("--other", help="And all others together.")]
Cumulative = Annotated[bool, typer.Option("--cumulative", help="Running totals.")]
Records = Annotated[
    str, typer.Option("--records", metavar="ROW", help="List the records behind a row: its number or first cell.")
]
Chart = Annotated[str, typer.Option("--chart", metavar="KIND", help="Draw it: bar, stacked, line, funnel or none.")]
Explain = Annotated[bool, typer.Option("--explain", help="Say what is counted and how; of all without NAME.")]
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
    since: Since = "",
    until: Until = "",
    group_by: GroupBy = "",
    measure: Measure = "",
    columns_by: ColumnsBy = "",
    having: Having = "",
    sort: Sort = [],  # noqa: B006 - Typer copies it
    date: Date = "",
    top: Top = 0,
    chart: Chart = "",
    records: Records = "",
    fail_over: FailOver = None,
    *,
    other: Other = False,
    cumulative: Cumulative = False,
    explain: Explain = False,
    snapshot: Snapshot = False,
    dry_run: DryRun = False,
) -> int:
    """Report on the records: counts, pipelines, activities, whatever adds up.

    NAME is a built-in report, one of reports/NAME.yaml, or an object: then --group-by and its like say what is wanted.

    Example:
      crm report
      crm report deals --group-by "month(closed)" --measure "count(), sum(amount)"
      crm report deals --group-by owner --columns-by stage --measure "sum(amount)"
      crm report contacts --group-by company.industry --top 5 --other
      crm report forecast --by owner --period 2026-Q4
      crm report forecast --snapshot
      crm report waterfall --period "this quarter" --where "currency = EUR"
      crm report counts
      crm report counts contacts --by lifecyclestage
      crm report counts contacts --by lifecyclestage --records 1
      crm report counts contacts --by lifecyclestage --chart bar
      crm report counts contacts --by lifecyclestage -o html > contacts.html
    """
    session = ctx.ensure_object(Session)
    workspace = session.workspace
    if not name:
        if explain:
            explain_all(session)
        else:
            write_known(session.output, known_reports(workspace))
        return exit_code(0, None)
    request = ReportRequest(object_name, where, period, by, pipeline, compare, since, until)
    if snapshot:
        from crmcli.render.writes import write_written
        from crmcli.services.reporting.snapshots import keep_snapshot

        write_written(session.output, workspace, keep_snapshot(workspace, name, request, dry_run=dry_run))
        return exit_code(0, None)
    asked = Definition(
        "",
        names(group_by),
        names(measure),
        columns_by,
        having=having,
        sort=names(",".join(sort)),
        date=date,
        top=top,
        other=other,
        cumulative=cumulative,
    )
    table = run_report(workspace, name, request, asked)
    if explain:
        write_definition(session.output, table)
    elif records:
        write_behind(session, table, records)
    else:
        write_report(session.output, table, workspace.context, chart, crm=workspace.settings.name)
    return exit_code(len(table.rows) if table.findings is None else table.findings, fail_over)
