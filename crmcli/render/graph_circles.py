"""The associations of a graph that close circles: lines in lanes beside the boxes, with a dot wherever two meet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.render import svg

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crmcli.services.graph import Edge
    from crmcli.services.references import Ref

_FIRST, _LANE = 16, 9
_BELOW = 12  # the middle of a box, where the lines of the tree are
_BEGIN, _END = 4.5, 2.5


class Circles:
    """Which lines run in which gap: gap n is to the right of column n; each record that leads on has a lane of its own.

    `places` has the column and the middle of each record.
    """

    def __init__(self, edges: Sequence[Edge], places: Mapping[Ref, tuple[int, float]]) -> None:
        self.places = places
        self.ends: dict[int, dict[Ref, list[Ref]]] = {}
        for edge in edges:
            if edge.again:
                gap = min(places[edge.a][0], places[edge.b][0])
                self.ends.setdefault(gap, {}).setdefault(edge.a, [edge.a]).append(edge.b)

    def room(self, gap: int) -> float:
        """Give how wide the lanes of a gap are together."""
        lanes = len(self.ends.get(gap, ()))
        return _FIRST + lanes * _LANE if lanes else 0

    def draw(self, lefts: Sequence[float], widths: Sequence[float]) -> Iterator[str]:
        """Draw them beside columns that begin there and are so wide; short lines next to the boxes."""
        for gap, ends in self.ends.items():
            for lane, records in enumerate(sorted(ends.values(), key=self._length)):
                x = lefts[gap] + widths[gap] + _FIRST + lane * _LANE
                heights = [self._height(ref) for ref in records]
                yield svg.circle_line((x, min(heights)), (x, max(heights)))
                for place, (ref, y) in enumerate(zip(records, heights, strict=True)):
                    column = self.places[ref][0]
                    side = lefts[column] + (widths[column] if column == gap else 0)
                    yield svg.circle_line((side, y), (x, y))
                    yield svg.joint(x, y, _END if place else _BEGIN)

    def _height(self, ref: Ref) -> float:
        return self.places[ref][1] + _BELOW

    def _length(self, records: Sequence[Ref]) -> float:
        heights = [self._height(ref) for ref in records]
        return max(heights) - min(heights)
