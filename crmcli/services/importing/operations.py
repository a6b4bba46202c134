"""Imports among the operations: known by their note, and listed with their files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.services.history import operation_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.services.history import OperationLine
    from crmcli.services.workspace import Workspace
    from crmcli.store.values import Operation

_SIGN = "import of "


@frozen
class ImportLine:
    """One import: the operation that it was, and the files that it took, as they were named."""

    operation: OperationLine
    files: str


def import_note(paths: Sequence[str]) -> str:
    """Give the note of the operation that imports these files."""
    return _SIGN + ", ".join(paths)


def is_import(operation: Operation) -> bool:
    """Whether an operation was an import."""
    return is_import_note(operation.note)


def is_import_note(note: str) -> bool:
    """Whether an operation's note is that of an import: it names files, and nothing of what stands in them."""
    return note.startswith(_SIGN)


def imports_done(workspace: Workspace, limit: int | None = None) -> tuple[ImportLine, ...]:
    """Give the last imports, newest first; all of them without a limit."""
    done = [operation for operation in workspace.store.log.operations() if is_import(operation)]
    return tuple(
        ImportLine(operation_line(workspace, operation), operation.note.removeprefix(_SIGN))
        for operation in done[:limit]
    )
