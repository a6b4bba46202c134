"""What merging asks of the index: what records own, as their files have it, and when they came to it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from crmcli.store.indexing import labels_text
from crmcli.store.reading import pieces
from crmcli.store.survivors import merged_into, standing_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.store.store import Store


def survivor_of(store: Store, object_name: str, record_id: int) -> int | None:
    """The record that stands for an id: itself, or what it was merged into, however often; None where that is gone."""
    return standing_for(store.index.connection, object_name, record_id)


def absorbed_by(store: Store, object_name: str, record_id: int) -> list[int]:
    """The records that were merged into one, or into one of these, by their ids."""
    return merged_into(store.index.connection, object_name, record_id)


def owned(store: Store, object_name: str, ids: Sequence[int]) -> dict[int, dict[str, str]]:
    """The associations that records own: by id, "object:id" → labels, as their data file has them."""
    found: dict[int, dict[str, str]] = {record_id: {} for record_id in ids}
    for pair in store.model.pairs_owned(object_name):
        for some in pieces(ids):
            rows = store.index.connection.execute(
                "SELECT owner, other, is_primary, labels FROM _filed WHERE pair = ?"
                f" AND owner IN ({','.join('?' * len(some))})",
                [pair.code, *some],
            )
            for owner, other, primary, labels in rows:
                found[owner][f"{pair.other}:{other}"] = labels_text(json.loads(labels or "[]"), primary=bool(primary))
    return found


def set_last(store: Store, object_name: str, property_name: str, ids: Sequence[int]) -> dict[int, int]:
    """When a property of records was set last, in microseconds since 1970; their creation where it never was since."""
    execute = store.index.connection.execute
    found: dict[int, int] = {}
    for record_id in ids:
        row = execute(
            "SELECT coalesce((SELECT max(at) FROM _history WHERE object = :object AND id = :id AND property = :name),"
            " (SELECT at FROM _creation WHERE object = :object AND first <= :id AND last >= :id), 0)",
            {"object": object_name, "id": record_id, "name": property_name},
        ).fetchone()
        found[record_id] = int(row[0])
    return found


def layers(store: Store, object_name: str, survivor: int) -> list[int]:
    """The records that were merged into one itself, in the order in which that was done."""
    rows = store.index.connection.execute(
        "SELECT t.first FROM _tombstone t LEFT JOIN _operation o ON o.id = t.operation"
        " WHERE t.object = ? AND t.into_id = ? ORDER BY o.sequence, o.clone, t.first",
        (object_name, survivor),
    )
    return [row[0] for row in rows]


def following(store: Store, object_name: str, keep: int, others: Sequence[int]) -> dict[str, int]:
    """How many records are associated with these and not with the kept one already, by object."""
    theirs: dict[str, set[int]] = {}
    own: dict[str, set[int]] = {object_name: {keep, *others}}
    for pair in store.model.pairs_of(object_name, store.pairs_in_use()):
        for here, there, name, far in (
            ("owner", "other", pair.owner, pair.other),
            ("other", "owner", pair.other, pair.owner),
        ):
            if name == object_name:
                theirs.setdefault(far, set()).update(_far(store, pair.code, here, there, others))
                own.setdefault(far, set()).update(_far(store, pair.code, here, there, [keep]))
    return {name: len(ids - own[name]) for name, ids in theirs.items() if ids - own[name]}


def _far(store: Store, code: int, here: str, there: str, ids: Sequence[int]) -> set[int]:
    """The ids at the far end of a pair's associations of these records."""
    marks = ",".join("?" * len(ids))
    query = f"SELECT {there} FROM _association WHERE pair = ? AND {here} IN ({marks})"
    return {row[0] for row in store.index.connection.execute(query, [code, *ids])}
