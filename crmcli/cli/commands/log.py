"""crm log."""

from __future__ import annotations

from typing import Annotated

import typer

from crmcli.cli.arguments import DryRun, Force, with_input
from crmcli.cli.assigning import assignments, divided
from crmcli.cli.messages import Message, with_message
from crmcli.cli.picking import resolve_all
from crmcli.cli.session import Session
from crmcli.frozen import replace
from crmcli.render.timelines import write_words
from crmcli.render.writes import write_unchanged, write_written
from crmcli.services.activities import LogActivity, log_activity
from crmcli.services.activity_words import activity_words, find_word
from crmcli.services.written import Written

Words = Annotated[
    list[str],
    typer.Argument(
        metavar="KIND REF… NAME=VALUE…",
        help="What it was: call, note, task, …; crm log alone lists the kinds. On which records; then values.",
    ),
]
At = Annotated[str, typer.Option("--at", metavar="WHEN", help='When it was or is to be: "yesterday 15:00"; now.')]
FollowUp = Annotated[
    str, typer.Option("--follow-up", metavar="WHEN: WHAT", help='Make a task of it: "fri: send offer".')
]
Only = Annotated[bool, typer.Option("--only", help="On the named records only, not on those that go with them.")]


def log(
    ctx: typer.Context,
    words: Words = [],  # noqa: B006 - Typer copies it
    text: Message = None,
    at: At = "",
    follow_up: FollowUp = "",
    only: Only = False,
    force: Force = False,
    dry_run: DryRun = False,
) -> None:
    """Log a call, meeting, email, note, message or task on records.

    Values: direction outcome duration priority due queue repeat …, and all of the kind's own properties. What is
    logged on a contact is on its primary company and open deals too (associate_also in the schema).

    Example:
      crm log call contact:1 -m "Wants blue labels" outcome=connected duration=15m
      crm log note contact:2 company:1 -m "Both at the fair" --at "yesterday 15:00"
      crm log meeting contact:1 name="Kick-off" --at "mon 10:00" duration=45m -m "Bring the samples"
      crm log email contact:1 -m "Asked for prices" --follow-up "fri: send the offer"
      crm log task contact:1 -m "Call back" due=fri priority=high queue=Calls repeat=weekly
    """
    session = ctx.ensure_object(Session)
    workspace = session.workspace
    if not words:
        write_words(session.output, workspace.model, activity_words(workspace.model))
        return
    word = find_word(workspace, words[0]).word
    references, given = divided(words[1:])
    refs = resolve_all(session, with_input(references))
    request = LogActivity(word, refs, "", assignments(given), at, follow_up, only, force, dry_run)

    def apply(said: str) -> Written:
        return log_activity(workspace, replace(request, text=said))

    written = with_message(session, text, f"{word} on {', '.join(map(str, refs))}", apply)
    if written is None:
        write_unchanged(session.output)
    else:
        write_written(session.output, workspace, written)
