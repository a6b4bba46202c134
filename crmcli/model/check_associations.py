"""Finds what is wrong with the declarations of associations and their labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import Problem
from crmcli.types.nearest import suggestion

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crmcli.model.nodes import Block


def association_problems(objects: Mapping[str, Block]) -> Iterator[Problem]:
    """Check which objects associate with which, over all objects."""
    declared: dict[frozenset[str], str] = {}
    for owner, tree in objects.items():
        for other, block in tree.blocks("associations").items():
            if other not in objects:
                yield Problem(block.where, f'there is no object "{other}"', suggestion(other, objects))
            first = declared.setdefault(frozenset({owner, other}), block.where)
            if first != block.where:
                message = f'associations of "{owner}" and "{other}" are declared at {first} too'
                yield Problem(block.where, message, "one of the two owns them: declare them there")
            yield from _ids(block)
            yield from _labels((owner, other), block)


def _ids(block: Block) -> Iterator[Problem]:
    for key in ("type_ids", "primary_type_ids"):
        if len(block.items(key)) > 2:
            yield Problem(block.place(key), f'"{key}" has more than two ids', "owner → other, other → owner")


def _labels(ends: tuple[str, str], block: Block) -> Iterator[Problem]:
    """Find labels of one pair that could not be told apart."""
    meant: dict[str, str] = {}
    for name, label in block.blocks("labels").items():
        for word in dict.fromkeys((name, label.text("inverse", name))):
            if (other := meant.setdefault(word.casefold(), name)) != name:
                message = f'the label "{word}" is taken by the label "{other}"'
                yield Problem(label.where, message, "labels of the same two objects need different words")
        begin = label.text("from", ends[0])
        if begin not in ends:
            message = f'a label of "{ends[0]}" and "{ends[1]}" cannot begin at "{begin}"'
            yield Problem(label.place("from"), message, f"from: {ends[0]}, or from: {ends[1]}")
        yield from _ids(label)
