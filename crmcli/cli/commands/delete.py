"""crm delete."""

from __future__ import annotations

import typer

from crmcli.cli.arguments import DryRun, References, Where, Yes
from crmcli.cli.session import Session
from crmcli.cli.targeting import agree_to, targets
from crmcli.render.writes import write_written
from crmcli.services import records


def delete(
    ctx: typer.Context, references: References, where: Where = "", dry_run: DryRun = False, yes: Yes = False
) -> None:
    """Delete records with their associations; `crm restore` and `crm undo` bring both back.

    Example:
      crm delete contact:1 --dry-run
      crm delete contacts --where "email is unknown" --dry-run
    """
    session = ctx.ensure_object(Session)
    chosen = targets(session, references, where)
    agree_to(session, "Delete", chosen, given=yes or dry_run)
    write_written(session.output, session.workspace, records.delete(session.workspace, chosen, dry_run=dry_run))
