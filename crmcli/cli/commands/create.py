"""crm create."""

from __future__ import annotations

from typing import Annotated

import typer

from crmcli.cli.arguments import AllowErased, Assignments, DryRun, Force, ObjectName, OnDuplicate
from crmcli.cli.assigning import assignments
from crmcli.cli.picking import resolve_link
from crmcli.cli.session import Session
from crmcli.render.writes import write_written
from crmcli.services import records
from crmcli.services.duplicates.likely import check_deed

Links = Annotated[
    list[str],
    typer.Option("--link", metavar="REF[:Label]", help="Associate it at once, as often as given."),
]


def create(
    ctx: typer.Context,
    object_name: ObjectName,
    given: Assignments,
    link: Links = [],  # noqa: B006 - Typer copies it
    force: Force = False,
    allow_erased: AllowErased = False,
    on_duplicate: OnDuplicate = "warn",
    dry_run: DryRun = False,
) -> None:
    """Create a record.

    Values are name=text, the text taken as it stands; name+=text adds to several values, name:=JSON gives JSON,
    name@=FILE a file's text. Names may be labels, and the words name owner stage pipeline amount status due closed.

    Where a record likely is there already (the same phone number, the same name and city …), a warning says how to
    compare them; --on-duplicate skip creates nothing then, update sets the values on that record, fail refuses.

    Example:
      crm create contact firstname=Ada lastname=Lovelace email=ada@lovelace.example
      crm create deal name="Ten engines" amount=12500 closed=+30d --link contact:1
    """
    session = ctx.ensure_object(Session)
    links = tuple(resolve_link(session, text) for text in link)
    values, deed = assignments(given), check_deed(on_duplicate)
    request = records.CreateRecord(object_name, values, links, force, dry_run, allow_erased, deed)
    write_written(session.output, session.workspace, records.create(session.workspace, request))
