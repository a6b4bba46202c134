"""The files of saved views: where they lie, and what may stand in them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from crmcli.frozen import frozen, replace, said
from crmcli.model.files import SchemaFile, built_in_folder, yaml_files
from crmcli.model.nodes import Block

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmcli.errors import Problem

FOLDER = "views"
LAYOUTS = ("table", "board", "calendar", "gantt", "cards")
# Keys of a file → the part of a view.
KEYS = {
    "where": "where",
    "columns": "columns",
    "sort": "sort",
    "group_by": "group_by",
    "sum": "summed",
    "limit": "limit",
    "layout": "layout",
    "pipeline": "pipeline",
    "by": "by",
    "from": "starts",
    "to": "ends",
    "default": "default",
}


@frozen
class View:
    """What a view says, each part as `crm list` takes it; what is "", empty or None it says nothing of.

    `summed` are added up, `by` is what the columns of a board or the days of a calendar are, `starts` and `ends` are
    the dates of a Gantt chart; `default` makes it the view of its object where none is named.
    """

    name: str = ""
    where: str = ""
    columns: tuple[str, ...] = ()
    sort: tuple[str, ...] = ()
    group_by: tuple[str, ...] = ()
    summed: tuple[str, ...] = ()
    limit: int | None = None
    layout: str = ""
    pipeline: str = ""
    by: str = ""
    starts: str = ""
    ends: str = ""
    default: bool = False

    def narrowed(self, where: str) -> str:
        """Give the condition of the view, and one more where there is one."""
        return f"({self.where}) and ({where})" if self.where and where else self.where or where

    def with_said(self, given: View) -> View:
        """Give the view with what is said beside it: that wins, and conditions meet."""
        return View(**{**said(self), **said(given), "where": self.narrowed(given.where)})

    def entries(self) -> Mapping[str, str | bool | int | tuple[str, ...]]:
        """Give what it says as the entries of a file, in their order."""
        spoken = said(self)
        return {key: spoken[part] for key, part in KEYS.items() if part in spoken}


@frozen
class ViewFile:
    """A view as its file has it; `block` is what of it can be read, `problems` are those of its form.

    `keys` are all that stand in it, those that no view has too; none where the file cannot be read at all.
    """

    path: str  # as messages call it, "views/mine.yaml"
    built_in: bool
    object_name: str  # any word for the object, "" where it is not said
    view: View
    block: Block
    problems: tuple[Problem, ...] = ()
    keys: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What the view is called."""
        return self.view.name


def view_path(name: str) -> str:
    """Give the file of a view in a workspace, relative to its folder."""
    return f"{FOLDER}/{name}.yaml"


def files(root: str) -> dict[str, SchemaFile]:
    """Give the files of all views by name; a workspace's own stand in the place of shipped ones."""
    shipped = os.path.join(built_in_folder("schemas"), FOLDER)
    return {file.name: file for file in (*_files(shipped, built_in=True), *own_files(root))}


def own_files(root: str) -> list[SchemaFile]:
    """List the files of a workspace's own views."""
    return _files(os.path.join(root, FOLDER), built_in=False)


def _files(folder: str, *, built_in: bool) -> list[SchemaFile]:
    return [SchemaFile(path, built_in=built_in) for path in yaml_files(folder)]


def read_view(file: SchemaFile) -> ViewFile:
    """Read a view."""
    content, problems = file.read()
    if problems:
        path = view_path(file.name)
        refused = tuple(replace(each, where=path) for each in problems)
        return ViewFile(path, file.built_in, "", View(file.name), Block({}, f"{path}:1"), refused)
    return parse_view(file.name, content, built_in=file.built_in)


def parse_view(name: str, content: bytes, *, built_in: bool = False) -> ViewFile:
    """Read the text of a view."""
    from crmcli.model.load import read_yaml
    from crmcli.model.shape import Fields, Number, Several, Text

    text, several = Text(), Several(Text())
    kinds = {"limit": Number(0, 10**9), "layout": Text(LAYOUTS), "default": Text(("true", "false"))}
    kinds |= dict.fromkeys(("columns", "sort", "group_by", "sum"), several)
    shape = Fields({"object": text, **{key: kinds.get(key, text) for key in KEYS}})
    top, problems = read_yaml(content, view_path(name))
    block = shape.fit(top, "view", problems)
    assert isinstance(block, Block)  # noqa: S101 - a mapping's shape gives one
    view = _view(name, block)
    return ViewFile(view_path(name), built_in, block.text("object"), view, block, tuple(problems), tuple(top.entries))


def _view(name: str, block: Block) -> View:
    limit = block.text("limit")
    return View(
        name=name,
        where=block.text("where"),
        columns=block.texts("columns"),
        sort=block.texts("sort"),
        group_by=block.texts("group_by"),
        summed=block.texts("sum"),
        limit=int(limit) if limit else None,
        layout=block.text("layout"),
        pipeline=block.text("pipeline"),
        by=block.text("by"),
        starts=block.text("from"),
        ends=block.text("to"),
        default=block.flag("default"),
    )
