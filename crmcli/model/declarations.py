"""Reads every schema file of a workspace and puts each object's declaration together."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from crmcli.errors import Problem
from crmcli.frozen import frozen
from crmcli.model.files import misnamed, schema_files
from crmcli.model.load import read_yaml
from crmcli.model.nodes import Block
from crmcli.model.overlays import inherit, normal, overlay
from crmcli.model.own import with_own
from crmcli.model.shape import OBJECT
from crmcli.types.nearest import suggestion

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from crmcli.model.files import SchemaFile


@frozen
class Declarations:
    """The objects' declarations in normal form, and what is wrong with the files.

    `fingerprint` is a digest of all contents, in hexadecimal.
    """

    objects: Mapping[str, Block]
    problems: tuple[Problem, ...]
    fingerprint: str


def declarations(root: str, drafts: Mapping[str, str] | None = None) -> Declarations:
    """Read the built-in schemas and the workspace's; nothing is checked but the files' own grammar.

    With `root` "" only the built-in ones. `drafts` are texts that files are to have, by the names of objects.
    """
    from hashlib import sha256

    digest = sha256()
    problems = misnamed(root) if root else []
    trees: dict[str, Block] = {}
    for file in schema_files(root, drafts):
        content, unreadable = file.read()
        problems += unreadable
        digest.update(f"{file.where}\0{len(content)}\0".encode() + content)
        tree, found = _tree(file.where, content)
        problems += found
        trees[file.name] = overlay(trees[file.name], tree, problems) if file.name in trees else tree
    bases = _Bases(trees, problems)
    objects = {name: bases.complete(name) for name in sorted(trees, key=_rank(trees)) if not name.startswith("_")}
    return Declarations(with_own(objects), tuple(dict.fromkeys(problems)), digest.hexdigest()[:16])


def fingerprint(files: Sequence[SchemaFile]) -> str:
    """Give the fingerprint that `declarations` would give, without reading the YAML."""
    from hashlib import sha256

    digest = sha256()
    for file in files:
        content, _ = file.read()
        digest.update(f"{file.where}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:16]


@lru_cache(maxsize=64)  # a command that changes schemas reads the same files several times
def _tree(where: str, content: bytes) -> tuple[Block, tuple[Problem, ...]]:
    """Give a file's declaration in normal form, and what is wrong with its grammar."""
    tree, problems = read_yaml(content, where)
    fitting = OBJECT.fit(tree, "", problems)
    block = normal(fitting if isinstance(fitting, Block) else Block({}, tree.where), problems)
    return block, tuple(problems)


def _rank(trees: Mapping[str, Block]) -> Callable[[str], tuple[list[int], str]]:
    """Order objects as HubSpot numbers them ("0-1", "0-2" …), then those of our own by name."""

    def rank(name: str) -> tuple[list[int], str]:
        parts = trees[name].text("type_id").split("-")
        return [int(part) for part in parts] if all(part.isdigit() for part in parts) else [10**9], name

    return rank


class _Bases:
    """Follows `based_on` and notices circles."""

    def __init__(self, trees: Mapping[str, Block], problems: list[Problem]) -> None:
        self.trees = trees
        self.problems = problems

    def complete(self, name: str, path: tuple[str, ...] = ()) -> Block:
        """Give an object's declaration with all that it inherits."""
        tree = self.trees[name]
        base = tree.text("based_on")
        if not base:
            return tree
        where = tree.place("based_on")
        if base not in self.trees:
            self.problems.append(Problem(where, f'there is no "{base}" to base it on', suggestion(base, self.trees)))
            return tree
        if base in (*path, name):
            circle = " → ".join((*path, name, base))
            self.problems.append(Problem(where, f"a schema cycle: {circle}", "take one `based_on` out"))
            return tree
        return inherit(self.complete(base, (*path, name)), tree, self.problems)
