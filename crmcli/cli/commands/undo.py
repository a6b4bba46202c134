"""crm undo."""

from __future__ import annotations

from typing import Annotated

import typer

from crmcli.cli.arguments import DryRun, Force, Yes
from crmcli.cli.consent import agree
from crmcli.cli.session import Session
from crmcli.errors import ExitCode
from crmcli.render.writes import write_written
from crmcli.services import undo as service

Operation = Annotated[
    str | None, typer.Argument(metavar="OPERATION", help="An operation's id, or its beginning; else your last one.")
]


def undo(
    ctx: typer.Context, operation: Operation = None, force: Force = False, dry_run: DryRun = False, yes: Yes = False
) -> int:
    """Undo an operation: any one, in any order; undoing an undo does it again.

    An undo that would lose later changes names them and is refused, unless --force; of an import everything else is
    taken back, and the exit code is 3. Without an id your last operation is shown first.

    Example:
      crm create contact email=grace@hopper.example
      crm undo --yes
    """
    session = ctx.ensure_object(Session)
    workspace = session.workspace
    if operation is None:
        last = service.last_operation(workspace)
        operation = last.id
        agree(session, f"Undo {last.short_id} ({last.summary}; {last.command})?", given=yes or dry_run)
    written = service.undo(workspace, operation, force=force, dry_run=dry_run)
    write_written(session.output, workspace, written)
    return ExitCode.PARTIAL if written.kept else ExitCode.DONE
