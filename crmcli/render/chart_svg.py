"""The pictures of charts: bars, parts of bars, funnels and lines, with nothing from outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.render import svg
from crmcli.render.chart_bars import share
from crmcli.render.chart_colours import CHART_STYLE, fill, patterns
from crmcli.render.chart_panels import LETTERS, cut, fitting
from crmcli.render.chart_svg_lines import line_pieces, sample
from crmcli.render.charts import kind_of, report_charts
from crmcli.render.report_cells import NOTHING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from decimal import Decimal

    from crmcli.render.chart_panels import Panel
    from crmcli.services.reporting.table import ReportTable
    from crmcli.types.base import Context

WIDTH = 600
_MOST_ROWS = 40
_EDGE = 20
_ROW, _BAR, _BETWEEN = 24, 16, 8
_TITLE = svg.Style(15, bold=True)
_NAME = svg.Style(12, dim=True)
_LABEL = svg.Style(13)
_VALUE = svg.Style(13, right=True)
_LETTER = svg.Style(11, bold=True, middle=True)
_SAID = svg.Style(12, dim=True, right=True)
_WIDEST_LABEL, _LEAST_BAR = 180.0, 90.0
_LEAST_PART = 18  # of a stacked bar: a part that is narrower has no letter in it


def report_svg(table: ReportTable, context: Context, asked: str) -> str:
    """Draw a report as a picture: as asked, else in its own way, else as bars. Raises UnknownChart."""
    kind = kind_of(table, asked)
    kind = "bar" if kind == "none" else kind
    return chart_svg(report_charts(table, context, kind, all_units=bool(asked)), kind, table.title)


def chart_svg(charts: Sequence[Panel], kind: str, title: str) -> str:
    """Draw the charts of a report as one picture, one below another."""
    pieces = [svg.text((_EDGE, _EDGE + 12), title, WIDTH - 2 * _EDGE, _TITLE)]
    top = _EDGE + 28.0
    for place, panel in enumerate(charts):
        drawn = _drawn(panel, kind, f"c{place}-")
        pieces += [f'<g transform="translate(0 {top:g})">', *drawn.pieces, "</g>"]
        top += drawn.height + _EDGE
    if not charts:
        pieces.append(svg.text((_EDGE, top + 12), "There is nothing to draw", WIDTH - 2 * _EDGE, _NAME))
        top += _EDGE
    return svg.picture(WIDTH, top, described(charts[0], kind, title) if charts else title, pieces, CHART_STYLE)


def chart_inside(panel: Panel, kind: str, title: str, key: str) -> str:
    """Draw one chart for a page, which has its styles; `key` is of this chart alone."""
    drawn = _drawn(panel, kind, key)
    return svg.inside(WIDTH, drawn.height, described(panel, kind, title), drawn.pieces)


def described(panel: Panel, kind: str, title: str) -> str:
    """Say in a sentence what a chart shows, for who cannot see it."""
    names = ", ".join(series.name for series in panel.series)
    said = f"{title}: a {fitting(panel, kind)} chart of {names} by {panel.heading}, {len(panel.labels):,} in all"
    values = [value for value in panel.series[0].values if value is not None]
    if not values:
        return said
    most = panel.series[0].values.index(max(values))
    return f"{said}; the greatest is {panel.labels[most]} with {panel.show(max(values))} {panel.unit.currency}".rstrip()


@frozen
class _Drawn:
    height: float
    pieces: Sequence[str]


def _drawn(panel: Panel, kind: str, key: str) -> _Drawn:
    """Draw one chart from the top left: what it is of, itself, and what of it is left out."""
    kind = fitting(panel, kind)
    shown = panel if kind == "line" else cut(panel, _MOST_ROWS)
    pieces = [patterns(len(panel.series), key)]
    top = _legend(shown, kind, key, pieces)
    height = top + _DRAWERS[kind](shown, top, key, pieces)
    left_out = len(panel.labels) - len(shown.labels)
    notes = [f"and {left_out:,} more, in the table"] if left_out else []
    notes += [f"{panel.hidden:,} more series, in the table"] if panel.hidden else []
    for note in notes:
        pieces.append(svg.text((_EDGE, height + 12), note, WIDTH - 2 * _EDGE, _NAME))
        height += _ROW
    return _Drawn(height, [piece for piece in pieces if piece])


def _legend(panel: Panel, kind: str, key: str, pieces: list[str]) -> float:
    """Say what is drawn; of several series, how each looks. Give the height."""
    unit = f", {panel.unit.currency}" if panel.unit.currency else ""
    if kind == "funnel" or len(panel.series) == 1:
        pieces.append(svg.text((_EDGE, 12), panel.name + unit, WIDTH - 2 * _EDGE, _NAME))
        return 24.0
    x, y = float(_EDGE), 0.0
    for place, series in enumerate(panel.series):
        name = f"{LETTERS[place]} {series.name}{unit}"
        wide = min(svg.extent(name, _NAME), WIDTH - 2 * _EDGE - 22)
        if x > _EDGE and x + 22 + wide > WIDTH - _EDGE:
            x, y = float(_EDGE), y + 20
        pieces.append(sample(x, y + 8, place) if kind == "line" else _area((x, y + 2, 12, 12), fill(place, key), name))
        pieces.append(svg.text((x + 22, y + 12), name, wide + 1, _NAME))
        x += 22 + wide + 16
    return y + 28


def _area(place: tuple[float, float, float, float], look: str, tip: str) -> str:
    x, y, wide, tall = place
    mark = f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{tall:g}" {look}>'
    return f"{mark}<title>{svg.escaped(tip)}</title></rect>"


@frozen
class _Columns:
    """Where values and bars stand from left to right, and the widths of labels and values."""

    label: float
    wide: float
    value: float
    bar: float

    @property
    def room(self) -> float:
        """The width that the longest bar takes."""
        return WIDTH - _EDGE - self.bar


def _columns(panel: Panel, values: Iterable[str], more: float = 0.0) -> _Columns:
    """Make room for labels, values, and what else stands between values and bars."""
    labels = min(_WIDEST_LABEL, max((svg.extent(label, _LABEL) for label in panel.labels), default=0.0))
    room = WIDTH - 2 * _EDGE - labels - 28 - more - _LEAST_BAR
    wide = min(room, max((svg.extent(value, _VALUE) for value in values), default=0.0))
    value = _EDGE + labels + 16 + wide
    return _Columns(labels, wide, value, value + 12 + more)


def _row_head(panel: Panel, at: int, columns: _Columns, y: float) -> str:
    return svg.text((_EDGE, y + 13), panel.labels[at], columns.label + 1, _LABEL)


def _bars(panel: Panel, top: float, key: str, pieces: list[str]) -> float:
    several = len(panel.series) > 1
    texts = [[_text(panel, value) for value in series.values] for series in panel.series]
    columns = _columns(panel, (text for row in texts for text in row), 16.0 * several)
    low, high = panel.bounds
    zero = columns.bar + (columns.room * -low / (high - low) if low else 0.0)
    y = top
    for at, label in enumerate(panel.labels):
        pieces.append(_row_head(panel, at, columns, y))
        for place, series in enumerate(panel.series):
            value, text = series.values[at], texts[place][at]
            pieces.append(svg.text((columns.value, y + 13), text, columns.wide + 1, _VALUE))
            if several:
                pieces.append(svg.text((columns.bar - 10, y + 13), LETTERS[place], 16, _LETTER))
            if value:
                long = columns.room * abs(float(value)) / (high - low)
                begin = zero - long if value < 0 else zero
                tip = f"{label} · {series.name}: {text}"
                pieces.append(_area((begin, y, max(1.0, long), _BAR), fill(place, key), tip))
            y += _ROW - 4 if several else _ROW
        y += _BETWEEN if several else 0
    pieces.append(f'<line class="axis" x1="{zero:.1f}" y1="{top - 4:g}" x2="{zero:.1f}" y2="{y - 4:g}"/>')
    return y - top + 4


def _stacked(panel: Panel, top: float, key: str, pieces: list[str]) -> float:
    totals = panel.totals
    texts = [panel.show(total) for total in totals]
    columns = _columns(panel, texts)
    most = max([0.0, *map(float, totals)])
    y = top
    for at, label in enumerate(panel.labels):
        pieces.append(_row_head(panel, at, columns, y))
        pieces.append(svg.text((columns.value, y + 13), texts[at], columns.wide + 1, _VALUE))
        x = columns.bar
        for place, series in enumerate(panel.series):
            value = series.values[at]
            if value:
                wide = columns.room * float(value) / most
                tip = f"{label} · {series.name}: {panel.show(value)}"
                pieces.append(_area((x, y, wide, _BAR), fill(place, key), tip))
                if wide >= _LEAST_PART:
                    pieces.append(f'<rect class="plate" x="{x + 2:.1f}" y="{y + 2:g}" width="13" height="12" rx="2"/>')
                    pieces.append(svg.text((x + 8.5, y + 12), LETTERS[place], 16, _LETTER))
                x += wide
        y += _ROW
    return y - top


def _funnel(panel: Panel, top: float, key: str, pieces: list[str]) -> float:
    values = panel.series[0].values
    texts = [_text(panel, value) for value in values]
    columns = _columns(panel, texts, 150.0)
    before_at, first_at = columns.value + 74, columns.value + 142
    pieces.append(svg.text((before_at, top + 10), "of before", 74, _SAID))
    pieces.append(svg.text((first_at, top + 10), "of first", 74, _SAID))
    most, middle, y = max(float(value or 0) for value in values), columns.bar + columns.room / 2, top + 20
    for at, (label, value) in enumerate(zip(panel.labels, values, strict=True)):
        pieces.append(_row_head(panel, at, columns, y))
        pieces.append(svg.text((columns.value, y + 13), texts[at], columns.wide + 1, _VALUE))
        before = share(value, values[at - 1]) if at else ""
        for x, said in ((before_at, before), (first_at, share(value, values[0]))):
            pieces.append(svg.text((x, y + 13), said, 74, _SAID) if said else "")
        if value and value > 0:
            wide = max(1.0, columns.room * float(value) / most)
            area = (middle - wide / 2, y, wide, float(_BAR))
            pieces.append(_area(area, fill(0, key), f"{label}: {texts[at]}"))
        y += _ROW
    return y - top


def _lines(panel: Panel, top: float, key: str, pieces: list[str]) -> float:  # noqa: ARG001
    tall, found = line_pieces(panel, top, (_EDGE, WIDTH - _EDGE))
    pieces += found
    return tall


def _text(panel: Panel, value: Decimal | None) -> str:
    return NOTHING if value is None else panel.show(value)


_DRAWERS: Mapping[str, Callable[[Panel, float, str, list[str]], float]] = {
    "bar": _bars,
    "stacked": _stacked,
    "line": _lines,
    "funnel": _funnel,
}
