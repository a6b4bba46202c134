"""Doctor: the store proved against itself, file by file.

Everything is read strictly and anew, nothing is believed because it was written by us: shards (JSON, ids, duplicate
keys), values against their types, keys against each other, associations against the records at both ends, the
journal's checksums, and the index against all of it.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from crmcli.errors import Problem
from crmcli.model.applied import PATH
from crmcli.store import journal
from crmcli.store.barred import DamagedBarred, read_barred
from crmcli.store.declared import declared_problems
from crmcli.store.doctor_merges import examine_merges
from crmcli.store.files import BARRED, DATA, JOURNAL, journal_names, shard_path
from crmcli.store.freshness import look
from crmcli.store.index import quoted
from crmcli.store.keys import key_properties, keys_of
from crmcli.store.refresh import gaps
from crmcli.store.shard import DamagedFile, parse
from crmcli.store.staging import due, stranded
from crmcli.types.base import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmcli.model.objects import ObjectType
    from crmcli.store.keys import KeyProperty
    from crmcli.store.shard import Shard
    from crmcli.store.store import Store

_FIX = "crm doctor --fix"


def examine(store: Store) -> list[Problem]:
    """Every problem of a workspace's data, journal and index; none is a proof."""
    problems: list[Problem] = list(_examine_stranded(store))
    # Some values are of the new types then and others of the old ones, until the next write finishes it.
    applying = next((operation for path, operation in due(store.root) if path == PATH), "")
    if applying:
        store.warnings.append(f"operation {applying[:8]} was interrupted: the next write finishes it")
    ids: dict[str, set[int]] = {}
    gone: dict[str, set[int]] = {}
    for name in store.model.objects:
        examination = Examination(store, store.model.objects[name], values=not applying)
        problems += examination.run()
        problems += examine_merges(name, examination)
        ids[name], gone[name] = examination.ids, examination.gone
    problems += _examine_associations(store, ids, gone)
    problems += [*_examine_journal(store), *_examine_barred(store)]
    problems += _examine_index(store, ids)
    return problems


class Examination:
    """The data files of one object, read one after the other; without `values` they are not held to their types."""

    def __init__(self, store: Store, object_type: ObjectType, *, values: bool) -> None:
        self._all_values = values
        self._store = store
        self._object = object_type
        self._keys = key_properties(object_type)
        self._holders: dict[tuple[str, str], int] = {}
        self.ids: set[int] = set()
        self.gone: set[int] = set()
        self.merged: dict[int, int] = {}  # by record: the one that it was merged into
        self.paths: dict[int, str] = {}  # of the files with their tombstones
        self.held: list[tuple[int, KeyProperty, str]] = []  # their keys

    def run(self) -> Iterator[Problem]:
        """Read them all; give the problems, remember the ids."""
        stamps = look(os.path.join(self._store.root, DATA, self._object.name))
        for number in gaps(stamps):
            yield Problem(shard_path(self._object.name, number), "this data file is missing", "git or a backup has it")
        for number in sorted(stamps):
            path = shard_path(self._object.name, number)
            try:
                with open(os.path.join(self._store.root, path), "rb") as file:
                    shard = parse(file.read(), self._object.name, path)
            except DamagedFile as damage:
                yield Problem(
                    path, damage.what, f"{_FIX} mends keys that stand twice; git or a backup has earlier versions"
                )
                continue
            except OSError as error:
                yield Problem(path, f"cannot be read: {error.strerror}", "give the permission, or restore it")
                continue
            yield from self._shard(path, shard)

    def _shard(self, path: str, shard: Shard) -> Iterator[Problem]:
        self.ids.update(shard.records)
        for first, row in shard.tombstones.items():
            last = row.get("last", first)
            self.gone.update(range(first, last + 1) if isinstance(last, int) else (first,))
            self._merged(path, first, row)
        for record_id in shard.records.keys() & shard.tombstones.keys():
            yield Problem(path, f"{self._object.name}:{record_id} is there and has a tombstone", _FIX)
        for record_id, row in sorted(shard.records.items()):
            yield from self._values(path, record_id, row)
            for key, value in keys_of(self._keys, row):
                holder = self._holders.setdefault((key.kind, value), record_id)
                if holder != record_id:
                    name = self._object.name
                    what = f'{name}:{holder} and {name}:{record_id} share {key.property.label} "{value}"'
                    yield Problem(path, what, f"give one of them another one: crm set {name}:{record_id} …")

    def _merged(self, path: str, record_id: int, row: dict[str, object]) -> None:
        """Remember a merged record: its survivor may stand in a file that is yet to be read."""
        into, record = row.get("into"), row.get("record")
        if isinstance(into, int) and record_id not in self.ids:
            self.merged[record_id], self.paths[record_id] = into, path
            if isinstance(record, dict):
                self.held += [(record_id, key, value) for key, value in keys_of(self._keys, record)]

    def holder(self, key: KeyProperty, value: str) -> int | None:
        """The record that holds a key, None where there is none."""
        return self._holders.get((key.kind, value))

    def _values(self, path: str, record_id: int, row: dict[str, object]) -> Iterator[Problem]:
        for name, value in row.items() if self._all_values else ():
            prop = self._object.properties.get(name)
            if prop is None:
                continue
            try:
                prop.value_type.accept(value)
            except InvalidValue as refusal:
                where = f"{self._object.name}:{record_id}"
                yield Problem(path, f"{where} {name}: {refusal.message}", f"set it again: crm set {where} {name}=…")


