"""What associations must keep to: limits, no circles, one parent, partners and properties that are needed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from crmcli.errors import CrmError
from crmcli.services.association_refusals import (
    BELONGS_TO,
    NAMED,
    Circle,
    ParentNeeded,
    PartnerNeeded,
    PropertyKept,
    PropertyNeeded,
    StillNeeded,
    TooMany,
    either,
)
from crmcli.services.references import Ref
from crmcli.services.rules import named
from crmcli.services.titles import title_from
from crmcli.store.indexing import read_labels

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from crmcli.model.objects import Label, Pair
    from crmcli.services.association_refusals import AssociationRule
    from crmcli.services.workspace import Workspace
    from crmcli.store.ends import Touched
    from crmcli.store.transaction import Transaction


class Checker:
    """Looks at the records of one operation."""

    def __init__(self, workspace: Workspace, change: Transaction) -> None:
        self._workspace = workspace
        self._model = workspace.model
        self._change = change
        self._ends = change.ends

    def excess(self, pair: Pair, record_id: int, *, from_owner: bool) -> Iterator[AssociationRule]:
        """Find the limits that a record at one end of a pair goes beyond, and second parents."""
        ref = Ref(pair.owner if from_owner else pair.other, record_id)
        same = pair.owner == pair.other
        if pair.parent and pair.parent != ref.object_name:
            yield from self._over(ref, 1, BELONGS_TO, partial(self._parents, ref))
        limit = pair.limit if from_owner or same else pair.other_limit
        everyone = partial(self._all, pair, record_id, from_owner=from_owner)
        yield from self._over(ref, limit, "is associated with", everyone)
        for label in pair.labels:
            begins = (from_owner or not label.paired) if same else label.from_object == ref.object_name
            most, word = (label.limit, label.name) if begins else (label.inverse_limit, label.inverse)
            labelled = partial(self._labelled, pair, record_id, label, from_owner=from_owner)
            yield from self._over(ref, most, f"is {word} of", labelled)

    def _over(self, ref: Ref, most: int, does: str, read: Callable[..., Collection[Ref]]) -> Iterator[AssociationRule]:
        """Find a limit that a record went beyond by this operation; `read` gives whom it counts, before or now."""
        now = read(then=False) if most else ()
        if len(now) <= most or len(now) <= len(had := read(then=True)):
            return
        known = [(each, self.named(each) if place < NAMED else "") for place, each in enumerate(sorted(had or now))]
        yield TooMany(ref, self.said(ref), does, known, most)

    def _labelled(self, pair: Pair, record_id: int, label: Label, *, from_owner: bool, then: bool) -> list[Ref]:
        """Give the records with which a record shares a label; one that reads the same both ways, on either side."""
        one_way = label.paired and pair.owner == pair.other
        found = self._all(pair, record_id, from_owner=from_owner, then=then, one_way=one_way)
        return [far for far, text in found.items() if label.name in read_labels(text)[0]]

    def circles(self, touched: Touched) -> Iterator[AssociationRule]:
        """Find the ways on which a label leads from a record back to itself."""
        had = read_labels(touched.old or "")[0]
        for label in touched.pair.labels:
            if label.acyclic and label.name in read_labels(touched.new or "")[0] and label.name not in had:
                way = self._way(touched.pair, label, touched.other, touched.owner)
                if way:
                    refs = [Ref(touched.pair.owner, i) for i in (touched.owner, *way)]
                    yield Circle(label.name, [self.named(ref) for ref in refs])

    def _way(self, pair: Pair, label: Label, start: int, goal: int) -> list[int]:
        """Give the records from start to goal, each of which is `label` of the next; [] where there is no way."""
        came_from: dict[int, int] = {start: start}
        waiting = [start]
        while waiting and goal not in came_from:
            here = waiting.pop()
            for far, text in self._ends.at(pair, here, from_owner=True).items():
                if label.name in read_labels(text)[0] and far not in came_from:
                    came_from[far] = here
                    waiting.append(far)
        if goal not in came_from:
            return []
        way = [goal]
        while way[-1] != start:
            way.append(came_from[way[-1]])
        return way[::-1]

    def lacking(self, touched: Touched, values: Collection[str] | None = None) -> Iterator[AssociationRule]:
        """Find the properties that an owner needs for a new association and does not have.

        `values` names those that it will have, where it is yet to be made.
        """
        if touched.old is not None or not touched.pair.requires:
            return
        ref = Ref(touched.pair.owner, touched.owner)
        values = self._change.row((ref.object_name, ref.id)) if values is None else values
        properties = self._model.objects[ref.object_name].properties
        missing = [named(properties[name]) for name in touched.pair.requires if name not in values]
        if missing:
            yield PropertyNeeded(ref, self.said(ref), " and ".join(missing), self._word(touched.pair.other))

    def cleared(self, ref: Ref, names: Collection[str]) -> Iterator[AssociationRule]:
        """Find the associations that a record keeps and that need a property which was cleared."""
        end = (ref.object_name, ref.id)
        if end in self._ends.gone:
            return
        row, properties = self._change.row(end), self._model.objects[ref.object_name].properties
        for pair in self._ends.watched(ref.object_name).values():
            missing = [named(properties[name]) for name in pair.requires if name in names and name not in row]
            if missing and pair.owner == ref.object_name:
                for other in sorted(self._ends.at(pair, ref.id, from_owner=True))[:1]:
                    far = Ref(pair.other, other)
                    yield PropertyKept((ref, self.said(ref)), " and ".join(missing), (far, self.said(far)))

    def needs(self, ref: Ref) -> Iterator[AssociationRule]:
        """Find the parent and the partners that a record cannot be without and does not have."""
        parents, partners = self._wanted(ref.object_name)
        what = self.said(ref)
        if parents and not self._parents(ref):
            yield ParentNeeded(what, either(self._word(far_object(pair, ref.object_name)) for pair in parents))
        for pair in partners:
            if pair.required:
                yield from self._without(ref, what, [pair])
        if some := [pair for pair in partners if pair.required_any]:
            yield from self._without(ref, what, some)

    def _without(self, ref: Ref, what: str, partners: Sequence[Pair]) -> Iterator[AssociationRule]:
        """Find that a record is associated with none of its partners, one of which it needs."""
        if not any(self._ends.at(pair, ref.id, from_owner=True) for pair in partners):
            yield PartnerNeeded(what, [self._word(pair.other) for pair in partners])

    def alone(self, left: Mapping[Ref, Touched]) -> Iterator[AssociationRule]:
        """Find the records that lost the last association that they cannot be without."""
        for ref, touched in left.items():
            if (ref.object_name, ref.id) in self._ends.gone or next(self.needs(ref), None) is None:
                continue
            mine = touched.pair.owner == ref.object_name
            lost = Ref(far_object(touched.pair, ref.object_name), touched.other if mine else touched.owner)
            yield StillNeeded(self.said(ref), self.said(lost))

    def said(self, ref: Ref) -> str:
        """Name a record by reference and title; one that is yet to be made by its object."""
        return f"{ref} ({self.named(ref)})" if ref.id > 0 else self.named(ref)

    def named(self, ref: Ref) -> str:
        """Give a record's title as the operation leaves it, or its reference where it is gone or not there yet."""
        if ref.id <= 0:
            return f"this {self._word(ref.object_name)}"
        try:
            return title_from(self._workspace, ref, self._change.row((ref.object_name, ref.id)))
        except CrmError:
            from crmcli.services.titles import title

            return title(self._workspace, ref)

    def _wanted(self, name: str) -> tuple[list[Pair], list[Pair]]:
        """Give the pairs with an object's parents, and those of partners that it needs."""
        watched = self._ends.watched(name).values()
        parents = [pair for pair in watched if pair.parent and pair.parent != name]
        return parents, [pair for pair in watched if pair.needed and pair.owner == name]

    def _parents(self, ref: Ref, *, then: bool = False) -> dict[Ref, str]:
        found: dict[Ref, str] = {}
        for pair in self._wanted(ref.object_name)[0]:
            found |= self._all(pair, ref.id, from_owner=pair.owner == ref.object_name, then=then)
        return found

    def _all(
        self,
        pair: Pair,
        record_id: int,
        *,
        from_owner: bool,
        then: bool = False,
        one_way: bool = False,
    ) -> dict[Ref, str]:
        """Give what a record is associated with now, or was before; of one object with itself, both ways."""
        read = self._ends.before if then else self._ends.at
        ways = [from_owner] if pair.owner != pair.other or one_way else [True, False]
        found: dict[Ref, str] = {}
        for way in ways:
            for far, text in read(pair, record_id, from_owner=way).items():
                ref = Ref(pair.other if way else pair.owner, far)
                found[ref] = f"{found[ref]}; {text}" if ref in found else text
        return found

    def _word(self, object_name: str) -> str:
        return self._model.words[object_name].label.lower()


def far_object(pair: Pair, name: str) -> str:
    """Give the object at the other end of a pair; of one with itself, the same."""
    return pair.other if pair.owner == name else pair.owner
