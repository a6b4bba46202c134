"""What records hold, read a column at a time, a block of records after the other: for exports."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from crmcli.store.index import quoted
from crmcli.store.reading import pieces
from crmcli.store.values import Held

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crmcli.store.reading import Reading
    from crmcli.types.base import Stored

BLOCK = 1_000  # records
_AT_ONCE = 100  # columns: SQLite's functions take 127 values


@contextmanager
def unchanging(store: Reading) -> Iterator[None]:
    """See the index as it is now in all statements within, whoever writes meanwhile."""
    connection = store.index.connection
    if connection.in_transaction:  # of a workspace as it was
        yield
        return
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")


def held(store: Reading, object_name: str, ids: Sequence[int] | None = None) -> Held:
    """Say what all records of an object, or these, hold. Raises DamagedFile."""
    store.require_sound(object_name)
    names = [prop.name for prop in store.model.objects[object_name].properties.values() if not prop.formula]
    used: set[str] = set()
    extras = 0
    for some in [None] if ids is None else pieces(ids):
        where = "1" if some is None else f"id IN ({','.join('?' * len(some))})"
        query = f"SELECT count(_extra) FROM {quoted(object_name)} WHERE {where}"
        extras += store.index.connection.execute(query, some or ()).fetchone()[0]
        _look(store, object_name, [name for name in names if name not in used], (where, some or (), used))
    return Held(tuple(name for name in names if name in used), extras)


def _look(store: Reading, object_name: str, names: Sequence[str], among: tuple[str, Sequence[int], set[str]]) -> None:
    """Add the properties that any of the records holds to `used`: one pass, which stops where there is a new one."""
    where, bound, used = among
    last = 0
    while wanted := [name for name in names if name not in used]:
        columns = ", ".join(map(quoted, wanted))
        # The first column that holds something ends the look at a record; counting would look at all of them.
        groups = [", ".join(map(quoted, some)) for some in pieces(wanted, _AT_ONCE)]
        any_held = " OR ".join(f"coalesce({group}, NULL) IS NOT NULL" for group in groups)
        row = store.index.connection.execute(
            f"SELECT id, {columns} FROM {quoted(object_name)} WHERE {where} AND id > ? AND ({any_held})"
            " ORDER BY id LIMIT 1",
            (*bound, last),
        ).fetchone()
        if row is None:
            return
        last = row[0]
        used.update(name for name, value in zip(wanted, row[1:], strict=True) if value is not None)


def column_blocks(
    store: Reading, object_name: str, names: Sequence[str], ids: Sequence[int] | None = None
) -> Iterator[tuple[list[int], list[Sequence[Stored | None]]]]:
    """Give ids and the stored values of these properties, None where unset: of all records in order of id, or of these.

    Raises DamagedFile.
    """
    store.require_sound(object_name, ids)
    columns = ", ".join(["id", *map(quoted, names)])
    query = f"SELECT {columns} FROM {quoted(object_name)}"
    for rows in _blocks(store, query, ids):
        found, *values = zip(*rows, strict=True)
        yield list(found), [_stored(store, object_name, each) for each in zip(names, values, strict=True)]


def _blocks(store: Reading, query: str, ids: Sequence[int] | None) -> Iterator[list[tuple[Any, ...]]]:
    execute = store.index.connection.execute
    if ids is None:
        cursor = execute(f"{query} ORDER BY id")
        while rows := cursor.fetchmany(BLOCK):
            yield rows
        return
    for start in range(0, len(ids), BLOCK):
        wanted = ids[start : start + BLOCK]
        by_id = {row[0]: row for row in execute(f"{query} WHERE id IN ({','.join('?' * len(wanted))})", wanted)}
        if rows := [by_id[each] for each in wanted if each in by_id]:
            yield rows


def _stored(store: Reading, object_name: str, column: tuple[str, Sequence[Any]]) -> Sequence[Stored | None]:
    name, values = column
    kind = store.model.objects[object_name].properties[name].value_type
    return values if kind.stored_is_column else [None if value is None else kind.stored(value) for value in values]
