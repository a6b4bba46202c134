"""What a workspace says of the search for duplicates, in dedupe/OBJECT.yaml; every line of it may be left out."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from crmcli.errors import Problem
from crmcli.frozen import frozen, replace
from crmcli.model.check_duplicates import calculated, meaning_problems, weight_problems
from crmcli.model.duplicates import duplicate_rules, meant
from crmcli.model.files import SchemaFile
from crmcli.model.load import read_yaml
from crmcli.model.nodes import Block
from crmcli.model.shape import MEANING, WEIGHTS, Each, Fields, Number, Several, Text
from crmcli.types.nearest import suggestion

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from crmcli.model.duplicates import DuplicateRules
    from crmcli.model.objects import Model, ObjectType

FOLDER = "dedupe"
_MINIMUM = 0.5

_SETTINGS = Fields(
    {
        "meanings": Each(MEANING),
        "weights": WEIGHTS,
        "blocked": Several(Text()),
        "minimum": Number(0, 1, whole=False),
    }
)


@frozen
class DuplicateSettings:
    """What is compared, by the schema and the workspace, and how.

    `blocked` are values that show nothing; `minimum` is the least probability of a group.
    """

    rules: DuplicateRules
    blocked: tuple[str, ...] = ()
    minimum: float = _MINIMUM


def duplicate_settings(root: str, model: Model, found: ObjectType) -> tuple[DuplicateSettings, list[Problem]]:
    """Lay what the workspace says of an object over its rules; with all that is wrong with it."""
    rules = duplicate_rules(model, found)
    block, problems = _read(root, found.name)
    problems += _semantic(block, {prop.name: bool(prop.formula) for prop in found.properties.values()}, model.words)
    said = {key: node.text for key, node in block.scalars("meanings").items()}
    weights = {key: float(node.text) for key, node in block.scalars("weights").items()}
    settings = DuplicateSettings(
        replace(rules, meanings=meant({**rules.meanings, **said}), weights={**rules.weights, **weights}),
        blocked=block.texts("blocked"),
        minimum=float(block.text("minimum", str(_MINIMUM))),
    )
    return settings, problems


def duplicate_settings_problems(root: str, objects: Mapping[str, Block]) -> Iterator[Problem]:
    """Check all of dedupe/ against complete declarations."""
    for name in _names(root):
        stem, kind = os.path.splitext(name)
        where = f"{FOLDER}/{name}"
        if kind == ".yml":
            yield Problem(where, "is not read: its name must end in .yaml", f"rename it to {stem}.yaml")
        elif kind == ".yaml" and stem not in objects:
            yield Problem(where, f'there is no object "{stem}"', suggestion(stem, objects))
        elif kind == ".yaml":
            block, problems = _read(root, stem)
            yield from problems
            yield from _semantic(block, calculated(objects[stem]), objects)


def _names(root: str) -> Sequence[str]:
    try:
        return sorted(os.listdir(os.path.join(root, FOLDER)))
    except OSError:
        return ()


def _read(root: str, name: str) -> tuple[Block, list[Problem]]:
    path = os.path.join(root, FOLDER, f"{name}.yaml")
    where = f"{FOLDER}/{name}.yaml"
    if not os.path.exists(path):
        return Block({}, where), []
    content, problems = SchemaFile(path, built_in=False).read()
    if problems:
        return Block({}, where), [replace(problem, where=where) for problem in problems]
    top, problems = read_yaml(content, where)
    fitting = _SETTINGS.fit(top, FOLDER, problems)
    return (fitting if isinstance(fitting, Block) else Block({}, where)), problems


def _semantic(block: Block, properties: Mapping[str, bool], objects: Iterable[str]) -> Iterator[Problem]:
    """Check what a file says by the properties, of which each is calculated or not."""
    yield from meaning_problems(block.scalars("meanings"), properties)
    yield from weight_problems(block.scalars("weights"), properties, objects)
