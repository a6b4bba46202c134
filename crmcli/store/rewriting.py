"""Rewriting records for another schema: values in other forms, under other names, or gone.

What is written fits the schema that is to come, or to come back, and not the one that the store has open: no value is
checked, and the index takes up what it understands until the next command adapts it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.store.changes import Updated
from crmcli.store.values import differ

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmcli.store.shard import Row
    from crmcli.store.transaction import Transaction
    from crmcli.types.base import Stored


def rewrite(
    change: Transaction,
    object_name: str,
    record_id: int,
    values: Mapping[str, Stored | None],
    places: Mapping[str, str],
) -> None:
    """Set properties of a record as its data file has them, None takes them out; raise NoRecord.

    `places`: for a property that the record does not have yet, the one behind which it is to stand, "" for the first
    place. What the journal keeps of it lets undo write the very file that there was.
    """
    row = change.row((object_name, record_id))
    changed = {name: (row.get(name), value) for name, value in values.items() if differ(row.get(name), value)}
    if not changed:
        return
    before = dict(zip(row, ["", *row], strict=False))
    back = {name: before[name] for name in row if name in changed and changed[name][1] is None}
    rewritten = _rewritten(row, values, places)
    change.ledger(object_name).replace(record_id, row, rewritten)
    edit = change.edits.of(object_name, record_id)
    edit.shard.records[record_id] = rewritten
    edit.touched.add(record_id)
    change.changes.append(Updated(object_name, record_id, changed, places=back))  # type: ignore[arg-type]
    change.counts[f"{object_name} updated"] += 1


def _rewritten(row: Row, values: Mapping[str, Stored | None], places: Mapping[str, str]) -> Row:
    names = list(row)
    for name in places:  # in the order of the file, so that each finds the one before it
        if name not in row and values.get(name) is not None:
            before = places[name]
            names.insert(names.index(before) + 1 if before in names else 0, name)
    rewritten = {name: values.get(name, row.get(name)) for name in dict.fromkeys([*names, *values])}
    return {name: value for name, value in rewritten.items() if value is not None}
