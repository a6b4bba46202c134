"""crm history."""

from __future__ import annotations

from typing import Annotated

import typer

from crmcli.cli.arguments import Limit, row_limit, screenful
from crmcli.cli.picking import resolve
from crmcli.cli.session import Session
from crmcli.render import histories
from crmcli.services import history as service
from crmcli.services.importing.operations import imports_done
from crmcli.services.titles import title

Record = Annotated[str, typer.Argument(metavar="REF", help="A record; without one, the operations are listed.")]
Name = Annotated[str | None, typer.Argument(metavar="PROPERTY", help="Only this property of it.")]
Imports = Annotated[bool, typer.Option("--imports", help="Only imports, with their files.")]
Property = Annotated[str | None, typer.Option("--property", metavar="PROPERTY", help="The same.")]


def history(
    ctx: typer.Context,
    reference: Record = "",
    name: Name = None,
    only: Property = None,
    imports: Imports = False,
    limit: Limit = None,
) -> None:
    """List the operations, newest first, or what happened to one record, oldest first.

    What was written down later than it happened stands where it happened.

    Example:
      crm history
      crm history contact:1
      crm history contact:1 --property lifecyclestage
      crm history --imports
    """
    session = ctx.ensure_object(Session)
    workspace, output = session.workspace, session.output
    if imports:
        done = imports_done(workspace, screenful(limit, output))
        histories.write_imports_done(output, done, workspace.context.zone)
        return
    if not reference:
        lines = service.operations(workspace, screenful(limit, output))
        histories.write_operations(output, lines, workspace.context.zone)
        return
    ref = resolve(session, reference)
    events = service.record_history(workspace, ref, name or only)[-(row_limit(limit) or 0) :]
    histories.write_history(output, f"{title(workspace, ref)}  {ref}", events, workspace.context.zone)
