"""crm export."""

from __future__ import annotations

from typing import Annotated

import typer

from crmcli.cli.arguments import Columns, Limit, Sort, Where, names, row_limit
from crmcli.cli.exporting import export_everything, export_to
from crmcli.cli.session import Session
from crmcli.render.imports import write_exported
from crmcli.services.exports import ExportRequest

What = Annotated[str, typer.Argument(metavar="OBJECT|all", help="The object, or all: a file each in a folder.")]
File = Annotated[str, typer.Argument(metavar="FILE", help="A new file, or the folder for all; else standard output.")]
Labels = Annotated[bool, typer.Option("--labels", help="Labels as headings, instead of internal names.")]
Raw = Annotated[bool, typer.Option("--raw", help="Leave cells as they are that a spreadsheet would run.")]


def export(
    ctx: typer.Context,
    what: What,
    file: File = "-",
    where: Where = "",
    columns: Columns = [],  # noqa: B006 - Typer copies it
    sort: Sort = [],  # noqa: B006 - likewise
    limit: Limit = None,
    labels: Labels = False,
    raw: Raw = False,
) -> None:
    """Export records as CSV, TSV, JSON or JSON lines (-o, or the file's ending); `crm import` takes it back.

    Example:
      crm export contacts > contacts.csv
      crm export deals --where "stage = closedwon" --columns name,amount -o tsv
      crm export all backup
    """
    session = ctx.ensure_object(Session)
    request = ExportRequest(
        object_name=what,
        where=where,
        columns=names(columns),
        sort=names(sort),
        limit=row_limit(limit),
        labels=labels,
        raw=raw,
    )
    exported = export_everything(session, request, file) if what == "all" else export_to(session, request, file)
    write_exported(session.output, exported)
