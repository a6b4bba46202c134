"""What calculated properties of one record come to."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.model.objects import ObjectType
    from crmcli.services.workspace import Workspace
    from crmcli.types.base import Stored


def calculated_values(
    workspace: Workspace, found: ObjectType, record_id: int, names: Sequence[str]
) -> dict[str, Stored]:
    """Compute these calculated properties of a record; what comes to nothing is left out."""
    from crmcli.query import Selection, select

    wanted = Selection(found, where=f"id = {record_id}", columns=tuple(names), sort=(), limit=1, offset=0)
    statement = select(wanted, workspace.model, workspace.context)
    row = next(iter(workspace.store.rows(statement)), None)
    if row is None:
        return {}
    return {
        name: found.properties[name].value_type.stored(column)
        for name, column in zip(names, row[1:], strict=True)
        if column is not None
    }
