"""Rows that say what their records hold already, found column by column: a file that comes again is mostly these."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crmcli.services.importing.linked import linked_already
from crmcli.store.matched import matched

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crmcli.model.objects import Property
    from crmcli.services.importing.batch import Batch, Plan
    from crmcli.services.importing.values import Values
    from crmcli.types.base import Stored, ValueType


def unchanged(plan: Plan, batch: Batch) -> dict[int, int]:
    """Give rows whose record, found by the strongest key, holds every value and association of theirs: row → record.

    A row that is not among them may be one all the same: it has to be looked at by itself.
    """
    key, values = plan.keys[0], batch.values
    column = values.columns.get(key.property.name)
    if column is None or key.property.value_type.several:
        return {}
    left_out = values.refused.keys() | marked(plan, values)
    wanted: dict[str, int] = {}
    for value, row in key.block(column, range(values.size)):
        if row not in left_out and wanted.setdefault(value, row) != row:
            left_out.add(row)  # which of two rows about one record comes first is decided elsewhere
            left_out.add(wanted[value])
    names = [name for name in values.columns if name in stored(plan)]
    found = matched(plan.workspace.store, plan.found.name, key, list(wanted), names)
    rows = [row for value, row in wanted.items() if value in found and row not in left_out]
    if not rows:
        return {}
    held = [found[value] for value, row in wanted.items() if value in found and row not in left_out]
    ids, *columns = map(list, zip(*held, strict=True))
    differing: set[int] = set()
    for name, there in zip(names, columns, strict=True):
        given = values.columns[name]
        here = given if len(rows) == len(given) else [given[row] for row in rows]
        differing.update(_differing(here, there, plan.found.properties[name].value_type))
    same = {row: ids[place] for place, row in enumerate(rows) if place not in differing}
    linked = linked_already(plan.workspace, plan.found, batch.links, same) if batch.links else set()
    return {row: record_id for row, record_id in same.items() if row in linked or not batch.links.get(row)}


def stored(plan: Plan) -> Mapping[str, Property]:
    """Give the properties that the store knows: a dry run has none that are yet to be declared."""
    return plan.workspace.store.model.objects[plan.found.name].properties


def marked(plan: Plan, values: Values) -> set[int]:
    """Give the rows with cells that say more than a value, to add it or to clear the property, or of a new property."""
    new = [column for name, column in values.columns.items() if name not in stored(plan)]
    said = {row for column in new for row, value in enumerate(column) if value is not None}
    return said.union(*values.appending.values(), *values.clearing.values())


def _differing(given: Sequence[Stored | None], there: Sequence[Any], value_type: ValueType) -> Sequence[int]:
    """Give the places where a record's column does not hold the value given; no value given means no difference."""
    expected: Sequence[Any] = given
    if not value_type.stored_is_column:
        column = value_type.column
        expected = [None if value is None else column(value) for value in given]
    if expected == there:  # most columns of most blocks
        return ()
    pairs = zip(expected, there, strict=True)
    return [place for place, (one, other) in enumerate(pairs) if one != other and one is not None]
