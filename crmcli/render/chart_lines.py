"""Lines of dots (Braille characters, of two by four dots each) over dates or other labels, with both axes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.render.cells import clip, width
from crmcli.render.chart_bars import COLOURS
from crmcli.render.chart_panels import LETTERS
from crmcli.render.chart_scale import evenly, labelled, scale

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crmcli.render.chart_panels import Panel
    from crmcli.render.chart_scale import Scale
    from crmcli.render.output import Span

_HEIGHT = 12
_LEAST_ROOM = 8
_WIDEST_LABEL = 16
_BRAILLE = 0x2800
_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))  # of a character, by row and column
_POINT = "•"
_APART = 4  # columns between the points that are marked


def lines(panel: Panel, columns: int) -> Iterator[list[Span]]:
    """Draw each series as a line, in lines of at most so many columns."""
    measure = scale(panel, marks=5)
    left = max(width(said) for _, said in measure.ticks)
    canvas = _Canvas(panel, measure, max(_LEAST_ROOM, columns - left - 2))
    marked = {canvas.row(tick): said for tick, said in measure.ticks}
    zero = canvas.row(0.0)
    for row, spans in enumerate(canvas.rows()):
        joint = "┼" if row == zero else "┤" if row in marked else "│"
        yield [marked.get(row, "").rjust(left), (f" {joint}", "dim"), *spans]
    yield [" " * left, (" └" + "─" * canvas.columns, "dim")]
    yield [" " * (left + 2) + _below(panel.labels, canvas)]


class _Canvas:
    """Characters of dots; a later series lies on an earlier one where they meet."""

    def __init__(self, panel: Panel, measure: Scale, columns: int) -> None:
        self.columns = columns
        self._scale = measure
        self._count = len(panel.labels)
        self._dots = [[0] * columns for _ in range(_HEIGHT)]
        self._styles = [[""] * columns for _ in range(_HEIGHT)]
        self._marks: dict[tuple[int, int], tuple[str, str]] = {}
        for place, series in enumerate(panel.series):
            values = [None if value is None else float(value) for value in series.values]
            self._draw(values, COLOURS[place % len(COLOURS)])
            self._mark(values, (LETTERS[place] if len(panel.series) > 1 else _POINT, COLOURS[place % len(COLOURS)]))

    def across(self, place: int) -> int:
        """Give the dot above a label, from the left."""
        dots = 2 * self.columns
        return round(place * (dots - 1) / (self._count - 1)) if self._count > 1 else dots // 2

    def _down(self, number: float) -> int:
        """Give the dot of a number, from the top."""
        return round((1 - self._scale.part(number)) * (4 * _HEIGHT - 1))

    def row(self, number: float) -> int:
        """Give the line of characters that a number stands in."""
        return self._down(number) // 4

    def _draw(self, values: Sequence[float | None], style: str) -> None:
        before: tuple[int, int] | None = None
        for place, value in enumerate(values):
            at = None if value is None else (self.across(place), self._down(value))
            if at:
                for x, y in _straight(before or at, at):
                    self._dots[y // 4][x // 2] |= _DOTS[y % 4][x % 2]
                    self._styles[y // 4][x // 2] = style
            before = at

    def _mark(self, values: Sequence[float | None], mark: tuple[str, str]) -> None:
        """Mark points of a series; of many points only some, so that the line is seen."""
        for place in evenly(len(values), self.columns // _APART):
            value = values[place]
            if value is not None:
                self._marks[self.row(value), self.across(place) // 2] = mark

    def rows(self) -> Iterator[list[Span]]:
        """Give the lines of characters, each as pieces of one style."""
        for y, (dots, styles) in enumerate(zip(self._dots, self._styles, strict=True)):
            spans: list[tuple[str, str]] = []
            for x, (dot, drawn) in enumerate(zip(dots, styles, strict=True)):
                character, style = self._marks.get((y, x), (chr(_BRAILLE + dot) if dot else " ", drawn))
                if spans and spans[-1][1] == style:
                    character = spans.pop()[0] + character
                spans.append((character, style))
            yield list(spans)


def _straight(begin: tuple[int, int], end: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """Give the dots between two, both of them included."""
    steps = max(abs(end[0] - begin[0]), abs(end[1] - begin[1]), 1)
    for step in range(steps + 1):
        yield (
            round(begin[0] + (end[0] - begin[0]) * step / steps),
            round(begin[1] + (end[1] - begin[1]) * step / steps),
        )


def _below(labels: Sequence[str], canvas: _Canvas) -> str:
    """Write as many labels below the axis as there is room for, each below its point."""
    texts = [clip(label, min(_WIDEST_LABEL, canvas.columns)) for label in labels]
    middles = [canvas.across(place) / 2 for place in range(len(texts))]
    line = ""
    for place, begin in labelled(middles, [width(text) for text in texts], (0, canvas.columns), 2):
        line += " " * (int(begin) - width(line)) + texts[place]
    return line
