"""Erasing a person: from the data, the journal, what was put aside, plans and repair files. Nothing takes it back."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

from crmcli.frozen import frozen, replace
from crmcli.services.erasing.files import Left, cleanse_files
from crmcli.services.erasing.persons import is_text, person
from crmcli.services.importing.operations import is_import_note
from crmcli.services.lookup import story
from crmcli.services.references import UnknownReference
from crmcli.store.barred import Barred
from crmcli.store.cleansed import cleanse_store
from crmcli.store.cleansing import Cleansing
from crmcli.store.erasing import Erasing
from crmcli.store.files import BARRED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmcli.services.erasing.persons import Person
    from crmcli.services.references import Ref
    from crmcli.services.workspace import Workspace
    from crmcli.store.cleansed import Cleansed
    from crmcli.store.cleansing import End, Mention
    from crmcli.store.values import Operation

_BRANCH = "ref: refs/heads/"
_USUAL = "main"  # the branch where none is checked out


@frozen
class Erasure:
    """An erasure that was done, or that a dry run would do.

    `files` are those of the store that changed, with how much of what went out of each, `beside` others in the folder;
    `left` are those there that stay as they are. `mentions` say where others' texts name the person, and how often:
    redacted if `redact`.
    """

    person: Person
    operation: Operation | None
    short_id: str
    files: tuple[Cleansed, ...]
    beside: tuple[Cleansed, ...]
    mentions: Mapping[Mention, int]
    left: tuple[Left, ...]
    branch: str = ""  # of the git repository that the folder is in, "" where it is in none
    redact: bool = False
    dry_run: bool = False


def erase(workspace: Workspace, ref: Ref, *, redact: bool = False, dry_run: bool = False) -> Erasure:
    """Erase a record with all that belongs to it alone. Raises TwoVersions, DamagedFile and DamagedJournal.

    One that was erased is erased again where anything of it came back; raises UnknownReference where nothing did.

    The operation is known by the reference, whatever was typed: it may have been the person's e-mail.
    """
    intent = replace(workspace.intent(), command=f"crm erase {ref}")
    with Erasing(workspace.store, intent, dry_run=dry_run) as work:
        who = person(workspace, ref)
        ends = [(each.object_name, each.id) for each in who.refs]
        cleansing = Cleansing(ends, who.spellings, partial(is_text, workspace), redact=redact)
        files = list(cleanse_store(work, cleansing, is_import_note, partial(_present, workspace)))
        beside = list(cleanse_files(work, cleansing))
        if not files:
            _refuse_again(workspace, ref)
        _bar(work, who)
        operation = work.commit(ends, who.counts)
    return Erasure(
        person=who,
        operation=operation,
        short_id=workspace.store.log.short_id(operation.id) if operation else "",
        files=tuple(files),
        beside=tuple(each for each in beside if not isinstance(each, Left)),
        mentions=dict(cleansing.mentions),
        left=tuple(each for each in beside if isinstance(each, Left)),
        branch=_branch(workspace.root),
        redact=redact,
        dry_run=dry_run,
    )


def _present(workspace: Workspace, end: End) -> Mapping[str, object]:
    record = workspace.store.record(*end)
    return record.values if record is not None else {}


def _refuse_again(workspace: Workspace, ref: Ref) -> None:
    """Raise UnknownReference for a record that was erased, of which nothing came back with another clone's files."""
    tombstone = workspace.store.tombstone(ref.object_name, ref.id)
    if tombstone is not None and tombstone.kind == "erased":
        raise UnknownReference(*story(workspace, ref, tombstone))


def _bar(work: Erasing, who: Person) -> None:
    """Keep the hashes of the person's keys; the operation's id is random, and salts those of this clone from now on."""
    if who.keys:
        barred = Barred.read(work.read(BARRED))
        work.put(BARRED, barred.with_keys(who.keys, work.operation.clone, work.operation.id))


def _branch(root: str) -> str:
    """Give the branch of the git repository that a folder is in, "" where it is in none; git itself is not asked."""
    here = root
    while not os.path.lexists(git := os.path.join(here, ".git")):
        above = os.path.dirname(here)
        if above == here:
            return ""
        here = above
    if os.path.isfile(git):  # of a worktree: it says where the folder is
        git = os.path.join(here, _first_line(git).removeprefix("gitdir: "))
    head = _first_line(os.path.join(git, "HEAD"))
    return head.removeprefix(_BRANCH) if head.startswith(_BRANCH) else _USUAL


def _first_line(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.readline().strip()
    except OSError:
        return ""
