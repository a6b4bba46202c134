"""Associations with records that are gone or were merged: which are shown, and as whose.

A data file keeps an association with a record that was deleted, so that restoring the record brings it back, and one
with a record that was merged, so that unmerging it is exact. `_association` holds what is shown: from the owner that
the file has to the record that stands for the other end now. Where that is not the record of the file, `via` is, or 0
where several of the owner's associations have become one. What is not shown, and the parts of what became one, are
in `_dangling`, as the files have them. `_filed` is all of it as the files have it.
"""

from __future__ import annotations

import json
from itertools import chain
from typing import TYPE_CHECKING

from crmcli.frozen import replace
from crmcli.store.index import quoted

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from crmcli.model.objects import Model, Pair
    from crmcli.store.indexing import TombstoneRow
    from crmcli.store.values import KeyHit

FILED = (
    "CREATE VIEW _filed AS SELECT pair, owner, coalesce(via, other) AS other, is_primary, labels FROM _association"
    " WHERE via IS NOT 0 UNION ALL SELECT pair, owner, other, is_primary, labels FROM _dangling"
)
_COLUMNS = "pair, owner, other, is_primary, labels"
# By the plus SQLite does not go through all of a pair in the order of what is to be distinct.
_AS = "SELECT DISTINCT +other FROM _association WHERE pair = ? AND via = ? AND via IS NOT NULL"
_IN_ONE = (
    "SELECT DISTINCT a.other FROM _dangling AS d CROSS JOIN _association AS a"
    " ON a.pair = d.pair AND a.owner = d.owner AND a.via = 0 WHERE d.pair = ? AND d.other = ?"
)

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


def resolve_all(connection: sqlite3.Connection, model: Model, object_name: str) -> None:
    """Resolve the associations of all records of an object that are gone, in an index that was just filled."""
    ranges = connection.execute("SELECT first, last FROM _tombstone WHERE object = ?", (object_name,)).fetchall()
    resolve_others(connection, model, object_name, ranges)


def resolve_others(connection: sqlite3.Connection, model: Model, object_name: str, gone: Sequence[Range]) -> None:
    """Resolve the associations that others own with these records: their tombstones came, went or changed."""
    if not gone:
        return
    for pair in _in_use(connection, model, object_name):
        if pair.other == object_name:
            ends = _ends(connection, pair, _concerned(connection, pair, gone))
            _resolve(connection, pair, ends, None)


def resolve_owners(connection: sqlite3.Connection, model: Model, object_name: str, owners: Range) -> None:
    """Resolve the associations that these records own: they were just put as their data file has them.

    Costs nothing while there are no tombstones.
    """
    if not connection.execute("SELECT EXISTS (SELECT 1 FROM _tombstone)").fetchone()[0]:
        return
    for pair in _in_use(connection, model, object_name):
        if pair.owner == object_name:
            rows = connection.execute(
                "SELECT DISTINCT +other FROM _association AS a WHERE pair = ? AND owner BETWEEN ? AND ?"
                f" AND (NOT EXISTS (SELECT 1 FROM {quoted(pair.other)} WHERE id = a.other)"
                " OR EXISTS (SELECT 1 FROM _tombstone WHERE object = ? AND into_id = a.other))",
                (pair.code, *owners, pair.other),
            )
            _resolve(connection, pair, _ends(connection, pair, {row[0] for row in rows}), owners)


def _in_use(connection: sqlite3.Connection, model: Model, object_name: str) -> Iterator[Pair]:
    """The pairs of an object that have any association, shown or not."""
    for pair in model.pairs_of(object_name):
        if any(
            connection.execute(f"SELECT 1 FROM {table} WHERE pair = ? LIMIT 1", (pair.code,)).fetchone()
            for table in ("_association", "_dangling")
        ):
            yield pair


def _concerned(connection: sqlite3.Connection, pair: Pair, gone: Sequence[Range]) -> set[int]:
    """The other ends, as the files have them, on which these tombstones may bear, and what stands for any of them."""
    found: set[int] = set()
    for first, last in gone:
        below = "SELECT into_id FROM _tombstone WHERE object = ? AND into_id BETWEEN ? AND ?"
        for (into,) in connection.execute(below, (pair.other, first, last)).fetchall():
            found.update(merged_into(connection, pair.other, into))
        for query in (
            "SELECT DISTINCT other FROM _association WHERE pair = ? AND other BETWEEN ? AND ?",
            "SELECT DISTINCT other FROM _dangling WHERE pair = ? AND other BETWEEN ? AND ?",
            "SELECT DISTINCT via FROM _association WHERE pair = ? AND via BETWEEN ? AND ? AND via IS NOT NULL",
        ):
            found.update(row[0] for row in connection.execute(query, (pair.code, first, last)))
    found.discard(0)
    return found | _formerly(connection, pair, found)


