"""crm today."""

from __future__ import annotations

from typing import Annotated

import typer

from crmcli.cli.arguments import Limit, row_limit
from crmcli.cli.session import Session
from crmcli.render.today import write_today
from crmcli.services.today import TodayRequest
from crmcli.services.today import today as what_is_to_do

Owner = Annotated[str, typer.Option("--owner", metavar="USER", help="Somebody else's day: a name, an e-mail or an id.")]
Everyone = Annotated[bool, typer.Option("--all", help="Everyone's.")]

_OF_EACH = 10  # of each group, for people, where nobody says how many


def today(ctx: typer.Context, owner: Owner = "", everyone: Everyone = False, limit: Limit = None) -> None:
    """Show what there is to do today: tasks, meetings, deals to move, people to follow up.

    Tasks that are overdue or due today, meetings, open deals whose close date has come, and members of segments whom
    nobody has contacted for as long as `follow_up: 30d` in the segment's file says. --limit is for each group.

    Example:
      crm today
      crm today --all --limit 3
      crm today -o csv
    """
    session = ctx.ensure_object(Session)
    output = session.output
    most = _OF_EACH if limit is None and output.format == "table" else row_limit(limit)
    found = what_is_to_do(session.workspace, TodayRequest(owner, everyone, most))
    write_today(output, found, session.workspace.context.zone)
