"""The scale of a chart: round numbers along its axis, and how they are said in few letters."""

from __future__ import annotations

from math import ceil, floor, log10
from typing import TYPE_CHECKING

from crmcli.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.render.chart_panels import Panel

_STEPS = (1, 2, 5, 10)
_SIZES = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k"))
_TIMES = ((86_400_000.0, "d"), (3_600_000.0, "h"), (60_000.0, "m"), (1_000.0, "s"))
_LARGEST = 1e15  # beyond it numbers are said by powers of ten


@frozen
class Scale:
    """From `low` to `high`, with the numbers that are marked between them and how each is said."""

    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]

    def part(self, number: float) -> float:
        """Say how far along a number is: 0 at `low`, 1 at `high`."""
        return (number - self.low) / (self.high - self.low)


def scale(panel: Panel, *, marks: int, stacked: bool = False) -> Scale:
    """Choose a scale that holds 0 and all numbers, with about so many marks."""
    low, high = panel.bounds
    if stacked:
        high = max([0.0, *map(float, panel.totals)])
    unit, word = _unit(panel, max(high, -low))
    whole = panel.unit.kind == "number" and not panel.unit.scale
    step = _step((high - low) / unit / marks, least=1 if whole else 0) * unit
    first, last = floor(low / step), max(ceil(high / step), floor(low / step) + 1)
    ticks = [place * step for place in range(first, last + 1)]
    return Scale(ticks[0], ticks[-1], tuple((tick, _said(tick / unit, word)) for tick in ticks))


def _unit(panel: Panel, largest: float) -> tuple[float, str]:
    """Give what one of the numbers on the axis stands for, and the letter that says so."""
    if panel.unit.kind == "percent":
        return 0.01, "%"
    if panel.unit.kind == "duration":
        return next(((length, word) for length, word in _TIMES if largest >= 2 * length), (1.0, "ms"))
    return 1.0, ""


def _step(about: float, *, least: float) -> float:
    """Give the first of 1, 2, 5, 10, 20, 50 … that is no less."""
    if about <= 0:
        return 1.0
    power = 10.0 ** floor(log10(about))
    return max(least, next(power * step for step in _STEPS if power * step >= about * 0.999))


def _said(number: float, word: str) -> str:
    if abs(number) >= _LARGEST:
        return f"{number:.3g}{word}"
    for size, letter in () if word else _SIZES:
        if abs(number) >= size:
            return f"{round(number / size, 6):g}{letter}"
    return f"{round(number, 9):g}{word}" if abs(number) < 1000 else f"{number:,.0f}{word}"


def evenly(count: int, most: int) -> Sequence[int]:
    """Give at most so many places of `count`, evenly spread, the first among them."""
    return range(0, count, max(1, -(-count // max(1, most))))


def labelled(
    middles: Sequence[float], widths: Sequence[float], room: tuple[float, float], gap: float
) -> list[tuple[int, float]]:
    """Give as many places as have room for their labels, evenly spread, and where each label begins.

    Labels lie around their middles, but within the room, and so far apart.
    """
    for step in range(1, len(middles) + 1):
        placed: list[tuple[int, float]] = []
        free = room[0]
        for place in range(0, len(middles), step):
            begin = max(room[0], min(middles[place] - widths[place] / 2, room[1] - widths[place]))
            if begin < free:
                break
            placed.append((place, begin))
            free = begin + widths[place] + gap
        else:
            return placed
    return []
