"""The flags of `crm import` that are about values, and the question about what the values leave open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmcli.cli.session import Session
    from crmcli.services.importing.formats import Question

Dates = Annotated[
    str,
    typer.Option("--dates", metavar="ORDER", help="The order of dates in figures: dmy, mdy or ymd."),
]
Numbers = Annotated[
    str,
    typer.Option("--numbers", metavar="LIKE", help="How numbers are written: 1.234,56 or 1,234.56."),
]
Zone = Annotated[str, typer.Option("--zone", metavar="ZONE", help="The time zone of the file's clock: Europe/Paris.")]
ClearToken = Annotated[
    str, typer.Option("--clear-token", metavar="TEXT", help="Cells with this text clear; blank ones never do.")
]
KeepExisting = Annotated[bool, typer.Option("--keep-existing", help="Set only properties that are not set yet.")]
Details = Annotated[bool, typer.Option("--details", help="Say what becomes of every row.")]
Save = Annotated[str, typer.Option("--save", metavar="PLAN", help="Only plan it, and keep the plan for crm apply.")]
Strict = Annotated[bool, typer.Option("--strict", help="Import nothing where any row is rejected.")]


def choose(session: Session) -> Callable[[Question], str] | None:
    """Give what asks about the values of a file, None where nobody is at a terminal."""
    if not session.interactive:
        return None

    def asked(question: Question) -> str:
        from crmcli.render.asking import pick
        from crmcli.services.importing.formats import UnclearFormat

        choices = list(question.choices.items())
        number = pick(session.output, UnclearFormat(question).message, choices)
        if number is None:
            raise UnclearFormat(question)
        return choices[number][0]

    return asked
