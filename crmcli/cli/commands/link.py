"""crm link."""

from __future__ import annotations

import typer

from crmcli.cli.arguments import AssociationLabel, DryRun, First, Primary, Second
from crmcli.cli.picking import resolve
from crmcli.cli.session import Session
from crmcli.render.writes import write_written
from crmcli.services import associations


def link(
    ctx: typer.Context,
    first: First,
    second: Second,
    label: AssociationLabel = None,
    primary: Primary = False,
    dry_run: DryRun = False,
) -> None:
    """Associate two records. `crm link A B --label Manager` reads "A is Manager of B".

    Example:
      crm link contact:1 company:2
      crm link contact:1 contact:2 --label Manager
    """
    session = ctx.ensure_object(Session)
    request = associations.LinkRequest(resolve(session, first), resolve(session, second), label, primary, dry_run)
    write_written(session.output, session.workspace, associations.link(session.workspace, request))
