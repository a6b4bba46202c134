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
            yield from _limits((owner, other), tree, block)
        yield from _parents(owner, tree, objects)


def _parents(name: str, tree: Block, objects: Mapping[str, Block]) -> Iterator[Problem]:
    """Find parents that a record could not be associated with."""
    for item in tree.items("parents"):
        if item.text not in objects:
            yield Problem(item.where, f'there is no object "{item.text}"', suggestion(item.text, objects))
        elif item.text not in tree.blocks("associations") and name not in objects[item.text].blocks("associations"):
            message = f'"{name}" cannot have the parent "{item.text}": the two do not associate'
            yield Problem(item.where, message, f"declare `{item.text}` under `associations`")


def _limits(ends: tuple[str, str], tree: Block, block: Block) -> Iterator[Problem]:
    """Find limits that contradict each other, and needs that no property can meet."""
    if ends[0] == ends[1] and "other_limit" in block.entries:
        yield Problem(block.place("other_limit"), "both ends are the same object", "`limit` holds for both")
    for label in block.blocks("labels").values():
        begins_here = label.text("from", ends[0]) == ends[0]
        there, back = ("limit", "other_limit") if begins_here else ("other_limit", "limit")
        for key, whole in (("limit", there), ("inverse_limit", back)):
            most = block.text("limit" if ends[0] == ends[1] else whole)
            if most and int(label.text(key, "0")) > int(most):
                message = f"{label.text(key)} with a label are more than the {most} that there may be in all"
                yield Problem(label.place(key), message, f"at most {most}")
    for item in block.items("requires"):
        if item.text not in tree.blocks("properties"):
            message = f'"requires" names "{item.text}", which is no property'
            yield Problem(item.where, message, suggestion(item.text, tree.blocks("properties")))


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
