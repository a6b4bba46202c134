"""What follows when a portal's records are there: associations and histories; and how far all of it is."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from crmcli.services.portal.files import FileTold, PortalKind, rows_in
from crmcli.services.portal.links import PortalLinker, PortalRecords
from crmcli.services.portal.past import PortalPast

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from crmcli.services.importing.partners import Partners
    from crmcli.services.portal.files import PortalFile
    from crmcli.services.workspace import Workspace
    from crmcli.store.transaction import Transaction


class Following:
    """Takes what files say of records that are there by now; `labels` are the portal's by ends and number.

    `told` is what became of each file of its own, `beside` what became of associations that stand with records, in
    words.
    """

    def __init__(
        self, workspace: Workspace, files: Sequence[PortalFile], labels: Mapping[tuple[str, str, str], str]
    ) -> None:
        self._workspace = workspace
        self._files = files
        self._labels = labels
        self.told: dict[str, FileTold] = {}
        self.beside: dict[str, str] = {}

    def take(self, change: Transaction, partners: Partners) -> None:
        """Take all files, within the transaction of the records."""
        records = PortalRecords(self._workspace.model, partners)
        linker = PortalLinker(self._workspace, change, records, self._labels)
        past = PortalPast(self._workspace, change, records)
        for file in self._files:
            if file.kind is PortalKind.LINKS:
                became = linker.associate(file)
                self.told[file.name] = FileTold(file.name, rows_in(file.path), f"associations: {became or 'none'}")
            elif file.kind is PortalKind.RECORDS and (became := linker.associate(file)):
                self.beside[file.name] = became
            elif file.kind is PortalKind.HISTORY:
                rows, became = past.remember(file)
                self.told[file.name] = FileTold(file.name, rows, f"history: {became}")


class PortalProgress:
    """Tells how many bytes are read and how many there are in all: records twice, associations and histories once.

    What was read of the last kind is told at the end.
    """

    def __init__(self, tell: Callable[[int, int], None], files: Sequence[PortalFile]) -> None:
        self._tell = tell
        sizes = {file.path: os.path.getsize(file.path) for file in files}
        self._records = sum(sizes[file.path] for file in files if file.kind is PortalKind.RECORDS)
        others = (PortalKind.LINKS, PortalKind.HISTORY)
        self._total = 2 * self._records + sum(sizes[file.path] for file in files if file.kind in others) + 1
        self._done = 0

    def looked(self, path: str) -> None:
        """Tell that a file of records was looked through."""
        self._done += os.path.getsize(path)
        self._tell(self._done, self._total)

    def records(self, done: int, total: int) -> None:
        """Tell how much of the records is read the second time."""
        self._tell(self._records + (done * self._records // total if total else 0), self._total)

    def end(self) -> None:
        """Tell that all is done."""
        self._tell(self._total, self._total)
