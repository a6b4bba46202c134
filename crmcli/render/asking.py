"""Questions to the person at the terminal: asked on standard error, answered on standard input."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.render.output import Output, Span


def ask(output: Output, question: str, default: str = "") -> str:
    """Ask for a line of text; `default` is what an empty answer, or the end of input, means."""
    shown = f" [{default}]" if default else ""
    return _answer(output, (question, "title"), (f"{shown}:", "dim")).strip() or default


def confirm(output: Output, question: str) -> bool:
    """Ask for yes or no; anything but yes is no."""
    return _answer(output, (question, "title"), (" [y/N]", "dim")).strip().lower() in {"y", "yes"}


def pick(output: Output, question: str, choices: Sequence[tuple[str, str]]) -> int | None:
    """Ask for one of several (name, what it is); None where the answer is none of their numbers."""
    output.warn((question, "title"))
    digits = len(str(len(choices)))
    for number, (name, about) in enumerate(choices, start=1):
        output.warn(f"  {number:>{digits}}  ", (name, "ref"), "  ", about)
    answer = _answer(output, ("Which one", "title"), (f" [1-{len(choices)}]:", "dim")).strip()
    number = int(answer) if answer.isascii() and answer.isdecimal() else 0
    return number - 1 if 1 <= number <= len(choices) else None


def _answer(output: Output, *question: Span) -> str:
    from crmcli.render.output import styled

    output.out.flush()
    output.err.write(styled(question, colour=output.talk_colour).rstrip("\n") + " ")
    output.err.flush()
    return sys.stdin.readline()
