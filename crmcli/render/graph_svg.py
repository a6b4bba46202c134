"""The picture of an association graph: a tree from left to right, a column for each step from the root."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.render import svg

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmcli.services.graph import Edge, Fold, Graph
    from crmcli.services.references import Ref

_BOX, _TALL = 240, 44
_GAP, _ROW = 70, 56
_STEP = _BOX + _GAP
_EDGE = 24
_PADDING = 12


def graph_svg(graph: Graph) -> str:
    """Draw a graph; texts stand in boxes of their own, so none lies on another."""
    layout = _Layout(graph)
    lines = [layout.line(edge) for edge in graph.edges]
    boxes = [piece for ref in graph.nodes for piece in layout.box(ref)]
    folds = [layout.fold_text(fold) for fold in graph.folds]
    width = max(x for x, _ in layout.places.values()) + _BOX + _GAP + (_STEP if folds else 0)
    height = layout.rows * _ROW + 2 * _EDGE - (_ROW - _TALL)
    title = f"What is associated with {graph.nodes[graph.root].title}"
    return svg.picture(width, height, title, [*lines, *boxes, *folds])


class _Layout:
    """Where each box stands: `places` has its left and its middle."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.rows = 0
        self.places: dict[Ref, tuple[float, float]] = {}
        self.fold_places: dict[Fold, tuple[float, float]] = {}
        self.found_by = {edge.b: edge for edge in graph.edges if not edge.again}
        self.children: dict[Ref, list[Ref]] = {}
        for edge in self.found_by.values():
            self.children.setdefault(edge.a, []).append(edge.b)
        self.folds: dict[Ref, list[Fold]] = {}
        for fold in graph.folds:
            self.folds.setdefault(fold.ref, []).append(fold)
        self._place(graph.root, 0)

    def _place(self, ref: Ref, depth: int) -> float:
        """Place a record and what lies behind it; give its middle."""
        below = [self._place(child, depth + 1) for child in self.children.get(ref, ())]
        for fold in self.folds.get(ref, ()):
            middle = self._next_row()
            self.fold_places[fold] = _EDGE + (depth + 1) * _STEP, middle
            below.append(middle)
        middle = (below[0] + below[-1]) / 2 if below else self._next_row()
        self.places[ref] = _EDGE + depth * _STEP, middle
        return middle

    def _next_row(self) -> float:
        self.rows += 1
        return _EDGE + (self.rows - 1) * _ROW + _TALL / 2

    def box(self, ref: Ref) -> Iterator[str]:
        """Draw a record: its title, and below it its reference and what it is of the record to its left."""
        node = self.graph.nodes[ref]
        x, middle = self.places[ref]
        found = self.found_by.get(ref)
        detail = " · ".join([str(ref), *(roles(found) if found else [])])
        yield svg.box(x, middle - _TALL / 2, _BOX, _TALL, root=ref == self.graph.root)
        yield svg.text((x + _PADDING, middle - 3), node.title, _BOX - 2 * _PADDING, svg.Style(bold=True))
        yield svg.text((x + _PADDING, middle + 14), detail, _BOX - 2 * _PADDING, svg.Style(11, dim=True))

    def line(self, edge: Edge) -> str:
        """Draw an association; one that closes a circle is dashed and bulges to the right of the boxes."""
        (x, y), (to_x, to_y) = self.places[edge.a], self.places[edge.b]
        if not edge.again:
            return svg.curve((x + _BOX, y), (x + _BOX + _GAP / 2, y), (to_x - _GAP / 2, to_y), (to_x, to_y))
        down = 8 if y < to_y else -8
        begin, end = (x + _BOX, y + down), (to_x + _BOX, to_y - down)
        bulge = max(begin[0], end[0]) + min(_GAP, 16 + abs(to_y - y) / 5)
        tip = ", ".join([f"{edge.a} – {edge.b}", *roles(edge)])
        return svg.curve(begin, (bulge, begin[1]), (bulge, end[1]), end, tip=tip, again=True)

    def fold_text(self, fold: Fold) -> str:
        """Say how many more there are."""
        x, middle = self.fold_places[fold]
        return svg.text((x, middle + 4), f"and {fold.count:,} {fold.noun} more", _BOX, svg.Style(12, dim=True))


def roles(edge: Edge) -> list[str]:
    """Say what the record that an association leads to is of the one that it comes from."""
    return [*(["Primary"] if edge.primary else []), *edge.b_is]
