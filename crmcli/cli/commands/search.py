"""crm search."""

from __future__ import annotations

from typing import Annotated

import typer

from crmcli.cli.arguments import Limit, row_limit
from crmcli.cli.session import Session
from crmcli.render.found import write_found
from crmcli.services.search import SearchRequest
from crmcli.services.search import search as find

_ALL = 1_000_000  # found records, more than anyone reads

Words = Annotated[list[str], typer.Argument(metavar="WORD…", help="Words or parts of words; all must occur.")]
Objects = Annotated[
    list[str], typer.Option("--object", "--in", metavar="OBJECT", help="Only this object, as often as given.")
]
Since = Annotated[
    str, typer.Option("--since", metavar="DATE", help="Only activities since then, and records changed since then.")
]


def search(
    ctx: typer.Context,
    words: Words,
    objects: Objects = [],  # noqa: B006 - Typer copies it
    since: Since = "",
    limit: Limit = 20,
) -> None:
    """Find records by any part of their text: names, e-mails, phone numbers in any spelling, what activities say.

    Records of that name come first, then those whose name begins so, then others; the later one of two first. Accents,
    capitals and the order of words do not matter.

    Example:
      crm search ada
      crm search engine --object companies
      crm search offer --object calls --object notes --since "last month"
      crm search anna -o ids
    """
    session = ctx.ensure_object(Session)
    text = " ".join(words)
    asked = SearchRequest(text, tuple(objects), since, row_limit(limit) or _ALL)
    write_found(session.output, find(session.workspace, asked), text)
