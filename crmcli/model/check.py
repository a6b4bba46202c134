"""Finds all that is wrong with the schemas of a workspace, each with its file and line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crmcli.errors import CrmError, Problem
from crmcli.model.check_associations import association_problems
from crmcli.model.check_duplicates import duplicate_problems
from crmcli.model.check_names import shared_words
from crmcli.model.check_pipelines import pipeline_problems
from crmcli.model.check_properties import property_problems
from crmcli.model.check_rules import rule_problems
from crmcli.model.check_survivorship import survivorship_problems
from crmcli.model.declarations import declarations
from crmcli.model.indexes import index_problems
from crmcli.model.stage_properties import stage_property_names
from crmcli.types.nearest import suggestion

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crmcli.model.nodes import Block, Scalar

# Names that would clash with what stands beside objects in data files, the index and expressions.
RESERVED_OBJECTS = frozenset({"associations", "tombstones", "all", "any", "me", "not", "and", "or", "index"})
_LISTS = ("keys", "display", "secondary", "columns", "required", "required_any", "search")


class SchemaProblems(CrmError):
    """Schemas that cannot be used; `problems` has every finding."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        first = self.problems[0]
        if len(self.problems) > 1:
            super().__init__(
                f"The schemas of this CRM have {len(self.problems)} problems",
                "Mend them; crm schema check lists what is left",
            )
        else:
            super().__init__(f"{first.where}: {first.message}", first.hint)


def check_schemas(root: str, drafts: Mapping[str, str] | None = None) -> list[Problem]:
    """Give every problem of the built-in schemas and the workspace's, by file and line; none is good.

    With `root` "" only the built-in ones are checked. `drafts` are texts that files are to have, by object.
    """
    declared = declarations(root, drafts)
    return in_order([*declared.problems, *semantic_problems(declared.objects)])


def in_order(problems: Sequence[Problem]) -> list[Problem]:
    """Sort problems by file and line, each once."""
    return sorted(dict.fromkeys(problems), key=_position)


def _position(problem: Problem) -> tuple[str, int]:
    file, _, line = problem.where.rpartition(":")
    return (file, int(line)) if line.isdigit() else (problem.where, 0)


def semantic_problems(objects: Mapping[str, Block]) -> list[Problem]:
    """Check complete declarations: names, references between their parts, and between the objects."""
    found = [*shared_words(objects), *association_problems(objects), *duplicate_problems(objects)]
    found += survivorship_problems(objects)
    for name, tree in objects.items():
        found += _object(name, tree, objects)
        found += _references(tree)
        found += property_problems(tree)
        found += pipeline_problems(tree)
        found += rule_problems(tree)
        found += index_problems(tree)
    return found


def _object(name: str, tree: Block, objects: Mapping[str, Block]) -> Iterator[Problem]:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,99}", name):
        yield Problem(tree.where, f'"{name}" cannot be the name of an object', _NAMES)
    elif name in RESERVED_OBJECTS or name.startswith("sqlite_"):
        yield Problem(tree.where, f'"{name}" is a reserved word', "give the file another name")
    missing = [key for key in ("label", "plural") if key not in tree.entries]
    if missing:
        others = [other for other in objects if other != name]
        hint = suggestion(name, others) if name not in others else ""
        needs = " and ".join(f"`{key}`" for key in missing)
        yield Problem(tree.where, f'the object "{name}" needs {needs}', f"to change an object: {hint}" if hint else "")


_NAMES = "small letters, digits and _, beginning with a letter, at most 100"


def _references(tree: Block) -> Iterator[Problem]:
    """Find properties that the object's lists and roles name and that are not there."""
    properties = tree.blocks("properties")
    timed = stage_property_names(s for pipeline in tree.blocks("pipelines").values() for s in pipeline.blocks("stages"))
    for key in _LISTS:
        more = timed if key == "columns" else ()
        yield from _listed(key, tree.items(key), [*properties, *more])
    for item in tree.items("keys"):
        if item.text in properties and not properties[item.text].flag("unique"):
            yield Problem(item.where, f'the key "{item.text}" is not unique', "say `unique: true` in the property")
    for role, node in tree.scalars("roles").items():
        if node.text not in properties:
            message = f'the role "{role}" names "{node.text}", which is no property'
            yield Problem(node.where, message, suggestion(node.text, properties))


def _listed(key: str, items: Sequence[Scalar], properties: Sequence[str]) -> Iterator[Problem]:
    seen = set()
    for item in items:
        if item.text not in properties:
            message = f'"{key}" names "{item.text}", which is no property'
            yield Problem(item.where, message, suggestion(item.text, properties))
        elif item.text in seen:
            yield Problem(item.where, f'"{key}" names "{item.text}" twice')
        seen.add(item.text)
