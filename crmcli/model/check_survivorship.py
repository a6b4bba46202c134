"""Finds what is wrong with the rules by which merging chooses values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import Problem
from crmcli.model.survivorship import FURTHEST, UNION
from crmcli.types.nearest import suggestion

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crmcli.model.nodes import Block, Scalar

_NUMBERS, _MOMENTS = ("number",), ("date", "datetime")
_TYPES = {"sum": _NUMBERS, "oldest": (*_NUMBERS, *_MOMENTS), "newest": (*_NUMBERS, *_MOMENTS), "longest": ("string",)}


def survivorship_problems(objects: Mapping[str, Block]) -> Iterator[Problem]:
    """Check the `survivorship` of complete declarations, over all objects."""
    for tree in objects.values():
        said, properties = tree.block("survivorship"), tree.blocks("properties")
        for name, node in said.scalars("rules").items():
            yield from _rule(name, node, properties)
        met: dict[str, str] = {}
        together = said.block("together")
        for group in together.entries:
            for item in together.items(group):
                if item.text not in properties:
                    yield Problem(item.where, f'there is no property "{item.text}"', suggestion(item.text, properties))
                elif item.text in met:
                    yield Problem(item.where, f'"{item.text}" stands in "{met[item.text]}" already', "keep it in one")
                met[item.text] = group


def _rule(name: str, node: Scalar, properties: Mapping[str, Block]) -> Iterator[Problem]:
    if name not in properties:
        yield Problem(node.where, f'there is no property "{name}"', suggestion(name, properties))
        return
    prop = properties[name]
    if "formula" in prop.entries:
        yield Problem(node.where, f'"{name}" is calculated, so merging chooses nothing', "name what it is made from")
    elif prop.text("type") not in _TYPES.get(node.text, (prop.text("type"),)):
        takes = " or ".join(_TYPES[node.text])
        yield Problem(node.where, f'"{node.text}" is no rule for "{name}", a {prop.text("type")}', f"it takes {takes}")
    elif node.text == FURTHEST and not prop.blocks("options") and not prop.scalars("options"):
        yield Problem(node.where, f'"{name}" has no options, so none is the furthest', "choose another rule")
    elif node.text == UNION and prop.text("fieldType") != "checkbox":
        yield Problem(node.where, f'"{name}" holds one value, so there is nothing to unite', "choose another rule")
