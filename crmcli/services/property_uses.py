"""Where a property is used: by its object, by formulas and rules, and by the YAML files of the workspace."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from crmcli.model.duplicate_settings import FOLDER
from crmcli.query.mentions import mentioned

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import TypeAlias

    from crmcli.model.nodes import Block, Node
    from crmcli.model.objects import Model, ObjectType, Property
    from crmcli.services.workspace import Workspace

    Uses: TypeAlias = dict[tuple[str, str], list[str]]

# Folders of a workspace whose files name properties.
_FOLDERS = ("views", "segments", "workflows", "reports", "dashboards", "imports", "dedupe")
_HYGIENE = "hygiene.yaml"  # and the file of the workspace whose every entry names some, each of an object of its own
_LISTS = ("keys", "display", "secondary", "columns", "required", "required_any", "search")
_MAX_BYTES = 1_000_000


def uses(workspace: Workspace) -> Mapping[tuple[str, str], list[str]]:
    """Give where each property is used, by (object, property): words such as "columns" or "views/open.yaml"."""
    found: Uses = {}
    places = [each for thing in workspace.model.objects.values() for each in _of_object(workspace.model, thing)]
    for name, where in sorted(places, key=lambda each: " of " in each[1]):  # an object's own lists first
        _note(found, name, where)
    for path in _files(workspace.root):
        for name in _in_file(workspace, path):
            _note(found, name, path)
    return found


def _note(found: Uses, name: tuple[str, str], where: str) -> None:
    places = found.setdefault(name, [])
    if where not in places:
        places.append(where)


def _of_object(model: Model, thing: ObjectType) -> Iterator[tuple[tuple[str, str], str]]:
    """Give what an object's own declaration names: its lists first, then conditions, then formulas."""
    for part in _LISTS:
        yield from (((thing.name, name), part.partition("_")[0]) for name in getattr(thing, part))
    stages = [stage for pipeline in thing.pipelines for stage in pipeline.stages]
    yield from (((thing.name, name), f"stage {stage.id}") for stage in stages for name in stage.required)
    for pair in model.pairs_of(thing.name):
        if pair.owner == thing.name:
            yield from (((thing.name, name), f"association with {pair.other}") for name in pair.requires)
    for also in thing.associate_also:
        yield from ((name, f"associate_also of {thing.name}") for name in mentioned(also.where, model, also.object))
    if thing.duplicates:
        yield from (((thing.name, name), "duplicates") for name in thing.duplicates.meanings)
    for prop in thing.properties.values():
        yield from _of_property(model, thing, prop)


def _of_property(model: Model, thing: ObjectType, prop: Property) -> Iterator[tuple[tuple[str, str], str]]:
    check = prop.rules.check if prop.rules else ""
    parts = {"formula": prop.formula, "rules": check, "show_when": prop.show_when, "required_when": prop.required_when}
    for part, text in parts.items():
        for name in mentioned(text, model, thing.name) if text else ():
            if name != (thing.name, prop.name):
                yield name, f"{part} of {thing.name}.{prop.name}"
    if prop.additional_of:
        yield (thing.name, prop.additional_of), f"key that {prop.name} adds to"


def _files(root: str) -> Iterator[str]:
    for folder in _FOLDERS:
        try:
            names = sorted(os.listdir(os.path.join(root, folder)))
        except OSError:
            continue
        yield from (f"{folder}/{name}" for name in names if name.endswith((".yaml", ".yml")))
    if os.path.isfile(os.path.join(root, _HYGIENE)):
        yield _HYGIENE


def _in_file(workspace: Workspace, path: str) -> set[tuple[str, str]]:
    """Give the properties that a YAML file names, read as expressions over the object that it says it is about."""
    from crmcli.model.load import read_yaml
    from crmcli.model.nodes import Block

    with open(os.path.join(workspace.root, path), "rb") as file:
        tree, _ = read_yaml(file.read(_MAX_BYTES), path)
    parts = [entry for entry in tree.entries.values() if isinstance(entry, Block)] if path == _HYGIENE else [tree]
    return {name for part in parts for name in _in_part(workspace, part, path)}


def _in_part(workspace: Workspace, tree: Block, path: str) -> set[tuple[str, str]]:
    from crmcli.errors import CrmError
    from crmcli.model.names import find_object_name

    named = tree.text("object") or path.removeprefix(f"{FOLDER}/").removesuffix(".yaml")  # dedupe/OBJECT.yaml
    try:
        scopes = [find_object_name(workspace.model, named)]
    except CrmError:
        scopes = list(workspace.model.objects)
    found: set[tuple[str, str]] = set()
    for text in _texts(tree):
        for scope in scopes:
            found |= mentioned(text, workspace.model, scope)
    return found


def _texts(node: Node) -> Iterator[str]:
    """Give every text of a file, keys too: `columns: {amount: …}` names a property."""
    from crmcli.model.nodes import Block, Items

    if isinstance(node, Block):
        for key, entry in node.entries.items():
            yield key
            yield from _texts(entry)
    elif isinstance(node, Items):
        for item in node.items:
            yield from _texts(item)
    elif node.text.strip():
        yield node.text
