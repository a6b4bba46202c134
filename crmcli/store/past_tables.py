"""The index's tables as they were: records that changed since, their keys, tombstones and associations, put back."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from crmcli.store.index import insert_rows, quoted
from crmcli.store.indexing import ASSOCIATION, RowWriter, association_rows, tombstone_rows
from crmcli.store.keys import key_properties, keys_of
from crmcli.store.resolving import resolve_others, resolve_owners
from crmcli.store.search import mark_stale
from crmcli.store.shard import SHARD_SIZE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from crmcli.model.objects import ObjectType
    from crmcli.store.past_records import PastRecord, PastRecords
    from crmcli.store.shard import Row
    from crmcli.store.store import Store
    from crmcli.store.survivors import Range

_BLOCK = 1_000


class PastTables:
    """Puts what records were into the index, inside the transaction that is open."""

    def __init__(self, store: Store, records: PastRecords) -> None:
        """Write into the index of a store."""
        self._model = store.model
        self._connection = store.index.connection
        self._records = records
        known = {**records.objects, **records.unborn, **records.buried}
        self._objects = {name: self._changed(name) for name in known if name in store.model.objects}

    def put(self) -> None:
        """Put everything."""
        for name, changed in self._objects.items():
            object_type = self._model.objects[name]
            self._put_keys(object_type, changed)
            self._put_rows(name, changed)
            self._put_tombstones(name, changed)
            touched = {i // SHARD_SIZE for i in changed}
            touched |= {n for f, last in self._unborn(name) for n in range(f // SHARD_SIZE, last // SHARD_SIZE + 1)}
            for number in touched:
                mark_stale(self._connection, name, number)
        owners = {name: self._put_links(name, changed) for name, changed in self._objects.items()}
        for name, changed in self._objects.items():
            gone = [i for i, record in changed.items() if record.moved or record.tombstone]
            ranges = [(first, int(str(row["last"]))) for first, row in self._records.buried.get(name, {}).items()]
            resolve_others(self._connection, self._model, name, [*_ranges(gone), *ranges])
        for name, ids in owners.items():
            for _, some in groupby(sorted(ids), key=lambda i: i // SHARD_SIZE):
                block = list(some)
                resolve_owners(self._connection, self._model, name, (block[0], block[-1]))

    def _unborn(self, name: str) -> Sequence[Range]:
        return self._records.unborn.get(name, ())

    def _changed(self, name: str) -> dict[int, PastRecord]:
        """Give the records of an object that were not what they are."""
        return {
            record_id: record
            for record_id, record in self._records.objects.get(name, {}).items()
            if record.early or record.row != record.now or record.links is not None or record.tombstone is not None
        }

    def _put_rows(self, name: str, changed: Mapping[int, PastRecord]) -> None:
        table = quoted(name)
        early = {i for i, record in changed.items() if record.early}
        for first, last in _without(self._unborn(name), early):
            self._connection.execute(f"DELETE FROM {table} WHERE id BETWEEN ? AND ?", (first, last))
        gone = [(i,) for i, record in changed.items() if record.row is None and record.now is not None]
        self._connection.executemany(f"DELETE FROM {table} WHERE id = ?", gone)
        rows = {i: r.row for i, r in sorted(changed.items()) if r.row is not None and r.row != r.now}
        writer = RowWriter(self._model.objects[name])
        for block in _blocks(list(rows)):
            writer.put(self._connection, block, [rows[i] for i in block])

    def _put_keys(self, object_type: ObjectType, changed: Mapping[int, PastRecord]) -> None:
        """Make the keys of these records those that they had."""
        keys = key_properties(object_type)
        early = {i for i, record in changed.items() if record.early}
        self._drop_unborn([key.code for key in keys], list(_without(self._unborn(object_type.name), early)))
        before: set[tuple[str, int, int]] = set()
        after: set[tuple[str, int, int]] = set()
        for record_id, record in changed.items():
            now, then = record.now, record.row or record.tombstone
            if record.row is None and record.tombstone is not None:
                kept = record.tombstone.get("record")
                then = kept if isinstance(kept, dict) else None
            if now is None:
                before.update(
                    (value, code, record_id) for value, code in self._records.held(object_type.name, record_id)
                )
            before.update((value, key.code, record_id) for key, value in keys_of(keys, now or {}))
            after.update((value, key.code, record_id) for key, value in keys_of(keys, then or {}))
        gone = "DELETE FROM _key WHERE value = ? AND code = ? AND id = ?"
        self._connection.executemany(gone, sorted(before - after))
        insert_rows(self._connection, "_key (value, code, id)", "(?, ?, ?)", sorted(after - before))

    def _drop_unborn(self, codes: Sequence[int], ranges: Sequence[Range]) -> None:
        """Take out the keys of many records that were not there, by going through all."""
        if not codes or not ranges:
            return
        marks = ", ".join("?" * len(codes))
        where = " OR ".join(["id BETWEEN ? AND ?"] * len(ranges))
        bounds = [end for one in ranges for end in one]
        self._connection.execute(f"DELETE FROM _key WHERE code IN ({marks}) AND ({where})", [*codes, *bounds])

    def _put_tombstones(self, name: str, changed: Mapping[int, PastRecord]) -> None:
        keys = key_properties(self._model.objects[name])
        there = [(name, i, i) for i, record in changed.items() if record.row is not None]
        gone = "DELETE FROM _tombstone WHERE object = ? AND first = ? AND last = ?"
        self._connection.executemany(gone, there)
        table: dict[int, Row] = {i: r.tombstone for i, r in sorted(changed.items()) if r.tombstone is not None}
        table |= self._records.buried.get(name, {})
        insert_rows(self._connection, "_tombstone", "(?, ?, ?, ?, ?, ?, ?)", tombstone_rows(name, table, keys))

    def _put_links(self, name: str, changed: Mapping[int, PastRecord]) -> list[int]:
        """Put the associations that these records owned as their files had them; give the owners."""
        codes = [pair.code for pair in self._model.pairs_owned(name)]
        for record in changed.values():
            if record.early:
                record.links = {other: text for other, text in (record.links or {}).items() if self._there(other)}
        owners = [i for i, record in changed.items() if record.links is not None]
        early = {i for i, record in changed.items() if record.early}
        for table in ("_association", "_dangling"):
            for code in codes:
                query = f"DELETE FROM {table} WHERE pair = ? AND owner BETWEEN ? AND ?"
                ranges = [*_ranges(owners), *_without(self._unborn(name), early)]
                self._connection.executemany(query, [(code, *one) for one in ranges])
        links = {i: dict(record.links) for i, record in sorted(changed.items()) if record.links}
        rows = association_rows(self._model, name, links)
        insert_rows(
            self._connection, f"_association ({ASSOCIATION})", "(?, ?, ?, ?, ?)", sorted(rows, key=itemgetter(0, 1, 2))
        )
        return [i for i in owners if changed[i].links]

    def _there(self, other: str) -> bool:
        """Whether a record was there."""
        name, _, record_id = other.rpartition(":")
        if name not in self._model.objects or not record_id.isdecimal():
            return False
        query = f"SELECT 1 FROM {quoted(name)} WHERE id = ?"
        return self._connection.execute(query, (int(record_id),)).fetchone() is not None


def _ranges(ids: Iterable[int]) -> Iterator[Range]:
    """Give ids as ranges without gaps."""
    first = last = None
    for record_id in sorted(ids):
        if first is None or last is None or record_id != last + 1:
            if first is not None and last is not None:
                yield first, last
            first = record_id
        last = record_id
    if first is not None and last is not None:
        yield first, last


def _without(ranges: Sequence[Range], ids: Iterable[int]) -> Iterator[Range]:
    """Give the ranges between these ids."""
    out = sorted(ids)
    for begin, last in ranges:
        first = begin
        for record_id in out:
            if first <= record_id <= last:
                if first < record_id:
                    yield first, record_id - 1
                first = record_id + 1
        if first <= last:
            yield first, last


def _blocks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + _BLOCK] for start in range(0, len(ids), _BLOCK))
