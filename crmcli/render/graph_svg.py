"""The picture of an association graph: a tree from left to right, a column for each step from the root."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.render import svg
from crmcli.render.graph_circles import Circles

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmcli.services.graph import Edge, Fold, Graph
    from crmcli.services.references import Ref

_LEAST, _MOST, _TALL = 140, 380, 44
_GAP, _ROW = 70, 56
_EDGE = 24
_PADDING = 12
_NOTE, _DASH = 20, 30
_TITLE = svg.Style(bold=True)
_DETAIL = svg.Style(11, dim=True)
_FOLD = svg.Style(12, dim=True)
_NOTED = svg.Style(12)
_LEGEND = "A large dot is associated with the small dots on its line"


def graph_svg(graph: Graph) -> str:
    """Draw a graph; texts stand in boxes of their own, so none lies on another."""
    layout = _Layout(graph)
    lines = [layout.line(edge) for edge in graph.edges if not edge.again]
    lines += layout.circles.draw(layout.lefts, layout.wide)
    boxes = [piece for ref in graph.nodes for piece in layout.box(ref)]
    folds = [layout.fold_text(fold) for fold in graph.folds]
    title = f"What is associated with {graph.nodes[graph.root].title}"
    return svg.picture(layout.width, layout.height, title, [*lines, *boxes, *folds, *layout.notes()])


class _Layout:
    """Where each box stands: `places` has the column and the middle of each record."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.rows = 0
        self.places: dict[Ref, tuple[int, float]] = {}
        self.fold_places: dict[Fold, tuple[int, float]] = {}
        self.found_by = {edge.b: edge for edge in graph.edges if not edge.again}
        self.children: dict[Ref, list[Ref]] = {}
        for edge in self.found_by.values():
            self.children.setdefault(edge.a, []).append(edge.b)
        self.folds: dict[Ref, list[Fold]] = {}
        for fold in graph.folds:
            self.folds.setdefault(fold.ref, []).append(fold)
        self._place(graph.root, 0)
        again = [edge for edge in graph.edges if edge.again]
        self.noted = ([_LEGEND] if again else []) + [_note(graph, edge) for edge in again if roles(edge)]
        self.circles = Circles(graph.edges, self.places)
        self.lefts, self.wide = self._columns()
        notes = max((_DASH + svg.extent(note, _NOTED) for note in self.noted), default=0)
        right = self.lefts[-1] + self.wide[-1] + self.circles.room(len(self.lefts) - 1)
        self.width = max(right, notes + _EDGE) + _EDGE
        self.bottom = self.rows * _ROW + _EDGE + 8
        self.height = self.bottom + _NOTE * len(self.noted) + _EDGE / 2

    def _columns(self) -> tuple[list[float], list[float]]:
        """Give the left and the width of each column: as wide as its widest text, within bounds."""
        wide: dict[int, float] = {}
        for ref, (depth, _) in self.places.items():
            texts = svg.extent(self.graph.nodes[ref].title, _TITLE), svg.extent(self._detail(ref), _DETAIL)
            wide[depth] = max(wide.get(depth, _LEAST), *texts)
        for fold, (depth, _) in self.fold_places.items():
            wide[depth] = max(wide.get(depth, _LEAST), svg.extent(_folded(fold), _FOLD))
        widths = [min(wide[depth], _MOST) + 2 * _PADDING for depth in sorted(wide)]
        gaps = [self.circles.room(depth) + _GAP for depth in range(len(widths))]
        lefts = [_EDGE + sum(widths[:depth]) + sum(gaps[:depth]) for depth in range(len(widths))]
        return lefts, widths

    def _place(self, ref: Ref, depth: int) -> float:
        """Place a record and what lies behind it; give its middle."""
        below = [self._place(child, depth + 1) for child in self.children.get(ref, ())]
        for fold in self.folds.get(ref, ()):
            middle = self._next_row()
            self.fold_places[fold] = depth + 1, middle
            below.append(middle)
        middle = (below[0] + below[-1]) / 2 if below else self._next_row()
        self.places[ref] = depth, middle
        return middle

    def _next_row(self) -> float:
        self.rows += 1
        return _EDGE + (self.rows - 1) * _ROW + _TALL / 2

    def _detail(self, ref: Ref) -> str:
        """Say which record it is, and what it is of the record to its left."""
        found = self.found_by.get(ref)
        return " · ".join([str(ref), *(roles(found) if found else [])])

    def box(self, ref: Ref) -> Iterator[str]:
        """Draw a record: its title, and below it the rest."""
        depth, middle = self.places[ref]
        x, wide = self.lefts[depth], self.wide[depth]
        at, room = x + _PADDING, wide - 2 * _PADDING + 1
        yield svg.box(x, middle - _TALL / 2, wide, _TALL, root=ref == self.graph.root)
        yield svg.text((at, middle - 3), self.graph.nodes[ref].title, room, _TITLE)
        yield svg.text((at, middle + 14), self._detail(ref), room, _DETAIL)

    def line(self, edge: Edge) -> str:
        """Draw the association by which a record was found."""
        (depth, y), (to_depth, to_y) = self.places[edge.a], self.places[edge.b]
        x, to_x = self.lefts[depth] + self.wide[depth], self.lefts[to_depth]
        between = (x + to_x) / 2
        return svg.curve((x, y), (between, y), (between, to_y), (to_x, to_y))

    def fold_text(self, fold: Fold) -> str:
        """Say how many more there are."""
        depth, middle = self.fold_places[fold]
        return svg.text((self.lefts[depth], middle + 4), _folded(fold), self.wide[depth], _FOLD)

    def notes(self) -> Iterator[str]:
        """Say how the lines that close circles are read, and what the ends of some are of each other."""
        for place, note in enumerate(self.noted):
            y = self.bottom + place * _NOTE
            yield svg.circle_line((_EDGE, y), (_EDGE + 22, y))
            yield svg.text((_EDGE + _DASH, y + 4), note, self.width - _EDGE - _DASH, _NOTED)


def _folded(fold: Fold) -> str:
    return f"and {fold.count:,} {fold.noun} more"


def _note(graph: Graph, edge: Edge) -> str:
    return f"{graph.nodes[edge.a].title} → {graph.nodes[edge.b].title}: {', '.join(roles(edge))}"


def roles(edge: Edge) -> list[str]:
    """Say what the record that an association leads to is of the one that it comes from."""
    return [*(["Primary"] if edge.primary else []), *edge.b_is]
