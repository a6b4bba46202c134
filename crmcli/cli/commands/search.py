"""crm search."""

from __future__ import annotations

from typing import Annotated

import typer

from crmcli.cli.arguments import Limit, row_limit
from crmcli.cli.session import Session
from crmcli.render.listings import write_found
from crmcli.services import search as service

_ALL = 1_000_000  # found records, more than anyone reads

Words = Annotated[list[str], typer.Argument(metavar="WORD…", help="Words or parts of words; all must occur.")]
Objects = Annotated[list[str], typer.Option("--in", metavar="OBJECT", help="Only this object, as often as given.")]


def search(
    ctx: typer.Context,
    words: Words,
    objects: Objects = [],  # noqa: B006 - Typer copies it
    limit: Limit = 20,
) -> None:
    """Find records by any part of their text: names, e-mails, phone numbers in any spelling.

    Example:
      crm search ada
      crm search engine --in companies
    """
    session = ctx.ensure_object(Session)
    text = " ".join(words)
    found = service.search(session.workspace, text, objects=objects, limit=row_limit(limit) or _ALL)
    write_found(session.output, found, text)
