"""Makes objects and pairs of complete declarations that have passed the checks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.model.check_properties import FIELD_TYPES
from crmcli.model.duplicates import DuplicateRules, kind_of_roles, meant
from crmcli.model.indexes import declared_indexes
from crmcli.model.nodes import Block, Scalar
from crmcli.model.objects import (
    Also,
    Label,
    ObjectType,
    Option,
    Pair,
    Pipeline,
    Property,
    Rules,
    Stage,
    Tool,
    Unassociated,
)
from crmcli.model.own import is_own
from crmcli.model.stage_properties import STAGE_TIMES, stage_properties
from crmcli.model.survivorship import Survivorship

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crmcli.model.nodes import Node

_PARTS = frozenset({"properties", "groups", "pipelines", "associations"})  # each of these knows its own places
_RULED = frozenset({"default", "rules", "show_when", "required_when"})


def build_object(name: str, tree: Block) -> ObjectType:
    """Make one object; the options of its pipeline and stage properties are those of its pipelines."""
    pipelines = tuple(_pipeline(key, block) for key, block in tree.blocks("pipelines").items())
    roles = {role: node.text for role, node in tree.scalars("roles").items()}
    options = {
        roles.get("pipeline"): tuple(Option(p.id, p.label) for p in pipelines),
        roles.get("stage"): tuple(Option(s.id, s.label, color=s.color) for p in pipelines for s in p.stages),
    }
    groups = {key: block.text("label") for key, block in tree.blocks("groups").items()}
    declared = {key: build_property(key, block, options.get(key, ())) for key, block in _in_groups(tree, list(groups))}
    timed = stage_properties(pipelines)
    return ObjectType(
        name=name,
        label=tree.text("label"),
        plural=tree.text("plural"),
        properties={**declared, **{key: prop for key, prop in timed.items() if key not in declared}},
        aliases=tree.texts("aliases"),
        type_id=tree.text("type_id"),
        categories=tree.texts("categories"),
        description=tree.text("description"),
        keys=tree.texts("keys"),
        display=tree.texts("display"),
        secondary=tree.texts("secondary"),
        columns=tree.texts("columns"),
        required=tree.texts("required"),
        required_any=tree.texts("required_any"),
        search=tree.texts("search"),
        indexes=declared_indexes(tree),
        groups={**groups, STAGE_TIMES: "Stage times"} if timed else groups,
        pipelines=pipelines,
        roles=roles,
        object_roles=tree.texts("object_roles"),
        active=tree.flag("active", default=True),
        own=is_own(tree),
        tools=tuple(_tool(key, block) for key, block in tree.blocks("tools").items()),
        log={word: _texts(block) for word, block in tree.blocks("log").items()},
        associate_also=tuple(_also(key, block) for key, block in tree.blocks("associate_also").items()),
        parents=tree.texts("parents"),
        unassociated=tuple(_unassociated(key, block) for key, block in tree.blocks("unassociated").items()),
        duplicates=_duplicates(tree),
        survivorship=_survivorship(tree),
        ruled=tuple(key for key, block in tree.blocks("properties").items() if _RULED & block.entries.keys()),
        source=tree.where,
        sources={key: _latest(node) for key, node in tree.entries.items() if key not in _PARTS},
    )


def _latest(node: Node) -> str:
    return node.changed[-1] if isinstance(node, Block) and node.changed else node.where


def _in_groups(tree: Block, groups: list[str]) -> list[tuple[str, Block]]:
    """Order the properties by their groups; those without a group come first."""
    rank = {group: index for index, group in enumerate(groups)}
    return sorted(tree.blocks("properties").items(), key=lambda item: rank.get(item[1].text("group"), -1))


def build_property(name: str, block: Block, options: tuple[Option, ...] = ()) -> Property:
    """Make one property whose type is known; `options` are those that do not stand in its declaration."""
    kind = block.text("type")
    return Property(
        name=name,
        label=block.text("label"),
        type=kind,
        field_type=block.text("fieldType", FIELD_TYPES[kind][0]),
        format=block.text("format"),
        group=block.text("group"),
        description=block.text("description"),
        options=options or tuple(_option(key, option, block) for key, option in block.blocks("options").items()),
        aliases=block.texts("aliases"),
        unique=block.flag("unique"),
        read_only=block.flag("read_only"),
        system=block.flag("system"),
        scale=int(block.text("scale", "6")),
        formula=block.text("formula"),
        default=block.text("default"),
        rules=_rules(block.block("rules")),
        show_when=block.text("show_when"),
        required_when=block.text("required_when"),
        was=block.text("was"),
        additional_of=block.text("additional_of"),
        source=block.where,
        changed=block.changed,
    )


def _option(value: str, block: Block, prop: Block) -> Option:
    source = _latest(block)
    if source.rpartition(":")[0] == prop.where.rpartition(":")[0]:
        source = ""  # declared with the property
    return Option(
        value,
        block.text("label", value),
        block.flag("hidden"),
        block.text("color"),
        source,
        closed=block.flag("closed"),
        aliases=block.texts("aliases"),
    )


def _rules(block: Block) -> Rules | None:
    if not block.entries:
        return None
    return Rules(
        min=block.text("min"),
        max=block.text("max"),
        min_length=int(block.text("min_length", "0")),
        max_length=int(block.text("max_length", "0")),
        digits=block.flag("digits"),
        pattern=block.text("pattern"),
        after=block.text("after"),
        before=block.text("before"),
        check=block.text("check"),
        message=block.text("message"),
    )


def _tool(name: str, block: Block) -> Tool:
    return Tool(name, block.text("value"), block.text("confidence"), block.text("note"))


def _also(name: str, block: Block) -> Also:
    return Also(name, block.text("where"), int(block.text("limit", "5")), block.flag("open"))


def _unassociated(name: str, block: Block) -> Unassociated:
    return Unassociated(name, block.text("value", "no"), block.text("confidence", "guess"), block.text("note"))


def _duplicates(tree: Block) -> DuplicateRules | None:
    """Make the rules, of which each overlay may have changed a part; what means nothing is left out."""
    if "duplicates" not in tree.entries:
        return None
    block = tree.block("duplicates")
    return DuplicateRules(
        kind=block.text("kind") or kind_of_roles(tree.texts("object_roles")),
        meanings=meant(_texts(block.block("meanings"))),
        associations=meant(_texts(block.block("associations"))),
        weights={key: float(text) for key, text in _texts(block.block("weights")).items()},
        source=_latest(block),
    )


def _survivorship(tree: Block) -> Survivorship | None:
    if "survivorship" not in tree.entries:
        return None
    block = tree.block("survivorship")
    together = block.block("together")
    return Survivorship(
        rules=_texts(block.block("rules")),
        together={name: together.texts(name) for name in together.entries},
        source=_latest(block),
    )


def _texts(block: Block) -> dict[str, str]:
    return {key: node.text for key, node in block.entries.items() if isinstance(node, Scalar)}


def _pipeline(name: str, block: Block) -> Pipeline:
    stages = tuple(_stage(key, stage) for key, stage in block.blocks("stages").items())
    rules = block.block("rules")
    return Pipeline(
        name,
        block.text("label"),
        stages,
        _latest(block),
        skipping=rules.flag("skipping", default=True),
        going_back=rules.flag("going_back", default=True),
        movers=rules.texts("movers"),
        creation_stages=rules.texts("creation_stages"),
    )


def _stage(name: str, block: Block) -> Stage:
    probability = block.text("probability")
    return Stage(
        name,
        block.text("label", name),
        float(probability) if probability else None,
        block.flag("closed"),
        block.text("color"),
        block.texts("required"),
        block.text("forecast"),
    )


def build_pairs(objects: Mapping[str, Block]) -> Iterator[Pair]:
    """Make the pairs that the objects declare, each by its owner."""
    for owner, tree in objects.items():
        for other, block in tree.blocks("associations").items():
            yield Pair(
                owner,
                other,
                primary=block.flag("primary"),
                labels=tuple(_label((owner, other), name, label) for name, label in block.blocks("labels").items()),
                type_ids=_ids(block, "type_ids"),
                primary_type_ids=_ids(block, "primary_type_ids"),
                source=block.where,
                limit=int(block.text("limit", "0")),
                other_limit=int(block.text("other_limit", "0")),
                required=block.flag("required"),
                required_any=block.flag("required_any"),
                requires=block.texts("requires"),
                confidence=block.text("confidence", "high"),
                parent=_parent(objects, owner, other),
            )


def _parent(objects: Mapping[str, Block], owner: str, other: str) -> str:
    """Give the end that the other names among its parents, or ""."""
    if other in objects[owner].texts("parents"):
        return other
    return owner if other in objects and owner in objects[other].texts("parents") else ""


def _label(ends: tuple[str, str], name: str, block: Block) -> Label:
    begin = block.text("from", ends[0])
    end = ends[1] if begin == ends[0] else ends[0]
    there, back = (*_ids(block, "type_ids"), 0, 0)[:2]
    return Label(
        name,
        block.text("inverse", name),
        begin,
        end,
        there,
        back,
        block.where,
        limit=int(block.text("limit", "0")),
        inverse_limit=int(block.text("inverse_limit", "0")),
        acyclic=block.flag("acyclic"),
    )


def _ids(block: Block, key: str) -> tuple[int, ...]:
    return tuple(int(text) for text in block.texts(key))
