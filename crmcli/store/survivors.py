"""Which record stands for one that was merged: out of the tombstones, as the index has them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from crmcli.frozen import replace
from crmcli.store.index import quoted

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    from crmcli.store.indexing import TombstoneRow
    from crmcli.store.values import KeyHit

Range = tuple[int, int]  # of ids, both included


def put_tombstones(
    connection: sqlite3.Connection, object_name: str, within: Range, wanted: Iterable[TombstoneRow]
) -> list[TombstoneRow]:
    """Make the tombstones of a shard, given as its range, those that are wanted; give the ones that came or went."""
    query = "SELECT * FROM _tombstone WHERE object = ? AND first BETWEEN ? AND ?"
    before, now = set(connection.execute(query, (object_name, *within))), set(wanted)
    connection.executemany("DELETE FROM _tombstone WHERE object = ? AND first = ?", [row[:2] for row in before - now])
    connection.executemany("INSERT INTO _tombstone VALUES (?, ?, ?, ?, ?, ?, ?)", now - before)
    return sorted(before ^ now, key=_first)


def _first(row: TombstoneRow) -> int:
    return int(row[1])


def any_merged(connection: sqlite3.Connection, object_name: str) -> bool:
    """Whether any record of an object was merged into another."""
    query = "SELECT EXISTS (SELECT 1 FROM _tombstone WHERE object = ? AND into_id IS NOT NULL)"
    return bool(connection.execute(query, (object_name,)).fetchone()[0])


def into_of(connection: sqlite3.Connection, object_name: str, record_id: int) -> int | None:
    """The record that a record was merged into; None where it was not."""
    row = connection.execute(
        "SELECT into_id FROM _tombstone WHERE object = ? AND first = ? AND into_id IS NOT NULL",
        (object_name, record_id),
    ).fetchone()
    return row[0] if row else None


def held_keys(connection: sqlite3.Connection, object_name: str, record_id: int) -> list[tuple[str, int]]:
    """The keys that a merged record holds: (value, code of its property)."""
    query = "SELECT keys FROM _tombstone WHERE object = ? AND first = ?"
    row = connection.execute(query, (object_name, record_id)).fetchone()
    return [(value, code) for value, code in json.loads(row[0])] if row and row[0] else []


def standing_for(connection: sqlite3.Connection, object_name: str, record_id: int) -> int | None:
    """The record that stands for an id: itself, or what it was merged into, however often; None where that is gone.

    An id of which nothing is known stands for itself: what refers to it is for doctor to find.
    """
    present = f"SELECT 1 FROM {quoted(object_name)} WHERE id = ?"
    followed: set[int] = set()
    now: int | None = record_id
    while now is not None and now not in followed:
        if connection.execute(present, (now,)).fetchone():
            return now
        followed.add(now)
        now = into_of(connection, object_name, now)
    known = len(followed) > 1 or connection.execute(
        "SELECT 1 FROM _tombstone WHERE object = ? AND first <= ? AND last >= ? LIMIT 1",
        (object_name, record_id, record_id),
    ).fetchone()  # fmt: skip
    return None if known else record_id


def standing_hits(connection: sqlite3.Connection, hits: Sequence[KeyHit]) -> list[KeyHit]:
    """Give who holds a key: for a merged record the one that stands for it, each record of an object once."""
    merged = {name: any_merged(connection, name) for name in {hit.object_name for hit in hits}}
    if not any(merged.values()):
        return list(hits)
    found: dict[tuple[str, int], KeyHit] = {}
    for hit in hits:
        name = hit.object_name
        root = standing_for(connection, name, hit.id) if merged[name] else hit.id
        if root is not None and (root == hit.id or (name, root) not in found):
            found[name, root] = replace(hit, id=root)
    return list(found.values())


def merged_into(connection: sqlite3.Connection, object_name: str, record_id: int) -> list[int]:
    """The records that were merged into one, or into one of these, in the order of their ids."""
    found: set[int] = set()
    waiting = [record_id]
    query = "SELECT first FROM _tombstone WHERE object = ? AND into_id = ?"
    while waiting:
        more = {row[0] for row in connection.execute(query, (object_name, waiting.pop()))} - found - {record_id}
        found |= more
        waiting += more
    return sorted(found)
