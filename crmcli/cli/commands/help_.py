"""crm help."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from crmcli.cli.session import Session
from crmcli.render.topics import write_topic

Topic = Annotated[
    str, typer.Argument(metavar="TOPIC", help="exit-codes, references, expressions, reports, output, as-of, a command.")
]


def help_(ctx: typer.Context, topic: Topic = "") -> Any:  # noqa: ANN401 - what Typer's main gives
    """Explain a topic: exit-codes, references, expressions, reports, output or as-of; or show a command's help.

    Example:
      crm help references
      crm help expressions
    """
    session = ctx.ensure_object(Session)
    if write_topic(session.output, topic):
        return None
    root: Any = ctx.find_root().command
    return root.main([*filter(None, (topic,)), "--help"], prog_name="crm", standalone_mode=False, obj=session)
