"""HubSpot's two tables: which of its tools takes which object, and which objects associate with which."""

from __future__ import annotations

from itertools import combinations_with_replacement
from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.model.matrix import Cell, cell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.model.objects import Label, Model, Tool
    from crmcli.services.workspace import Workspace

# In which order HubSpot's article tells of objects; other categories, and objects without one, follow.
CATEGORIES = ("foundational", "marketing", "sales", "service", "commerce", "other", "activity")


@frozen
class ToolRow:
    """What HubSpot's tools do with one object."""

    name: str
    label: str
    tools: tuple[Tool, ...]


@frozen
class AssociationRow:
    """Whether two objects associate; `type_ids` are HubSpot's there and back, 0 where there is none."""

    a: str
    b: str
    cell: Cell
    type_ids: tuple[int, int] = (0, 0)
    labels: tuple[str, ...] = ()


@frozen
class AssociationMatrix:
    """All pairs of objects, each once; `labels` are the objects in order, name → label, `activities` some of them."""

    labels: dict[str, str]
    activities: tuple[str, ...]
    rows: tuple[AssociationRow, ...]


def tool_rows(workspace: Workspace) -> tuple[ToolRow, ...]:
    """Give HubSpot's table of tools, an object a row, in the order of its categories; inactive objects as well.

    An object that HubSpot does not have, and that says nothing of tools, is left out.
    """
    model = workspace.model
    rows = [ToolRow(name, model.words[name].label, model.objects[name].tools) for name in in_order(model)]
    return tuple(row for row in rows if row.tools)


def associations(workspace: Workspace) -> AssociationMatrix:
    """Say of every two objects, inactive ones as well, whether they associate, and how sure that is."""
    model = workspace.model
    names = in_order(model)
    rows = [_row(model, a, b) for a, b in combinations_with_replacement(names, 2)]
    activities = tuple(name for name in names if "activity" in model.words[name].object_roles)
    return AssociationMatrix({name: model.words[name].label for name in names}, activities, tuple(rows))


def in_order(model: Model) -> Sequence[str]:
    """Give the names of all objects in the order of their first categories; the CRM's own ones last."""

    def rank(name: str) -> tuple[bool, int]:
        thing = model.objects[name]
        first = thing.categories[0] if thing.categories else ""
        return thing.own, CATEGORIES.index(first) if first in CATEGORIES else len(CATEGORIES)

    return sorted(model.words, key=rank)


def _row(model: Model, a: str, b: str) -> AssociationRow:
    pair = model.pair(a, b)
    if pair is None:
        return AssociationRow(a, b, cell(model, a, b))
    there, back = (*pair.type_ids, 0, 0)[:2]
    ids = (there, back) if pair.owner == a else (back, there)
    return AssociationRow(a, b, cell(model, a, b), ids, tuple(map(_said, pair.labels)))


def _said(label: Label) -> str:
    return f"{label.name}/{label.inverse}" if label.paired else label.name
