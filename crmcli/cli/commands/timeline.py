"""crm timeline."""

from __future__ import annotations

from typing import Annotated

import typer

from crmcli.cli.arguments import DryRun, Limit, Reference, names, screenful
from crmcli.cli.picking import resolve
from crmcli.cli.session import Session
from crmcli.render.timelines import write_timeline
from crmcli.render.writes import write_written
from crmcli.services import timeline as service
from crmcli.services.pinning import pin as pin_activity
from crmcli.services.pinning import unpin as unpin_activity

Kinds = Annotated[list[str], typer.Option("--type", metavar="KINDS", help="Only these, by commas: call,note,sms.")]
User = Annotated[str, typer.Option("--user", metavar="USER", help="Only a user's: me, a name or an id.")]
Text = Annotated[str, typer.Option("--text", metavar="WORDS", help="Only what holds all of these words.")]
Since = Annotated[str, typer.Option("--since", metavar="WHEN", help="Only from then on: monday, -30d, 2026-11-01.")]
Changes = Annotated[bool, typer.Option("--changes", help="What happened to the record itself, too: its stages …")]
Full = Annotated[bool, typer.Option("--full", help="Cut no text.")]
Pin = Annotated[str, typer.Option("--pin", metavar="REF", help="Pin one of its activities on top.")]
Unpin = Annotated[bool, typer.Option("--unpin", help="Pin none.")]


def timeline(
    ctx: typer.Context,
    reference: Reference,
    kinds: Kinds = [],  # noqa: B006 - Typer copies it
    user: User = "",
    text: Text = "",
    since: Since = "",
    changes: Changes = False,
    limit: Limit = None,
    full: Full = False,
    pin: Pin = "",
    unpin: Unpin = False,
    dry_run: DryRun = False,
) -> None:
    """Show what happened with a record: what is planned, then the newest first.

    Example:
      crm timeline contact:1
      crm timeline deal:1 --type call,meeting --since -90d --changes
      crm timeline contact:1 --text "blue labels" --full
    """
    session = ctx.ensure_object(Session)
    workspace = session.workspace
    ref = resolve(session, reference)
    if pin or unpin:
        request = pin_activity if pin else unpin_activity
        written = request(workspace, ref, *([resolve(session, pin)] if pin else []), dry_run=dry_run)
        write_written(session.output, workspace, written)
        return
    wanted = service.TimelineRequest(
        ref, names(kinds), user, text, since, limit=screenful(limit, session.output), changes=changes
    )
    write_timeline(session.output, service.timeline(workspace, wanted), workspace.context.zone, full=full)
