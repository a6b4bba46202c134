"""crm show."""

from __future__ import annotations

from typing import Annotated

import typer

from crmcli.cli.arguments import References, with_input
from crmcli.cli.session import Session
from crmcli.cli.showing import show_records


def show(
    ctx: typer.Context,
    references: References,
    all_properties: Annotated[bool, typer.Option("--all", help="Properties that are not set, too.")] = False,
    history: Annotated[bool, typer.Option("--history", help="What happened to it, too.")] = False,
) -> None:
    """Show records: their properties in groups, and what they are associated with.

    A record is meant by its id, or by any unique e-mail, domain or phone number: who is calling?

    Example:
      crm show contact:1
      crm show contact:1 company:1 --json
    """
    show_records(ctx.ensure_object(Session), with_input(references), all_properties=all_properties, history=history)
