"""Saving and deleting views: each one operation, and never a view that is not in order."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import frozen, replace
from crmcli.model.files import SchemaFile
from crmcli.model.names import typed
from crmcli.services.view_check import problems_of
from crmcli.services.view_files import parse_view, view_path
from crmcli.services.views import NONE, ViewRefused, default_views, find_view
from crmcli.services.written import Account

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeAlias

    from crmcli.services.view_files import View, ViewFile
    from crmcli.services.workspace import Workspace
    from crmcli.services.written import Written
    from crmcli.store.transaction import Transaction

    Entry: TypeAlias = "str | bool | int | tuple[str, ...]"
    # Gives a text with entries put in, and those that are None taken out.
    Edit: TypeAlias = "Callable[[str, Mapping[str, Entry | None]], str]"

_NAME = re.compile(r"[^\W_][\w-]{0,63}")


class NoViewName(CrmError):
    """A name that no view can have."""

    exit_code = ExitCode.USAGE

    def __init__(self, name: str) -> None:
        super().__init__(f'A view cannot be called "{name}"', "Letters, digits, - and _ make a name, such as my_deals")


class ShippedView(CrmError):
    """A view that came with the program is to be deleted."""

    exit_code = ExitCode.USAGE

    def __init__(self, name: str) -> None:
        super().__init__(
            f'The view "{name}" comes with crm and cannot be deleted',
            f"One of your own takes its place: {view_path(name)}",
        )


@frozen
class SaveView:
    """A view to be saved for an object; `edit` writes its entries into the text of its file.

    `also` writes what goes with it, as part of the same operation.
    """

    object_name: str
    view: View
    edit: Edit
    dry_run: bool = False
    also: Callable[[Transaction, Account], None] | None = None


def save_view(workspace: Workspace, request: SaveView) -> Written:
    """Write a view, in place of one of that name: its file then says this and no more, its comments stay.

    A default view takes that from the one that was. Raises NoViewName, UnknownObject, and ViewRefused with all problems
    where it would not be in order; nothing is written then.
    """
    name, found = request.view.name, workspace.object(request.object_name)
    if not _NAME.fullmatch(name) or name == NONE:
        raise NoViewName(name)
    account = Account(workspace)
    with workspace.store.write(workspace.intent(), dry_run=request.dry_run) as change:
        before = _content(workspace, name)
        entries = _entries(parse_view(name, before), found.name, request.view)
        text = request.edit(before.decode(), entries)
        parsed = parse_view(name, text.encode())
        if problems := problems_of(workspace, parsed):
            raise ViewRefused(problems)
        change.write_file(view_path(name), text)
        account.notes.append(f"crm list {typed(found)} --view {name} lists it")
        if request.view.default:
            _make_only(workspace, request, change, account)
        if request.also:
            request.also(change, account)
        return account.finish(change, dry_run=request.dry_run)


def delete_view(workspace: Workspace, name: str, *, dry_run: bool = False) -> Written:
    """Delete a view of the workspace's own. Raises NoSuchView and ShippedView."""
    read = find_view(workspace, name)
    if read.built_in:
        raise ShippedView(name)
    account = Account(workspace)
    with workspace.store.write(workspace.intent(), dry_run=dry_run) as change:
        change.write_file(view_path(name), None)
        return account.finish(change, dry_run=dry_run)


def _make_only(workspace: Workspace, request: SaveView, change: Transaction, account: Account) -> None:
    """Let no other view be the default one of the object."""
    for other in default_views(workspace, workspace.object(request.object_name)):
        if other.name != request.view.name:
            change.write_file(other.path, request.edit(_content(workspace, other.name).decode(), {"default": None}))
            account.notes.append(f'"{other.name}" is not the default view any more')


def _entries(before: ViewFile, object_name: str, view: View) -> dict[str, Entry | None]:
    """Give the entries of a file that change; those that are to go are None. Raises ViewRefused for no YAML."""
    if before.problems and not before.keys:
        raise ViewRefused(before.problems)
    old = {"object": before.object_name, **before.view.entries()}
    said = {"object": object_name, **view.entries()}
    gone = {key: None for key in before.keys if key not in said}
    return {**gone, **{key: value for key, value in said.items() if old.get(key) != value}}


def _content(workspace: Workspace, name: str) -> bytes:
    """Give what a view's file holds, nothing where there is none. Raises ViewRefused for one that cannot be read."""
    path = os.path.join(workspace.root, view_path(name))
    if not os.path.lexists(path):
        return b""
    content, problems = SchemaFile(path, built_in=False).read()
    if problems:
        raise ViewRefused([replace(each, where=view_path(name)) for each in problems])
    return content
