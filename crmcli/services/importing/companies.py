"""Associating the people of an import with the organisations that have the domains of their e-mail addresses."""

from __future__ import annotations

from itertools import repeat
from typing import TYPE_CHECKING

from crmcli.services.domain_links import DomainLinker, Person

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crmcli.model.objects import ObjectType
    from crmcli.services.importing.batch import Batch
    from crmcli.services.workspace import Workspace
    from crmcli.store.transaction import Transaction


class CompanyLinker:
    """Associates the people of each block of an import."""

    def __init__(
        self, workspace: Workspace, change: Transaction, found: ObjectType, *, create: bool, subdomains: bool
    ) -> None:
        """Prepare for an object of people; raise NoCompanies for any other."""
        self._linker = DomainLinker(workspace, change, found, create=create, subdomains=subdomains)
        self._roles = [found.roles.get(role, "") for role in ("email", "website", "company_name")]

    @property
    def notes(self) -> list[str]:
        """What is to be said of companies that were not made."""
        return self._linker.notes

    def take(self, batch: Batch) -> None:
        """Associate the records that a block's rows became."""
        columns = [batch.values.columns.get(name) for name in self._roles]
        if columns[0] is None and columns[1] is None:
            return
        associated = self._associated(batch)
        cells: list[Iterable[object]] = [
            repeat(None) if c is None else map(c.__getitem__, batch.written) for c in columns
        ]
        rows = zip(batch.written.values(), *cells, strict=False)
        self._linker.link(Person(*row) for row in rows if row[0] not in associated)

    def _associated(self, batch: Batch) -> set[int]:
        """Give the records that have a company: before this import, or by a column of it."""
        name = self._linker.company.name
        linked = {
            batch.written[row]
            for row, links in batch.links.items()
            if row in batch.written and any(x.object_name == name for x in links)
        }
        there = [batch.written[row] for row in (*batch.settled, *batch.matches) if row in batch.written]
        return linked | (set(there) - self._linker.unassociated(there)) if there else linked
