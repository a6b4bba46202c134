"""The picture of lines over dates or other labels, with both axes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.render import svg
from crmcli.render.chart_colours import fill_class, line_classes
from crmcli.render.chart_panels import LETTERS
from crmcli.render.chart_scale import labelled, scale

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crmcli.render.chart_panels import Panel

_LEAST_TALL = 220.0
_APART = 13.0  # of the letters at the ends of lines
_TICK = svg.Style(12, dim=True, right=True)
_LABEL = svg.Style(12, dim=True, middle=True)
_LETTER = svg.Style(12, bold=True)
_WIDEST_LABEL = 90.0
_POINTS = 60  # of more of them, none is marked


def line_pieces(panel: Panel, top: float, between: tuple[float, float]) -> tuple[float, list[str]]:
    """Draw lines from `top` between two places across; give the height, and what is drawn."""
    plot = _Plot(panel, top + 8, between)
    pieces = list(plot.axes())
    for place in range(len(panel.series)):
        pieces += plot.line(place)
    return plot.tall + 44, [*pieces, *plot.letters()]


def sample(x: float, y: float, place: int) -> str:
    """Draw a short piece of the line of a series, for the legend."""
    return f'<line class="{line_classes(place)}" x1="{x:.1f}" y1="{y:g}" x2="{x + 18:.1f}" y2="{y:g}"/>'


class _Plot:
    """Where numbers and labels stand."""

    def __init__(self, panel: Panel, top: float, between: tuple[float, float]) -> None:
        self._panel = panel
        self._scale = scale(panel, marks=5)
        self._top = top
        self.tall = max(_LEAST_TALL, _APART * len(panel.series))
        ticks = max(svg.extent(said, _TICK) for _, said in self._scale.ticks)
        self._left = between[0] + ticks + 10
        self._right = between[1] - (18.0 if len(panel.series) > 1 else 6.0)

    def _at(self, place: int) -> float:
        count = len(self._panel.labels)
        part = place / (count - 1) if count > 1 else 0.5
        return self._left + 6 + part * (self._right - self._left - 6)

    def _down(self, number: float) -> float:
        return self._top + (1 - self._scale.part(number)) * self.tall

    def axes(self) -> Iterator[str]:
        """Draw a thin line at each mark of the scale, and the labels below."""
        for number, said in self._scale.ticks:
            y = self._down(number)
            kind = "axis" if number == 0 else "guide"
            yield f'<line class="{kind}" x1="{self._left:.1f}" y1="{y:.1f}" x2="{self._right:.1f}" y2="{y:.1f}"/>'
            yield svg.text((self._left - 6, y + 4), said, 200, _TICK)
        labels = self._panel.labels
        widths = [min(_WIDEST_LABEL, svg.extent(label, _LABEL)) for label in labels]
        middles = [self._at(place) for place in range(len(labels))]
        for place, x in labelled(middles, widths, (self._left - 8, self._right + 12), 14):
            yield svg.text(
                (x + widths[place] / 2, self._top + self.tall + 20), labels[place], _WIDEST_LABEL + 1, _LABEL
            )

    def line(self, place: int) -> Iterator[str]:
        """Draw a series: a line for each run of numbers, and its points."""
        series = self._panel.series[place]
        points = [None if v is None else (self._at(n), self._down(float(v))) for n, v in enumerate(series.values)]
        for run in _runs(points):
            path = " ".join(f"{x:.1f},{y:.1f}" for x, y in run)
            yield f'<polyline class="{line_classes(place)}" points="{path}"/>'
        for at, point in enumerate(points if len(points) <= _POINTS else ()):
            value = series.values[at]
            if point and value is not None:
                tip = f"{self._panel.labels[at]} · {series.name}: {self._panel.show(value)}"
                yield (
                    f'<circle class="{fill_class(place)}" cx="{point[0]:.1f}" cy="{point[1]:.1f}" r="3.2">'
                    f"<title>{svg.escaped(tip)}</title></circle>"
                )

    def letters(self) -> Iterator[str]:
        """Put the letter of each series at its end, none on another."""
        if len(self._panel.series) == 1:
            return
        ends = []
        for place, series in enumerate(self._panel.series):
            last = next((value for value in reversed(series.values) if value is not None), None)
            if last is not None:
                ends.append((self._down(float(last)), LETTERS[place]))
        for y, letter in _apart(sorted(ends), self._top, self._top + self.tall):
            yield svg.text((self._right + 6, y + 4), letter, 16, _LETTER)


def _apart(ends: Sequence[tuple[float, str]], top: float, bottom: float) -> Iterator[tuple[float, str]]:
    """Move letters apart, downwards where there is room below, else upwards."""
    down = top - _APART
    placed = []
    for y, letter in ends:
        down = max(y, down + _APART)
        placed.append((down, letter))
    up = bottom + _APART
    for y, letter in reversed(placed):
        up = min(y, up - _APART)
        yield up, letter


def _runs(points: Sequence[tuple[float, float] | None]) -> Iterator[list[tuple[float, float]]]:
    """Give the points that follow each other without a gap."""
    run: list[tuple[float, float]] = []
    for point in [*points, None]:
        if point:
            run.append(point)
        elif run:
            yield run
            run = []
