"""Lays one declaration over another: a workspace's changes over a built-in object, an object over its base.

What the upper one names is added or changed, the rest stands; every part keeps the place that it came from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import Problem
from crmcli.frozen import replace
from crmcli.model.nodes import Block, Items, Scalar

if TYPE_CHECKING:
    from crmcli.model.nodes import Node

_ADDED = frozenset({"aliases"})  # lists that are added to; other lists are replaced
_REPLACED = frozenset({"stages"})  # mappings whose order and extent matter: named again as a whole
_IDENTITY = frozenset(
    {"label", "plural", "description", "type_id", "aliases", "associations", "object_roles", "log", "active"}
)
_KIND = ("type", "fieldType", "format")


def normal(tree: Block, problems: list[Problem]) -> Block:
    """Move the properties of each group to the top, each with its `group` and what the group says for all."""
    properties: dict[str, Node] = {}
    groups: dict[str, Node] = {}
    for group, block in tree.blocks("groups").items():
        said = {key: block.entries[key] for key in ("system", "read_only") if key in block.entries}
        for name, prop in block.blocks("properties").items():
            made = replace(prop, entries={**said, "group": Scalar(group, block.where), **prop.entries})
            _add(properties, name, made, problems)
        kept = {key: node for key, node in block.entries.items() if key == "label"}
        groups[group] = Block(kept, block.where)
    for name, prop in tree.blocks("properties").items():
        _add(properties, name, prop, problems)
    return tree.having(
        groups=Block(groups, tree.place("groups")), properties=Block(properties, tree.place("properties"))
    )


def _add(properties: dict[str, Node], name: str, prop: Block, problems: list[Problem]) -> None:
    if name in properties:
        problems.append(Problem(prop.where, f'"{name}" is declared twice', f"first at {properties[name].where}"))
    else:
        properties[name] = prop


def overlay(base: Block, over: Block, problems: list[Problem]) -> Block:
    """Lay a workspace's declaration of an object over the built-in one; both in normal form.

    What kind of value a property holds is not changed without `override: true`: data may stand in it.
    """
    known = base.blocks("properties")
    properties = {
        name: _same_kind(name, known[name], prop, problems) if name in known and not prop.flag("override") else prop
        for name, prop in over.blocks("properties").items()
    }
    return _merged(base, over.having(properties=Block(properties, over.place("properties"))))


def _same_kind(name: str, before: Block, prop: Block, problems: list[Problem]) -> Block:
    """Name the changes to the kind of a property's values, and leave them out."""
    changes = [key for key in _KIND if key in prop.entries and prop.text(key) != before.text(key)]
    for key in changes:
        message = f'"{name}" has the {key} "{before.text(key) or "none"}" at {before.where}, not "{prop.text(key)}"'
        hint = "say `override: true` in the property to change what values it holds"
        problems.append(Problem(prop.place(key), message, hint))
    return replace(prop, entries={key: node for key, node in prop.entries.items() if key not in changes})


def inherit(base: Block, child: Block, problems: list[Problem]) -> Block:
    """Give an object what its base declares and it does not; its own properties and groups come first."""
    inherited = replace(base, entries={k: node for k, node in base.entries.items() if k not in _IDENTITY})
    merged = overlay(inherited, child, problems)
    own_first = {key: _reordered(merged, child, key) for key in ("properties", "groups")}
    return replace(merged.having(**own_first), where=child.where, changed=child.changed)


def _reordered(merged: Block, child: Block, key: str) -> Block:
    block = merged.entries[key]
    assert isinstance(block, Block)  # noqa: S101 - normal form has both
    own = child.blocks(key)
    rest = {name: node for name, node in block.entries.items() if name not in own}
    return replace(block, entries={**{name: block.entries[name] for name in own}, **rest})


def _merged(base: Block, over: Block) -> Block:
    entries = dict(base.entries)
    for key, node in over.entries.items():
        below = entries.get(key)
        if isinstance(below, Block) and isinstance(node, Block) and key not in _REPLACED:
            entries[key] = _merged(below, node)
        elif isinstance(below, Items) and isinstance(node, Items) and key in _ADDED:
            entries[key] = Items((*below.items, *node.items), node.where)
        else:
            entries[key] = node
    return Block(entries, base.where, (*base.changed, over.where, *over.changed))
