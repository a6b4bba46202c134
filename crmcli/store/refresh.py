"""Refresh: the index catches up with data files and journals that something else changed.

For the holder of the writers' lock; `stale` alone may be asked by anyone.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from crmcli.store import chronicle, journal
from crmcli.store.clones import IDS_PER_CLONE
from crmcli.store.files import DATA, JOURNAL, shard_path
from crmcli.store.freshness import UNKNOWN, Folder, Stamp, look, settled, signature, stamp, stamps
from crmcli.store.indexing import RowWriter, association_rows, existing_rows, part_ends, tombstone_rows
from crmcli.store.keys import key_properties, keys_of
from crmcli.store.search import mark_stale
from crmcli.store.shard import SHARD_SIZE, DamagedFile, Shard, parse, parse_fast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crmcli.model.objects import Model, ObjectType
    from crmcli.store.index import Index
    from crmcli.store.indexing import AssociationRow

SHARDS_PER_CLONE = IDS_PER_CLONE // SHARD_SIZE


class Refresh:
    """One look at a workspace's files beside its index."""

    def __init__(self, root: str, index: Index, model: Model, clock_ns: Callable[[], int]) -> None:
        self._root = root
        self._index = index
        self._model = model
        self._clock_ns = clock_ns
        self.warnings: list[str] = []

    def stale(self) -> bool:
        """Whether any data file or journal differs from what the index has seen."""
        return self.journal_signature() != self._index.signature(JOURNAL) or any(
            look(self._folder(name)).signature() != self._index.signature(name) for name in self._model.objects
        )

    def run(self, *, unsettled: str = "") -> None:
        """Take up every change in one transaction.

        `unsettled`: a committed operation whose shards are not renamed yet.
        """
        connection = self._index.connection
        self._index.begin()
        try:
            for name in self._model.objects:
                self._refresh_object(name, look(self._folder(name)))
            signed = self.journal_signature()
            if signed != self._index.signature(JOURNAL):
                chronicle.read_new(connection, self._root, leave_out=unsettled)
                self._index.sign(JOURNAL, b"" if unsettled else signed)
            self._index.remember("complete", 1)
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")

    def _folder(self, object_name: str) -> str:
        return os.path.join(self._root, DATA, object_name)

    def journal_signature(self) -> bytes:
        """The stamps of the journal files as bytes."""
        folder = os.path.join(self._root, JOURNAL)
        found: dict[int, Stamp] = {}
        for name in journal.names(self._root):
            month = int(name[:7].replace("-", ""))
            found[month * 10**6 + journal.clone_of(name)] = stamp(os.stat(os.path.join(folder, name)))
        return signature(found)

    def _refresh_object(self, name: str, now: Folder) -> None:
        before = stamps(self._index.signature(name))
        if now.stamps == before:
            return
        seen = dict(now.stamps)
        self._forget_missing(name, before, now)
        changed = [number for number, mark in sorted(now.stamps.items()) if before.get(number) != mark]
        if changed:
            writer = _ShardWriter(self._index, self._model, self._model.objects[name])
            for number in changed:
                seen[number] = self._refresh_shard(writer, name, number)
        self._index.sign(name, signature(seen))

    def _refresh_shard(self, writer: _ShardWriter, name: str, number: int) -> Stamp:
        path = shard_path(name, number)
        read = parse if writer.known(number) else parse_fast
        try:
            with open(os.path.join(self._root, path), "rb") as file:
                mark = stamp(os.fstat(file.fileno()))
                writer.put(number, read(file.read(), name, path))
        except DamagedFile as damage:
            self._index.damaged(name, number, damage)
            return UNKNOWN
        except OSError as error:
            self._index.damaged(name, number, DamagedFile(path, error.strerror or str(error)))
            return UNKNOWN
        return settled(mark, self._clock_ns())

    def _forget_missing(self, name: str, before: dict[int, Stamp], now: Folder) -> None:
        missing = set(gaps(now.stamps))
        for number in missing:
            self._index.damaged(name, number, DamagedFile(shard_path(name, number), "it is missing"))
        gone = sorted(before.keys() - now.stamps.keys() - missing)
        writer = _ShardWriter(self._index, self._model, self._model.objects[name])
        for number in gone:
            writer.put(number, Shard(name))
        if gone:
            which = shard_path(name, gone[0]) + (f" and {len(gone) - 1} more data files are" if gone[1:] else " is")
            self.warnings.append(f"{which} gone, and with them the records that they held")


