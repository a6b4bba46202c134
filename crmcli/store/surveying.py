"""Surveying what records hold, a pass over the index an object: for the plan of a schema's changes, and for usage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crmcli.store.in_use import associated, holding
from crmcli.store.index import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crmcli.model.differences import Difference
    from crmcli.store.store import Store

_BLOCK = 10_000


def blocks(store: Store, object_name: str, names: Sequence[str]) -> Iterator[tuple[list[int], list[list[Any]]]]:
    """Give ids and the stored values of these properties, None where unset, of records that have any of them.

    In order of id, a block at a time, so that records may be changed meanwhile. Raises DamagedFile.
    """
    store.require_sound(object_name)
    columns = ", ".join(["id", *map(quoted, names)])
    held = " OR ".join(f"{quoted(name)} IS NOT NULL" for name in names)
    query = f"SELECT {columns} FROM {quoted(object_name)} WHERE id > ? AND ({held}) ORDER BY id LIMIT {_BLOCK}"
    types = [store.model.objects[object_name].properties[name].value_type for name in names]
    last = 0
    while rows := store.index.connection.execute(query, (last,)).fetchall():
        last = rows[-1][0]
        ids, *found = map(list, zip(*rows, strict=True))
        yield (
            ids,
            [
                column if kind.stored_is_column else [None if value is None else kind.stored(value) for value in column]
                for kind, column in zip(types, found, strict=True)
            ],
        )


def counts(store: Store, object_name: str, names: Sequence[str]) -> tuple[int, dict[str, int]]:
    """Give how many records there are, and how many have a value of each of these. Raises DamagedFile."""
    store.require_sound(object_name)
    columns = ", ".join(["count(*)", *(f"count({quoted(name)})" for name in names)])
    total, *found = store.index.connection.execute(f"SELECT {columns} FROM {quoted(object_name)}").fetchone()
    return total, dict(zip(names, found, strict=True))


def distinct(store: Store, object_name: str, name: str, most: int) -> int:
    """Give how many different values a property has, at most `most`, beyond which nobody counts."""
    column = quoted(name)
    query = (
        f"SELECT count(*) FROM (SELECT DISTINCT {column} FROM {quoted(object_name)} WHERE {column} IS NOT NULL LIMIT ?)"
    )
    return int(store.index.connection.execute(query, (most,)).fetchone()[0])


def dropped_options(store: Store, each: Difference) -> list[tuple[str, int, int]]:
    """Give the values in use that are no options any more: (value, records, the first of them)."""
    store.require_sound(each.object_name)
    condition, parameters = holding(each)
    column, table = quoted(each.name), quoted(each.object_name)
    if each.old.get("several"):
        rows = store.index.connection.execute(
            f"SELECT one.value, count(*), min(id) FROM {table}, json_each({column}) AS one"
            f" WHERE {condition} AND one.value NOT IN (SELECT value FROM json_each(?)) GROUP BY 1 ORDER BY 2 DESC, 1",
            (*parameters, *parameters),
        )
    else:
        rows = store.index.connection.execute(
            f"SELECT {column}, count(*), min(id) FROM {table} WHERE {condition} GROUP BY 1 ORDER BY 2 DESC, 1",
            tuple(parameters),
        )
    return [(str(value), count, first) for value, count, first in rows]


def associations(store: Store, each: Difference) -> Iterator[tuple[int, int, bool, str | None]]:
    """Give the associations that a difference is about as files have them: owner, other, primary, labels as JSON."""
    condition, parameters = associated(each)
    query = f"SELECT owner, other, is_primary, labels FROM _filed WHERE {condition} ORDER BY 1, 2"
    yield from store.index.connection.execute(query, tuple(parameters)).fetchall()


def count_associations(store: Store, each: Difference) -> int:
    """Give how many associations a difference is about."""
    condition, parameters = associated(each)
    query = f"SELECT count(*) FROM _association WHERE {condition}"
    return int(store.index.connection.execute(query, tuple(parameters)).fetchone()[0])
