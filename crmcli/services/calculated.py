"""What calculated properties of one record come to."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from crmcli.model.cache import keep
from crmcli.query.lasting import Lasting, compile_lasting

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from crmcli.model.objects import ObjectType
    from crmcli.services.workspace import Workspace
    from crmcli.types.base import Column, Stored

_ACTIVITIES = "activities"  # the word of expressions for all of them: see query.activities
EDITION = 1  # of what is kept; raised when the SQL that the query layer makes of an expression changes


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
    return {} if row is None else _stored(found, names, row[1:])


def telling_values(workspace: Workspace, found: ObjectType, record_id: int, *, activities: bool) -> dict[str, Stored]:
    """Compute what a record's page says of itself: not what is the system's, and of activities only where it has any.

    The statement is compiled for the first page of a day, and kept in the cache folder.
    """
    path = os.path.join(workspace.cache, "calculated.json")
    kept, key = _kept(path), _key(workspace)
    statements = kept["statements"] if kept.get("key") == key else {}
    place = f"{found.name} {activities:d}"
    if place not in statements:
        names = _telling(found, activities=activities)
        lasting = compile_lasting(names, found, workspace.model, workspace.context) if names else None
        statements[place] = [names, *((lasting.sql, lasting.parameters, lasting.moments) if lasting else ())]
        keep(path, json.dumps({"key": key, "statements": statements}).encode())
    names, *rest = statements[place]
    if not rest:
        return calculated_values(workspace, found, record_id, names)
    sql, parameters, moments = rest
    statement = Lasting(sql, tuple(parameters), tuple(moments)).of(record_id, workspace.context.moment)
    row = next(iter(workspace.store.rows(statement)), None)
    return {} if row is None else _stored(found, names, row)


def _kept(path: str) -> dict[str, Any]:
    try:
        with open(path, "rb") as file:
            kept = json.load(file)
    except (OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) else {}


def _key(workspace: Workspace) -> list[str]:
    """Give what the statements were compiled of: the model, the settings, who asks, and the day."""
    model, context = workspace.model, workspace.context
    day = context.moment.astimezone(context.zone).date().isoformat()
    return [f"{EDITION}", model.fingerprint, model.layout, model.applied, repr(workspace.settings), context.me, day]


def _stored(found: ObjectType, names: Sequence[str], row: Sequence[Column]) -> dict[str, Stored]:
    return {
        name: found.properties[name].value_type.stored(column)
        for name, column in zip(names, row, strict=True)
        if column is not None
    }


def _telling(found: ObjectType, *, activities: bool) -> list[str]:
    """Name the calculated properties that say something on a record's page."""
    usual = [prop for prop in found.properties.values() if prop.formula and not prop.system]
    return [prop.name for prop in usual if activities or _ACTIVITIES not in prop.formula]
