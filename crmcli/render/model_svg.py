"""The picture of the data model: a chart in which every two objects meet once, as towns do in that of distances."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.render import svg

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmcli.services.data_model import DataModel, ObjectBox, PairLine

_EDGE, _CELL, _GAP = 24, 26, 16
_HEADING = 24
_NOTE = 20
_NUMBER = svg.Style(12, dim=True, right=True)
_HEAD = svg.Style(12, dim=True, bold=True)
_AGAIN = svg.Style(12, dim=True)
_NOTED = svg.Style(12)
_WIDEST = 240


def model_svg(model: DataModel) -> str:
    """Draw the model: a dot where two objects associate, a number where the list below tells more of it."""
    chart = _Chart(model)
    pieces = [*chart.guides(), *chart.headings()]
    pieces += [piece for one in model.objects for piece in chart.row(one)]
    pieces += [chart.mark(pair) for pair in model.pairs]
    pieces += chart.notes()
    return svg.picture(chart.width, chart.height, "The data model", pieces)


class _Chart:
    """Where each object stands: `rows` and `columns` have its middle by its name."""

    def __init__(self, model: DataModel) -> None:
        self.model = model
        self.names = {one.name: one.plural for one in model.objects}
        self.room = min(max((svg.extent(one.plural, _named(one)) for one in model.objects), default=0), _WIDEST)
        counts = max((svg.extent(_numbers(one), _NUMBER) for one in model.objects), default=0)
        self.left = _EDGE + self.room + _GAP + counts + _GAP
        self.rows: dict[str, float] = {}
        self.columns: dict[str, float] = {}
        self.tops: dict[str, float] = {}
        x, y = self.left, float(_EDGE)
        for category in dict.fromkeys(one.category for one in model.objects):
            self.tops[category] = y + _HEADING - 8
            y += _HEADING
            for one in model.objects:
                if one.category == category:
                    self.columns[one.name], self.rows[one.name] = x + _CELL / 2, y + _CELL / 2
                    x, y = x + _CELL, y + _CELL
            x, y = x + _GAP / 2, y + _GAP / 2
        cells = sorted(map(self._cell, model.pairs))
        self.lowest = {column: row for row, column in cells}
        self.farthest = dict(cells)
        self.particular = sorted((pair for pair in model.pairs if pair.marks), key=self._cell)
        self.notes_top = y + _NOTE
        self.height = self.notes_top + _NOTE * len(self.particular) + _EDGE / 2
        widest = max((svg.extent(self.note(pair), _NOTED) for pair in self.particular), default=0)
        again = max((x + min(svg.extent(name, _AGAIN), self.room) for x, name in self._again()), default=self.left)
        self.width = max(again + _CELL, _EDGE + _CELL + widest) + _EDGE

    def _again(self) -> list[tuple[float, str]]:
        return [(x, self.names[name]) for name, x in self.columns.items() if x in self.lowest]

    def guides(self) -> Iterator[str]:
        """Lead from each name to where it stands again, and from there down to its last mark."""
        for name, y in self.rows.items():
            x = self.columns[name]
            if x in self.lowest:
                yield svg.guide((self.left, y), (x, y))
                yield svg.guide((x, y), (x, self.lowest[x]))
            elif y in self.farthest:
                yield svg.guide((self.left, y), (self.farthest[y], y))

    def headings(self) -> Iterator[str]:
        """Name the categories."""
        for category, y in self.tops.items():
            yield svg.text((_EDGE, y), category.capitalize(), self.left, _HEAD)

    def row(self, one: ObjectBox) -> Iterator[str]:
        """Write an object with its numbers, and its name once more at the top of its column if there are marks."""
        x, y = self.columns[one.name], self.rows[one.name] + 4
        yield svg.text((_EDGE, y), one.plural, self.room + 1, _named(one))
        yield svg.text((self.left - _GAP, y), _numbers(one), self.left, _NUMBER)
        if x in self.lowest:
            yield svg.text((x + _CELL / 2 + 4, y), one.plural, self.room + 1, _AGAIN)

    def mark(self, pair: PairLine) -> str:
        """Mark that two objects associate, in the column of the one that stands first."""
        y, x = self._cell(pair)
        if not pair.marks:
            return svg.dot(x, y, self.note(pair))
        return svg.badge(x, y, self.particular.index(pair) + 1, self.note(pair))

    def _cell(self, pair: PairLine) -> tuple[float, float]:
        first, second = sorted((pair.a, pair.b), key=self.rows.__getitem__)
        return self.rows[second], self.columns[first]

    def notes(self) -> Iterator[str]:
        """List what is particular about associations."""
        for place, pair in enumerate(self.particular):
            y = self.notes_top + place * _NOTE
            yield svg.text((_EDGE + 16, y), str(place + 1), _CELL, _NUMBER)
            yield svg.text((_EDGE + _CELL, y), self.note(pair), self.width, _NOTED)

    def note(self, pair: PairLine) -> str:
        """Say what two objects associate, and how."""
        both = f"{self.names[pair.a]} – {self.names[pair.b]}"
        return f"{both}: {'; '.join(pair.marks)}" if pair.marks else both


def _named(one: ObjectBox) -> svg.Style:
    return svg.Style(bold=one.records > 0)


def _numbers(one: ObjectBox) -> str:
    from crmcli.render.models import numbers

    return numbers(one)
