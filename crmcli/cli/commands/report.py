"""crm report."""

from __future__ import annotations

from typing import Annotated

import typer

from crmcli.cli.arguments import Where
from crmcli.cli.session import Session
from crmcli.render.counts import write_counts
from crmcli.services import reports

Object = Annotated[str | None, typer.Argument(metavar="OBJECT", help="The object; else all objects are counted.")]
By = Annotated[str | None, typer.Option("--by", metavar="NAME", help="Count by what this property holds.")]


def counts(ctx: typer.Context, object_name: Object = None, by: By = None, where: Where = "") -> None:
    """Count records: of each object, of one, or of one by what a property holds.

    Example:
      crm report counts
      crm report counts contacts --by lifecyclestage
    """
    session = ctx.ensure_object(Session)
    write_counts(session.output, reports.counts(session.workspace, object_name, by=by, where=where))


VERBS = {"counts": counts}
