"""crm link."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from crmcli.cli.arguments import AssociationLabel, DryRun, Force, Move, Primary
from crmcli.cli.picking import resolve
from crmcli.cli.session import Session
from crmcli.errors import CrmError, ExitCode
from crmcli.render.writes import write_written
from crmcli.services import associations

First = Annotated[str, typer.Argument(metavar="A", help="A record; crm help references. - reads pairs from stdin.")]
Second = Annotated[str, typer.Argument(metavar="B", help="Another.")]
FromFile = Annotated[
    str, typer.Option("--from-file", metavar="FILE", help="Associate the pairs of a CSV file: from,to[,label].")
]


class NotTwo(CrmError):
    """`crm link` with one record and no list, or with records beside a list."""

    exit_code = ExitCode.USAGE

    def __init__(self) -> None:
        super().__init__(
            "Two records are needed, or a list of pairs",
            "crm link contact:1 company:2 · crm link --from-file pairs.csv · … | crm link -",
        )


def link(
    ctx: typer.Context,
    first: First = "",
    second: Second = "",
    label: AssociationLabel = None,
    primary: Primary = False,
    move: Move = False,
    from_file: FromFile = "",
    force: Force = False,
    dry_run: DryRun = False,
) -> None:
    r"""Associate two records, or many pairs at once. `crm link A B --label Manager` reads "A is Manager of B".

    A list of pairs goes in as one operation, or not at all. On standard input a pair is a line: two references and
    maybe a label.

    Example:
      crm link contact:1 company:2
      crm link contact:1 contact:2 --label Manager
      printf 'contact:1 deal:1\ncontact:2 deal:1 Decision maker\n' | crm link -
    """
    session = ctx.ensure_object(Session)
    listed = bool(from_file) or first == "-"
    if listed == bool(second) or (from_file and first) or (listed and (primary or move)):
        raise NotTwo
    if listed:
        from crmcli.services import bulk_links

        stream = sys.stdin.buffer if from_file == "-" else None
        pairs = bulk_links.pairs_of_file(from_file, stream) if from_file else bulk_links.pairs_of_lines(sys.stdin)
        request = bulk_links.BulkLinks(pairs, label or "", force, dry_run)
        written = bulk_links.link_pairs(session.workspace, request)
    else:
        ends = resolve(session, first), resolve(session, second)
        one = associations.LinkRequest(*ends, label, primary, dry_run, move, force)
        written = associations.link(session.workspace, one)
    write_written(session.output, session.workspace, written)
