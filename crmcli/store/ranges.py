"""Taking back creations in bulk: whole shards are put aside and come back, the rest goes record by record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.store.changes import RangeRemoved, RangeRestored
from crmcli.store.files import read_if_there, shard_path
from crmcli.store.shard import SHARD_SIZE, parse
from crmcli.store.staging import aside_path

if TYPE_CHECKING:
    from crmcli.store.edits import Edit
    from crmcli.store.shard import Row, Table
    from crmcli.store.store import Store
    from crmcli.store.transaction import Transaction


def tombstone_of(tombstones: Table, record_id: int) -> tuple[int, Row | None]:
    """The tombstone of a record in its shard's table, its own before a range's: (first id, tombstone or None)."""
    if record_id in tombstones:
        return record_id, tombstones[record_id]
    for first, row in tombstones.items():
        last = row.get("last", first)
        if isinstance(last, int) and first <= record_id <= last:
            return first, row
    return record_id, None


class Ranges:
    """Removes and restores ranges within one transaction."""

    def __init__(self, change: Transaction, store: Store) -> None:
        self._change = change
        self._store = store

    def remove(self, object_name: str, first: int, last: int) -> None:
        """Take out all records from `first` to `last`."""
        for number in range(first // SHARD_SIZE, last // SHARD_SIZE + 1):
            start = max(first, number * SHARD_SIZE)
            edit = self._change.edits.of(object_name, start)
            ids = sorted(edit.shard.records)
            inside = [i for i in ids if first <= i <= last]
            if inside and inside == ids and not edit.changed and edit.stamp is not None:
                self._remove_shard(edit, ids)
            else:
                for record_id in inside:
                    self._change.delete(object_name, record_id, kind="undone")

    def _remove_shard(self, edit: Edit, ids: list[int]) -> None:
        operation = self._change.commitment.operation.id
        name = edit.shard.object_name
        self._change.commitment.asides.append(self._change.edits.put_aside(edit))
        self._change.ledger(name).give_up_block(ids, [edit.shard.records[record_id] for record_id in ids])
        edit.touched.update(ids)
        edit.linked.update(edit.shard.associations)
        edit.buried = True
        edit.shard.records.clear()
        edit.shard.associations.clear()
        edit.shard.tombstones[ids[0]] = {"last": ids[-1], "kind": "undone", "operation": operation}
        self._change.changes.append(RangeRemoved(name, ids[0], ids[-1]))
        self._change.counts[f"{name} undone"] += len(ids)

    def restore(self, object_name: str, first: int, last: int, taken_from: str) -> None:
        """Bring back one shard's range that operation `taken_from` put aside."""
        edit = self._change.edits.of(object_name, first)
        path = aside_path(self._store.root, edit.path, taken_from)
        aside = parse(read_if_there(path) or b"", object_name, edit.path)
        ledger = self._change.ledger(object_name)
        ids = [i for i in sorted(aside.records) if first <= i <= last]
        names, columns = ledger.key_columns([aside.records[record_id] for record_id in ids])
        for refusal in ledger.conflicts(names, columns).values():
            raise refusal
        ledger.take_block(ids, names, columns)
        edit.shard.records.update((i, aside.records[i]) for i in ids)
        edit.shard.associations.update((i, aside.associations[i]) for i in ids if i in aside.associations)
        edit.touched.update(ids)
        edit.linked.update(ids)
        edit.buried = True
        tombstones = edit.shard.tombstones  # others in between say what became of single records before that
        for begin in [i for i, tomb in tombstones.items() if first <= i <= last and tomb["operation"] == taken_from]:
            del tombstones[begin]
        self._change.changes.append(RangeRestored(object_name, first, last, taken_from))
        self._change.counts[f"{object_name} restored"] += len(ids)

    def lift(self, edit: Edit, first: int, record_id: int) -> None:
        """Take one record out of the tombstone that begins at `first`, splitting a range in two."""
        row = edit.shard.tombstones.pop(first)
        last = row.get("last", first)
        if isinstance(last, int):
            for begin, end in ((first, record_id - 1), (record_id + 1, last)):
                if begin <= end:
                    edit.shard.tombstones[begin] = {**row, "last": end}


def put_aside(root: str, object_name: str, record_id: int, operation: str) -> tuple[Row, Row]:
    """A record's values and associations in a shard that an operation put aside; DamagedFile where that is gone."""
    path = shard_path(object_name, record_id // SHARD_SIZE)
    aside = parse(read_if_there(aside_path(root, path, operation)) or b"", object_name, path)
    return aside.records.get(record_id, {}), aside.associations.get(record_id, {})
