"""What the bare command says in a workspace: how much is there, what happened last, what to try."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.model.names import typed
from crmcli.services.history import operations

if TYPE_CHECKING:
    from crmcli.services.history import OperationLine
    from crmcli.services.workspace import Workspace


@frozen
class Overview:
    """`counts` are (object's internal name, plural, records); `suggestions` are command lines to try."""

    name: str
    root: str
    counts: tuple[tuple[str, str, int], ...]
    operations: tuple[OperationLine, ...]
    suggestions: tuple[str, ...]


def overview(workspace: Workspace, *, last: int = 5) -> Overview:
    """Look at the workspace as a whole, with its last operations."""
    store = workspace.store
    counts = tuple((found.name, found.plural, store.count(found.name)) for found in workspace.in_use())
    return Overview(
        name=workspace.settings.name,
        root=workspace.root,
        counts=counts,
        operations=operations(workspace, last),
        suggestions=_suggestions(workspace, counts),
    )


def _suggestions(workspace: Workspace, counts: tuple[tuple[str, str, int], ...]) -> tuple[str, ...]:
    """Suggest what fits: how to begin in an empty workspace, how to look around in one with records."""
    filled = [name for name, _, count in counts if count]
    if not filled:
        name = next((words.name for words in workspace.model.words.values() if words.active), None)
        if name is None:
            return ("crm schema list",)
        first = workspace.model.objects[name]
        wanted = (first.required or first.required_any or first.display or ("name",))[0]
        return (
            f"crm create {first.name} {wanted}=…",
            f"crm import {typed(first)} FILE.csv",
            "crm help references",
        )
    plural = typed(workspace.model.words[filled[0]])
    return f"crm list {plural}", "crm search WORD", f"crm report counts {plural} --by PROPERTY", f"crm export {plural}"
