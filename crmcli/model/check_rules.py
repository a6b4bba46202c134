"""Finds what is wrong with the rules and defaults that schemas declare for properties, and the stages' requirements."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from crmcli.errors import Problem
from crmcli.model.build import build_property
from crmcli.model.check_properties import FIELD_TYPES
from crmcli.types.base import Context, InvalidValue
from crmcli.types.date import from_today
from crmcli.types.nearest import suggestion
from crmcli.types.patterns import pattern_mistake

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmcli.model.nodes import Block
    from crmcli.model.objects import Property
    from crmcli.types.base import Stored

_NUMBERS = ("number", "money", "percent", "duration")
_TEXTS = ("string", "text", "email", "phone", "url", "domain")
_DATES = ("date", "datetime")
# Rule → the types whose values it is for; `check` and `message` are for all.
_KINDS = {
    **dict.fromkeys(("min", "max"), _NUMBERS),
    **dict.fromkeys(("min_length", "max_length", "digits", "pattern"), _TEXTS),
    **dict.fromkeys(("after", "before"), _DATES),
}
# Any moment will do to see whether a bound is a value, and which of two is the later.
_CONTEXT = Context(datetime(2026, 1, 1, tzinfo=UTC), UTC, "", "EUR")


def rule_problems(tree: Block) -> Iterator[Problem]:
    """Check the rules, the defaults and what stages require, in one object's complete declaration."""
    roles = tree.scalars("roles")
    moving = {roles[role].text for role in ("pipeline", "stage") if role in roles}
    for name, block in tree.blocks("properties").items():
        if block.text("type") not in FIELD_TYPES or not {"rules", "default"} & block.entries.keys():
            continue
        prop = build_property(name, block)
        yield from _default(prop, block, moving)
        yield from _rules(prop, block.block("rules"))
    for pipeline, block in tree.blocks("pipelines").items():
        yield from _stages(pipeline, block, tree)


def _default(prop: Property, block: Block, moving: set[str]) -> Iterator[Problem]:
    if not prop.default:
        return
    where = block.place("default")
    if prop.formula:
        yield Problem(where, f'"{prop.name}" is calculated, so it has no default', "leave one of them out")
    elif prop.name not in moving and prop.value_type.name not in ("user", "users", "reference"):  # a workspace's own
        try:
            prop.value_type.parse(prop.default, _CONTEXT)
        except InvalidValue as refusal:
            yield Problem(where, f'the default of "{prop.name}": {refusal.message}', refusal.hint)


def _rules(prop: Property, block: Block) -> Iterator[Problem]:
    bounds: dict[str, Stored] = {}
    for rule in block.entries:
        kinds = _KINDS.get(rule)
        where, text = block.place(rule), block.text(rule)
        if kinds and prop.value_type.name not in kinds:
            message = f'"{prop.name}" is a {prop.value_type.name}, for which there is no rule `{rule}`'
            yield Problem(where, message, f"it is for {', '.join(kinds)}")
        elif rule in ("min", "max", "after", "before"):
            try:
                bounds[rule] = prop.value_type.parse(from_today(text), _CONTEXT)
            except InvalidValue as refusal:
                yield Problem(where, f'`{rule}` of "{prop.name}": {refusal.message}', refusal.hint)
        elif rule == "pattern" and (mistake := pattern_mistake(text)):
            message = f'the pattern of "{prop.name}" is no regular expression: {mistake}'
            yield Problem(where, message, "patterns are those of RE2, without look-around and references back")
    yield from _crossed(prop, block, bounds)
    if block.entries.keys() == {"message"}:
        yield Problem(block.where, f'"{prop.name}" has a message and no rule', "say what must hold")


def _crossed(prop: Property, block: Block, bounds: dict[str, Stored]) -> Iterator[Problem]:
    """Find bounds that no value can be between."""
    column = prop.value_type.column
    for low, high in (("min", "max"), ("after", "before")):
        if low in bounds and high in bounds and column(bounds[low]) > column(bounds[high]):  # type: ignore[operator]  # both of one type
            message = f'no value of "{prop.name}" is from {block.text(low)} to {block.text(high)}'
            yield Problem(block.place(low), message, f"`{low}` must not be beyond `{high}`")
    if int(block.text("min_length", "0")) > int(block.text("max_length", "0") or 0) > 0:
        message = f"no text has from {block.text('min_length')} to {block.text('max_length')} characters"
        yield Problem(block.place("min_length"), message, "`min_length` must not be beyond `max_length`")


def _stages(pipeline: str, block: Block, tree: Block) -> Iterator[Problem]:
    properties = tree.blocks("properties")
    stages = block.blocks("stages")
    for stage, said in stages.items():
        for item in said.items("required"):
            if item.text not in properties:
                message = f'the stage "{stage}" requires "{item.text}", which is no property'
                yield Problem(item.where, message, suggestion(item.text, properties))
            elif "formula" in properties[item.text].entries:
                message = f'the stage "{stage}" requires "{item.text}", which is calculated'
                yield Problem(item.where, message, "require what it is calculated from")
    for item in block.block("rules").items("creation_stages"):
        if item.text not in stages:
            message = f'"{item.text}" is no stage of the pipeline "{pipeline}"'
            yield Problem(item.where, message, suggestion(item.text, stages))
