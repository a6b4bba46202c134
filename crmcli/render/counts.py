"""Counts of records, with a bar on a terminal that shows their proportions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.render.cells import fill, width
from crmcli.render.safe import safe
from crmcli.render.sheets import Column, Sheet, write_sheet
from crmcli.services.reports import without_records

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.render.output import Output
    from crmcli.services.reports import CountRow, Counts

_WIDEST_BAR = 40
_WIDEST_TEXT = 34


def write_counts(output: Output, counts: Counts) -> None:
    """Write a table of counts; for people without the objects that have no records, but with how many those are."""
    text = output.format in ("table", "markdown")
    shown = _worth_showing(counts) if text else counts.rows
    if output.format == "table" and output.terminal:
        _draw(output, counts, shown)
    else:
        rows = [("", ((row.text or "–") if text else row.value, row.count)) for row in shown]
        columns = (Column("value", counts.heading), Column("count", "Count", right=True))
        write_sheet(output, Sheet(columns, rows))
    if empty := len(counts.rows) - len(shown):
        output.say((without_records(empty), "dim"))


def _worth_showing(counts: Counts) -> Sequence[CountRow]:
    if counts.object_name or len(counts.rows) == 1:
        return counts.rows
    return [row for row in counts.rows if row.count]


def _draw(output: Output, counts: Counts, rows: Sequence[CountRow]) -> None:
    from crmcli.render.cells import clip

    texts = [clip(safe(row.text or "–"), _WIDEST_TEXT) for row in rows]
    column = max(map(width, [counts.heading, *texts]))
    numbers = [f"{row.count:,}" for row in rows]
    digits = max((len(number) for number in numbers), default=0)
    most = max((row.count for row in rows), default=0)
    room = min(_WIDEST_BAR, output.width - column - digits - 4)
    output.line((counts.heading, "heading"))
    for text, number, row in zip(texts, numbers, rows, strict=True):
        bar = "█" * round(room * row.count / most) if most and room > 0 else ""
        output.line(fill(text, column), "  ", number.rjust(digits), "  ", (bar, "ref"))
    output.say((f"{counts.total:,} in all", "dim"))
