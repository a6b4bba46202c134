"""The association graph around a record: what is associated with it, with that, and so on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import frozen
from crmcli.services.references import Ref
from crmcli.services.titles import titles_or_damage
from crmcli.types.nearest import suggestion

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crmcli.model.objects import Pair
    from crmcli.services.workspace import Workspace

DEEPEST = 10


@frozen
class GraphRequest:
    """Where to begin and how far to go.

    `objects` (any words for them) are the only ones that the graph enters, none: all; `label` is one that an
    association must have, read from either end; of each record the first `fan` associations with each object are
    followed, 0: all.
    """

    ref: Ref
    depth: int = 2
    objects: tuple[str, ...] = ()
    label: str = ""
    fan: int = 10


@frozen
class Node:
    """A record in the graph."""

    ref: Ref
    title: str
    object_label: str


@frozen
class Edge:
    """An association, found from `a`: `a_is` says what a is of b, `b_is` what b is of a.

    `again` is whether b was in the graph already: this closes a circle.
    """

    a: Ref
    b: Ref
    a_is: tuple[str, ...]
    b_is: tuple[str, ...]
    primary: bool
    again: bool


@frozen
class Fold:
    """How many records of an object are associated with `ref` and left out; `noun` is what people call them."""

    ref: Ref
    object_name: str
    noun: str
    count: int


@frozen
class Graph:
    """Records by distance from the root, associations in the order in which they were found, and what is left out."""

    root: Ref
    nodes: Mapping[Ref, Node]
    edges: tuple[Edge, ...]
    folds: tuple[Fold, ...]


class UnknownGraphLabel(CrmError):
    """A label that no association has."""

    exit_code = ExitCode.USAGE

    def __init__(self, label: str, known: Sequence[str]) -> None:
        super().__init__(f'there is no label "{label}"', suggestion(label, known))


class TooDeep(CrmError):
    """A depth that is no number of steps to take."""

    exit_code = ExitCode.USAGE

    def __init__(self, depth: int) -> None:
        super().__init__(f'a graph cannot be "{depth}" deep', f"Give 1 to {DEEPEST}")


def association_graph(workspace: Workspace, request: GraphRequest) -> Graph:
    """Follow associations from a record, level by level. Raises TooDeep, UnknownObject and UnknownGraphLabel."""
    if not 1 <= request.depth <= DEEPEST:
        raise TooDeep(request.depth)
    walk = _Walk(workspace, request)
    frontier = [request.ref]
    for _ in range(request.depth):
        frontier = walk.step(frontier)
    named = titles_or_damage(workspace, walk.seen)
    nodes = {
        ref: Node(ref, named.get(ref, str(ref)), workspace.model.words[ref.object_name].label) for ref in walk.seen
    }
    return Graph(request.ref, nodes, tuple(walk.edges), tuple(walk.folds))


@dataclass(slots=True)
class _Walk:
    """What has been found so far, nearest first."""

    workspace: Workspace
    request: GraphRequest
    seen: dict[Ref, None] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)
    folds: list[Fold] = field(default_factory=list)
    known: dict[tuple[Ref, str], set[Ref]] = field(default_factory=dict)
    wanted: frozenset[str] = frozenset()
    in_use: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        model = self.workspace.model
        self.in_use = self.workspace.store.pairs_in_use()
        self.seen[self.request.ref] = None
        self.wanted = frozenset(self.workspace.object(word).name for word in self.request.objects)
        folded = self.request.label.casefold()
        words = sorted(
            {word for pair in model.pairs.values() for label in pair.labels for word in (label.name, label.inverse)}
        )
        if folded and folded not in map(str.casefold, words):
            raise UnknownGraphLabel(self.request.label, words)

    def step(self, frontier: Sequence[Ref]) -> list[Ref]:
        """Add what is associated with these records and give what was not in the graph before."""
        by_object: dict[str, list[int]] = {}
        for ref in frontier:
            by_object.setdefault(ref.object_name, []).append(ref.id)
        found: dict[Ref, list[Edge]] = {}
        totals: dict[tuple[Ref, str], int] = {}
        for name, ids in by_object.items():
            for edge, total in self._around(name, ids):
                found.setdefault(edge.a, []).append(edge)
                totals[edge.a, edge.b.object_name] = totals.get((edge.a, edge.b.object_name), 0) + total
        reached = [new for ref in frontier for edge in found.get(ref, ()) if (new := self._add(edge)) is not None]
        self._fold(totals)
        return reached

    def _add(self, edge: Edge) -> Ref | None:
        """Add an association that is not in the graph yet; give the record that it adds."""
        known = self.known.setdefault((edge.a, edge.b.object_name), set())
        if edge.b in known:
            return None
        known.add(edge.b)
        self.known.setdefault((edge.b, edge.a.object_name), set()).add(edge.a)
        again = edge.b in self.seen
        self.edges.append(Edge(edge.a, edge.b, edge.a_is, edge.b_is, edge.primary, again))
        self.seen[edge.b] = None
        return None if again else edge.b

    def _fold(self, totals: Mapping[tuple[Ref, str], int]) -> None:
        for (ref, name), total in totals.items():
            hidden = total - len(self.known.get((ref, name), ()))
            if hidden > 0:
                words = self.workspace.model.words[name]
                self.folds.append(Fold(ref, name, (words.label if hidden == 1 else words.plural).lower(), hidden))

    def _around(self, name: str, ids: Sequence[int]) -> Iterator[tuple[Edge, int]]:
        """Give the associations of records of one object, by the model's order, and with each first its total."""
        order = {each: place for place, each in enumerate(self.workspace.model.objects)}
        pairs = self.workspace.model.pairs_of(name, self.in_use)
        for pair in sorted(pairs, key=lambda pair: order[_other(pair, name)]):
            if not self.wanted or _other(pair, name) in self.wanted:
                for from_owner in (True, False):
                    if name == (pair.owner if from_owner else pair.other):
                        yield from self._at_end(pair, name, ids, from_owner=from_owner)

    def _at_end(self, pair: Pair, name: str, ids: Sequence[int], *, from_owner: bool) -> Iterator[tuple[Edge, int]]:
        from crmcli.store.neighbours import PairEnd

        labels = None
        if self.request.label:
            word = self.request.label.casefold()
            labels = [each.name for each in pair.labels if word in (each.name.casefold(), each.inverse.casefold())]
        counted: set[int] = set()
        store = self.workspace.store
        for found in store.neighbours(PairEnd(pair, from_owner), ids, self.request.fan, labels):
            ends = Ref(name, found.id), Ref(_other(pair, name), found.other_id)
            total = 0 if found.id in counted else found.total
            counted.add(found.id)
            yield Edge(*ends, found.near_is, found.far_is, found.primary, again=False), total


def _other(pair: Pair, name: str) -> str:
    return pair.other if pair.owner == name else pair.owner
