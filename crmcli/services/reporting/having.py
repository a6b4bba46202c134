"""Conditions on the rows of a report: expressions over its own columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crmcli.model.objects import Model
    from crmcli.query.measures import GroupMeasure
    from crmcli.query.unwritten import Conditions
    from crmcli.services.reporting.layout import Layout
    from crmcli.services.workspace import Workspace
    from crmcli.types.base import Context, Stored


def fitting(workspace: Workspace, layout: Layout, rows: Sequence[Mapping[str, Stored | None]]) -> list[bool]:
    """Say which rows meet the condition of a report: (name of a measure → what it comes to).

    Raises QueryError.
    """
    surroundings = workspace.model, workspace.context
    found = compiled(layout.definition.having, layout.measures, surroundings)
    return [row[0] == 1 for row in workspace.store.rows(found.of([(None, row) for row in rows]))]


def compiled(having: str, measures: Sequence[GroupMeasure], surroundings: tuple[Model, Context]) -> Conditions:
    """Compile a condition on rows as one on an object whose properties are the measures. Raises QueryError."""
    from crmcli.model.objects import ObjectType
    from crmcli.model.properties import Property
    from crmcli.query.unwritten import compile_conditions

    properties = {}
    for each in measures:
        kind, scale = each.value_type.name, each.value_type.scale
        properties[each.name] = Property(each.name, each.heading, "string", "text", format=kind, scale=scale)
    columns = ObjectType("report", "this report", "rows of this report", properties)
    return compile_conditions([having], columns, *surroundings)
