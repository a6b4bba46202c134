"""Taking over another system's properties: what is new goes into the schema files, what differs is only told."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from crmcli.errors import CrmError
from crmcli.frozen import frozen
from crmcli.model.names import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crmcli.model.nodes import Block
    from crmcli.model.objects import Property
    from crmcli.services.property_definitions import OptionDefinition, PropertyDefinition
    from crmcli.services.workspace import Workspace

_NAME = r"[a-z][a-z0-9_]{0,99}"


@frozen
class Entry:
    """One entry to put into an object's schema file: where, and what, as YAML values."""

    path: tuple[str, ...]
    value: Any


@frozen
class PropertyImport:
    """What to put into the schema file of each object, and sentences on what was left as it is, and why.

    `properties` are new ones, `options` new ones of properties that are there.
    """

    entries: dict[str, tuple[Entry, ...]]
    properties: int
    options: int
    conflicts: tuple[str, ...]

    @property
    def told(self) -> tuple[str, ...]:
        """What it comes to, in sentences."""
        properties = "1 new property" if self.properties == 1 else f"{self.properties:,} new properties"
        options = "1 new option" if self.options == 1 else f"{self.options:,} new options"
        return (f"{properties}, {options}", *(f"left as it is: {conflict}" for conflict in self.conflicts))


def compare(workspace: Workspace, definitions: Sequence[PropertyDefinition], object_word: str = "") -> PropertyImport:
    """Compare definitions with the schema; `object_word` is of those that name no object.

    Raises UnknownObject for that word; an object that a definition names and there is not is a conflict.
    """
    default = workspace.any_object(object_word).name if object_word else ""
    by_object: dict[str, _Object] = {}
    conflicts: list[str] = []
    for definition in definitions:
        name = _object_name(workspace, definition, default, conflicts)
        if name:
            if name not in by_object:
                by_object[name] = _Object(workspace, name)
            by_object[name].take(definition)
    for each in by_object.values():
        conflicts += each.conflicts
    return PropertyImport(
        {name: tuple(each.entries) for name, each in by_object.items() if each.entries},
        sum(each.properties for each in by_object.values()),
        sum(each.options for each in by_object.values()),
        tuple(dict.fromkeys(conflicts)),
    )


def _object_name(workspace: Workspace, definition: PropertyDefinition, default: str, conflicts: list[str]) -> str:
    if not definition.object and not default:
        conflicts.append(f"{definition.name}: the file does not say of which object it is: --object contact")
        return ""
    try:
        return workspace.any_object(definition.object).name if definition.object else default
    except CrmError:
        conflicts.append(f'{definition.name}: there is no object "{definition.object}"')
        return ""


