"""The objects that a CRM makes itself, and what shipped ones say of all of them at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import replace
from crmcli.model.files import BUILT_IN
from crmcli.model.matrix import OWN
from crmcli.model.names import fold
from crmcli.model.nodes import Items

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from crmcli.model.nodes import Block, Node


def is_own(tree: Block) -> bool:
    """Whether an object is declared by the workspace, not shipped and at most changed by it."""
    return not tree.where.startswith(BUILT_IN)


def with_own(objects: Mapping[str, Block]) -> dict[str, Block]:
    """Make room for the objects of the CRM's own.

    Each gets the associations that are declared with "_custom", unless it declares its own ones, and its names: what
    is but another word for a shipped object gives way.
    """
    own = {name: tree for name, tree in objects.items() if is_own(tree)}
    if not own:
        return {name: _associated(name, tree, own) for name, tree in objects.items()}
    taken = {fold(word) for name, tree in own.items() for word in _words(name, tree)}
    return {
        name: tree if name in own else _giving_way(_associated(name, tree, own), taken)
        for name, tree in objects.items()
    }


def _words(name: str, tree: Block) -> tuple[str, ...]:
    return name, tree.text("label"), tree.text("plural"), *tree.texts("aliases")


def _giving_way(tree: Block, taken: Container[str]) -> Block:
    aliases = tree.items("aliases")
    left = tuple(alias for alias in aliases if fold(alias.text) not in taken)
    return tree if len(left) == len(aliases) else tree.having(aliases=Items(left, tree.place("aliases")))


def _associated(name: str, tree: Block, own: Mapping[str, Block]) -> Block:
    declared = tree.block("associations")
    meant = declared.entries.get(OWN)
    if meant is None:
        return tree
    entries: dict[str, Node] = {other: node for other, node in declared.entries.items() if other != OWN}
    for other, its in own.items():
        if name not in its.blocks("associations"):
            entries.setdefault(other, meant)
    return tree.having(associations=replace(declared, entries=entries))
