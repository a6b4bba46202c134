"""Checking saved views: whether everything that they name is there and fits, each problem with file and line."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from crmcli.errors import CrmError, Problem
from crmcli.frozen import replace
from crmcli.services.layouts import check_layout
from crmcli.services.views import all_views

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from crmcli.model.objects import ObjectType
    from crmcli.services.view_files import ViewFile
    from crmcli.services.workspace import Workspace


def check_views(workspace: Workspace) -> list[Problem]:
    """Check all views; a shipped one that a workspace's own replaces is none of them."""
    read = all_views(workspace)
    return [problem for each in read for problem in problems_of(workspace, each)] + list(_defaults(workspace, read))


def problems_of(workspace: Workspace, read: ViewFile) -> list[Problem]:
    """Give what is wrong with a view: its form, then what it names."""
    problems = list(read.problems)
    if not read.object_name:
        if "object" not in read.block.entries and not problems:
            problems.append(Problem(f"{read.path}:1", "does not say of which object it is", "begin with `object: …`"))
        return problems
    try:
        found = workspace.any_object(read.object_name)
    except CrmError as error:
        return [*problems, _problem(read.block.place("object"), error)]
    return [*problems, *_named(workspace, found, read)]


def _named(workspace: Workspace, found: ObjectType, read: ViewFile) -> Iterator[Problem]:
    """Compile every expression of a view, and look for what its layout needs."""
    from crmcli.query import Selection, select
    from crmcli.query.totals import totals

    context = workspace.context
    if not context.me:  # a view of "mine" is in order, whoever checks it
        context = replace(context, me=workspace.actor)
    surroundings = workspace.model, context
    block = read.block
    if read.view.where:
        yield from _tried(block.place("where"), partial(select, Selection(found, where=read.view.where), *surroundings))
    for key in ("columns", "sort", "group_by"):
        for item in block.items(key):
            column = item.text.removeprefix("-") if key == "sort" else item.text
            yield from _tried(item.where, partial(select, Selection(found, columns=(column,)), *surroundings))
    for item in block.items("sum"):
        yield from _tried(item.where, partial(totals, found, (), (item.text,), "", surroundings))
    if read.view.layout:
        place = next((block.place(key) for key in ("by", "pipeline", "from", "to") if key in block.entries), "")
        yield from _tried(place or block.place("layout"), partial(check_layout, workspace, found, read.view))


def _tried(where: str, attempt: Callable[[], object]) -> Iterator[Problem]:
    try:
        attempt()
    except CrmError as error:
        yield _problem(where, error)


def _problem(where: str, error: CrmError) -> Problem:
    """Give an error as a problem in a line of a file, which shows the expression already."""
    return Problem(where, getattr(error, "summary", error.message), error.hint)


def _defaults(workspace: Workspace, read: Sequence[ViewFile]) -> Iterator[Problem]:
    """Give the views that are the default one of an object which has one already."""
    first: dict[str, ViewFile] = {}
    for each in read:
        if not each.view.default or each.built_in:
            continue
        try:
            name = workspace.any_object(each.object_name).name
        except CrmError:
            continue
        if name in first:
            yield Problem(
                each.block.place("default"),
                f"is the default view of {name}, and so is {first[name].path}",
                "take `default: true` out of one of them",
            )
        first.setdefault(name, each)
