"""crm label."""

from __future__ import annotations

from typing import Annotated

import typer

from crmcli.cli.arguments import DryRun, First, Force, Move, Primary, Second
from crmcli.cli.picking import resolve
from crmcli.cli.session import Session
from crmcli.render.writes import write_written
from crmcli.services import associations

Name = Annotated[
    str | None, typer.Argument(metavar="LABEL", help="A label of the schema: the first is LABEL of the second.")
]


def label(
    ctx: typer.Context,
    first: First,
    second: Second,
    name: Name = None,
    primary: Primary = False,
    move: Move = False,
    force: Force = False,
    dry_run: DryRun = False,
) -> None:
    """Label the association of two records. `crm label A B Manager` reads "A is Manager of B".

    Labels are made with `crm schema label add`. Where a limit of one leaves no room, --move takes the place.

    Example:
      crm link contact:1 contact:2
      crm label contact:1 contact:2 Manager
    """
    session = ctx.ensure_object(Session)
    ends = resolve(session, first), resolve(session, second)
    request = associations.LinkRequest(*ends, name, primary, dry_run, move, force)
    write_written(session.output, session.workspace, associations.label(session.workspace, request))
