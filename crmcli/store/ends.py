"""Associations that have rules to keep to, as a transaction has them: read from either end, with what it changed.

Nothing of the store refuses them: a limit or a need holds for an operation as a whole, so it is looked at when all
of it is there (`services.association_rules`). Only pairs with rules are watched; the others cost nothing.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.store.indexing import labels_text, read_labels
from crmcli.store.survivors import merged_into, standing_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from crmcli.model.objects import Pair
    from crmcli.store.store import Store
    from crmcli.store.transaction import End


@frozen
class Touched:
    """One watched association before and after: labels as the file has them, None where there is none."""

    pair: Pair
    owner: int
    other: int
    old: str | None
    new: str | None


class Ends:
    """The watched associations of one transaction."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._watched: dict[str, dict[str, Pair]] = {}  # by object, then by the other object
        # by pair and end: id there → id at the far end → labels before and now
        self._changed: dict[tuple[int, bool], dict[int, dict[int, tuple[str | None, str | None]]]] = {}
        self._pairs: dict[int, Pair] = {}
        self.gone: set[End] = set()
        self.cleared: dict[End, set[str]] = {}  # properties that associations need
        self.back: set[End] = set()
        self._late: dict[End, list[tuple[End, str, str]]] = {}  # by a record that is gone: links of those that are back

    def watched(self, object_name: str) -> Mapping[str, Pair]:
        """The pairs of an object that have rules, by the object at the far end."""
        if object_name not in self._watched:
            self._watched[object_name] = {
                pair.other if pair.owner == object_name else pair.owner: pair
                for pair in self._store.model.pairs_of(object_name)
                if pair.ruled
            }
        return self._watched[object_name]

    def at(self, pair: Pair, record_id: int, *, from_owner: bool) -> dict[int, str]:
        """What a record at one end of a watched pair is associated with now: id → labels as the file has them."""
        here, there = ("owner", "other") if from_owner else ("other", "owner")
        rows = self._store.index.connection.execute(
            f"SELECT {there}, is_primary, labels FROM _association WHERE pair = ? AND {here} = ?",
            (pair.code, record_id),
        )
        found = {i: labels_text(json.loads(labels or "[]"), primary=bool(primary)) for i, primary, labels in rows}
        for far, (_, new) in self._changes(pair, from_owner=from_owner).get(record_id, {}).items():
            _put(found, far, new)
        return found

    def before(self, pair: Pair, record_id: int, *, from_owner: bool) -> dict[int, str]:
        """What it was associated with when the transaction began."""
        found = self.at(pair, record_id, from_owner=from_owner)
        for far, (old, _) in self._changes(pair, from_owner=from_owner).get(record_id, {}).items():
            _put(found, far, old)
        return found

    def touched(self) -> Iterator[Touched]:
        """The watched associations that changed."""
        for (code, from_owner), by_owner in self._changed.items():
            if from_owner:
                for owner, far in by_owner.items():
                    for other, (old, new) in far.items():
                        yield Touched(self._pairs[code], owner, other, old, new)

    def concerned(self, made: Iterable[str]) -> bool:
        """Whether there is anything to look at: a watched association changed, or a record came that may need one."""
        needs = (pair.needed_by(name) for name in dict.fromkeys(made) for pair in self.watched(name).values())
        return bool(self._changed or self.back or self.cleared) or any(needs)

    def put(self, owner: End, key: str, old: str | None, new: str | None) -> None:
        """Note that an association changed at its owner; `key` is "object:id" of the other end."""
        other_object, _, other_id = key.rpartition(":")
        pair = self.watched(owner[0]).get(other_object)
        if pair is None or pair.owner != owner[0]:
            return
        # An association with a record that is gone waits in the file for its return: nobody sees it meanwhile.
        other = standing_for(self._store.index.connection, other_object, int(other_id)) or int(other_id)
        if old is None or other in self.at(pair, owner[1], from_owner=True):
            self.note(Touched(pair, owner[1], other, old, new))

    def note(self, change: Touched) -> None:
        """Note a change of an association; one that is taken back is forgotten."""
        self._pairs[change.pair.code] = change.pair
        for from_owner, near, far in ((True, change.owner, change.other), (False, change.other, change.owner)):
            by_far = self._changes(change.pair, from_owner=from_owner).setdefault(near, {})
            old = by_far.get(far, (change.old, None))[0]
            if old == change.new:
                by_far.pop(far, None)
            else:
                by_far[far] = (old, change.new)

    def clear(self, end: End, names: Iterable[str]) -> None:
        """Note that properties of a record were cleared, as far as an association may need them."""
        needed = {name for pair in self.watched(end[0]).values() if pair.owner == end[0] for name in pair.requires}
        if some := needed.intersection(names):
            self.cleared.setdefault(end, set()).update(some)

    def removed(self, end: End, links: Mapping[str, object]) -> None:
        """Note that a record is about to go, with the associations that it owns."""
        watched = self.watched(end[0])
        if not watched:
            return
        for key, text in links.items():
            self.put(end, key, str(text), None)
        for pair in watched.values():
            if pair.other == end[0]:
                for owner, text in self.at(pair, end[1], from_owner=False).items():
                    self.note(Touched(pair, owner, end[1], text, None))
        self.gone.add(end)
        self.back.discard(end)

    def merged(self, end: End, into: int, links: Mapping[str, object]) -> None:
        """Note that a record is about to go into another: what others have of it they have of that one."""
        watched = self.watched(end[0])
        if not watched:
            return
        for key, text in links.items():
            self.put(end, key, str(text), None)
        for pair in watched.values():
            if pair.other == end[0]:
                there = self.at(pair, into, from_owner=False)
                for owner, text in self.at(pair, end[1], from_owner=False).items():
                    self.note(Touched(pair, owner, end[1], text, None))
                    if owner not in (end[1], into):
                        self.note(Touched(pair, owner, into, there.get(owner), united(there.get(owner), text)))
        self.gone.add(end)
        self.back.discard(end)

    def restored(self, end: End, links: Mapping[str, object]) -> None:
        """Note that a record is there again, with the associations that it owns and those that waited for it."""
        watched = self.watched(end[0])
        if not watched:
            return
        self.gone.discard(end)
        self.back.add(end)
        for key, text in links.items():
            other_object, _, other_id = key.rpartition(":")
            if self._there((other_object, int(other_id))):
                self.put(end, key, None, str(text))
            else:
                self._late.setdefault((other_object, int(other_id)), []).append((end, key, str(text)))
        for waiting, key, text in self._late.pop(end, ()):
            self.put(waiting, key, None, text)
        for pair in watched.values():
            if pair.other == end[0]:
                for owner, text in self._waiting(pair, end[1]).items():
                    self.note(Touched(pair, owner, end[1], None, text))

    def _there(self, end: End) -> bool:
        if end[0] not in self._store.model.words:
            return False
        return end in self.back or (end not in self.gone and self._store.exists(*end))

    def _waiting(self, pair: Pair, other: int) -> dict[int, str]:
        """The associations that owners keep for a record that is gone."""
        ids = [other, *merged_into(self._store.index.connection, pair.other, other)]
        rows = self._store.index.connection.execute(
            f"SELECT owner, is_primary, labels FROM _dangling WHERE pair = ? AND other IN ({','.join('?' * len(ids))})",
            (pair.code, *ids),
        )
        found = {i: labels_text(json.loads(labels or "[]"), primary=bool(primary)) for i, primary, labels in rows}
        return {owner: text for owner, text in found.items() if (pair.owner, owner) not in self.gone}

    def _changes(self, pair: Pair, *, from_owner: bool) -> dict[int, dict[int, tuple[str | None, str | None]]]:
        return self._changed.setdefault((pair.code, from_owner), {})


def united(kept: str | None, other: str) -> str:
    """The labels of two associations that become one, as the file has them; the first one's come first."""
    (labels, primary), (more, also) = read_labels(kept or ""), read_labels(other)
    return labels_text(dict.fromkeys((*labels, *more)), primary=primary or also)


def _put(found: dict[int, str], far: int, text: str | None) -> None:
    if text is None:
        found.pop(far, None)
    else:
        found[far] = text
