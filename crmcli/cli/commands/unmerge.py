"""crm unmerge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.cli.arguments import DryRun
from crmcli.cli.picking import resolve, resolve_all
from crmcli.cli.session import Session
from crmcli.frozen import replace
from crmcli.render.writes import write_written
from crmcli.services.merging.merged import SeveralMerged, merged_record
from crmcli.services.merging.unmerging import ABSORBED, SURVIVOR, ChangedSinceMerge, Unmerge
from crmcli.services.merging.unmerging import unmerge as unmerge_record

if TYPE_CHECKING:
    from crmcli.services.references import Ref
    from crmcli.services.written import Written

Merged = Annotated[
    str, typer.Argument(metavar="REF", help="The merged record, as contact:7; or the one that it was merged into.")
]
Prefer = Annotated[
    str, typer.Option("--prefer", metavar="WHOSE", help="Whose is what was changed since: survivor or absorbed.")
]
GiveBack = Annotated[
    list[str],
    typer.Option("--give-back", metavar="REF", help="Associate this with the returning record, not the survivor."),
]


def unmerge(
    ctx: typer.Context,
    reference: Merged,
    prefer: Prefer = "",
    give_back: GiveBack = [],  # noqa: B006 - what Typer takes for an option that may be repeated
    dry_run: DryRun = False,
) -> None:
    """Give a merged record back, with its own values, addresses and associations, at any time.

    What was done with the survivor since stays with it, but for activities that have the merged record's e-mail. Where
    that changed what had come from the merged record, say whose it is with --prefer. The two are proposed no more.

    Example:
      crm merge contact:1 contact:2 --yes
      crm unmerge contact:2
    """
    session = ctx.ensure_object(Session)
    try:
        ref = merged_record(session.workspace, reference, lambda text: resolve(session, text))
    except SeveralMerged as several:
        if not session.interactive:
            raise
        ref = _picked(session, several)
    request = Unmerge(ref, prefer, resolve_all(session, give_back))
    write_written(session.output, session.workspace, _unmerged(session, request, dry_run=dry_run))


def _picked(session: Session, several: SeveralMerged) -> Ref:
    from crmcli.render.asking import pick

    choices = [(str(each.ref), each.title) for each in several.records]
    number = pick(session.output, several.message, choices)
    if number is None:
        raise several
    return several.records[number].ref


def _unmerged(session: Session, request: Unmerge, *, dry_run: bool) -> Written:
    """Unmerge, asking whose a changed value is where a person can be asked."""
    try:
        return unmerge_record(session.workspace, request, dry_run=dry_run)
    except ChangedSinceMerge as changed:
        if not session.interactive:
            raise
        from crmcli.render.asking import pick

        choices = [(SURVIVOR, "it stays as it is"), (ABSORBED, "it goes with the record that comes back")]
        number = pick(session.output, f"{changed.message}\nWhose is it?", choices)
        if number is None:
            raise
        return unmerge_record(session.workspace, replace(request, prefer=choices[number][0]), dry_run=dry_run)
