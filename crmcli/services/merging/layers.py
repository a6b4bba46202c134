"""What merged records made of their survivor, layer on layer, when one of them goes back.

Each merge laid a layer over the survivor: which values and associations it changed, from what to what. When one layer
goes, or the record that made it is not what it was, those above it are laid anew over what is below, by the same rules
as before. What somebody changed on the survivor since belongs to the survivor, and no layer touches it again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from crmcli.frozen import frozen
from crmcli.store.merge_reading import layers
from crmcli.store.values import differ

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from crmcli.services.workspace import Workspace
    from crmcli.store.transaction import Transaction


class Rules(Protocol):
    """How one record's part is laid over another's."""

    def with_others(self, names: Collection[str]) -> set[str]:
        """Give names with those that are decided together with them."""

    def laid(self, mine: tuple[Mapping[str, Any], int], theirs: tuple[Mapping[str, Any], int], fixed: Mapping[str, Any]
             ) -> Mapping[str, Any]:  # fmt: skip
        """Give what changes: name → value, None for none."""


@frozen
class Part:
    """One part of a record that merging changes: under which keys a tombstone keeps it."""

    own: str  # what the merged record has
    told: str  # what merging it changed of the survivor


VALUES = Part("record", "values")
LINKS = Part("associations", "links")


@frozen
class Contested:
    """What came from a merged record and was changed on its survivor since: before the merge, by it, and now."""

    name: str
    before: Any
    merged: Any
    now: Any


@dataclass(slots=True)
class Stack:
    """The survivors above one record that goes back, in a transaction; `contested` and `changed` say what was met."""

    workspace: Workspace
    change: Transaction
    object_name: str
    gone: int
    rules: Mapping[Part, Rules]
    contested: list[Contested] = field(default_factory=list)
    prefer_gone: bool = False
    _relaid: set[tuple[int, Part]] = field(default_factory=set)

    def relay(self, survivor: int, first: int, part: Part, names: Iterable[str]) -> None:
        """Lay the layers of a survivor anew from the record `first` on, as far as these names are concerned."""
        rules = self.rules[part]
        wanted = rules.with_others(set(names))
        if not wanted or (survivor, part) in self._relaid or not self._there(survivor):
            return
        self._relaid.add((survivor, part))  # merges that lead back to themselves come of a hand edit
        current = self._own(survivor, part)
        relaying = _Relaying(self._from(survivor, first), part, wanted, current)
        after = relaying.run(self.gone, survivor, rules)
        for name in sorted(wanted & relaying.edited):
            after |= self._contest(part, relaying.of(self.gone).get(name), name, current.get(name))
        for layer, told in relaying.told.items():
            self._retell(layer, {**self.change.merging.tombstone(self.object_name, layer), part.told: told})
        changed = {name: value for name, value in after.items() if differ(value, current.get(name))}
        if changed:
            self._put(survivor, part, current, changed)

    def _contest(self, part: Part, given: Sequence[Any] | None, name: str, now: Any) -> dict[str, Any]:  # noqa: ANN401
        """What was changed since: of several values those that came from the record go, of one it is said."""
        if given is None or part is LINKS:  # an association that somebody changed is the survivor's
            return {}
        before, merged = given
        if any(isinstance(value, list) for value in (before, merged, now)):
            return {name: _less(now, before, merged)}
        if not differ(now, before):
            return {}
        self.contested.append(Contested(name, before, merged, now))
        return {name: before} if self.prefer_gone else {}

    def _from(self, survivor: int, first: int) -> list[tuple[int, dict[str, Any]]]:
        """The layers of a survivor from the record `first` on, with their tombstones."""
        ids = layers(self.workspace.store, self.object_name, survivor)
        read = self.change.merging.tombstone
        return [(record_id, read(self.object_name, record_id)) for record_id in ids[ids.index(first) :]]

    def _there(self, survivor: int) -> bool:
        return self.change.there((self.object_name, survivor)) or self._into(survivor) is not None

    def _into(self, survivor: int) -> int | None:
        tombstone = self.workspace.store.tombstone(self.object_name, survivor)
        return tombstone.into if tombstone else None

    def _own(self, survivor: int, part: Part) -> dict[str, Any]:
        end = (self.object_name, survivor)
        if not self.change.there(end):
            return dict(self.change.merging.tombstone(*end)[part.own])
        if part is VALUES:
            return dict(self.change.row(end))
        return dict(self.change.edits.of(*end).shard.associations.get(survivor, {}))

    def _put(self, survivor: int, part: Part, current: Mapping[str, Any], changed: Mapping[str, Any]) -> None:
        """Give the survivor what it has now; where it is merged itself, so does what that one laid over the next."""
        end = (self.object_name, survivor)
        if self.change.there(end):
            if part is VALUES:
                self.change.set(*end, changed)
            else:
                for key, text in changed.items():
                    self.change.put_labels(end, key, text)
            return
        own = {name: value for name, value in {**current, **changed}.items() if value is not None}
        tombstone = self.change.merging.tombstone(*end)
        self._retell(survivor, {**tombstone, part.own: own})
        self.relay(int(tombstone["into"]), survivor, part, changed)

    def _retell(self, record_id: int, tombstone: Mapping[str, Any]) -> None:
        kept = {name: value for name, value in tombstone.items() if value or name in (VALUES.own, LINKS.own)}
        self.change.merging.retell(self.object_name, record_id, kept)


class _Relaying:
    """One run over the layers of a survivor; `told` is what each of them changes then."""

    def __init__(
        self, order: Sequence[tuple[int, dict[str, Any]]], part: Part, names: set[str], current: Mapping[str, Any]
    ) -> None:
        self._order = order
        self._part = part
        self._names = names
        self._current = current
        self.edited: set[str] = set()
        self.told: dict[int, dict[str, list[Any]]] = {}

    def of(self, record_id: int) -> Mapping[str, list[Any]]:
        """What merging a record changed."""
        return next((dict(t.get(self._part.told) or {}) for i, t in self._order if i == record_id), {})

    def run(self, gone: int, survivor: int, rules: Rules) -> dict[str, Any]:
        """Give what the survivor holds of these names when a record is gone; not of those that were edited."""
        state = dict(self._current) | {name: self._below(name) for name in sorted(self._names)}
        expected = {name: state[name] for name in self._names}
        fresh: dict[int, dict[str, list[Any]]] = {}
        for record_id, tombstone in self._order:
            told = self.of(record_id)
            self._follow(told, expected)
            if record_id != gone:
                fixed = {**(tombstone.get("chosen") or {}), **{n: state.get(n) for n in tombstone.get("held", ())}}
                laid = rules.laid((state, survivor), (tombstone[self._part.own], record_id), fixed)
                mine = {n: value for n, value in laid.items() if n in self._names and differ(state.get(n), value)}
                fresh[record_id] = {name: [state.get(name), value] for name, value in mine.items()}
                state |= mine
        self.edited |= {name for name in self._names if differ(self._current.get(name), expected[name])}
        relaid = self._names - self.edited
        for record_id, pairs in fresh.items():
            kept = {name: pair for name, pair in self.of(record_id).items() if name not in relaid}
            self.told[record_id] = kept | {name: pair for name, pair in pairs.items() if name in relaid}
        return {name: state[name] for name in sorted(relaid)}

    def _below(self, name: str) -> Any:  # noqa: ANN401 - a value as a data file has it
        """What stood below the first of the layers: what the first that changed it found, or what is there now."""
        for _, tombstone in self._order:
            told = tombstone.get(self._part.told) or {}
            if name in told:
                return told[name][0]
        return self._current.get(name)

    def _follow(self, told: Mapping[str, Sequence[Any]], expected: dict[str, Any]) -> None:
        """See whether each layer found what the one below it left: else somebody changed it in between."""
        for name in self._names & told.keys():
            if differ(told[name][0], expected[name]):
                self.edited.add(name)
            expected[name] = told[name][1]


def _less(now: object, before: object, merged: object) -> list[Any] | None:
    """Give several values less those that a merge brought, and with those again that it took away."""
    had, got, have = (list(value) if isinstance(value, list) else [] for value in (before, merged, now))
    left = [each for each in have if each not in got or each in had]
    left += [each for each in had if each not in got and each not in left]
    return left or None
