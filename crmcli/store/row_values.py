"""The values of a row in a data file, set and cleared without stirring its order."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmcli.store.shard import Row


def with_values(row: Row, values: Mapping[str, object], rank: Mapping[str, int]) -> Row:
    """Give the row with values set and cleared: known properties keep their place, new ones come in schema order."""
    merged = {name: values.get(name, old) for name, old in row.items() if values.get(name, old) is not None}
    for name in sorted(values.keys() - row.keys(), key=lambda n: rank.get(n, len(rank))):
        if values[name] is None:
            continue
        place = rank.get(name, len(rank))
        before = [i for i, other in enumerate(merged) if rank.get(other, len(rank)) <= place]
        items = list(merged.items())
        items.insert(before[-1] + 1 if before else 0, (name, values[name]))
        merged = dict(items)
    return merged
