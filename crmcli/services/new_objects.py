"""Objects and properties of a CRM's own: what a schema file is to declare, checked before it is written."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import frozen, replace
from crmcli.model.names import fold
from crmcli.services.object_names import check_name
from crmcli.services.property_words import NewProperty, NoInternalName, internal_name, read_property
from crmcli.services.schema_edit import schema_path

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from crmcli.model.objects import ObjectType
    from crmcli.services.workspace import Workspace


@frozen
class ObjectRequest:
    """A new object as it is asked for: properties as `read_property` takes them, others by any of their words.

    `primary` is the property that names a record; `required`, `search` and `unique` name properties of these.
    """

    label: str
    plural: str = ""
    name: str = ""
    description: str = ""
    primary: str = "Name"
    properties: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    search: tuple[str, ...] = ()
    unique: tuple[str, ...] = ()
    associate: tuple[str, ...] = ()


@frozen
class NewObject:
    """A new object, complete: the first property names a record; all lists hold internal names."""

    name: str
    label: str
    plural: str
    description: str
    properties: tuple[NewProperty, ...]
    required: tuple[str, ...]
    search: tuple[str, ...]
    keys: tuple[str, ...]
    associations: tuple[str, ...]


@frozen
class PropertyRequest:
    """A new property of an object that is there; `group` is one of its groups or a new one, by label or name."""

    object: str
    property: NewProperty
    group: str = ""


@frozen
class PropertyPlace:
    """Where a new property is put: the object, the group's internal name, and its label where the group is new."""

    object_name: str
    plural: str
    group: str
    new_label: str
    property: NewProperty


class SchemaFileExists(CrmError):
    """A schema file to make that is there already."""

    exit_code = ExitCode.CONFLICT

    def __init__(self, path: str) -> None:
        super().__init__(f"{path} is there already", "Change it in your editor, then: crm schema check")


class NoSuchNewProperty(CrmError):
    """A property of a new object that is named and not declared."""

    exit_code = ExitCode.USAGE

    def __init__(self, word: str, names: Sequence[str]) -> None:
        super().__init__(f'"{word}" is no property of the new object', f"One of: {', '.join(names)}")


class PropertyExists(CrmError):
    """A new property whose name or label an object has already."""

    exit_code = ExitCode.CONFLICT

    def __init__(self, label: str, found: ObjectType, name: str) -> None:
        super().__init__(
            f'The object {found.name} has a property "{label}" already',
            f"See it: crm schema show {found.name}.{name}",
        )


def new_object(workspace: Workspace, request: ObjectRequest, *, commands: Collection[str]) -> NewObject:
    """Make the declaration of a new object of what is asked for.

    `commands` are the words of the command line, which no object may have. Raises UnusableName, NameTaken,
    NoInternalName, SchemaFileExists, NoSuchNewProperty, UnknownObject, and what `read_property` raises.
    """
    label = request.label.strip()
    name, plural = request.name or internal_name(label), request.plural.strip() or _plural(label)
    if not name:
        raise NoInternalName(label, "--name roast_batch")
    for word in dict.fromkeys((label, plural, name)):
        check_name(workspace.model, word, commands=commands)
    if os.path.exists(os.path.join(workspace.root, schema_path(name))):
        raise SchemaFileExists(schema_path(name))
    properties = tuple(read_property(text) for text in (request.primary, *request.properties))
    unique = _named(request.unique, properties)
    properties = tuple(replace(prop, unique=prop.name in unique) for prop in properties)
    return NewObject(
        name,
        label,
        plural,
        request.description.strip(),
        properties,
        required=tuple(dict.fromkeys((properties[0].name, *_named(request.required, properties)))),
        search=tuple(dict.fromkeys((properties[0].name, *_named(request.search, properties)))),
        keys=unique,
        associations=tuple(_others(workspace, request.associate, (name, label, plural))),
    )


def property_place(workspace: Workspace, request: PropertyRequest) -> PropertyPlace:
    """Find where a new property belongs. Raises UnknownObject, InactiveObject and PropertyExists."""
    found, prop = workspace.object(request.object), request.property
    for there in found.properties.values():
        if there.name == prop.name or fold(there.label) == fold(prop.label):
            raise PropertyExists(prop.label, found, there.name)
    group = request.group.strip()
    known = {fold(word): name for name, label in found.groups.items() for word in (label, name)}
    if not group:
        name, label = next(iter(found.groups), ""), ""
    else:
        name, label = known.get(fold(group), ""), ""
    if not name:
        label = group or f"{found.label} information"
        name = internal_name(label)
    if not name:
        raise NoInternalName(group, '--group "More about it"')
    return PropertyPlace(found.name, found.plural, name, label, prop)


def _plural(label: str) -> str:
    """Guess the plural of a label, as English has it; `--plural` says another."""
    lower = label.lower()
    if lower.endswith("y") and lower[-2:-1] not in "aeiou":
        return f"{label[:-1]}ies"
    return f"{label}{'es' if lower.endswith(('s', 'x', 'z', 'ch', 'sh')) else 's'}"


def _named(words: Sequence[str], properties: Sequence[NewProperty]) -> tuple[str, ...]:
    """Give the internal names of properties that are named by name or label."""
    known = {fold(word): prop.name for prop in properties for word in (prop.label, prop.name)}
    for word in words:
        if fold(word) not in known:
            raise NoSuchNewProperty(word, [prop.name for prop in properties])
    return tuple(known[fold(word)] for word in words)


def _others(workspace: Workspace, words: Sequence[str], own: Sequence[str]) -> dict[str, None]:
    """Give the objects to associate with, each once; one's own names mean the new object itself."""
    return {
        own[0] if fold(word) in map(fold, own) else workspace.object(word).name: None for word in words if word.strip()
    }
