"""crm unlink."""

from __future__ import annotations

import typer

from crmcli.cli.arguments import AssociationLabel, DryRun, First, Force, Second
from crmcli.cli.picking import resolve
from crmcli.cli.session import Session
from crmcli.render.writes import write_written
from crmcli.services import associations


def unlink(
    ctx: typer.Context,
    first: First,
    second: Second,
    label: AssociationLabel = None,
    force: Force = False,
    dry_run: DryRun = False,
) -> None:
    """Take the association of two records away; with --label, that label only.

    The last association that a record cannot be without stays, unless forced.

    Example:
      crm link contact:1 contact:3
      crm unlink contact:1 contact:3
    """
    session = ctx.ensure_object(Session)
    request = associations.LinkRequest(
        resolve(session, first), resolve(session, second), label, dry_run=dry_run, force=force
    )
    write_written(session.output, session.workspace, associations.unlink(session.workspace, request))
