"""Records on their way back to what they were: each as it is now, and as the changes since let it have been."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crmcli.store.merge_reading import owned
from crmcli.store.survivors import held_keys

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from crmcli.store.shard import Row
    from crmcli.store.store import Store
    from crmcli.store.survivors import Range
    from crmcli.store.transaction import End

_AT_ONCE = 10_000
_FEW = 500  # records that are looked at one by one


@dataclass(slots=True)
class PastRecord:
    """One record: its row `now` and as it was, None where it is not there.

    `links` are the associations that it owns, "object:id" → labels; None while they are as they are now. `tombstone` is
    what stood in its place. `early` says that it was created later, and was there before by what was told of it.
    """

    now: Row | None
    row: Row | None
    links: Row | None = None
    tombstone: Row | None = None
    early: bool = False

    @property
    def moved(self) -> bool:
        """Whether it came or went since."""
        return (self.now is None) is not (self.row is None)


class PastRecords:
    """The records that changed since a moment, by object and id, and the ranges of those that were created since."""

    def __init__(self, store: Store) -> None:
        """Read what there is now from a store."""
        self._store = store
        self.objects: dict[str, dict[int, PastRecord]] = {}
        self.unborn: dict[str, list[Range]] = {}
        self.buried: dict[str, dict[int, Row]] = {}  # tombstones of ranges that stood then, by their first ids

    def take(self, object_name: str, ids: Iterable[int]) -> dict[int, PastRecord]:
        """Read these records, unless they are known; give all that are known of the object."""
        known = self.objects.setdefault(object_name, {})
        missing = [i for i in ids if i not in known]
        for start in range(0, len(missing), _AT_ONCE):
            block = missing[start : start + _AT_ONCE]
            rows = {record.id: {**record.extra, **record.values} for record in self._store.records(object_name, block)}
            for record_id in block:
                row = rows.get(record_id)
                known[record_id] = PastRecord(row, None if row is None else dict(row))
        return known

    def of(self, end: End) -> PastRecord:
        """The record with a name and an id."""
        return self.take(end[0], [end[1]])[end[1]]

    def links(self, ends: Iterable[End]) -> None:
        """Read the associations that these records own, unless they are known."""
        wanted: dict[str, list[int]] = {}
        for name, record_id in dict.fromkeys(ends):
            if self.of((name, record_id)).links is None:
                wanted.setdefault(name, []).append(record_id)
        for name, ids in wanted.items():
            for record_id, links in owned(self._store, name, ids).items():
                self.objects[name][record_id].links = dict(links)

    def never_was(self, object_name: str, first: int, last: int, early: Iterable[int]) -> None:
        """Let a range of records not be there, those aside that were there before they were created here."""
        kept = [i for i in early if first <= i <= last]
        few = last - first < _FEW
        self.links((object_name, i) for i in kept)
        for record_id, record in self.take(object_name, range(first, last + 1) if few else kept).items():
            if first <= record_id <= last:
                record.early = record_id in kept
                if not record.early:
                    record.row, record.links = None, {}
        if not few:
            self.unborn.setdefault(object_name, []).append((first, last))

    def bury(self, object_name: str, first: int, last: int, operation: str) -> None:
        """Let a range of records not be there, with what their removal by an operation had left in their place."""
        present = self._store.index.connection.execute(
            f'SELECT id FROM "{object_name}" WHERE id BETWEEN ? AND ?', (first, last)
        ).fetchall()
        for record_id, record in self.take(object_name, [row[0] for row in present]).items():
            if first <= record_id <= last:
                record.row, record.links = None, {}
        self.buried.setdefault(object_name, {})[first] = {"last": last, "kind": "undone", "operation": operation}

    def removal(self, object_name: str, record_id: int) -> str:
        """The operation that removed a record last, "" where none is known."""
        row = self._store.index.connection.execute(
            "SELECT op FROM _history WHERE object = ? AND id = ? AND property = ''"
            " AND json_extract(new, '$.event') IN ('deleted', 'undone') ORDER BY rowid DESC LIMIT 1",
            (object_name, record_id),
        ).fetchone()
        return str(row[0]) if row else ""

    def held(self, object_name: str, record_id: int) -> list[tuple[str, int]]:
        """The keys that the tombstone of a merged record holds now: (value, code)."""
        return held_keys(self._store.index.connection, object_name, record_id)


def event_of(new: str | None) -> Mapping[str, str | None]:
    """What an entry of the history says that happened to a record."""
    found: Mapping[str, str | None] = json.loads(new or "{}")
    return found
