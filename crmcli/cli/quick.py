"""`crm show REF…` without Typer, for scripts: the same service and renderer, a third of the start-up time."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crmcli.cli.session import Session


def run_quickly(session: Session) -> int | None:
    """Run the session's command if it is a plain `show` into a pipe or file; None leaves it to Typer.

    Plain: references, `-C DIR`, `-o json`, `--json`. Whatever else stands there is Typer's to understand or refuse.
    """
    if "show" not in session.arguments[:3] or sys.stdout.isatty():
        return None
    references = _references(session)
    if not references:
        return None
    from crmcli.cli.showing import show_records

    show_records(session, references)
    return 0


def _references(session: Session) -> list[str] | None:
    """Read the arguments into the session and give the references; None where one is not plain."""
    folder, form, words = "", "", []
    remaining = iter(session.arguments)
    for argument in remaining:
        if argument == "--json":
            form = "json"
        elif argument in ("-C", "-o"):
            value = next(remaining, "")
            if not value or (argument == "-o" and value != "json"):
                return None
            folder, form = (value, form) if argument == "-C" else (folder, "json")
        elif argument.startswith("-"):
            return None
        else:
            words.append(argument)
    if words[:1] != ["show"]:
        return None
    session.folder, session.format = folder, form
    return words[1:]
