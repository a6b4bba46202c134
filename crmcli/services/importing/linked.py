"""Which rows name only associations that their records have already: a file that comes again is mostly these."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crmcli.model.objects import ObjectType
    from crmcli.services.association_cells import LinkedTo
    from crmcli.services.workspace import Workspace
    from crmcli.store.values import Association


def linked_already(
    workspace: Workspace, found: ObjectType, links: Mapping[int, Sequence[LinkedTo]], records: Mapping[int, int]
) -> set[int]:
    """Give those of these rows, row → record, whose associations are all there with their labels.

    Associations of one object with itself are left to be looked at one by one.
    """
    rows = {row: record_id for row, record_id in records.items() if links.get(row)}
    there: dict[tuple[int, str, int], Association] = {}
    for other in {link.object_name for row in rows for link in links[row]} - {found.name}:
        pair = workspace.model.pair(found.name, other)
        if pair is not None:
            ids = sorted(set(rows.values()))
            for one in workspace.store.associated(pair, ids, from_owner=pair.owner == found.name):
                there[one.id, other, one.other_id] = one
    return {
        row
        for row, record_id in rows.items()
        if all(_is_there(link, there.get((record_id, link.object_name, link.id))) for link in links[row])
    }


def _is_there(link: LinkedTo, association: Association | None) -> bool:
    if association is None:
        return False
    known = {label.casefold() for label in association.labels}
    return known.issuperset(label.casefold() for label in link.labels) and (association.primary or not link.primary)
