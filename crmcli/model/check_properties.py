"""Finds what is wrong with the declarations of properties."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crmcli.errors import Problem
from crmcli.types import TYPES
from crmcli.types.nearest import suggestion

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from crmcli.model.nodes import Block

_CALCULATED = ("calculation_equation", "calculation_rollup", "calculation_score")
# type → the fieldTypes that go with it, the one that is meant when none is given first.
FIELD_TYPES = {
    "string": ("text", "textarea", "html", "phonenumber", "file", *_CALCULATED),
    "number": ("number", *_CALCULATED),
    "date": ("date", *_CALCULATED),
    "datetime": ("date", *_CALCULATED),
    "bool": ("booleancheckbox", *_CALCULATED),
    "enumeration": ("select", "radio", "checkbox", "booleancheckbox", *_CALCULATED),
    "phone_number": ("phonenumber",),
    "object_coordinates": ("text",),
    "json": ("text",),
}
FORMATS = tuple(name for name in TYPES if name not in ("option", "options"))

# Words of the expression language, and columns that every table of the index has.
RESERVED = frozenset(
    {
        *("id", "rowid", "oid"),
        *("and", "or", "not", "in", "is", "was", "between", "contains", "starts", "ends", "with", "known", "unknown"),
        *("if", "then", "else", "true", "false", "null", "today", "now", "me", "any", "all"),
    }
)


def property_problems(tree: Block) -> Iterator[Problem]:
    """Check every property of one object's complete declaration."""
    properties = tree.blocks("properties")
    groups = tree.blocks("groups")
    for name, prop in properties.items():
        for check in _CHECKS:
            yield from check(name, prop)
        if (group := prop.text("group")) and group not in groups:
            yield Problem(prop.place("group"), f'"{group}" is no group of properties', suggestion(group, groups))
        yield from _additional(name, prop, properties)
    for group, block in groups.items():
        if "label" not in block.entries:
            yield Problem(block.where, f'the group "{group}" needs a `label`', suggestion(group, set(groups) - {group}))
    yield from _former_names(properties)
    yield from _headings(properties)


def _name(name: str, prop: Block) -> Iterator[Problem]:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,99}", name):
        hint = "small letters, digits and _, beginning with a letter, at most 100"
        yield Problem(prop.where, f'"{name}" cannot be the internal name of a property', hint)
    elif name in RESERVED:
        yield Problem(prop.where, f'"{name}" is a reserved word', "choose another internal name; any label will do")
    if "label" not in prop.entries:
        yield Problem(prop.where, f'the property "{name}" needs a `label`')


def _type(name: str, prop: Block) -> Iterator[Problem]:
    kind, field_type, form = prop.text("type"), prop.text("fieldType"), prop.text("format")
    if not kind:
        yield Problem(prop.where, f'the property "{name}" needs a `type`', f"one of: {', '.join(FIELD_TYPES)}")
    elif kind not in FIELD_TYPES:
        yield Problem(prop.place("type"), f'"{kind}" is no type of property', suggestion(kind, FIELD_TYPES))
    elif field_type and field_type not in FIELD_TYPES[kind]:
        hint = f"one of: {', '.join(FIELD_TYPES[kind])}"
        yield Problem(prop.place("fieldType"), f'"{field_type}" is no fieldType of the type "{kind}"', hint)
    if form and form not in FORMATS:
        yield Problem(prop.place("format"), f'"{form}" is no format', suggestion(form, FORMATS))


def _options(name: str, prop: Block) -> Iterator[Problem]:
    options = prop.blocks("options")
    if options and prop.text("type") not in ("enumeration", ""):
        yield Problem(prop.place("options"), f'"{name}" is no enumeration, so it has no options')
    shown: dict[str, str] = {}
    for value, option in options.items():
        label = option.text("label", value)
        if not value.strip():
            yield Problem(option.where, "the value of an option is empty")
        if not option.flag("hidden"):
            other = shown.setdefault(label.casefold(), value)
            if other != value:
                message = f'the label "{label}" stands for the options "{other}" and "{value}"'
                yield Problem(option.where, message, "give one of them another label, or `hidden: true`")


_CHECKS: tuple[Callable[[str, Block], Iterator[Problem]], ...] = (_name, _type, _options)


def _additional(name: str, prop: Block, properties: Mapping[str, Block]) -> Iterator[Problem]:
    of = prop.text("additional_of")
    if not of:
        return
    where = prop.place("additional_of")
    if of not in properties:
        yield Problem(where, f'"{of}" is no property', suggestion(of, properties))
    elif not properties[of].flag("unique"):
        yield Problem(where, f'"{of}" is not unique, so "{name}" cannot hold further keys', "")
    if (prop.text("type"), prop.text("fieldType")) != ("enumeration", "checkbox"):
        yield Problem(where, f'"{name}" must hold several values', "type: enumeration, fieldType: checkbox")


def _former_names(properties: Mapping[str, Block]) -> Iterator[Problem]:
    """Find former names that are still in use, or that two properties claim: whose values would be moved?"""
    claimed: dict[str, str] = {}
    for name, prop in properties.items():
        was = prop.text("was")
        if was in properties:
            yield Problem(prop.place("was"), f'"{was}" is a property still', "take it out, or leave `was` out")
        elif was and (other := claimed.setdefault(was, name)) != name:
            yield Problem(prop.place("was"), f'"{other}" was "{was}" already', "leave `was` out of one of the two")


def _headings(properties: Mapping[str, Block]) -> Iterator[Problem]:
    """Find labels and aliases under which two properties would answer.

    A label that a system property shares is passed over: people do not see it and it gives way.
    """
    meant: dict[str, str] = {}
    for name, prop in properties.items():
        if not prop.flag("system"):
            label = prop.text("label")
            other = meant.setdefault(label.casefold(), name)
            if label and other != name:
                yield Problem(prop.place("label"), f'the label "{label}" is that of "{other}" too', "use another")
    for name, prop in properties.items():
        for alias in prop.items("aliases"):
            word = alias.text.casefold()
            other = word if word in properties else meant.setdefault(word, name)
            if other != name and word != prop.text("label").casefold():
                yield Problem(alias.where, f'the alias "{alias.text}" means "{other}" already', "leave one out")
