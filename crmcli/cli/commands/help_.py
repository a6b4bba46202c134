"""crm help."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from crmcli.cli.session import Session
from crmcli.render.topics import write_topic

Topic = Annotated[
    str, typer.Argument(metavar="TOPIC", help="exit-codes, references, expressions, reports, …, or a command.")
]


def help_(ctx: typer.Context, topic: Topic = "") -> Any:  # noqa: ANN401 - what Typer's main gives
    """Explain a topic, or show a command's help.

    Topics: exit-codes, references, expressions, output, as-of, reports; service and hygiene are the rules that reports
    go by as they are shipped.

    Example:
      crm help references
      crm help expressions
    """
    session = ctx.ensure_object(Session)
    if write_topic(session.output, topic):
        return None
    root: Any = ctx.find_root().command
    return root.main([*filter(None, (topic,)), "--help"], prog_name="crm", standalone_mode=False, obj=session)