def _examine_stranded(store: Store) -> Iterator[Problem]:
    for path, operation in stranded(store.root):
        yield Problem(
            path,
            f"operation {operation[:8]} was interrupted, and the file changed since; its new version stands beside it",
            f"compare the two, keep the right one, then remove the file that ends in {operation}.tmp",
        )


def _examine_associations(store: Store, ids: dict[str, set[int]], gone: dict[str, set[int]]) -> Iterator[Problem]:
    """Every association in the index has both its ends, as far as their data files can be read."""
    damaged = store.damaged_objects()
    for pair in store.model.pairs.values():
        if pair.owner in damaged or pair.other in damaged:
            continue
        rows = store.index.connection.execute("SELECT owner, other FROM _association WHERE pair = ?", (pair.code,))
        for owner, other in rows:
            for name, record_id in ((pair.owner, owner), (pair.other, other)):
                if record_id not in ids[name] and record_id not in gone[name]:
                    where = shard_path(pair.owner, owner // 1000)
                    ends = f"{pair.owner}:{owner} {pair.other}:{other}"
                    what = f"there is no {name}:{record_id}, with which an association is: {ends}"
                    yield Problem(where, what, f"take it away with: crm unlink {ends}")


def _examine_journal(store: Store) -> Iterator[Problem]:
    for name in journal_names(store.root):
        path = os.path.join(store.root, JOURNAL, name)
        try:
            _, end = journal.read(path, name)
        except journal.DamagedJournal as damage:
            yield Problem(f"{JOURNAL}/{name}", damage.message, damage.hint)
            continue
        if end != os.stat(path).st_size:
            yield Problem(f"{JOURNAL}/{name}", "the last operation is torn", "the next write of this copy cuts it")


def _examine_barred(store: Store) -> Iterator[Problem]:
    try:
        read_barred(store.root)
    except DamagedBarred as damage:
        yield Problem(BARRED, damage.message, damage.hint)


def _examine_index(store: Store, ids: dict[str, set[int]]) -> Iterator[Problem]:
    """The index holds exactly the records that the files hold."""
    for name, expected in ids.items():
        found = {row[0] for row in store.index.connection.execute(f"SELECT id FROM {quoted(name)}")}
        if found != expected and store.index.damage(name) is None:
            yield Problem("index", f"{len(found ^ expected)} records of {name} differ from the data files", _FIX)
        for what in declared_problems(store.index.connection, store.model.objects[name]):
            yield Problem("index", what, _FIX)
    if store.index.connection.execute("PRAGMA quick_check").fetchone()[0] != "ok":
        yield Problem("index", "the database is damaged", _FIX)
