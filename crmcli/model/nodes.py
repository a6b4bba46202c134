"""A YAML file as plain values that remember their file and line; knows nothing of YAML.

Scalars are kept as the text that the file holds: what a text means (a flag, a number, an option's value) is
decided by the place where it stands, so that an option `NO: Norway` is no boolean.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from crmcli.frozen import frozen, replace

if TYPE_CHECKING:
    from collections.abc import Mapping


@frozen
class Scalar:
    """A text; `where` is "schemas/deal.yaml:12"."""

    text: str
    where: str


@frozen
class Items:
    """A list."""

    items: tuple[Node, ...]
    where: str

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts in the list, in order."""
        return tuple(item.text for item in self.items if isinstance(item, Scalar))


@frozen
class Block:
    """A mapping. An entry's `where` is the line of its key; `changed` names the overlays laid over it."""

    entries: Mapping[str, Node]
    where: str
    changed: tuple[str, ...] = ()

    def text(self, key: str, default: str = "") -> str:
        """The text under a key, or the default."""
        found = self.entries.get(key)
        return found.text if isinstance(found, Scalar) else default

    def flag(self, key: str, *, default: bool = False) -> bool:
        """Whether the key says `true`; where it is absent, the default."""
        return self.text(key, "true" if default else "false") == "true"

    def block(self, key: str) -> Block:
        """The mapping under a key; an empty one where there is none."""
        found = self.entries.get(key)
        return found if isinstance(found, Block) else Block({}, self.where)

    def texts(self, key: str) -> tuple[str, ...]:
        """The texts of the list under a key; empty where there is none."""
        found = self.entries.get(key)
        return found.texts if isinstance(found, Items) else ()

    def items(self, key: str) -> tuple[Scalar, ...]:
        """The texts of the list under a key, with their places."""
        found = self.entries.get(key)
        return tuple(i for i in found.items if isinstance(i, Scalar)) if isinstance(found, Items) else ()

    def blocks(self, key: str) -> dict[str, Block]:
        """The mappings under a key's mapping, by name; empty where there is none."""
        found = self.entries.get(key)
        entries = found.entries if isinstance(found, Block) else {}
        return {name: node for name, node in entries.items() if isinstance(node, Block)}

    def scalars(self, key: str) -> dict[str, Scalar]:
        """The texts under a key's mapping, by name; empty where there is none."""
        found = self.entries.get(key)
        entries = found.entries if isinstance(found, Block) else {}
        return {name: node for name, node in entries.items() if isinstance(node, Scalar)}

    def having(self, **entries: Node) -> Block:
        """The same mapping with these entries set."""
        return replace(self, entries={**self.entries, **entries})

    def place(self, key: str) -> str:
        """The line of a key, or of the whole mapping where it is absent."""
        found = self.entries.get(key)
        return found.where if found else self.where


Node: TypeAlias = "Scalar | Items | Block"
