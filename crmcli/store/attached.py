"""What of the records that are associated with one record: columns of the index, without a record being made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.store.index import quoted

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from crmcli.model.objects import Pair
    from crmcli.store.store import Store


def attached(
    store: Store, pair: Pair, record_id: int, names: Sequence[str], *, from_owner: bool
) -> list[tuple[Any, ...]]:
    """Give the id and these properties' columns of each record at the far end of a pair, unordered.

    Raises DamagedFile where a data file of the far object cannot be read.
    """
    here, there, far = ("owner", "other", pair.other) if from_owner else ("other", "owner", pair.owner)
    store.require_sound(far)
    columns = "".join(f", t.{quoted(name)}" for name in names)
    return store.index.connection.execute(
        f"SELECT t.id{columns} FROM _association a JOIN {quoted(far)} t ON t.id = a.{there}"
        f" WHERE a.pair = ? AND a.{here} = ?",
        (pair.code, record_id),
    ).fetchall()
