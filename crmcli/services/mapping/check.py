"""Reading saved maps, and whether they are in order: all problems, each with its file and line."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from crmcli.errors import CrmError, Problem
from crmcli.frozen import replace
from crmcli.model.files import SchemaFile
from crmcli.model.headings import WHOLE
from crmcli.model.load import read_yaml
from crmcli.model.nodes import Block
from crmcli.model.shape import Each, Fields, Several, Shape, Text
from crmcli.services.importing.formats import Formats, check_formats
from crmcli.services.importing.preparing import MODES
from crmcli.services.mapping.association_columns import ASSOCIATIONS, AssociationHeadings
from crmcli.services.mapping.maps import FOLDER, ImportMap, SavedMap, map_names
from crmcli.services.mapping.wishes import REFERENCE_HEADINGS, cased

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crmcli.model.objects import ObjectType
    from crmcli.services.workspace import Workspace

_TEXT, _FLAG = Text(), Text(("true", "false"))
_SECTION: Mapping[str, Shape] = {
    "columns": Each(_TEXT),
    "leave_out": Several(_TEXT),
    "fixed": Each(_TEXT),
    "key": _TEXT,
    "mode": Text(MODES),
    "formats": Fields({"dates": _TEXT, "numbers": _TEXT, "zone": _TEXT, "clear_token": _TEXT}),
    "options": Each(Each(_TEXT)),
    "associate_companies": _FLAG,
    "keep_existing": _FLAG,
    "skip_invalid_values": _FLAG,
}
_MAP = Fields({"object": _TEXT, "objects": Each(Fields(_SECTION)), "in_one_row": _FLAG, **_SECTION})


def check_maps(workspace: Workspace) -> list[Problem]:
    """Give the problems of all saved maps of a workspace."""
    return [problem for name in map_names(workspace.root) for problem in read_map(workspace, name)[1]]


def read_map(workspace: Workspace, name: str) -> tuple[SavedMap, list[Problem]]:
    """Give a saved map, and what is wrong with it."""
    where = f"{FOLDER}/{name}.yaml"
    content, unreadable = SchemaFile(os.path.join(workspace.root, where), built_in=False).read()
    if unreadable:
        return SavedMap(name, ()), [replace(problem, where=f"{where}:1") for problem in unreadable]
    top, problems = read_yaml(content, where)
    if problems and not top.entries:
        return SavedMap(name, ()), problems
    fitting = _MAP.fit(top, "map", problems)
    block = fitting if isinstance(fitting, Block) else top
    sections = block.blocks("objects")
    if sections:
        problems += _beside_objects(block)
        parts = [_part(workspace, name, word, section, problems) for word, section in sections.items()]
    else:
        problems += [] if block.text("object") else [_no_object(block)]
        parts = [_part(workspace, name, block.text("object"), block, problems)]
    saved = SavedMap(name, tuple(parts), in_one_row=block.flag("in_one_row"))
    return saved, sorted(problems, key=lambda problem: int(problem.where.rpartition(":")[2]))


def _beside_objects(block: Block) -> Iterator[Problem]:
    """Look for what a map of several objects says of none of them."""
    for key in block.entries:
        if key not in ("objects", "in_one_row"):
            yield Problem(block.place(key), f'"{key}" is of no object', "put it below one of those in `objects`")


def _no_object(block: Block) -> Problem:
    return Problem(block.where, "the map names no object", "as in `object: contact`")


def _part(workspace: Workspace, name: str, word: str, block: Block, problems: list[Problem]) -> ImportMap:
    """Give what a map says of one object."""
    found = _object(workspace, word, block, problems)
    made = _made(name, found.name if found else word, block)
    if found:
        problems += _of_columns(workspace, found, block)
        made = replace(made, formats=replace(made.formats, options=_named(found, made.formats.options)))
    problems += _of_formats(made.formats, block)
    return made


def _made(name: str, object_name: str, block: Block) -> ImportMap:
    formats = block.block("formats")
    return ImportMap(
        name,
        object_name,
        {heading: node.text for heading, node in block.scalars("columns").items()},
        block.texts("leave_out"),
        {prop: node.text for prop, node in block.scalars("fixed").items()},
        block.text("key"),
        block.text("mode"),
        Formats(
            formats.text("dates"),
            formats.text("numbers"),
            formats.text("zone"),
            formats.text("clear_token"),
            {
                prop: {cell: node.text for cell, node in block.block("options").scalars(prop).items()}
                for prop in block.block("options").entries
            },
        ),
        block.flag("associate_companies"),
        block.flag("keep_existing"),
        block.flag("skip_invalid_values"),
    )


def _named(found: ObjectType, options: Mapping[str, Mapping[str, str]]) -> dict[str, Mapping[str, str]]:
    """Give words for options by the internal names of properties, as far as these are known."""
    from crmcli.model.names import UnknownProperty, find_property

    named = {}
    for word, meant in options.items():
        with suppress(UnknownProperty):
            named[find_property(found, word).name] = meant
    return named


def _object(workspace: Workspace, word: str, block: Block, problems: list[Problem]) -> ObjectType | None:
    if not word:
        return None
    try:
        return workspace.object(word)
    except CrmError as refusal:
        problems.append(Problem(block.place("object"), refusal.message, refusal.hint))
        return None


def _of_columns(workspace: Workspace, found: ObjectType, block: Block) -> Iterator[Problem]:
    """Look at all words for properties."""
    associations = AssociationHeadings(found, workspace.model)
    for heading, node in block.scalars("columns").items():
        if node.text.startswith(ASSOCIATIONS):
            if associations.wished(1, heading, node.text) is None:
                yield Problem(node.where, f'"{node.text}" names no association of {found.plural.lower()}')
        elif node.text not in REFERENCE_HEADINGS:
            for word in cased(node.text)[1].split(WHOLE):
                yield from _of_property(found, word, node.where)
    others = [(name, block.block(key).place(name)) for key in ("fixed", "options") for name in block.block(key).entries]
    if block.text("key"):
        others.append((block.text("key"), block.place("key")))
    for name, where in others:
        yield from _of_property(found, name, where)


def _of_property(found: ObjectType, word: str, where: str) -> Iterator[Problem]:
    from crmcli.model.names import find_property

    try:
        prop = find_property(found, word.strip())
    except CrmError as refusal:
        yield Problem(where, refusal.message, refusal.hint)
        return
    if prop.formula:
        yield Problem(where, f"{prop.label} ({prop.name}) is calculated and cannot be imported")


def _of_formats(formats: Formats, block: Block) -> Iterator[Problem]:
    for key in ("dates", "numbers", "zone"):
        try:
            check_formats(Formats(**{key: getattr(formats, key)}))
        except CrmError as refusal:
            yield Problem(block.block("formats").place(key), refusal.message, refusal.hint)
