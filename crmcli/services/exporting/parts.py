"""What formats for people, calendars and mail take of a record: texts under the headings by which imports read them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.services.exporting.contents import cell_text
from crmcli.store.values import Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from crmcli.model.objects import ObjectType, Property
    from crmcli.services.exporting.contents import Contents
    from crmcli.services.workspace import Workspace
    from crmcli.types.base import Stored


@frozen
class Parts:
    """A record as a format takes it: the record with the values that were read, and its texts by heading."""

    record: Record
    cells: Mapping[str, str]


def parts_of(contents: Contents, headings: Iterable[str]) -> Iterator[Parts]:
    """Give each record with its texts under these headings."""
    known = {heading: prop for heading in headings if (prop := under(contents.found, heading))}
    for record in records(contents):
        cells = {
            heading: cell_text(prop.value_type)(record.values[prop.name])
            for heading, prop in known.items()
            if prop.name in record.values
        }
        yield Parts(record, cells)


def records(contents: Contents) -> Iterator[Record]:
    """Give the records with the values of the contents' columns."""
    names = [column.name for column in contents.columns]
    for block in contents.blocks:
        for record_id, *values in zip(block.ids, *block.columns, strict=True):
            held = {name: value for name, value in zip(names, values, strict=True) if value is not None}
            yield Record(contents.object_name, record_id, held)


def needed(found: ObjectType, headings: Iterable[str], roles: Iterable[str] = ()) -> tuple[str, ...]:
    """Give the properties that these headings and roles mean, and those that make a record's title."""
    props = [under(found, heading) for heading in headings] + [found.role(role) for role in roles]
    names = [prop.name for prop in props if prop] + [*found.display, *found.keys]
    return tuple(name for name in dict.fromkeys(names) if not found.properties[name].formula)


def under(found: ObjectType, heading: str) -> Property | None:
    """Give the property that an import takes a heading for, None where it knows none."""
    from crmcli.model.names import UnknownProperty, find_property

    try:
        prop = find_property(found, heading)
    except UnknownProperty:
        return None
    return None if prop.formula else prop


def moment(found: ObjectType, record: Record, role: str) -> datetime | None:
    """Give the moment that a record has in a role."""
    value = of_role(found, record, role)
    return datetime.fromisoformat(str(value)) if value is not None else None


def of_role(found: ObjectType, record: Record, role: str) -> Stored | None:
    """Give the value that a record has in a role."""
    return record.values.get(found.roles.get(role, ""))


def identity(workspace: Workspace, record: Record) -> str:
    """Give what stands for a record in other programs: the same in each export, and different in each CRM."""
    return f"{record.object_name}.{record.id}@{workspace.settings.id}"


def linked(workspace: Workspace, found: ObjectType, ids: Sequence[int], role: str) -> dict[int, list[Record]]:
    """Give the records of the objects of a role that are associated with each of these records, primary ones first."""
    links: dict[int, list[tuple[bool, str, int]]] = {}
    for other in workspace.model.objects_with(role):
        for pair in filter(None, {workspace.model.pair(found.name, other)}):
            for one in workspace.store.associated(pair, ids, from_owner=pair.owner == found.name):
                links.setdefault(one.id, []).append((not one.primary, other, one.other_id))
    wanted: dict[str, set[int]] = {}
    for some in links.values():
        for _, other, each in some:
            wanted.setdefault(other, set()).add(each)
    there = {
        (name, one.id): one for name, many in wanted.items() for one in workspace.store.records(name, sorted(many))
    }
    return {
        each: [there[other, number] for _, other, number in sorted(some) if (other, number) in there]
        for each, some in links.items()
    }
