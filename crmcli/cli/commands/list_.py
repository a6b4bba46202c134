"""crm list."""

from __future__ import annotations

from typing import Annotated

import typer

from crmcli.cli.arguments import Columns, Limit, ObjectName, Sort, View, Where, chosen_columns, names, screenful
from crmcli.cli.listing import cards, is_board
from crmcli.cli.session import Session
from crmcli.frozen import replace
from crmcli.render.listings import write_listing
from crmcli.services import lists, views

Layout = Annotated[
    str, typer.Option("--layout", metavar="LAYOUT", help="table, or board: a pipeline's stages as columns.")
]
Pipeline = Annotated[str, typer.Option("--pipeline", metavar="NAME", help="The pipeline of a board; else the first.")]


def list_(
    ctx: typer.Context,
    object_name: ObjectName,
    where: Where = "",
    columns: Columns = [],  # noqa: B006 - Typer copies it
    sort: Sort = [],  # noqa: B006 - likewise
    limit: Limit = None,
    view: View = "",
    layout: Layout = "",
    pipeline: Pipeline = "",
) -> None:
    """List an object's records, all or those that meet a condition.

    On a terminal the first 50 come, and the columns that fit; in a pipe or file every record, nothing cut.

    Example:
      crm list contacts
      crm list deals --where "amount > 10000 and company.name is known" --sort -amount
      crm list contacts --columns +company.name,+phone --limit 10
      crm list contacts --where "phone is known" --columns email,phone -o csv
      crm list deals --layout board
      crm list companies --view target_accounts
    """
    session = ctx.ensure_object(Session)
    workspace = session.workspace
    found = workspace.object(object_name)
    saved = views.view_of(workspace, found, view) if view else views.View("")
    limit = saved.limit if limit is None else limit
    request = lists.ListRequest(
        object_name,
        saved.narrowed(where),
        chosen_columns(columns, saved.columns or found.columns) or saved.columns,
        names(sort) or saved.sort,
        screenful(limit, session.output),
    )
    if is_board(layout or saved.layout or "table", pipeline):
        from crmcli.render.pipelines import write_board
        from crmcli.services.board import board

        shown = replace(request, limit=cards(limit, session.output))
        write_board(session.output, board(workspace, shown, pipeline))
        return
    listing = lists.list_records(workspace, request)
    write_listing(
        session.output,
        listing,
        workspace.context,
        total=lambda: lists.count_records(workspace, object_name, request.where),
    )
