"""Rows without a key that say no more than a record holds already: a file without addresses comes again, too.

A row is such a record's if every value and association of it is the record's; what the record has besides does not
matter. Each record is one row's only, so rows that are alike are as many records as before.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from crmcli.services.importing.linked import LinkedAlready
from crmcli.services.importing.unchanged import marked
from crmcli.store.matched import holding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from crmcli.services.importing.batch import Batch, Plan

_Said = dict[str, Any]  # what a row says: property → value as indexed


def same_values(plan: Plan, batch: Batch, rows: Sequence[int], taken: Callable[[int], object]) -> dict[int, int]:
    """Give the records of those of these rows that have no key: row → record; `taken` tells which are another row's."""
    keyless = _without_keys(plan, batch, rows)
    if not keyless or not plan.workspace.store.count(plan.found.name):
        return {}
    candidates = _candidates(plan, _said(plan, batch, keyless))
    linked = LinkedAlready(
        plan.workspace,
        plan.found,
        [batch.links.get(row, ()) for row in candidates],
        {record_id for ids in candidates.values() for record_id in ids},
    )
    found: dict[int, int] = {}
    used: set[int] = set()
    for row, ids in sorted(candidates.items()):
        free = (one for one in ids if one not in used and taken(one) is None)
        links = batch.links.get(row, ())
        record_id = next((one for one in free if linked.holds(one, links, within=True)), None)
        if record_id is not None:
            found[row] = record_id
            used.add(record_id)
    return found


def _without_keys(plan: Plan, batch: Batch, rows: Sequence[int]) -> Sequence[int]:
    """Give the rows that hold no key, nor say more than values."""
    columns = [
        batch.values.columns[key.property.name] for key in plan.keys if key.property.name in batch.values.columns
    ]
    if any(None not in column for column in columns):
        return ()
    more = marked(plan, batch.values)
    return [row for row in rows if row not in more and all(column[row] is None for column in columns)]


def _said(plan: Plan, batch: Batch, rows: Iterable[int]) -> dict[int, _Said]:
    """Give what each row says, those that say nothing left out."""
    said: dict[int, _Said] = {row: {} for row in rows}
    for name, column in batch.values.columns.items():
        value_type = plan.found.properties[name].value_type
        for row, values in said.items():
            value = column[row]
            if value is not None:
                values[name] = value if value_type.stored_is_column else value_type.column(value)
    return {row: values for row, values in said.items() if values}


def _candidates(plan: Plan, said: Mapping[int, _Said]) -> dict[int, Sequence[int]]:
    """Give the records that hold what each row says."""
    candidates: dict[int, Sequence[int]] = {}
    waiting = dict(said)
    while waiting:
        name = _most_telling(waiting.values())
        here = {row: values for row, values in waiting.items() if name in values}
        waiting = {row: values for row, values in waiting.items() if name not in values}
        names = sorted({each for values in here.values() for each in values})
        held = holding(plan.workspace.store, plan.found.name, name, list({v[name] for v in here.values()}), names)
        alike: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for row, values in here.items():
            alike[tuple(sorted(values))].append(row)
        for some, rows in alike.items():
            records = _by_values(held, [names.index(each) + 1 for each in some])
            for row in rows:
                candidates[row] = records.get(tuple(here[row][each] for each in some), ())
    return candidates


def _by_values(held: Iterable[tuple[Any, ...]], places: Sequence[int]) -> dict[tuple[Any, ...], list[int]]:
    records: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for record in held:
        records[tuple(record[place] for place in places)].append(record[0])
    return records


def _most_telling(said: Iterable[_Said]) -> str:
    """Give the property that has the most different values."""
    different: dict[str, set[Any]] = defaultdict(set)
    for values in said:
        for name, value in values.items():
            different[name].add(value)
    return max(different, key=lambda name: len(different[name]))
