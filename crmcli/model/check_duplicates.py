"""Finds what is wrong with the rules by which duplicates are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import Problem
from crmcli.model.duplicates import association_column
from crmcli.types.nearest import suggestion

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from crmcli.model.nodes import Block, Scalar


def duplicate_problems(objects: Mapping[str, Block]) -> Iterator[Problem]:
    """Check the `duplicates` of complete declarations, over all objects."""
    for name, tree in objects.items():
        said = tree.block("duplicates")
        yield from meaning_problems(said.scalars("meanings"), calculated(tree))
        yield from weight_problems(said.scalars("weights"), tree.blocks("properties"), objects)
        for other, node in said.scalars("associations").items():
            if other not in objects:
                yield Problem(node.where, f'there is no object "{other}"', suggestion(other, objects))
            elif other not in tree.blocks("associations") and name not in objects[other].blocks("associations"):
                message = f'"{name}" and "{other}" do not associate, so no name of one tells of the other'
                yield Problem(node.where, message, f"declare `{other}` under `associations`, or leave it out")


def meaning_problems(meanings: Mapping[str, Scalar], calculated: Mapping[str, bool]) -> Iterator[Problem]:
    """Find meanings of what is no property, or of one that is `calculated`, which says it of each that there is."""
    for name, node in meanings.items():
        if name not in calculated:
            message = f'there is no property "{name}" to mean {node.text}'
            yield Problem(node.where, message, suggestion(name, calculated))
        elif calculated[name]:
            yield Problem(node.where, f'"{name}" is calculated, so it tells nothing new', "name what it is made from")


def weight_problems(
    weights: Mapping[str, Scalar], properties: Iterable[str], objects: Iterable[str]
) -> Iterator[Problem]:
    """Find weights of what is neither a property nor the name of an associated record."""
    columns = {*properties, *map(association_column, objects)}
    for name, node in weights.items():
        if name not in columns:
            yield Problem(node.where, f'there is no property "{name}" to weigh', suggestion(name, columns))


def calculated(tree: Block) -> dict[str, bool]:
    """Say of each property of a complete declaration whether it is calculated."""
    return {name: "formula" in prop.entries for name, prop in tree.blocks("properties").items()}
