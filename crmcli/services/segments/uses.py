"""Where segments are named: in views, reports, dashboards, workflows, schemas, rules and other segments."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from crmcli.model.files import SchemaFile, yaml_names
from crmcli.model.load import read_yaml
from crmcli.model.nodes import Block, Items, Node, Scalar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmcli.model.segments import Segment
    from crmcli.services.workspace import Workspace

_FOLDERS = ("segments", "views", "reports", "dashboards", "workflows", "schemas")
_NAMED = re.compile(r"""\bsegment\s*\(\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')\s*\)""", re.IGNORECASE)
_ESCAPE = re.compile(r"\\(.)")


def uses_of(workspace: Workspace, segment: Segment) -> Iterator[str]:
    """Give the files, with their lines, that name a segment in an expression."""
    names = {segment.name.casefold(), segment.stem.casefold()}
    for path in _files(workspace.root):
        if path == segment.path:
            continue
        content, _ = SchemaFile(os.path.join(workspace.root, path), built_in=False).read()
        top, _ = read_yaml(content, path)
        for text in _texts(top):
            if any(named.casefold() in names for named in _named(text.text)):
                yield text.where


def _files(root: str) -> Iterator[str]:
    for folder in (*_FOLDERS, ""):
        yield from (os.path.join(folder, f"{name}.yaml") for name in yaml_names(os.path.join(root, folder)))


def _texts(node: Node) -> Iterator[Scalar]:
    match node:
        case Scalar():
            yield node
        case Items():
            for item in node.items:
                yield from _texts(item)
        case Block():
            for entry in node.entries.values():
                yield from _texts(entry)


def _named(text: str) -> Iterator[str]:
    for match in _NAMED.finditer(text):
        yield _ESCAPE.sub(r"\1", match[1] if match[1] is not None else match[2])
