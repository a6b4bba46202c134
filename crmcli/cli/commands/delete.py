"""crm delete."""

from __future__ import annotations

import typer

from crmcli.cli.arguments import DryRun, Force, References, Where, Yes
from crmcli.cli.session import Session
from crmcli.cli.targeting import agree_to, targets
from crmcli.render.writes import write_written
from crmcli.services import records


def delete(
    ctx: typer.Context,
    references: References,
    where: Where = "",
    force: Force = False,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> None:
    """Delete records with their associations; `crm restore` and `crm undo` bring both back.

    What belongs to a record alone, as line items to their quote, goes and comes back with it. A record that another
    cannot be without stays, unless forced.

    Example:
      crm delete contact:1 --dry-run
      crm delete contacts --where "email is unknown" --dry-run
    """
    session = ctx.ensure_object(Session)
    chosen = targets(session, references, where)
    agree_to(session, "Delete", chosen, given=yes or dry_run)
    written = records.delete(session.workspace, chosen, force=force, dry_run=dry_run)
    write_written(session.output, session.workspace, written)
