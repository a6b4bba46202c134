"""Ready models: sets of schema files that a workspace may take over, merged with what it has."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import frozen
from crmcli.model.files import built_in_folder
from crmcli.model.load import read_yaml
from crmcli.model.nodes import Block, Items, Scalar
from crmcli.services.schema_edit import schema_path
from crmcli.types.nearest import suggestion

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import TypeAlias

    from crmcli.model.nodes import Node
    from crmcli.services.workspace import Workspace

    # An entry's value as plain data, and a writer of one into a file's text: (text, path, value) → text.
    Value: TypeAlias = "str | bool | int | list[Value] | dict[str, Value]"
    Put: TypeAlias = Callable[[str, Sequence[str], Value], str]

_ABOUT = "about"
_TELLING = ("properties", "pipelines", "associations")


@frozen
class Template:
    """A ready model; `files` has the text of each object's schema file."""

    name: str
    label: str
    description: str
    files: Mapping[str, str]


class UnknownTemplate(CrmError):
    """A word that is no template's name."""

    exit_code = ExitCode.NOT_FOUND

    def __init__(self, word: str, known: Sequence[str]) -> None:
        super().__init__(f'there is no template "{word}"', suggestion(word, known))


class TemplateConflict(CrmError):
    """A template that says something else than the workspace's own file; nothing is overridden silently."""

    exit_code = ExitCode.CONFLICT

    def __init__(self, template: Template, conflicts: Sequence[str]) -> None:
        self.conflicts = tuple(conflicts)
        super().__init__(
            f"The template {template.name} says otherwise than {', '.join(conflicts)}",
            "Take these entries out of the file, or write what you need of the template by hand",
        )


def templates() -> tuple[Template, ...]:
    """Read the templates that are shipped, by name."""
    folder = os.path.join(built_in_folder("schemas"), "templates")
    return tuple(_read(os.path.join(folder, name), name) for name in sorted(os.listdir(folder)))


def template(word: str) -> Template:
    """Give the template with this name. Raises UnknownTemplate."""
    known = {each.name: each for each in templates()}
    if word not in known:
        raise UnknownTemplate(word, sorted(known))
    return known[word]


def template_edits(chosen: Template, put: Put) -> dict[str, Callable[[str], str]]:
    """Give the changes to schema files that a template asks for, by object, as `edit_schemas` takes them.

    A file that is not there is taken over as it is; what a file has already stays. The changes raise TemplateConflict.
    """

    def edit(name: str) -> Callable[[str], str]:
        return lambda text: _merged(chosen, name, text, put)

    return {name: edit(name) for name in chosen.files}


def plan(workspace: Workspace, chosen: Template) -> tuple[str, ...]:
    """Say in words what a template adds: a line for each object."""
    lines = []
    for name, text in chosen.files.items():
        tree = _tree(text, schema_path(name))
        new = name not in workspace.model.objects
        label = tree.text("label") if new else workspace.model.words[name].plural
        added = [f"{part} {', '.join(names)}" for part in _TELLING if (names := _labels(workspace, tree, part))]
        lines.append(f"{'New object ' if new else ''}{label}: {'; '.join(added) or 'made active'}")
    return tuple(lines)


def _labels(workspace: Workspace, tree: Block, part: str) -> list[str]:
    blocks = dict(tree.blocks(part))
    if part == "properties":
        for group in tree.blocks("groups").values():
            blocks |= group.blocks(part)
    words = workspace.model.words
    if part == "associations":
        return [words[name].plural if name in words else name for name in blocks]
    return [block.text("label", name) for name, block in blocks.items()]


def _read(folder: str, name: str) -> Template:
    texts = {}
    for file in sorted(os.listdir(folder)):
        with open(os.path.join(folder, file), encoding="utf-8") as opened:
            texts[file.removesuffix(".yaml")] = opened.read()
    about = _tree(texts.pop(_ABOUT), _ABOUT)
    return Template(name, about.text("label"), about.text("description"), texts)


def _tree(text: str, name: str) -> Block:
    tree, _ = read_yaml(text.encode(), name)
    return tree


def _merged(chosen: Template, name: str, text: str, put: Put) -> str:
    if not text.strip():
        return chosen.files[name]
    where = schema_path(name)
    conflicts: list[str] = []
    for path, value in _additions(_tree(text, where), _tree(chosen.files[name], where), conflicts):
        text = put(text, path, value)
    if conflicts:
        raise TemplateConflict(chosen, conflicts)
    return text


def _additions(
    there: Block, wanted: Block, conflicts: list[str], path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Value]]:
    """Give the entries that a file lacks, whole branches at once; name those that it has otherwise."""
    for key, node in wanted.entries.items():
        known = there.entries.get(key)
        if known is None:
            yield (*path, key), _plain(node)
        elif isinstance(known, Block) and isinstance(node, Block):
            yield from _additions(known, node, conflicts, (*path, key))
        elif _plain(known) != _plain(node):
            conflicts.append(f"{known.where} ({'.'.join((*path, key))})")


def _plain(node: Node) -> Value:
    if isinstance(node, Block):
        return {key: _plain(entry) for key, entry in node.entries.items()}
    if isinstance(node, Items):
        return [_plain(item) for item in node.items]
    return _value(node)


def _value(node: Scalar) -> str | bool | int:
    if node.text in ("true", "false"):
        return node.text == "true"
    return int(node.text) if node.text.isascii() and node.text.isdecimal() else node.text
