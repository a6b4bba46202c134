"""What calculated properties of one record come to."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.model.objects import ObjectType
    from crmcli.services.workspace import Workspace
    from crmcli.types.base import Stored

_ACTIVITIES = "activities"  # the word of expressions for all of them: see query.activities


def calculated_values(
    workspace: Workspace, found: ObjectType, record_id: int, names: Sequence[str]
) -> dict[str, Stored]:
    """Compute these calculated properties of a record; what comes to nothing is left out."""
    if not names:
        return {}
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


def telling(workspace: Workspace, found: ObjectType, record_id: int, *, all_properties: bool) -> tuple[str, ...]:
    """Name the calculated properties that a record's page has: without `all_properties` those that say something.

    The others are those of the system, and what is said of activities where the record has none.
    """
    calculated = [prop for prop in found.properties.values() if prop.formula]
    if all_properties:
        return tuple(prop.name for prop in calculated)
    usual = [prop for prop in calculated if not prop.system]
    if any(_ACTIVITIES in prop.formula for prop in usual) and not _has_activities(workspace, found, record_id):
        usual = [prop for prop in usual if _ACTIVITIES not in prop.formula]
    return tuple(prop.name for prop in usual)


def _has_activities(workspace: Workspace, found: ObjectType, record_id: int) -> bool:
    activities = workspace.model.objects_with("activity")
    return any(one.other_object in activities for one in workspace.store.associations(found.name, record_id))
