"""The rules of associations for the rows of an import: a row that would break one is rejected, and the others go in.

A row is looked at before it is written, with those that were taken before it: its associations are supposed for as
long as its block is looked at, and written afterwards.
"""

from __future__ import annotations

from itertools import chain, count
from typing import TYPE_CHECKING

from crmcli.services.association_limits import Checker
from crmcli.services.references import Ref
from crmcli.store.ends import Touched
from crmcli.store.indexing import labels_text, read_labels

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from crmcli.services.association_cells import LinkedTo
    from crmcli.services.association_refusals import AssociationRule
    from crmcli.services.workspace import Workspace
    from crmcli.store.transaction import Transaction


class RowRules:
    """Holds the rows of one object to its rules; an object without any costs nothing."""

    def __init__(self, workspace: Workspace, change: Transaction, object_name: str) -> None:
        self._change = change
        self._name = object_name
        self._pairs = change.ends.watched(object_name)
        self._checker = Checker(workspace, change)
        self._supposed: list[Touched] = []
        self._unborn = count(-1, -1)  # ids of records that are yet to be made

        self.needs = any(pair.needed_by(object_name) for pair in self._pairs.values())

    @property
    def idle(self) -> bool:
        """Whether there is no rule to keep to."""
        return not self._pairs

    def barred(
        self, links: Iterable[LinkedTo], *, record_id: int | None, values: Collection[str] | None = None
    ) -> AssociationRule | None:
        """Give the rule that a row would break with these associations; where there is none, suppose them.

        `record_id` is None for a record that is yet to be made, with `values` for the names of its properties.
        """
        me = next(self._unborn) if record_id is None else record_id
        supposed = [touched for link in links for touched in self._suppose(me, link)]
        broken = next(self._broken(Ref(self._name, me), supposed, values), None)
        if broken is None:
            self._supposed += supposed
        else:
            self._withdraw(supposed)
        return broken

    def forget(self) -> None:
        """Suppose nothing any more: what was taken is about to be written, or will not be."""
        self._withdraw(self._supposed)
        self._supposed = []

    def _suppose(self, me: int, link: LinkedTo) -> Iterator[Touched]:
        pair = self._pairs.get(link.object_name)
        if pair is None:
            return
        ends = self._change.ends
        for label in link.labels or (None,):
            _, forward, name = self._change.direction(self._name, link.object_name, label)
            owner, other = (me, link.id) if forward else (link.id, me)
            old = ends.at(pair, owner, from_owner=True).get(other)
            labels, primary = read_labels(old or "")
            new = labels_text(dict.fromkeys([*labels, name] if name else labels), primary=primary)
            if old != new:
                ends.note(touched := Touched(pair, owner, other, old, new))
                yield touched

    def _broken(
        self, me: Ref, supposed: Iterable[Touched], values: Collection[str] | None
    ) -> Iterator[AssociationRule]:
        checker = self._checker
        for touched in supposed:
            yield from checker.circles(touched)
            yield from checker.lacking(touched, values)
            yield from chain.from_iterable(
                checker.excess(touched.pair, end, from_owner=from_owner)
                for end, from_owner in ((touched.owner, True), (touched.other, False))
            )
        if me.id <= 0:
            yield from checker.needs(me)

    def _withdraw(self, supposed: Iterable[Touched]) -> None:
        for touched in reversed([*supposed]):
            self._change.ends.note(Touched(touched.pair, touched.owner, touched.other, touched.new, touched.old))
