"""crm schema association."""

from __future__ import annotations

from typing import Annotated

import typer

from crmcli.cli.arguments import DryRun
from crmcli.cli.session import Session
from crmcli.render.schema_associations import write_associations
from crmcli.render.schema_text import with_entry
from crmcli.render.writes import write_written
from crmcli.services import association_schema

Object = Annotated[str, typer.Argument(metavar="[OBJECT]", help="Only those of this object.")]
A = Annotated[str, typer.Argument(metavar="A", help="An object.")]
B = Annotated[str, typer.Argument(metavar="B", help="Another, or the same.")]
Limit = Annotated[int | None, typer.Option("--limit", min=1, max=10_000, help="At most so many B for one A.")]
OtherLimit = Annotated[
    int | None, typer.Option("--other-limit", min=1, max=10_000, help="At most so many A for one B.")
]
Primary = Annotated[bool, typer.Option("--primary", help="One of them is the primary one.")]


def list_(ctx: typer.Context, object_name: Object = "") -> None:
    """List which objects associate, what their associations keep to, and how many there are.

    Example:
      crm schema association list contact
    """
    session = ctx.ensure_object(Session)
    workspace = session.workspace
    lines = association_schema.association_lines(workspace, object_name)
    seen_from = workspace.any_object(object_name).name if object_name else ""
    write_associations(session.output, lines, workspace.model, seen_from)


def allow(
    ctx: typer.Context,
    a: A,
    b: B,
    limit: Limit = None,
    other_limit: OtherLimit = None,
    primary: Primary = False,
    dry_run: DryRun = False,
) -> None:
    """Let records of two objects be associated, or say how many may be.

    A limit holds from now on: what goes beyond it already stays.

    Example:
      crm schema association allow company marketing_event
      crm schema association allow deal contact --limit 10
    """
    session = ctx.ensure_object(Session)
    request = association_schema.NewAssociation(a, b, limit, other_limit, primary, dry_run)
    written = association_schema.allow(session.workspace, request, with_entry)
    write_written(session.output, session.workspace, written)


VERBS = {"list": list_, "allow": allow}
