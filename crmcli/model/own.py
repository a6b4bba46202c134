"""The objects that a CRM makes itself, and what shipped ones say of all of them at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import replace
from crmcli.model.files import BUILT_IN
from crmcli.model.matrix import OWN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmcli.model.nodes import Block, Node


def is_own(tree: Block) -> bool:
    """Whether an object is declared by the workspace, not shipped and at most changed by it."""
    return not tree.where.startswith(BUILT_IN)


def with_own(objects: Mapping[str, Block]) -> dict[str, Block]:
    """Give associations with "_custom" to each object of the CRM's own that does not declare its own ones."""
    own = [name for name, tree in objects.items() if is_own(tree)]
    return {name: _with_own(name, tree, own, objects) for name, tree in objects.items()}


def _with_own(name: str, tree: Block, own: list[str], objects: Mapping[str, Block]) -> Block:
    declared = tree.block("associations")
    meant = declared.entries.get(OWN)
    if meant is None:
        return tree
    entries: dict[str, Node] = {other: node for other, node in declared.entries.items() if other != OWN}
    for other in own:
        if name not in objects[other].blocks("associations"):
            entries.setdefault(other, meant)
    return tree.having(associations=replace(declared, entries=entries))