def _formerly(connection: sqlite3.Connection, pair: Pair, ids: Iterable[int]) -> set[int]:
    """What stands for any of these in what is shown, though it may not do so any more."""
    found: set[int] = set()
    for record_id in ids:
        for query in (_AS, _IN_ONE):
            found.update(row[0] for row in connection.execute(query, (pair.code, record_id)))
    return found


def _ends(connection: sqlite3.Connection, pair: Pair, ids: Collection[int]) -> dict[int, int | None]:
    """What stands for each of these, and for whatever else the same record stands for."""
    ends: dict[int, int | None] = {}
    for record_id in ids:
        if record_id not in ends:
            root = standing_for(connection, pair.other, record_id)
            ends[record_id] = root
            if root is not None:
                for each in (root, *merged_into(connection, pair.other, root)):
                    ends[each] = standing_for(connection, pair.other, each)
    return ends


def _resolve(connection: sqlite3.Connection, pair: Pair, ends: Mapping[int, int | None], owners: Range | None) -> None:
    """Put the associations with these ends, all or those of some owners, where they belong now."""
    if not ends:
        return
    connection.create_aggregate("_united", 2, _United)  # type: ignore[arg-type]
    connection.execute("CREATE TEMP TABLE IF NOT EXISTS _end (id INTEGER PRIMARY KEY, root INTEGER)")
    connection.execute("CREATE TEMP TABLE IF NOT EXISTS _loose (pair, owner, other, is_primary, labels)")
    connection.execute("DELETE FROM temp._end")
    connection.execute("DELETE FROM temp._loose")
    connection.executemany("INSERT INTO temp._end VALUES (?, ?)", ends.items())
    # Of some owners, the way is through these: by the plus, SQLite does not look for the other end.
    which, bound = ("other IN (SELECT id FROM temp._end)", (pair.code,))
    if owners is not None:
        which, bound = f"owner BETWEEN {owners[0]} AND {owners[1]} AND +{which}", (pair.code,)
    for table, other, more in (
        ("_association", "coalesce(via, other)", " AND via IS NOT 0"),
        ("_dangling", "other", ""),
    ):
        connection.execute(
            f"INSERT INTO temp._loose SELECT pair, owner, {other}, is_primary, labels FROM {table}"
            f" WHERE pair = ? AND {which}{more}",
            bound,
        )
        connection.execute(f"DELETE FROM {table} WHERE pair = ? AND {which}", bound)
    _put(connection, pair)


def _put(connection: sqlite3.Connection, pair: Pair) -> None:
    itself = (
        " AND e.root <> l.owner" if pair.owner == pair.other else ""
    )  # what became one is not associated with itself
    connection.execute(
        f"INSERT OR REPLACE INTO _association ({_COLUMNS}, via)"
        " SELECT l.pair, l.owner, e.root, max(l.is_primary),"
        " CASE count(*) WHEN 1 THEN max(l.labels)"
        " ELSE _united(l.other <> e.root, l.other || ' ' || coalesce(l.labels, '[]')) END,"
        " CASE WHEN count(*) > 1 THEN 0 WHEN max(l.other) = e.root THEN NULL ELSE max(l.other) END"
        f" FROM temp._loose AS l JOIN temp._end AS e ON e.id = l.other WHERE e.root IS NOT NULL{itself}"
        " GROUP BY l.owner, e.root"
    )
    shown = (
        "EXISTS (SELECT 1 FROM _association AS a WHERE a.pair = l.pair AND a.owner = l.owner AND a.other = e.root"
        f" AND a.via IS NOT 0){itself}"
    )
    connection.execute(
        f"INSERT OR REPLACE INTO _dangling SELECT l.pair, l.owner, l.other, l.is_primary, l.labels"
        f" FROM temp._loose AS l JOIN temp._end AS e ON e.id = l.other WHERE e.root IS NULL OR NOT ({shown})"
    )


class _United:
    """An SQLite aggregate: the labels of several associations, each once, those with the record that stands first."""

    def __init__(self) -> None:
        self._parts: list[tuple[int, int, list[str]]] = []

    def step(self, later: int, part: str) -> None:
        """Take one association: whether it is with another record, and that record's id with its labels as JSON."""
        record_id, _, labels = part.partition(" ")
        self._parts.append((later, int(record_id), json.loads(labels)))

    def finalize(self) -> str | None:
        """Give the labels as JSON, None where there are none."""
        labels = list(dict.fromkeys(chain.from_iterable(labels for _, _, labels in sorted(self._parts))))
        return json.dumps(labels) if labels else None
