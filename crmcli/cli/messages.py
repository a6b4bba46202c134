"""The text of an activity or a move: `-m "text"`, `-m -` from standard input, none opens the editor on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmcli.cli.session import Session
    from crmcli.services.written import Written

Message: TypeAlias = Annotated[
    str | None,
    typer.Option("-m", "--message", metavar="TEXT", help="The text; - reads stdin. None opens your editor."),
]
OptionalMessage: TypeAlias = Annotated[
    str | None, typer.Option("-m", "--message", metavar="TEXT", help="What is to be said of it; - reads stdin.")
]

_MARK = "# Lines that begin with # are left out."


def with_message(session: Session, given: str | None, about: str, apply: Callable[[str], Written]) -> Written | None:
    """Apply the text that is meant: as given, from standard input, or written in the editor on a terminal.

    "" where nobody can be asked; None where the editor was left without a word. `about` is said in the editor. A text
    that is refused can be mended there, and is kept.
    """
    if given == "-":
        from crmcli.cli.assigning import read_text

        return apply(_said(read_text("-")))
    if given is not None or not session.interactive:
        return apply(given or "")
    from crmcli.cli.editing import edited

    template = f"\n# {about}\n{_MARK}\n"
    return edited(session, template, lambda text: apply(_said(text)), suffix=".md", again="-m - <")


def _said(text: str) -> str:
    """Take our own lines out of a text that was written in the editor, now or when it was kept."""
    if _MARK not in text.splitlines():
        return text
    return "\n".join(line for line in text.splitlines() if not line.startswith("#")).strip()
