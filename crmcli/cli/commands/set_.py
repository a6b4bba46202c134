"""crm set."""

from __future__ import annotations

from typing import Annotated

import typer

from crmcli.cli.arguments import AllowErased, At, DryRun, Force, Where, Yes
from crmcli.cli.assigning import assignments, divided
from crmcli.cli.session import Session
from crmcli.cli.targeting import agree_to, targets
from crmcli.render.writes import write_written
from crmcli.services import records

Words = Annotated[
    list[str],
    typer.Argument(
        metavar="REF…|OBJECT NAME=VALUE…",
        help="Records (- reads them from stdin) or, with --where, an object; then values: name=text.",
    ),
]
Clear = Annotated[
    list[str], typer.Option("--clear", metavar="NAME", help="Take a property's value away, as often as given.")
]


def set_(
    ctx: typer.Context,
    words: Words,
    where: Where = "",
    clear: Clear = [],  # noqa: B006 - Typer copies it
    at: At = "",
    force: Force = False,
    allow_erased: AllowErased = False,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> None:
    """Set properties of one record or of many, as one operation.

    name=text replaces, name+=x and name-=x add to and take from several values, name:=JSON, name@=FILE.

    Example:
      crm set contact:1 jobtitle=Engineer city=London
      crm set contact:1 --clear jobtitle
      crm set contacts --where "city = 'London'" lifecyclestage=customer --dry-run
      crm list contacts -o ids | crm set - country=NL --dry-run
    """
    session = ctx.ensure_object(Session)
    references, given = divided(words)
    chosen = targets(session, references, where)
    if where:
        agree_to(session, "Change", chosen, given=yes or dry_run)
    request = records.SetValues(chosen, assignments(given), tuple(clear), force, dry_run, at, allow_erased)
    write_written(session.output, session.workspace, records.set_values(session.workspace, request))
