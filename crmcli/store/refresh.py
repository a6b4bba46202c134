"""Refresh: the index catches up with data files and journals that something else changed.

For the holder of the writers' lock; `stale` alone may be asked by anyone.
"""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from sqlite3 import OperationalError
from typing import TYPE_CHECKING

from crmcli.store import chronicle
from crmcli.store.clones import SHARDS_PER_CLONE
from crmcli.store.contents import Contents, ContentsReader
from crmcli.store.files import DATA, JOURNAL, shard_path
from crmcli.store.freshness import UNKNOWN, Stamp, journal_signature, look, signature, stamps
from crmcli.store.index import insert_records, insert_rows, quoted
from crmcli.store.indexing import ASSOCIATION, existing_rows, merged_keys
from crmcli.store.keys import key_properties
from crmcli.store.resolving import resolve_others, resolve_owners, resolve_waiting
from crmcli.store.search import mark_stale
from crmcli.store.shard import DamagedFile, shard_range
from crmcli.store.survivors import put_tombstones

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from crmcli.model.objects import Model, ObjectType
    from crmcli.store.contents import Found, IndexLine
    from crmcli.store.index import Index
    from crmcli.store.indexing import AssociationRow, TombstoneRow
    from crmcli.store.journal import DamagedJournal

_ASSOCIATION = "(?, ?, ?, ?, ?)"
_MANY = 10  # shards that are worth a second process: reading them takes some 0.1 s


