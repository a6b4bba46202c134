"""Errors and findings, as they are said on standard error."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.errors import CrmError, Problem
    from crmcli.render.output import Output


def write_error(output: Output, error: CrmError) -> None:
    """Say what is wrong, then what to do about it; each problem of an error that carries several."""
    first, *rest = sentence(error.message).split("\n")
    output.warn(("Error: ", "bad"), first)
    for line in rest:
        output.warn("  ", line)
    problems: Sequence[Problem] = getattr(error, "problems", ())
    write_problems(output, problems if len(problems) > 1 else ())
    for line in sentence(error.hint).split("\n") if error.hint else ():
        output.warn((line, "dim"))


def write_problems(output: Output, problems: Sequence[Problem]) -> None:
    """Say each finding as `where: message`, its hint indented below."""
    for problem in problems:
        output.warn((problem.where, "ref"), ": " if problem.where else "", problem.message)
        if problem.hint:
            output.warn("  ", (problem.hint, "dim"))


def sentence(text: str) -> str:
    """Begin with a capital letter, unless the first word is a name to be typed, such as `crm` or a path."""
    word = text.split(" ", 1)[0]
    return text[:1].upper() + text[1:] if word.isalpha() and word != "crm" else text
