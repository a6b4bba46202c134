"""crm restore."""

from __future__ import annotations

import typer

from crmcli.cli.arguments import DryRun, References, with_input
from crmcli.cli.session import Session
from crmcli.render.writes import write_written
from crmcli.services import records


def restore(ctx: typer.Context, references: References, dry_run: DryRun = False) -> None:
    """Bring deleted records back, with their associations.

    Example:
      crm delete contact:1 --yes
      crm restore contact:1
    """
    session = ctx.ensure_object(Session)
    written = records.restore(session.workspace, with_input(references), dry_run=dry_run)
    write_written(session.output, session.workspace, written)
