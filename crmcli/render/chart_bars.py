"""Bars and funnels of block characters: label, value, and a bar to an eighth of a column."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.render.cells import clip, fill, width
from crmcli.render.chart_panels import LETTERS
from crmcli.render.report_cells import NOTHING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from decimal import Decimal

    from crmcli.render.chart_panels import Panel
    from crmcli.render.output import Span

# The styles of series, one after another; letters tell them apart where colours do not, or have been used up.
COLOURS = ("blue", "yellow", "purple", "cyan")
_EIGHTHS = "▏▎▍▌▋▊▉"
_FULL, _RIGHT_HALF, _AXIS = "█", "▐", "│"
_FILLS = "█▓▒░"  # of the parts of a stacked bar, one after another
_GAP = "  "
_LEAST_LABEL = 12
_MOST_SHARE = 9999  # hundredths; more says nothing
_OF_FIRST, _OF_BEFORE = "of first", "of before"


def bars(panel: Panel, columns: int) -> Iterator[list[Span]]:
    """Draw a bar for each label and series, in lines of at most so many columns."""
    several = len(panel.series) > 1
    texts = [[_text(panel, value) for value in series.values] for series in panel.series]
    head = _Head(panel.labels, [text for row in texts for text in row], columns)
    room = columns - head.width - 2 * several
    ruler = _Ruler(*panel.bounds, room)
    for at, label in enumerate(panel.labels):
        for place, series in enumerate(panel.series):
            value = series.values[at]
            bar = ruler.bar(float(value)) if value is not None else ""
            letter = f"{LETTERS[place]} " if several else ""
            before = head.line("" if place else label, texts[place][at])
            yield [before, (letter + bar, COLOURS[place % len(COLOURS)])]


def stacked(panel: Panel, columns: int) -> Iterator[list[Span]]:
    """Draw one bar for each label, its parts the series, each begun by its letter."""
    totals = panel.totals
    head = _Head(panel.labels, [panel.show(total) for total in totals], columns)
    room = columns - head.width
    most = max([0.0, *map(float, totals)])
    for at, label in enumerate(panel.labels):
        line: list[Span] = [head.line(label, panel.show(totals[at]))]
        so_far, drawn = 0.0, 0
        for place, series in enumerate(panel.series):
            so_far += float(series.values[at] or 0)
            end = max(1, round(room * so_far / most)) if so_far and room > 0 else 0
            if end > drawn:
                part = LETTERS[place] + _FILLS[place % len(_FILLS)] * (end - drawn - 1)
                line.append((part, COLOURS[place % len(COLOURS)]))
                drawn = end
        yield line


def funnel(panel: Panel, columns: int) -> Iterator[list[Span]]:
    """Draw the first series as a funnel: each value with its part of the first one and of the one before it."""
    values = panel.series[0].values
    texts = [_text(panel, value) for value in values]
    shares = _shares(values)
    head = _Head(panel.labels, texts, columns - len(shares[0]))
    if head.width + len(shares[0]) >= columns:  # too narrow for both
        shares, head = [""] * len(shares), _Head(panel.labels, texts, columns)
    room = columns - head.width - len(shares[0])
    most = max(float(value or 0) for value in values)
    if shares[0]:
        yield [head.line("", ""), (shares[0], "dim")]
    for label, value, text, said in zip(panel.labels, values, texts, shares[1:], strict=True):
        length = max(0.0, float(value or 0)) * room / most if most > 0 and room > 0 else 0.0
        yield [head.line(label, text), said, (_centred(length, room), COLOURS[0])]


def _shares(values: Sequence[Decimal | None]) -> list[str]:
    """Give two columns of shares: their headings, and a line for each value."""
    befores = [_OF_BEFORE, "", *(share(value, before) for before, value in pairwise(values))]
    firsts = [_OF_FIRST, *(share(value, values[0]) for value in values)]
    return [
        before.rjust(len(_OF_BEFORE)) + _GAP + first.rjust(len(_OF_FIRST)) + _GAP
        for before, first in zip(befores, firsts, strict=True)
    ]


def share(value: Decimal | None, whole: Decimal | None) -> str:
    """Say a number as whole hundredths of another; nothing where there is none, or the other is 0."""
    if value is None or not whole:
        return ""
    hundredths = round(100 * value / whole)
    if abs(hundredths) > _MOST_SHARE:
        return f">{_MOST_SHARE:,}%"
    return "<1%" if value > 0 and hundredths == 0 and whole > 0 else f"{hundredths:,}%"


def _text(panel: Panel, value: Decimal | None) -> str:
    return NOTHING if value is None else panel.show(value)


def _centred(length: float, room: int) -> str:
    """Draw a bar in the middle of its room, to half a column at either end."""
    halves = max(1, round(length)) if length > 0 else 0
    whole, odd = divmod(halves + room % 2, 2)
    half = (room + 1) // 2
    left = " " * (half - whole - odd) + _RIGHT_HALF * odd + _FULL * whole
    return left + _FULL * (whole - room % 2) + "▌" * odd if halves else ""


@frozen
class _Ruler:
    """Where bars begin and end in `room` columns: at 0, towards either side."""

    low: float
    high: float
    room: int

    def bar(self, value: float) -> str:
        """Draw a bar; a number that is not 0 is never nothing."""
        if not self.low:
            return self._right(value, self.room)
        side = round((self.room - 1) * -self.low / (self.high - self.low))
        left = self._left(-value, side) if value < 0 else ""
        return left.rjust(side) + _AXIS + self._right(value, self.room - 1 - side)

    def _right(self, value: float, room: int) -> str:
        if value <= 0 or room <= 0:
            return ""
        whole, eighths = divmod(max(1, round(8 * room * value / self.high)), 8)
        return _FULL * whole + (_EIGHTHS[eighths - 1] if eighths else "")

    def _left(self, value: float, room: int) -> str:
        if room <= 0:
            return ""
        whole, half = divmod(max(1, round(2 * room * value / -self.low)), 2)
        return _RIGHT_HALF * half + _FULL * whole


class _Head:
    """What stands before the bars: labels, cut where they would take too much, and values."""

    def __init__(self, labels: Sequence[str], values: Sequence[str], columns: int) -> None:
        self._values = max(map(width, values), default=0)
        most = max(_LEAST_LABEL, (columns - self._values) // 2)
        self._labels = min(most, max(map(width, labels), default=0))

    @property
    def width(self) -> int:
        """The columns of it."""
        return self._labels + self._values + 2 * len(_GAP)

    def line(self, label: str, value: str) -> str:
        """Give it of one row."""
        return fill(clip(label, self._labels), self._labels) + _GAP + fill(value, self._values, right=True) + _GAP
