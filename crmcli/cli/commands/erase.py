"""crm erase."""

from __future__ import annotations

from typing import Annotated

import typer

from crmcli.cli.arguments import DryRun, Reference, Yes
from crmcli.cli.consent import agree_by_typing
from crmcli.cli.picking import resolve
from crmcli.cli.session import Session
from crmcli.render.erasures import write_erasure
from crmcli.services.erasing import erase as service
from crmcli.services.erasing.persons import find

Redact = Annotated[
    bool, typer.Option("--redact", help="Put [erased] where texts of other records, or files here, name the person.")
]


def erase(
    ctx: typer.Context, reference: Reference, redact: Redact = False, dry_run: DryRun = False, yes: Yes = False
) -> None:
    """Erase a person for ever, as privacy law asks: no undo, no restore brings anything back.

    It takes the record (of any object, a deleted one too), all that was merged into it, its parts, and activities that
    are on nothing else, out of data, history, what operations put aside, search, plans and repair files. The journal
    keeps who did something when, and says that it is erased. Other records stay as they are, with their own amounts and
    sums; what is counted or summed over the person's records is computed anew without them.

    Texts of others that name the person, by e-mail, phone or full name, are listed, and redacted with --redact. Salted
    hashes of the e-mails and other unique keys stay, so that create and import refuse them unless --allow-erased. What
    crm cannot reach is listed with what to do: git's history, other clones, backups, files elsewhere.

    Example:
      crm erase contact:1 --dry-run
      crm erase contact:1 --redact --yes
    """
    session = ctx.ensure_object(Session)
    ref = resolve(session, reference, find)
    if not (yes or dry_run) and session.interactive and session.output.format == "table":
        write_erasure(
            session.output, session.workspace, service.erase(session.workspace, ref, redact=redact, dry_run=True)
        )
    agree_by_typing(session, f"Erase {ref} for ever?", str(ref), given=yes or dry_run)
    done = service.erase(session.workspace, ref, redact=redact, dry_run=dry_run)
    write_erasure(session.output, session.workspace, done)
