"""The picture of the data model: the objects below one another, and an arc for each two that associate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.render import svg

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmcli.services.data_model import DataModel, ObjectBox, PairLine

_EDGE, _ROW, _BOX, _TALL = 24, 46, 250, 38
_HEADING = 34
_WIDEST_ARC = 330
_PADDING = 12
_NOTE = 18
_NOTES = 640


def model_svg(model: DataModel) -> str:
    """Draw the model; arcs stand at the right of all texts, labels in a list below, so no text lies on another."""
    layout = _Layout(model)
    pieces = [layout.arc(pair) for pair in model.pairs]
    pieces += [piece for one in model.objects for piece in layout.box(one)]
    pieces += layout.headings()
    pieces += layout.notes()
    width = max(_EDGE + _BOX + _WIDEST_ARC, 2 * _EDGE + _NOTES)
    return svg.picture(width, layout.bottom + _EDGE, "The data model", pieces)


class _Layout:
    """Where each object stands: `middles` by name, `tops` of the categories."""

    def __init__(self, model: DataModel) -> None:
        self.model = model
        self.plurals = {one.name: one.plural for one in model.objects}
        self.middles: dict[str, float] = {}
        self.tops: dict[str, float] = {}
        y: float = _EDGE
        for category in dict.fromkeys(one.category for one in model.objects):
            self.tops[category] = y
            y += _HEADING
            for one in model.objects:
                if one.category == category:
                    self.middles[one.name] = y + _TALL / 2
                    y += _ROW
        self.notes_top = y + _NOTE
        self.particular = [pair for pair in model.pairs if pair.marks]
        self.bottom = self.notes_top + _NOTE * len(self.particular)

    def box(self, one: ObjectBox) -> Iterator[str]:
        """Draw an object: its plural, and below it its numbers."""
        from crmcli.render.models import numbers

        middle, room = self.middles[one.name], _BOX - 2 * _PADDING
        yield svg.box(_EDGE, middle - _TALL / 2, _BOX, _TALL)
        yield svg.text((_EDGE + _PADDING, middle - 3), one.plural, room, svg.Style(bold=True))
        yield svg.text((_EDGE + _PADDING, middle + 13), numbers(one), room, svg.Style(11, dim=True))

    def arc(self, pair: PairLine) -> str:
        """Draw an association as an arc, the wider the farther its ends are apart."""
        a, b, right = self.middles[pair.a], self.middles[pair.b], _EDGE + _BOX
        tip = ", ".join([f"{self.plurals[pair.a]} – {self.plurals[pair.b]}", *pair.marks])
        if pair.a == pair.b:
            a, b = a - _TALL / 4, b + _TALL / 4
        tall = max(self.middles.values()) - min(self.middles.values()) or 1
        bulge = right + 24 + (_WIDEST_ARC - 60) * (abs(a - b) / (tall + _ROW)) ** 0.7 * 4 / 3
        return svg.curve((right, a), (bulge, a), (bulge, b), (right, b), tip=tip)

    def headings(self) -> Iterator[str]:
        """Name the categories."""
        for category, top in self.tops.items():
            yield svg.text((_EDGE, top + 20), category.capitalize(), _BOX, svg.Style(14, dim=True, bold=True))

    def notes(self) -> Iterator[str]:
        """List what is particular about associations."""
        for place, pair in enumerate(self.particular):
            words = f"{self.plurals[pair.a]} – {self.plurals[pair.b]}: {'; '.join(pair.marks)}"
            yield svg.text((_EDGE, self.notes_top + place * _NOTE), words, _NOTES, svg.Style(12))
