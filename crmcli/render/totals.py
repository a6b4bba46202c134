"""What records come to: how many they are, and what their values add up to, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.render.cells import clip, width, wrap
from crmcli.render.safe import safe

if TYPE_CHECKING:
    from crmcli.render.output import Output, Span
    from crmcli.render.sheets import Lines
    from crmcli.services.list_totals import Total

_GAP = "  "


def facts(total: Total, *, named: bool = True) -> str:
    """Say how many records and what they add up to: `4 · Amount 52,400.00 EUR + 19,500.00 GBP`.

    Without `named` a sum that stands alone goes without what it is of.
    """
    sums = [(each.heading, " + ".join(each.shown)) for each in total.sums if each.shown]
    bare = len(total.sums) == 1 and not named
    return " · ".join([f"{total.count:,}", *(shown if bare else f"{heading} {shown}" for heading, shown in sums)])


def headed(output: Output, head: Span, words: str) -> Lines:
    """Give a head and what is said behind it; on a terminal below it, in lines, where both do not fit beside."""
    text = safe(head if isinstance(head, str) else head[0])
    style = "" if isinstance(head, str) else head[1]
    if not output.terminal or width(text) + len(_GAP) + width(words) <= output.width:
        return [((text, style), _GAP, words)]
    lines = wrap(words, max(output.width - len(_GAP), 1))
    return [((clip(text, output.width), style),), *((_GAP, line) for line in lines)]
