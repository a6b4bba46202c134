"""crm graph."""

from __future__ import annotations

from typing import Annotated

import typer

from crmcli.cli.arguments import Reference
from crmcli.cli.picking import resolve
from crmcli.cli.session import Session
from crmcli.render.graphs import write_graph
from crmcli.services.graph import GraphRequest, association_graph

Depth = Annotated[int, typer.Option("--depth", metavar="N", help="So many steps away from the record.")]
Objects = Annotated[list[str], typer.Option("--object", metavar="OBJECT", help="Only these objects; may be repeated.")]
Label = Annotated[str, typer.Option("--label", metavar="LABEL", help="Only associations with this label.")]
Fan = Annotated[
    int, typer.Option("--fan", metavar="N", help="So many of each object around a record; 0 is all.", min=0)
]


def graph(
    ctx: typer.Context,
    reference: Reference,
    depth: Depth = 2,
    objects: Objects = [],  # noqa: B006 - Typer copies it
    label: Label = "",
    fan: Fan = 10,
) -> None:
    """Draw what is associated with a record, with that, and so on.

    -o dot, mermaid and svg make a picture, json and csv data.

    Example:
      crm graph company:1
      crm graph company:1 --depth 3 --object contact --object deal
      crm graph company:1 -o svg > company.svg
    """
    session = ctx.ensure_object(Session)
    request = GraphRequest(resolve(session, reference), depth, tuple(objects), label, fan)
    write_graph(session.output, association_graph(session.workspace, request))
