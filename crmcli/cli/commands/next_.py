"""crm next."""

from __future__ import annotations

from typing import Annotated

import typer

from crmcli.cli.arguments import Limit, screenful
from crmcli.cli.session import Session
from crmcli.cli.showing import show_records
from crmcli.render.next_tasks import write_first, write_next
from crmcli.services.next_tasks import NextRequest, next_tasks

User = Annotated[str, typer.Option("--user", metavar="USER", help="Somebody else's: a name, an e-mail or an id.")]
Everyone = Annotated[bool, typer.Option("--all", help="Everyone's.")]
Queue = Annotated[str, typer.Option("--queue", metavar="QUEUE", help="Work through a queue: its first task.")]


def next_(
    ctx: typer.Context, user: User = "", everyone: Everyone = False, queue: Queue = "", limit: Limit = None
) -> None:
    """Show what is to be done next: my open tasks, overdue, today and later.

    With --queue the first task of a queue and the record that it is on; do it with crm done, and ask again. A queue is
    worked through whole, in the order in which its tasks are due: those that are due later too.

    Example:
      crm next
      crm next --queue Calls
    """
    session = ctx.ensure_object(Session)
    workspace, output = session.workspace, session.output
    works = bool(queue) and output.format == "table"
    most = 1 if works else screenful(limit, output)
    found = next_tasks(workspace, NextRequest(user, queue, everyone, most))
    if not works:
        write_next(output, found, workspace.context.zone)
        return
    write_first(output, found, queue, workspace.context.zone)
    if found.tasks and found.tasks[0].entry.also:
        show_records(session, [str(found.tasks[0].entry.also[0][0])])
