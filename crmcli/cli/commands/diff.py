"""crm diff."""

from __future__ import annotations

from typing import Annotated

import typer

from crmcli.cli.session import Session
from crmcli.render.differences import write_difference
from crmcli.services import diff as service

Operation = Annotated[
    str | None, typer.Argument(metavar="OPERATION", help="An operation's id, or its beginning; else the last one.")
]
Since = Annotated[
    str | None, typer.Option("--since", metavar="DATE", help="All since: 2026-12-01, yesterday, monday, -7d.")
]


def diff(ctx: typer.Context, operation: Operation = None, since: Since = None) -> None:
    """Show what an operation changed, or everything since a date.

    Example:
      crm diff
      crm diff --since yesterday
    """
    session = ctx.ensure_object(Session)
    difference = service.diff(session.workspace, operation=operation, since=since)
    write_difference(session.output, difference, session.workspace.context.zone)
