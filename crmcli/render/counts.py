"""Counts of records, with a bar on a terminal that shows their proportions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.render.cells import fill, width
from crmcli.render.safe import safe
from crmcli.render.sheets import Column, Sheet, write_sheet

if TYPE_CHECKING:
    from crmcli.render.output import Output
    from crmcli.services.reports import Counts

_WIDEST_BAR = 40
_WIDEST_TEXT = 34


def write_counts(output: Output, counts: Counts) -> None:
    """Write a table of counts."""
    if output.format == "table" and output.terminal:
        _draw(output, counts)
        return
    text = output.format in ("table", "markdown")
    rows = [("", ((row.text or "–") if text else row.value, row.count)) for row in counts.rows]
    columns = (Column("value", counts.heading), Column("count", "Count", right=True))
    write_sheet(output, Sheet(columns, rows))


def _draw(output: Output, counts: Counts) -> None:
    from crmcli.render.cells import clip

    texts = [clip(safe(row.text or "–"), _WIDEST_TEXT) for row in counts.rows]
    column = max(map(width, [counts.heading, *texts]))
    numbers = [f"{row.count:,}" for row in counts.rows]
    digits = max((len(number) for number in numbers), default=0)
    most = max((row.count for row in counts.rows), default=0)
    room = min(_WIDEST_BAR, output.width - column - digits - 4)
    output.line((counts.heading, "heading"))
    for text, number, row in zip(texts, numbers, counts.rows, strict=True):
        bar = "█" * round(room * row.count / most) if most and room > 0 else ""
        output.line(fill(text, column), "  ", number.rjust(digits), "  ", (bar, "ref"))
    output.say((f"{counts.total:,} in all", "dim"))
