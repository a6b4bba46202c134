"""crm report."""

from __future__ import annotations

from typing import Annotated

import typer

from crmcli.cli.arguments import Where
from crmcli.cli.session import Session

Name = Annotated[str, typer.Argument(metavar="NAME", help="The report.")]
Object = Annotated[str, typer.Argument(metavar="OBJECT", help="The object, where the report is about one.")]
By = Annotated[str, typer.Option("--by", metavar="NAME", help="What the rows are: owner, team, pipeline, a property.")]
Period = Annotated[str, typer.Option("--period", metavar="PERIOD", help='"last month", 2026-Q4, 2026, "this week".')]
Pipeline = Annotated[str, typer.Option("--pipeline", metavar="NAME", help="Of this pipeline only.")]
Explain = Annotated[bool, typer.Option("--explain", help="Say what is counted and how, and count nothing.")]


def report(
    ctx: typer.Context,
    name: Name,
    object_name: Object = "",
    by: By = "",
    where: Where = "",
    period: Period = "",
    pipeline: Pipeline = "",
    *,
    explain: Explain = False,
) -> None:
    """Report on the records: counts, pipelines, activities, whatever adds up.

    Example:
      crm report counts
      crm report counts contacts --by lifecyclestage
    """
    session = ctx.ensure_object(Session)
    if name == "counts":
        from crmcli.render.counts import write_counts
        from crmcli.services.reports import counts

        write_counts(session.output, counts(session.workspace, object_name or None, by=by or None, where=where))
        return
    from crmcli.render.reports import write_definition, write_report
    from crmcli.services.reporting.built_in import run_built_in
    from crmcli.services.reporting.request import ReportRequest

    request = ReportRequest(object_name=object_name, where=where, period=period, by=by, pipeline=pipeline)
    table = run_built_in(session.workspace, name, request)
    if explain:
        write_definition(session.output, table)
    else:
        write_report(session.output, table, session.workspace.context)
