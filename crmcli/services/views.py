"""Saved views: which records of an object, in which columns, order and layout.

A view is a file, views/NAME.yaml of the workspace; some come with the program, in schemas/views, and a workspace's own
of the same name takes their place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.services.view_files import View as View  # noqa: PLC0414 - offered from here too
from crmcli.services.view_files import files, own_files, read_view

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.errors import Problem
    from crmcli.model.objects import ObjectType
    from crmcli.services.view_files import ViewFile
    from crmcli.services.workspace import Workspace

NONE = "none"  # the word for no view, the default one neither


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
    """A view whose file is not in order, or would not be; the first of what is wrong with it."""

    exit_code = ExitCode.USAGE

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(f"{problems[0].where}: {problems[0].message}", problems[0].hint)


def find_view(workspace: Workspace, name: str) -> ViewFile:
    """Give a view by its name, whatever stands in its file. Raises NoSuchView."""
    known = files(workspace.root)
    if name not in known:
        raise NoSuchView(name, sorted(known))
    return read_view(known[name])


def read_in_order(workspace: Workspace, name: str) -> ViewFile:
    """Give a view by its name. Raises NoSuchView, and ViewRefused for a file whose form is not in order."""
    read = find_view(workspace, name)
    if read.problems:
        raise ViewRefused(read.problems)
    return read


def view_of(workspace: Workspace, found: ObjectType, name: str) -> View:
    """Give a view of an object. Raises NoSuchView, ViewRefused and OtherObject."""
    read = read_in_order(workspace, name)
    meant = workspace.object(read.object_name)
    if meant.name != found.name:
        raise OtherObject(name, meant)
    return read.view


def usual_view(workspace: Workspace, found: ObjectType, name: str = "") -> View:
    """Give the view that is named, else the default one of the object; an empty one for "none" and without one.

    Raises what `view_of` raises.
    """
    if name:
        return View() if name == NONE else view_of(workspace, found, name)
    read = next(iter(default_views(workspace, found)), None)
    if read is None:
        return View()
    if read.problems:
        raise ViewRefused(read.problems)
    return read.view


def default_views(workspace: Workspace, found: ObjectType) -> Sequence[ViewFile]:
    """Give the views that say they are the default one of an object: one, where all is in order."""
    # Most files say no such thing: these are not parsed, since each list asks here.
    named = [file for file in own_files(workspace.root) if b"default" in file.read()[0]]
    said = [read for read in map(read_view, named) if read.view.default]
    return [read for read in said if _is_of(workspace, read, found)]


def all_views(workspace: Workspace, word: str = "") -> Sequence[ViewFile]:
    """Give all views, or those of an object, by name. Raises UnknownObject."""
    found = workspace.object(word) if word else None
    read = [read_view(file) for _, file in sorted(files(workspace.root).items())]
    return [each for each in read if found is None or _is_of(workspace, each, found)]


def _is_of(workspace: Workspace, read: ViewFile, found: ObjectType) -> bool:
    try:
        return workspace.any_object(read.object_name).name == found.name
    except CrmError:
        return False
