"""Columns of lines side by side on a terminal, as many as fit."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from crmcli.render.cells import clip, width
from crmcli.render.safe import safe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.render.output import Output, Span
    from crmcli.render.sheets import Line, Lines

GAP = 2


def room(screen: int, at_once: int) -> int:
    """Give the width of each of so many columns on a screen."""
    return (screen + GAP) // at_once - GAP


def fitting(screen: int, least: int, most: int) -> int:
    """Give how many columns fit that are at least so wide: one at least, and at most as many as there are."""
    return max(1, min(most, (screen + GAP) // (least + GAP)))


def evenly(count: int, at_once: int) -> int:
    """Give how many of so many columns to draw at once: seven are four and three, not six and one."""
    return -(-count // -(-count // at_once))


def write_beside(output: Output, columns: Sequence[Lines], columns_room: int) -> None:
    """Write columns, each a list of lines no wider than the room."""
    for lines in zip_longest(*columns, fillvalue=()):
        spans: list[Span] = []
        for line in lines:
            taken = sum(width(safe(_words(span))) for span in line)
            spans += [*line, " " * (columns_room - taken + GAP)]
        output.line(*spans)


def _words(span: Span) -> str:
    return span if isinstance(span, str) else span[0]


def cut(text: str, columns: int, style: str = "") -> Line:
    """Give a line of one text, cut to so many columns."""
    return ((clip(safe(text), columns), style),)
