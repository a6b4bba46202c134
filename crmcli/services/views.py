"""Saved views: which records of an object, in which columns and order.

A view is a file, views/NAME.yaml of the workspace; some come with the program, in schemas/views, and a workspace's own
of the same name takes their place.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import frozen
from crmcli.model.files import SchemaFile, built_in_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.errors import Problem
    from crmcli.model.objects import ObjectType
    from crmcli.services.workspace import Workspace

FOLDER = "views"


@frozen
class View:
    """What a view says: a condition, columns and an order as `crm list` takes them, a limit, a layout."""

    name: str
    where: str = ""
    columns: tuple[str, ...] = ()
    sort: tuple[str, ...] = ()
    limit: int | None = None
    layout: str = ""

    def narrowed(self, where: str) -> str:
        """Give the condition of the view, and one more where there is one."""
        return f"({self.where}) and ({where})" if self.where and where else self.where or where


class NoSuchView(CrmError):
    """A name of no view of an object."""

    exit_code = ExitCode.NOT_FOUND

    def __init__(self, name: str, known: Sequence[str]) -> None:
        from crmcli.types.nearest import suggestion

        super().__init__(f'There is no view "{name}"', suggestion(name, known))


class OtherObject(CrmError):
    """A view of another object."""

    exit_code = ExitCode.USAGE

    def __init__(self, name: str, meant: ObjectType) -> None:
        super().__init__(f'The view "{name}" is one of {meant.plural.lower()}', f"Name these: {meant.name}")


class ViewRefused(CrmError):
    """A view whose file is not in order; the first of what is wrong with it."""

    exit_code = ExitCode.USAGE

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{problems[0].where}: {problems[0].message}", problems[0].hint)


def view_of(workspace: Workspace, found: ObjectType, name: str) -> View:
    """Give a view of an object. Raises NoSuchView, ViewRefused and OtherObject."""
    files = {file.name: file for file in _files(workspace.root)}
    if name not in files:
        raise NoSuchView(name, sorted(files))
    object_name, view = _read(files[name])
    meant = workspace.object(object_name)
    if meant.name != found.name:
        raise OtherObject(name, meant)
    return view


def _files(root: str) -> list[SchemaFile]:
    """List the files of views, the workspace's own behind those that they replace."""
    folders = ((os.path.join(built_in_folder("schemas"), FOLDER), True), (os.path.join(root, FOLDER), False))
    return [
        SchemaFile(os.path.join(folder, name), built_in=built_in)
        for folder, built_in in folders
        if os.path.isdir(folder)
        for name in sorted(os.listdir(folder))
        if name.endswith(".yaml")
    ]


def _read(file: SchemaFile) -> tuple[str, View]:
    """Read a view and the object that it is of."""
    from crmcli.model.load import read_yaml
    from crmcli.model.nodes import Block
    from crmcli.model.shape import Fields, Number, Several, Text

    text, several = Text(), Several(Text())
    shape = Fields(
        {
            "object": text,
            "where": text,
            "columns": several,
            "sort": several,
            "limit": Number(1, 10**9),
            "layout": Text(("table", "board")),
        }
    )
    content, problems = file.read()
    where = f"{FOLDER}/{file.name}.yaml"
    top, found = read_yaml(content, where)
    problems = [*problems, *found]
    fitting = shape.fit(top, "view", problems)
    if problems or not isinstance(fitting, Block):
        raise ViewRefused(problems)
    limit = fitting.text("limit")
    return fitting.text("object"), View(
        name=file.name,
        where=fitting.text("where"),
        columns=fitting.texts("columns"),
        sort=fitting.texts("sort"),
        limit=int(limit) if limit else None,
        layout=fitting.text("layout"),
    )