def gaps(found: dict[int, Stamp]) -> Iterator[int]:
    """The shard numbers that are missing below the highest one of each clone."""
    highest: dict[int, int] = {}
    for number in found:
        clone = number // SHARDS_PER_CLONE
        highest[clone] = max(highest.get(clone, number), number)
    if len(found) == sum(top - clone * SHARDS_PER_CLONE + 1 for clone, top in highest.items()):
        return
    for clone, top in highest.items():
        yield from (n for n in range(clone * SHARDS_PER_CLONE, top) if n not in found)


class _ShardWriter:
    """Brings the index to what shards of one object hold, writing only what differs."""

    def __init__(self, index: Index, model: Model, object_type: ObjectType) -> None:
        self._index = index
        self._connection = index.connection
        self._model = model
        self._object = object_type
        self._rows = RowWriter(object_type)
        self._keys = key_properties(object_type)
        self._codes = [pair.code for pair in model.pairs.values() if pair.owner == object_type.name]
        self._columns = [p.name for p in object_type.properties.values() if not p.formula]

    def known(self, number: int) -> bool:
        """Whether the index has records of this shard already."""
        return bool(existing_rows(self._connection, self._object.name, (), *_range(number)))

    def put(self, number: int, shard: Shard) -> None:
        """Make the index equal to a shard."""
        self._index.sound(self._object.name, number)
        mark_stale(self._connection, self._object.name, number)
        first, last = _range(number)
        self._put_records(shard, first, last)
        self._put_associations(shard, first, last)
        if self._put_tombstones(shard, first, last):
            part_ends(self._connection, self._model, self._object.name, first, last)

    def _put_records(self, shard: Shard, first: int, last: int) -> None:
        ids = sorted(shard.records)
        rows = [shard.records[i] for i in ids]
        name = self._object.name
        if not existing_rows(self._connection, name, (), first, last):
            self._rows.put(self._connection, ids, rows)
            self._put_keys(ids, shard)
            return
        names, lines = self._rows.lines(ids, rows)
        wanted = dict(zip(ids, lines, strict=True))
        before = existing_rows(self._connection, name, names, first, last)
        beyond = existing_rows(self._connection, name, [c for c in self._columns if c not in names], first, last)
        changed = [i for i in ids if before.get(i) != wanted[i] or any(v is not None for v in beyond[i][2:])]
        gone = before.keys() - wanted.keys()
        self._index.drop_records(self._object, self._keys, [*gone, *(i for i in changed if i in before)])
        self._rows.put(self._connection, changed, [shard.records[i] for i in changed])
        self._put_keys(changed, shard)

    def _put_keys(self, ids: list[int], shard: Shard) -> None:
        self._connection.executemany(
            "INSERT OR IGNORE INTO _key VALUES (?, ?, ?)",
            [(value, key.code, i) for i in ids for key, value in keys_of(self._keys, shard.records[i])],
        )

    def _put_associations(self, shard: Shard, first: int, last: int) -> None:
        wanted: set[AssociationRow] = set(association_rows(self._model, self._object.name, shard.associations))
        before: set[AssociationRow] = set()
        for table in ("_association", "_dangling"):
            for code in self._codes:
                before.update(
                    self._connection.execute(
                        f"SELECT * FROM {table} WHERE pair = ? AND owner BETWEEN ? AND ?",
                        (code, first, last),
                    )
                )
        for table in ("_association", "_dangling"):
            self._connection.executemany(
                f"DELETE FROM {table} WHERE pair = ? AND owner = ? AND other = ?",
                [row[:3] for row in before - wanted],
            )
        fresh = sorted(wanted - before, key=_ends)
        self._connection.executemany("INSERT OR REPLACE INTO _association VALUES (?, ?, ?, ?, ?)", fresh)
        if fresh:
            part_ends(self._connection, self._model, self._object.name, first, last)

    def _put_tombstones(self, shard: Shard, first: int, last: int) -> bool:
        name = self._object.name
        wanted = set(tombstone_rows(name, shard.tombstones))
        before = set(
            self._connection.execute(
                "SELECT * FROM _tombstone WHERE object = ? AND first BETWEEN ? AND ?", (name, first, last)
            )
        )
        self._connection.executemany(
            "DELETE FROM _tombstone WHERE object = ? AND first = ?", [row[:2] for row in before - wanted]
        )
        self._connection.executemany("INSERT OR REPLACE INTO _tombstone VALUES (?, ?, ?, ?, ?, ?)", wanted - before)
        return wanted != before


def _ends(row: AssociationRow) -> tuple[int, int, int]:
    return row[:3]


def _range(number: int) -> tuple[int, int]:
    return number * SHARD_SIZE, number * SHARD_SIZE + SHARD_SIZE - 1
