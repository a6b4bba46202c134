"""Tables that are made of another one: the same file, other rows or columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.formats.table import Table


class DerivedTable:
    """What another table says of itself and of its file; what is made of its rows is the subclass's `blocks`."""

    def __init__(self, table: Table) -> None:
        """Take the table whose rows are read."""
        self.table = table
        self.name = table.name
        self.header = table.header
        self.headed = table.headed
        self.typed = table.typed
        self.notes = table.notes
        self.kind = table.kind
        self.delimiter = table.delimiter

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return self.table.size

    @property
    def position(self) -> int:
        """Bytes that have been read."""
        return self.table.position

    @property
    def descriptors(self) -> Sequence[int]:
        """The files that are read."""
        return self.table.descriptors

    def restart(self) -> None:
        """Read from the first row again."""
        self.table.restart()