class Refresh:
    """One look at a workspace's files beside its index."""

    def __init__(self, root: str, index: Index, model: Model, clock_ns: Callable[[], int]) -> None:
        self._root = root
        self._index = index
        self._model = model
        self._clock_ns = clock_ns
        self.warnings: list[str] = []
        self.damages: list[DamagedJournal] = []  # journals whose operations are not taken up

    def run(self, *, unsettled: str = "") -> None:
        """Take up every change in one transaction.

        `unsettled`: a committed operation whose shards are not renamed yet.
        """
        connection = self._index.connection
        self._index.begin()
        try:
            resolve_waiting(self._index, self._model)
            connection.execute("CREATE TEMP TABLE _found_key (value TEXT, code INTEGER, id INTEGER)")
            for name in self._model.objects:
                self._refresh_object(name, look(self._folder(name)))
            signed = journal_signature(self._root)
            if signed != self._index.signature(JOURNAL):
                self.damages = chronicle.read_new(connection, self._root, leave_out=unsettled)
                self._index.sign(JOURNAL, b"" if unsettled or self.damages else signed)
            self._take_keys()
        except BaseException:
            with suppress(OperationalError):  # what was wrong matters, not that nothing is left to roll back
                connection.execute("ROLLBACK")
            raise
        self._index.commit()

    def _take_keys(self) -> None:
        """Take up the keys of all shards that were read, sorted: in the order of the files it would take far longer."""
        connection = self._index.connection
        connection.execute("INSERT OR IGNORE INTO _key SELECT value, code, id FROM _found_key ORDER BY 1, 2, 3")
        connection.execute("DROP TABLE _found_key")

    def _folder(self, object_name: str) -> str:
        return os.path.join(self._root, DATA, object_name)

    def _refresh_object(self, name: str, now: dict[int, Stamp]) -> None:
        before = stamps(self._index.signature(name))
        if now == before:
            return
        missing = set(gaps(now))
        seen = now | dict.fromkeys(missing, UNKNOWN)
        for number in missing:
            self._index.damaged(name, number, DamagedFile(shard_path(name, number), "it is missing"))
        self._forget(name, sorted(before.keys() - seen.keys()))
        changed = [number for number, mark in sorted(now.items()) if before.get(number) != mark]
        if changed:
            writer = _ShardWriter(self._index, self._model, self._model.objects[name])
            with self._found(name, changed, writer) as found:
                for one in found:
                    seen[one.number] = one.stamp
                    if one.damage:
                        path = shard_path(name, one.number)
                        self._index.damaged(name, one.number, DamagedFile(path, one.damage))
                    else:
                        writer.put(one.number, one.contents)
        self._index.sign(name, signature(seen))

    @contextmanager
    def _found(self, name: str, numbers: Sequence[int], writer: _ShardWriter) -> Iterator[Iterable[Found]]:
        """Read these shards; many that are all new to the index by a second process, while others are written."""
        reader = ContentsReader(self._root, self._model, self._model.objects[name], self._clock_ns)
        if self._index.building and len(numbers) > _MANY:
            from crmcli.store.ahead import ahead

            with ahead(lambda: map(reader.read, numbers)) as found:
                yield found
        else:
            yield (reader.read(number, changed=writer.known(number)) for number in numbers)

    def _forget(self, name: str, gone: Sequence[int]) -> None:
        """Take the records of files that are gone out of the index, with a line of warning."""
        writer = _ShardWriter(self._index, self._model, self._model.objects[name])
        for number in gone:
            writer.put(number, Contents())
        if gone:
            more = f" and {len(gone) - 1} more data files are" if gone[1:] else " is"
            self.warnings.append(
                f"{shard_path(name, gone[0])}{more} gone, with all records in it; git or a backup has it"
            )


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
        self._new = index.building
        self._model = model
        self._object = object_type
        self._keys = key_properties(object_type)
        self._codes = [pair.code for pair in model.pairs_owned(object_type.name)]
        self._columns = [p.name for p in object_type.properties.values() if not p.formula]

    def known(self, number: int) -> bool:
        """Whether the index has records of this shard already."""
        return not self._new and bool(existing_rows(self._connection, self._object.name, (), *shard_range(number)))

    def put(self, number: int, contents: Contents) -> None:
        """Make the index equal to what a shard holds."""
        self._index.sound(self._object.name, number)
        mark_stale(self._connection, self._object.name, number)
        within = shard_range(number)
        survivors = set() if self._new else self._survivors(within)
        self._put_records(contents, *within)
        self._put_associations(contents.associations, *within)
        changed = put_tombstones(self._connection, self._object.name, within, contents.tombstones)
        insert_rows(self._connection, "_found_key", "(?, ?, ?)", merged_keys(contents.tombstones))
        if not self._new:
            self._drop_keys(changed, contents.tombstones)
            gone = [row[1:3] for row in changed] + [(i, i) for i in sorted(survivors ^ self._survivors(within))]
            resolve_others(self._connection, self._model, self._object.name, gone)

    def _survivors(self, within: tuple[int, int]) -> set[int]:
        """The records of this shard that are there and into which others were merged."""
        query = (
            f"SELECT DISTINCT into_id FROM _tombstone JOIN {quoted(self._object.name)} AS r ON r.id = into_id"
            " WHERE object = ? AND into_id BETWEEN ? AND ?"
        )
        return {row[0] for row in self._connection.execute(query, (self._object.name, *within))}

    def _drop_keys(self, changed: Sequence[TombstoneRow], now: Sequence[TombstoneRow]) -> None:
        """Take out the keys of merged records whose tombstone is not that any more."""
        self._connection.executemany(
            "DELETE FROM _key WHERE value = ? AND code = ? AND id = ?", merged_keys(set(changed) - set(now))
        )

    def _put_records(self, contents: Contents, first: int, last: int) -> None:
        names, lines = contents.names, contents.lines()
        before = None if self._new else existing_rows(self._connection, self._object.name, names, first, last)
        if before:
            lines = self._changed(names, lines, before)
        insert_records(self._connection, self._object.name, names, lines)
        self._put_keys(names, lines)

    def _changed(
        self, names: Sequence[str], lines: Sequence[IndexLine], before: Mapping[int, IndexLine]
    ) -> list[IndexLine]:
        """The lines that the index does not have as they are; what it has in their place is taken out."""
        name, ids = self._object.name, (min(before), max(before))
        beyond = existing_rows(self._connection, name, [c for c in self._columns if c not in names], *ids)
        more = {i for i, line in beyond.items() if any(value is not None for value in line[2:])}
        changed = [line for line in lines if before.get(line[0]) != line or line[0] in more]
        gone = before.keys() - {line[0] for line in lines}
        self._index.drop_records(self._object, self._keys, [*gone, *(i for i, *_ in changed if i in before)])
        return changed

    def _put_keys(self, names: Sequence[str], lines: Sequence[IndexLine]) -> None:
        """Put the keys of these lines; they come from the columns, so that what a type refuses is no key."""
        ids = [line[0] for line in lines]
        for key in self._keys:
            if key.property.name in names:
                place, stored = names.index(key.property.name) + 2, key.property.value_type.stored
                column = [None if line[place] is None else stored(line[place]) for line in lines]
                insert_rows(self._connection, "_found_key", f"(?, {key.code}, ?)", key.block(column, ids))

    def _put_associations(self, found: Sequence[AssociationRow], first: int, last: int) -> None:
        into = f"_association ({ASSOCIATION})"
        if self._new:
            insert_rows(self._connection, into, _ASSOCIATION, found)
            return
        wanted = set(found)
        before: set[AssociationRow] = set()
        for code in self._codes:
            query = "SELECT * FROM _filed WHERE pair = ? AND owner BETWEEN ? AND ?"
            before.update(self._connection.execute(query, (code, first, last)))
        changed = {row[:2] for row in before ^ wanted}
        for table in ("_association", "_dangling"):
            self._connection.executemany(f"DELETE FROM {table} WHERE pair = ? AND owner = ?", changed)
        fresh = sorted((row for row in wanted if row[:2] in changed), key=_ends)
        insert_rows(self._connection, into, _ASSOCIATION, fresh)
        if fresh:
            resolve_owners(self._connection, self._model, self._object.name, (first, last))


def _ends(row: AssociationRow) -> tuple[int, int, int]:
    return row[:3]
