"""What the schema says, as a person asks for it, and whether it is sound."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.model.duplicates import duplicate_rules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmcli.errors import Problem
    from crmcli.model.duplicates import DuplicateRules
    from crmcli.model.objects import ObjectType, Option, Pair, Pipeline, Property
    from crmcli.services.workspace import Workspace


@frozen
class ObjectLine:
    """An object in the list of them; `source` is the file that declares it."""

    name: str
    label: str
    plural: str
    properties: int
    records: int
    source: str
    active: bool


@frozen
class PropertyLine:
    """A property as the schema declares it; `type` is our word, `marks` what is particular about it.

    Marks: key, unique, required, one of these required, read-only, calculated, system.
    """

    name: str
    label: str
    type: str
    group: str
    marks: tuple[str, ...]
    options: tuple[Option, ...]
    aliases: tuple[str, ...]
    description: str
    source: str


@frozen
class ObjectSchema:
    """One object's schema: which file each part comes from stands in each part's `source`."""

    name: str
    label: str
    plural: str
    aliases: tuple[str, ...]
    description: str
    source: str
    properties: tuple[PropertyLine, ...]
    hidden: int  # properties left out because a system fills them
    pipelines: tuple[Pipeline, ...]
    pairs: tuple[Pair, ...]
    roles: Mapping[str, str]
    duplicates: DuplicateRules


def objects(workspace: Workspace) -> tuple[ObjectLine, ...]:
    """List all objects in the model's order, with how many records each has."""
    return tuple(
        ObjectLine(
            found.name,
            found.label,
            found.plural,
            len(found.properties),
            workspace.store.count(found.name),
            found.source,
            found.active,
        )
        for found in workspace.model.objects.values()
    )


def object_schema(workspace: Workspace, word: str, *, system: bool = False) -> ObjectSchema:
    """Describe an object, active or not; properties that a system fills only if asked. Raises UnknownObject."""
    found = workspace.any_object(word)
    shown = [prop for prop in found.properties.values() if system or not prop.system]
    return ObjectSchema(
        name=found.name,
        label=found.label,
        plural=found.plural,
        aliases=found.aliases,
        description=found.description,
        source=found.source,
        properties=tuple(_line(found, prop) for prop in shown),
        hidden=len(found.properties) - len(shown),
        pipelines=found.pipelines,
        pairs=workspace.model.pairs_of(found.name),
        roles=found.roles,
        duplicates=duplicate_rules(workspace.model, found),
    )


def check(root: str, drafts: Mapping[str, str] | None = None) -> list[Problem]:
    """Check the schemas of the workspace in the folder `root`, their expressions, and what crm.toml and dedupe/ say.

    Where all is well with these, what reports go by is checked too. Gives every problem, with file and line; `drafts`
    are texts that files are to have, by object. Raises the errors of reading crm.toml.
    """
    from crmcli.model.check import check_schemas, in_order
    from crmcli.model.check_names import personal_problems
    from crmcli.model.check_users import user_problems
    from crmcli.model.declarations import declarations
    from crmcli.model.duplicate_settings import duplicate_settings_problems
    from crmcli.model.settings import read_settings
    from crmcli.services.formulas import formula_problems
    from crmcli.services.reporting.rule_problems import rule_problems

    settings = read_settings(root)
    problems = check_schemas(root, drafts)
    if problems:
        return problems
    declared = declarations(root, drafts)
    named = [*personal_problems(declared.objects, settings), *user_problems(declared.objects, settings.users)]
    named += duplicate_settings_problems(root, declared.objects)
    problems = [*named, *formula_problems(declared, settings.users)]
    return in_order(problems or rule_problems(root, declared, settings.users))


def _line(found: ObjectType, prop: Property) -> PropertyLine:
    return PropertyLine(
        name=prop.name,
        label=prop.label,
        type=prop.value_type.name,
        group=found.groups.get(prop.group, prop.group),
        marks=_marks(found, prop),
        options=prop.options,
        aliases=prop.aliases,
        description=prop.description,
        source=prop.source,
    )


def _marks(found: ObjectType, prop: Property) -> tuple[str, ...]:
    holds = {
        "key": prop.name in found.keys,
        "unique": prop.unique,
        "required": prop.name in found.required,
        "one of these required": prop.name in found.required_any,
        "read-only": prop.read_only,
        "calculated": bool(prop.formula),
        "system": prop.system,
    }
    return tuple(mark for mark, held in holds.items() if held)
