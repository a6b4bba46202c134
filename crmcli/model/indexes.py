"""Declared indexes: properties by which the store keeps an object's records in order, so that lists find them at once.

`index: true` at a property is an index of that one alone; `indexes:` of an object names several properties together, as
a list filters by the first and sorts by the next.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import Problem
from crmcli.types.nearest import suggestion

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmcli.model.nodes import Block

_MOST = 8  # properties of one index


def declared_indexes(tree: Block) -> tuple[tuple[str, ...], ...]:
    """Give the properties of each index that an object declares, every one once."""
    single = [(name,) for name, prop in tree.blocks("properties").items() if prop.flag("index")]
    several = [tree.block("indexes").texts(name) for name in tree.block("indexes").entries]
    return tuple(dict.fromkeys((*single, *several)))


def index_problems(tree: Block) -> Iterator[Problem]:
    """Find indexes of what has no column that could be kept in order, and of properties that are not there."""
    properties = tree.blocks("properties")
    for name, prop in properties.items():
        if prop.flag("index"):
            yield from _unordered(name, prop, prop.place("index"))
    indexes = tree.block("indexes")
    for key in indexes.entries:
        items = indexes.items(key)
        if not 0 < len(items) <= _MOST or len({item.text for item in items}) < len(items):
            message = f'the index "{key}" needs 1 to {_MOST} properties, each once'
            yield Problem(indexes.place(key), message, f"{key}: [city, lastname]")
        for item in items:
            if item.text in properties:
                yield from _unordered(item.text, properties[item.text], item.where)
            else:
                message = f'the index "{key}" names "{item.text}", which is no property'
                yield Problem(item.where, message, suggestion(item.text, properties))


def _unordered(name: str, prop: Block, where: str) -> Iterator[Problem]:
    if prop.text("formula"):
        yield Problem(where, f'"{name}" is calculated when it is read, and cannot be indexed', "take the index out")
    elif prop.text("fieldType") == "checkbox" and prop.text("type") == "enumeration":
        yield Problem(where, f'"{name}" holds several values, and cannot be indexed', "take the index out")
