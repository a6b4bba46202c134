"""Which rows name only associations that their records have already: a file that comes again is mostly these."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from crmcli.model.objects import ObjectType
    from crmcli.services.association_cells import LinkedTo
    from crmcli.services.workspace import Workspace
    from crmcli.store.values import Association

_There = dict[tuple[int, str, int], "Association"]


class LinkedAlready:
    """The associations that some records had before an import with records that its rows name."""

    def __init__(
        self, workspace: Workspace, found: ObjectType, links: Iterable[Sequence[LinkedTo]], ids: Iterable[int]
    ) -> None:
        """Look the records up; `links` are what the rows say."""
        self._name = found.name
        self._there: _There = {}
        wanted = sorted(set(ids))
        for other in {link.object_name for each in links for link in each} - {found.name}:
            pair = workspace.model.pair(found.name, other)
            if pair is not None:
                for one in workspace.store.associated(pair, wanted, from_owner=pair.owner == found.name):
                    self._there[one.id, other, one.other_id] = one

    def holds(self, record_id: int, links: Sequence[LinkedTo], *, within: bool = False) -> bool:
        """Whether a record has all of these with their labels.

        Those of one object with itself are left to be looked at one by one: they are none that it has, or, with
        `within`, any that it has.
        """
        return all(within if link.object_name == self._name else self._is_there(record_id, link) for link in links)

    def _is_there(self, record_id: int, link: LinkedTo) -> bool:
        association = self._there.get((record_id, link.object_name, link.id))
        if association is None:
            return False
        known = {label.casefold() for label in association.labels}
        return known.issuperset(map(str.casefold, link.labels)) and (association.primary or not link.primary)


def linked_already(
    workspace: Workspace, found: ObjectType, links: Mapping[int, Sequence[LinkedTo]], records: Mapping[int, int]
) -> set[int]:
    """Give those of these rows, row → record, whose associations are all there with their labels."""
    rows = {row: record_id for row, record_id in records.items() if links.get(row)}
    already = LinkedAlready(workspace, found, [links[row] for row in rows], rows.values())
    return {row for row, record_id in rows.items() if already.holds(record_id, links[row])}
