"""crm judgements."""

from __future__ import annotations

from typing import Annotated

import typer

from crmcli.cli.arguments import DryRun, First, References, Second, with_input
from crmcli.cli.picking import resolve, resolve_all
from crmcli.cli.session import Session
from crmcli.render.judgements import write_judgements
from crmcli.render.writes import write_written
from crmcli.services.duplicates import judgements as service

About = Annotated[str, typer.Argument(metavar="[OBJECT|REF]", help="Only of an object's records, or of one record.")]
Verdict = Annotated[str, typer.Argument(metavar="VERDICT", help="same, different or unsure.")]


def list_(ctx: typer.Context, about: About = "") -> None:
    """List what was said of pairs of records that may be one, by whom and when.

    A record that was merged into another stands for it here, until it is unmerged.

    Example:
      crm judgements list
      crm judgements list contacts
      crm judgements list contact:1
    """
    session = ctx.ensure_object(Session)
    found = service.judgements_about(session.workspace, about)
    write_judgements(session.output, found, session.workspace.context.zone)


def add(ctx: typer.Context, verdict: Verdict, references: References, dry_run: DryRun = False) -> None:
    """Say of records what each two of them are: the same, different, or that you are unsure.

    Records that are different are never proposed as duplicates of each other again.

    Example:
      crm judgements add different contact:1 contact:2
    """
    session = ctx.ensure_object(Session)
    refs = resolve_all(session, with_input(references))
    write_written(session.output, session.workspace, service.judge(session.workspace, refs, verdict, dry_run=dry_run))


def forget(ctx: typer.Context, a: First, b: Second, dry_run: DryRun = False) -> None:
    """Take back what was said of two records: the finder may propose them again.

    Example:
      crm judgements add different contact:1 contact:2
      crm judgements forget contact:1 contact:2
    """
    session = ctx.ensure_object(Session)
    written = service.forget(session.workspace, resolve(session, a), resolve(session, b), dry_run=dry_run)
    write_written(session.output, session.workspace, written)


VERBS = {"list": list_, "add": add, "forget": forget}
