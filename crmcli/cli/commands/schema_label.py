"""crm schema label."""

from __future__ import annotations

from typing import Annotated

import typer

from crmcli.cli.arguments import DryRun
from crmcli.cli.session import Session
from crmcli.render.schema_associations import write_labels
from crmcli.render.schema_text import with_entry, without_entry
from crmcli.render.writes import write_written
from crmcli.services import association_schema

Object = Annotated[str, typer.Argument(metavar="[OBJECT]", help="Only those of this object.")]
A = Annotated[str, typer.Argument(metavar="A", help="An object.")]
B = Annotated[str, typer.Argument(metavar="B", help="Another, or the same.")]
Name = Annotated[str, typer.Argument(metavar="LABEL", help="What a record of A is of one of B.")]
Inverse = Annotated[str, typer.Option("--inverse", metavar="LABEL", help="What B is of A, if that is another word.")]
Limit = Annotated[int | None, typer.Option("--limit", min=1, max=10_000, help="A may be it of so many B at most.")]
InverseLimit = Annotated[
    int | None, typer.Option("--inverse-limit", min=1, max=10_000, help="So many A may be it of one B at most.")
]
Acyclic = Annotated[bool, typer.Option("--acyclic", help="No record may become it of itself through others.")]


def list_(ctx: typer.Context, object_name: Object = "") -> None:
    """List the labels, what they keep to, and how many associations have them.

    Example:
      crm schema label list contact
    """
    session = ctx.ensure_object(Session)
    write_labels(session.output, association_schema.association_lines(session.workspace, object_name))


def add(
    ctx: typer.Context,
    a: A,
    b: B,
    name: Name,
    inverse: Inverse = "",
    limit: Limit = None,
    inverse_limit: InverseLimit = None,
    acyclic: Acyclic = False,
    dry_run: DryRun = False,
) -> None:
    """Make a label: "A is LABEL of B" and, from the other end, "B is INVERSE of A".

    Example:
      crm schema label add contact contact Mentor --inverse Protege
      crm schema label add contact deal "Budget holder" --inverse-limit 1
    """
    session = ctx.ensure_object(Session)
    request = association_schema.NewLabel(a, b, name, inverse, limit, inverse_limit, acyclic, dry_run)
    write_written(
        session.output, session.workspace, association_schema.add_label(session.workspace, request, with_entry)
    )


def remove(ctx: typer.Context, a: A, b: B, name: Name, dry_run: DryRun = False) -> None:
    """Remove a label that no association has.

    Example:
      crm schema label add contact contact Mentor
      crm schema label remove contact contact Mentor
    """
    session = ctx.ensure_object(Session)
    written = association_schema.remove_label(session.workspace, (a, b), name, without_entry, dry_run=dry_run)
    write_written(session.output, session.workspace, written)


VERBS = {"list": list_, "add": add, "remove": remove}
