"""Turning changes back, from the last one to the first: what records were before operations changed them.

What was not as the journal left it was changed outside crm at a time that nobody knows; it is remembered, and what the
journal says of the time before holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from crmcli.model.applied import PATH as SCHEMA
from crmcli.store.changes import (
    Created,
    Erased,
    FileWritten,
    Linked,
    LinkedMany,
    Past,
    RangeRemoved,
    RangeRestored,
    Removed,
    Restored,
    Updated,
)
from crmcli.store.chronicle import micros
from crmcli.store.files import read_if_there, shard_path
from crmcli.store.merge_changes import Merged, Retold, Unmerged
from crmcli.store.past_records import PastRecords
from crmcli.store.shard import SHARD_SIZE, parse_fast
from crmcli.store.staging import aside_path
from crmcli.store.values import differ

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from typing import Any

    from crmcli.store.changes import Change
    from crmcli.store.store import Store
    from crmcli.store.transaction import End

_Some = TypeVar("_Some")


class TurningBack:
    """One walk through the operations since a moment.

    `kept` are the properties ("other" ends for associations) that undos of earlier operations changed, which stay;
    `early` the records, by object, that were there before they were created here.
    """

    def __init__(
        self, store: Store, at: int, kept: Collection[tuple[str, int, str]], early: Mapping[str, Collection[int]]
    ) -> None:
        """Begin at what a store has now; `at` is in microseconds since 1970."""
        self._store = store
        self._at = at
        self._kept = kept
        self._early = early
        self.records = PastRecords(store)
        self.outside: set[tuple[str, int, str]] = set()  # object, id, property: changed by no operation
        self.past: set[tuple[str, int, str]] = set()  # object, id, property: with a history from elsewhere
        self.erased: set[End] = set()
        self.lost = 0  # records of which nothing is left
        self.schema = False  # whether the data were rewritten for another schema
        self._objects = {"", *store.model.objects}
        self._operation = ""
        self._made: dict[str, list[Created]] = {}
        self._former: dict[str, dict[str, str]] = {}

    def operation(self, operation: str, changes: Sequence[Change]) -> None:
        """Turn one operation back."""
        known = [change for change in changes if _name(change) in self._objects]
        self._operation = operation
        self._made = {}
        for made in _of(Created, known):
            self._made.setdefault(made.object_name, []).append(made)
        self._look_ahead(known)
        for change in reversed(known):
            _TURN.get(type(change), _nothing)(self, change)

    def _look_ahead(self, changes: Sequence[Change]) -> None:
        """Read the records that these changes are about all at once."""
        ids: dict[str, list[int]] = {}
        for change in changes:
            if isinstance(change, Updated | Removed | Restored | Merged | Unmerged | Retold | Linked):
                ids.setdefault(change.object_name, []).append(change.id)
        for many in _of(LinkedMany, changes):
            ids.setdefault(many.object_name, []).extend(i for i, _ in many.ends if not self._new(many.object_name, i))
        for name, some in ids.items():
            self.records.take(name, dict.fromkeys(some))
        owners = [(one.object_name, one.id) for one in _of(Linked, changes)]
        owners += [(many.object_name, i) for many in _of(LinkedMany, changes) for i, _ in many.ends]
        self.records.links(end for end in owners if not self._new(*end))

    def _new(self, object_name: str, record_id: int) -> bool:
        """Whether this operation created a record."""
        return any(one.first <= record_id <= one.last for one in self._made.get(object_name, ()))

    def created(self, done: Created) -> None:
        """They were not there, or before they were created here."""
        self.records.never_was(done.object_name, done.first, done.last, self._early.get(done.object_name, ()))

    def updated(self, done: Updated) -> None:
        """Its properties had other values, unless that they had these is older than when it was written down."""
        if done.places is not None:  # the schema changed, not what was true
            self.schema = True
            return
        record = self.records.of((done.object_name, done.id))
        if record.row is None or (done.at and micros(done.at) <= self._at):
            return
        names = self._names(done.object_name)
        for written, (old, new) in done.values.items():
            name = names.get(written, written)
            what = done.object_name, done.id, name
            if differ(record.row.get(name), new):
                if what in self._kept:
                    continue
                self.outside.add(what)
            if old is None:
                record.row.pop(name, None)
            else:
                record.row[name] = old

    def _names(self, object_name: str) -> Mapping[str, str]:
        """The names that properties have now, by those that they had."""
        if object_name not in self._former:
            properties = self._store.model.objects[object_name].properties.values()
            self._former[object_name] = {prop.was: prop.name for prop in properties if prop.was}
        return self._former[object_name]

    def removed(self, done: Removed) -> None:
        """It was there."""
        record = self.records.of((done.object_name, done.id))
        record.row, record.links, record.tombstone = dict(done.values), dict(done.links), None

    def restored(self, done: Restored) -> None:
        """It was not there."""
        record = self.records.of((done.object_name, done.id))
        operation = self.records.removal(done.object_name, done.id)
        record.row, record.links, record.tombstone = None, {}, {"kind": "deleted", "operation": operation}

    def range_removed(self, done: RangeRemoved) -> None:
        """They were there, as the shard has them that was put aside."""
        name = done.object_name
        path = shard_path(name, done.first // SHARD_SIZE)
        content = read_if_there(aside_path(self._store.root, path, self._operation))
        if content is None:
            self.lost += done.last - done.first + 1
            return
        aside = parse_fast(content, name, path)
        ids = [i for i in aside.records if done.first <= i <= done.last]
        records = self.records.take(name, ids)
        for record_id in ids:
            record = records[record_id]
            record.row, record.links = dict(aside.records[record_id]), dict(aside.associations.get(record_id, {}))
            record.tombstone = None
        self.records.buried.get(name, {}).pop(done.first, None)

    def range_restored(self, done: RangeRestored) -> None:
        """They were not there."""
        self.records.bury(done.object_name, done.first, done.last, done.taken_from)

    def linked(self, done: Linked) -> None:
        """The association had other labels, or was not there."""
        if self._new(done.object_name, done.id):
            return
        record = self.records.of((done.object_name, done.id))
        if record.row is None or record.links is None:
            return
        if record.links.get(done.other) != done.new:
            if (done.object_name, done.id, done.other) in self._kept:
                return
            self.outside.add((done.object_name, done.id, done.other))
        if done.old is None:
            record.links.pop(done.other, None)
        else:
            record.links[done.other] = done.old

    def linked_many(self, done: LinkedMany) -> None:
        """The associations were not there."""
        for one in done.each():
            self.linked(one)

    def merged(self, done: Merged) -> None:
        """It was there by itself."""
        record = self.records.of((done.object_name, done.id))
        record.row, record.links = _dict(done.tombstone.get("record")), _dict(done.tombstone.get("associations"))
        record.tombstone = None

    def unmerged(self, done: Unmerged) -> None:
        """It was merged into another."""
        record = self.records.of((done.object_name, done.id))
        record.row, record.links, record.tombstone = None, {}, dict(done.tombstone)

    def retold(self, done: Retold) -> None:
        """The tombstone of a merged record kept something else."""
        self.records.of((done.object_name, done.id)).tombstone = dict(done.old)

    def told(self, done: Past) -> None:
        """A history from elsewhere leaves the record as it is; it is looked at in the end."""
        if not done.taken:
            self.past.add((done.object_name, done.id, done.property_name))

    def forgotten(self, done: Erased) -> None:
        """Nobody knows what it was."""
        self.erased.add((done.object_name, done.id))

    def written(self, done: FileWritten) -> None:
        """A file is as it is now, as is the schema."""
        self.schema = self.schema or done.path == SCHEMA


def _name(change: Change) -> str:
    """The object that a change is about, "" for none."""
    return str(getattr(change, "object_name", ""))


def _dict(found: object) -> dict[str, object]:
    return dict(found) if isinstance(found, dict) else {}


def _of(kind: type[_Some], changes: Sequence[Change]) -> list[_Some]:
    return [change for change in changes if isinstance(change, kind)]


def _nothing(_walk: TurningBack, _done: Change) -> None:
    """Of what leaves every record as it is."""


_TURN: dict[type[Any], Callable[[TurningBack, Any], None]] = {
    Created: TurningBack.created,
    Updated: TurningBack.updated,
    Removed: TurningBack.removed,
    Restored: TurningBack.restored,
    RangeRemoved: TurningBack.range_removed,
    RangeRestored: TurningBack.range_restored,
    Linked: TurningBack.linked,
    LinkedMany: TurningBack.linked_many,
    Merged: TurningBack.merged,
    Unmerged: TurningBack.unmerged,
    Retold: TurningBack.retold,
    Past: TurningBack.told,
    Erased: TurningBack.forgotten,
    FileWritten: TurningBack.written,
}