class _Object:
    """One object's schema file in the making."""

    def __init__(self, workspace: Workspace, name: str) -> None:
        self._found = workspace.model.objects[name]
        self._file = _overlay(workspace.root, name)
        self._labels = {p.label.casefold(): p.name for p in self._found.properties.values() if not p.system}
        self._taken: set[str] = set()
        self._groups: set[str] = set()
        self.entries: list[Entry] = []
        self.conflicts: list[str] = []
        self.properties = 0
        self.options = 0

    def take(self, definition: PropertyDefinition) -> None:
        """Compare one definition."""
        known = self._found.properties.get(definition.name)
        if known:
            self._compare(known, definition)
        elif definition.name in self._taken:
            self._tell(definition, "stands in the file twice; the first is taken")
        else:
            self._add(definition)
        self._taken.add(definition.name)

    def _tell(self, definition: PropertyDefinition, what: str) -> None:
        self.conflicts.append(f"{self._found.name}.{definition.name}: {what}")

    def _add(self, definition: PropertyDefinition) -> None:
        from crmcli.model.check_properties import FIELD_TYPES, RESERVED

        if not re.fullmatch(_NAME, definition.name) or definition.name in RESERVED:
            self._tell(definition, "cannot be an internal name here")
            return
        if definition.type not in FIELD_TYPES:
            self._tell(definition, f'has the type "{definition.type}", which there is not here')
            return
        label = definition.label
        if label.casefold() in self._labels:
            label = f"{label} ({definition.name})"
        self._labels[label.casefold()] = definition.name
        value: dict[str, Any] = {"label": label, "type": definition.type}
        kinds = FIELD_TYPES[definition.type]
        if definition.field_type in kinds:
            value["fieldType"] = definition.field_type
        said = {"format": definition.format, "unique": definition.unique, "read_only": definition.read_only}
        value |= {key: held for key, held in {**said, "description": definition.description}.items() if held}
        if definition.type == "enumeration" and definition.options:
            value["options"] = {one.value: _option(one, shown) for one, shown in _labelled(definition.options, {})}
        self.entries += [*self._group(definition), Entry((*self._place(definition), definition.name), value)]
        self.properties += 1

    def _place(self, definition: PropertyDefinition) -> tuple[str, ...]:
        """Where a new property belongs: in its group, where the group has a usable name."""
        group = self._spelled(definition.group)
        return ("groups", group, "properties") if re.fullmatch(_NAME, group) else ("properties",)

    def _group(self, definition: PropertyDefinition) -> Iterator[Entry]:
        """Give a label to a group that is new."""
        group = self._spelled(definition.group)
        if re.fullmatch(_NAME, group) and group not in self._found.groups and group not in self._groups:
            self._groups.add(group)
            yield Entry(("groups", group, "label"), group.replace("_", " ").capitalize())

    def _spelled(self, group: str) -> str:
        """Give a group as it is spelled here: HubSpot's "contactinformation" is our contact_information."""
        return next((ours for ours in self._found.groups if fold(ours) == fold(group)), group)

    def _compare(self, known: Property, definition: PropertyDefinition) -> None:
        """Take new options of a property that is there; tell what else differs."""
        if known.formula:
            return
        for what, here, there in (
            ("type", known.type, definition.type),
            ("fieldType", _several(known.field_type), _several(definition.field_type)),
            ("label", known.label, definition.label),
        ):
            if there and here.casefold() != there.casefold():
                self._tell(definition, f'the {what} stays "{here or "none"}"; there it is "{there}"')
        if known.unique != definition.unique and definition.unique:
            self._tell(definition, "is unique there, and not here")
        if known.type == definition.type == "enumeration":
            self._add_options(known, definition)

    def _add_options(self, known: Property, definition: PropertyDefinition) -> None:
        there = {option.value: option.label for option in known.options}
        new = [option for option in definition.options if option.value not in there]
        if not new or not there:
            return  # without options here any text is one
        if known.name in (self._found.roles.get("stage"), self._found.roles.get("pipeline")):
            self._tell(definition, f"has more stages there: {', '.join(o.value for o in new)}; see crm pipeline")
            return
        path = (*_where(self._file, known.name), "options")
        for option, shown in _labelled(new, {label.casefold(): value for value, label in there.items()}):
            self.entries.append(Entry((*path, option.value), _option(option, shown)))
        self.options += len(new)


def _several(field_type: str) -> str:
    """Give of a fieldType what values depend on: whether there are several."""
    return "checkbox" if field_type == "checkbox" else ""


def _labelled(options: Sequence[OptionDefinition], labels: dict[str, str]) -> Iterator[tuple[OptionDefinition, str]]:
    """Give each option with a label of its own; a hidden one may share it."""
    for option in options:
        shown = option.label
        if not option.hidden and labels.setdefault(shown.casefold(), option.value) != option.value:
            shown = f"{shown} ({option.value})"
        yield option, shown


def _option(option: OptionDefinition, label: str) -> Any:  # noqa: ANN401 - a YAML value
    return {"label": label, "hidden": True} if option.hidden else label


def _overlay(root: str, name: str) -> Block:
    """Read the workspace's schema file of an object; an empty mapping where there is none."""
    import os

    from crmcli.model.load import read_yaml

    try:
        with open(os.path.join(root, "schemas", f"{name}.yaml"), "rb") as file:
            return read_yaml(file.read(), name)[0]
    except FileNotFoundError:
        return read_yaml(b"", name)[0]


def _where(file: Block, name: str) -> tuple[str, ...]:
    """Where a file declares or changes a property, else where it may: a property stands in one place of a file."""
    for group, block in file.blocks("groups").items():
        if name in block.blocks("properties"):
            return ("groups", group, "properties", name)
    return ("properties", name)
