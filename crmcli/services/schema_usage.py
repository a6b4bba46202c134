"""How much each property is used: in how many records it has a value, and what names it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.services.property_uses import uses
from crmcli.store import surveying

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crmcli.model.objects import ObjectType
    from crmcli.services.workspace import Workspace


@frozen
class PropertyUsage:
    """One property of an object: `filled` of `records` records have a value; None for a calculated one.

    `used_in` are words such as "columns", "formula of deal.margin", "views/open.yaml".
    """

    object_name: str
    name: str
    label: str
    type: str
    filled: int | None
    records: int
    used_in: tuple[str, ...]

    @property
    def share(self) -> float | None:
        """The part of the records that have a value, from 0 to 1; None where there is none to speak of."""
        return None if self.filled is None or not self.records else self.filled / self.records


@frozen
class Usage:
    """The properties by object, those with most values first; `hidden` are empty ones that a system fills."""

    lines: tuple[PropertyUsage, ...]
    hidden: int


def usage(workspace: Workspace, word: str = "", *, system: bool = False) -> Usage:
    """Survey an object, or every one that has records; one pass over the index an object. Raises UnknownObject.

    Properties that systems fill and that are empty are counted only, unless `system`.
    """
    if word:
        objects: Sequence[ObjectType] = [workspace.any_object(word)]
    else:
        objects = [workspace.model.objects[name] for name in workspace.model.objects if workspace.store.count(name)]
    used = uses(workspace)
    lines = [line for found in objects for line in _lines(workspace, found, used)]
    shown = [line for line in lines if system or line.filled or not _by_system(workspace, line)]
    return Usage(tuple(shown), len(lines) - len(shown))


def _by_system(workspace: Workspace, line: PropertyUsage) -> bool:
    return workspace.model.objects[line.object_name].properties[line.name].system


def _lines(
    workspace: Workspace, found: ObjectType, used: Mapping[tuple[str, str], Sequence[str]]
) -> Iterator[PropertyUsage]:
    stored = [prop.name for prop in found.properties.values() if not prop.formula]
    records, filled = surveying.counts(workspace.store, found.name, stored)
    ranked = sorted(found.properties.values(), key=lambda prop: -filled.get(prop.name, -1))
    for prop in ranked:
        places = tuple(used.get((found.name, prop.name), ()))
        yield PropertyUsage(
            found.name, prop.name, prop.label, prop.value_type.name, filled.get(prop.name), records, places
        )
