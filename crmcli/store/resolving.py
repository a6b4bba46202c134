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

from crmcli.store.freshness import UNRESOLVED
from crmcli.store.index import quoted
from crmcli.store.survivors import merged_into, standing_for

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from crmcli.model.objects import Model, Pair
    from crmcli.store.index import Index
    from crmcli.store.survivors import Range

FILED = (
    "CREATE VIEW _filed AS SELECT pair, owner, coalesce(via, other) AS other, is_primary, labels FROM _association"
    " WHERE via IS NOT 0 UNION ALL SELECT pair, owner, other, is_primary, labels FROM _dangling"
)
_COLUMNS = "pair, owner, other, is_primary, labels"
_AT_ONCE = 20_000  # associations: some 0.2 s
# The pairs of a table, each found by a step through its primary key.
_USED = (
    "WITH RECURSIVE used (pair) AS (SELECT min(pair) FROM {table} UNION ALL SELECT"
    " (SELECT min(pair) FROM {table} WHERE pair > used.pair) FROM used WHERE pair IS NOT NULL)"
    " SELECT pair FROM used WHERE pair IS NOT NULL"
)
# By the plus SQLite does not go through all of a pair in the order of what is to be distinct.
_AS = "SELECT DISTINCT +other FROM _association WHERE pair = ? AND via = ? AND via IS NOT NULL"
_IN_ONE = (
    "SELECT DISTINCT a.other FROM _dangling AS d CROSS JOIN _association AS a"
    " ON a.pair = d.pair AND a.owner = d.owner AND a.via = 0 WHERE d.pair = ? AND d.other = ?"
)


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


def resolve_soon(index: Index, model: Model, object_name: str, gone: Sequence[Range]) -> None:
    """Resolve the associations that others own with these records; where they are very many, the next command does.

    Merging what has a hundred thousand of them is then as quick as merging what has ten.
    """
    if _many(index.connection, model, object_name, gone):
        index.remember(UNRESOLVED, json.dumps([*_waiting(index), *([object_name, *each] for each in gone)]))
    else:
        resolve_others(index.connection, model, object_name, gone)


def resolve_waiting(index: Index, model: Model) -> None:
    """Resolve the associations that a command before this one has left, inside the transaction that is open."""
    ranges: dict[str, list[Range]] = {}
    for name, first, last in _waiting(index):
        ranges.setdefault(name, []).append((first, last))
    for name, gone in ranges.items():
        if name in model.objects:
            resolve_others(index.connection, model, name, gone)
    index.connection.execute("DELETE FROM _meta WHERE name = ?", (UNRESOLVED,))


def _waiting(index: Index) -> list[tuple[str, int, int]]:
    return [(name, first, last) for name, first, last in json.loads(str(index.meta(UNRESOLVED) or "[]"))]


def _many(connection: sqlite3.Connection, model: Model, object_name: str, gone: Sequence[Range]) -> bool:
    """Whether others own very many associations with these records."""
    count = 0
    for pair in _in_use(connection, model, object_name):
        for first, last in gone if pair.other == object_name else ():
            query = "SELECT 1 FROM _association WHERE pair = ? AND other BETWEEN ? AND ? LIMIT ?"
            count += len(connection.execute(query, (pair.code, first, last, _AT_ONCE)).fetchall())
            if count >= _AT_ONCE:
                return True
    return False


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
    codes = {row[0] for table in ("_association", "_dangling") for row in connection.execute(_USED.format(table=table))}
    yield from model.pairs_of(object_name, codes)


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
