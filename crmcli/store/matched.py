"""Records found by a key, with what the index holds of them: how an import learns at once that rows are not news."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crmcli.store.index import quoted
from crmcli.store.reading import pieces

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.store.keys import KeyProperty
    from crmcli.store.store import Store


def matched(
    store: Store, object_name: str, key: KeyProperty, values: Sequence[str], names: Sequence[str]
) -> dict[str, tuple[Any, ...]]:
    """Give the records that hold these keys in the key's own property: value → (id, the columns `names` as indexed).

    A value that several records hold is left out, as one that nobody holds. Raises DamagedFile.
    """
    columns = "".join(f", t.{quoted(name)}" for name in names)
    found: dict[str, tuple[Any, ...]] = {}
    several: set[str] = set()
    for some in pieces(values):
        rows = store.index.connection.execute(
            f"SELECT k.value, t.id{columns} FROM _key k JOIN {quoted(object_name)} t ON t.id = k.id"
            f" WHERE k.code = ? AND k.value IN ({','.join('?' * len(some))})",
            [key.code, *some],
        ).fetchall()
        for value, *held in rows:
            if value in found:
                several.add(value)
            found[value] = tuple(held)
    store.require_sound(object_name, [held[0] for held in found.values()])
    return {value: held for value, held in found.items() if value not in several} if several else found


def holding(
    store: Store, object_name: str, name: str, values: Sequence[Any], names: Sequence[str]
) -> list[tuple[Any, ...]]:
    """Give the records whose property is one of these values, as indexed: (id, the columns `names`), ids ascending.

    Nothing indexes values: this reads all records of the object. Raises DamagedFile.
    """
    columns = "".join(f", {quoted(each)}" for each in names)
    rows = [
        row
        for some in pieces(values)
        for row in store.index.connection.execute(
            f"SELECT id{columns} FROM {quoted(object_name)} WHERE {quoted(name)} IN ({','.join('?' * len(some))})", some
        )
    ]
    store.require_sound(object_name, [row[0] for row in rows])
    return sorted(rows, key=_id)


def _id(row: tuple[Any, ...]) -> int:
    return int(row[0])
