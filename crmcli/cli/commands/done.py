"""crm done."""

from __future__ import annotations

from typing import Annotated

import typer

from crmcli.cli.arguments import DryRun, Force, References
from crmcli.cli.assigning import read_text
from crmcli.cli.messages import OptionalMessage
from crmcli.cli.session import Session
from crmcli.cli.targeting import targets
from crmcli.render.writes import write_written
from crmcli.services.tasks import Done, finish

Step = Annotated[
    str, typer.Option("--next", metavar="WHEN: WHAT", help='Make the next task on the same records: "mon: ask again".')
]


def done(
    ctx: typer.Context,
    references: References,
    note: OptionalMessage = None,
    step: Step = "",
    force: Force = False,
    dry_run: DryRun = False,
) -> None:
    """Mark tasks as done; of one that repeats the next is made.

    Meetings, calls and conversations can be done too: their status becomes the one that the schema marks as closed.

    Example:
      crm log task contact:1 -m "Send samples" due=today repeat=weekly
      crm done task:"Send samples" -m "By courier" --next "fri: ask whether they came"
    """
    session = ctx.ensure_object(Session)
    text = read_text("-") if note == "-" else note
    request = Done(targets(session, references, ""), text or "", step, force, dry_run)
    write_written(session.output, session.workspace, finish(session.workspace, request))
