"""Which record of a group is kept when nobody says it: the one that most hangs on, then that which holds most."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.services.duplicates.comparing import association_counts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crmcli.services.references import Ref
    from crmcli.services.workspace import Workspace

_AT_ONCE = 500  # groups whose records are read together


def primary_first(workspace: Workspace, groups: Sequence[Sequence[Ref]]) -> Iterator[tuple[Ref, ...]]:
    """Give each group of records of one object with the one that is best kept in front, the others by id.

    It is the one with most associations; of equals the one with most values; of these the oldest, by id.
    """
    for start in range(0, len(groups), _AT_ONCE):
        some = groups[start : start + _AT_ONCE]
        name, ids = some[0][0].object_name, [ref.id for group in some for ref in group]
        links = association_counts(workspace, name, ids)
        values = {record.id: len(record.values) for record in workspace.store.records(name, ids)}
        weights = {i: (-sum(links[i].values()), -values.get(i, 0), i) for i in ids}
        for group in some:
            first = min(group, key=lambda ref: weights[ref.id])
            yield (first, *sorted(ref for ref in group if ref != first))
