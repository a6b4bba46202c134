"""Staged files: new versions that stand beside the old ones until their operation is committed, then take their place.

A temporary carries its operation's id in its name, so that whoever comes after a crash knows what it belongs to.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from enum import Enum
from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.store import journal
from crmcli.store.files import (
    ARRIVING,
    DATA,
    ERASING,
    JOURNAL,
    REMOVED,
    TEMPORARY,
    Modes,
    journal_clone,
    journal_names,
    make_folder,
    read_if_there,
    resolved,
    sync_folder,
    write_new,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# Folders of workspace files that commands write, beside the shards' own.
_FOLDERS = (
    "", DATA, "schemas", "views", "segments", "workflows", "reports", "dashboards", "forecasts", "imports", "dedupe",
)  # fmt: skip
ABSENT = ""  # the hash of a file that is not there


def digest(content: bytes | None) -> str:
    """The hash by which a file's versions are told apart; "" for no file."""
    return ABSENT if content is None else hashlib.blake2b(content, digest_size=16).hexdigest()


@frozen
class Staged:
    """A new version of a workspace file: its path in the workspace, its target, its temporary and both hashes.

    The temporary of a file that is to go is empty: it says so to whoever comes after a crash.
    """

    path: str
    target: str
    temporary: str
    before: str
    after: str

    def publish(self) -> None:
        """Put the new version in the old one's place."""
        if self.after == ABSENT:
            _unlink(self.target)
            _unlink(self.temporary)
        else:
            os.rename(self.temporary, self.target)

    def discard(self) -> None:
        """Take the new version away."""
        _unlink(self.temporary)


def stage(root: str, path: str, versions: tuple[str, bytes | None], operation: str, modes: Modes) -> Staged:
    """Write a new version of a workspace file beside the present one, on disk but not yet in its place.

    `versions`: the present version's hash and the new version's content, None where the file is to go.
    """
    before, after = versions
    target = resolved(root, path)
    make_folder(os.path.dirname(target), modes)
    temporary = f"{target}.{operation}{TEMPORARY}"
    write_new(temporary, after or b"", modes, like=target)
    return Staged(path, target, temporary, before, digest(after))


def keep_aside(root: str, path: str, operation: str, modes: Modes) -> str:
    """Keep the present version of a shard under journal/removed/<operation>/ and say where; it costs no copy."""
    aside = os.path.join(root, JOURNAL, REMOVED, operation, os.path.relpath(path, DATA))
    make_folder(os.path.dirname(aside), modes)
    if not os.path.exists(aside):
        os.link(resolved(root, path), aside)
    return aside


def aside_path(root: str, path: str, operation: str) -> str:
    """Where an operation put the version of a shard that it removed."""
    return os.path.join(root, JOURNAL, REMOVED, operation, os.path.relpath(path, DATA))


def leftovers(root: str) -> Iterator[tuple[str, str, str]]:
    """The temporaries in a workspace: (path of the file that one is for, operation, where it is).

    That of a file behind a symbolic link stands beside the file that the link leads to.
    """
    folders = [os.path.join(root, DATA, name) for name in _names(os.path.join(root, DATA))]
    folders += [os.path.join(root, name).rstrip(os.sep) for name in _FOLDERS]
    links = dict(_links(folders, os.path.realpath(root) + os.sep))
    for folder in dict.fromkeys([*folders, *map(os.path.dirname, links)]):
        for name in _names(folder):
            if name.endswith(TEMPORARY) and name.count(".") >= 3 and not os.path.isdir(os.path.join(folder, name)):
                stem, _, operation = name.removesuffix(TEMPORARY).rpartition(".")
                target = os.path.join(folder, stem)
                path = links.get(os.path.realpath(target), target) if links else target
                yield os.path.relpath(path, root), operation, os.path.join(folder, name)


def _links(folders: Iterable[str], inside: str) -> Iterator[tuple[str, str]]:
    """The files of the workspace that stand elsewhere in it: (where, the path of the link)."""
    for folder in folders:
        with contextlib.suppress(FileNotFoundError, NotADirectoryError), os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_symlink() and (target := os.path.realpath(entry.path)).startswith(inside):
                    yield target, entry.path


class Fate(Enum):
    """What is to become of a temporary."""

    VOID = "its operation was never committed"
    DONE = "its file is the new version already"
    DUE = "its operation is committed, and its file still the version before"
    STRANDED = "its operation is committed, and its file something else since"


def _fates(root: str) -> Iterator[tuple[Staged, str, Fate]]:
    """Every temporary with its operation and what is to become of it."""
    found = list(leftovers(root))
    commits = journal.commits(root, {operation for _, operation, _ in found}) if found else {}
    for path, operation, temporary in found:
        target = os.path.realpath(os.path.join(root, path))
        hashes = commits.get(operation, {}).get("shards")
        if not isinstance(hashes, dict) or path not in hashes:
            yield Staged(path, target, temporary, "", ""), operation, Fate.VOID
            continue
        before, after = hashes[path]
        now = digest(read_if_there(target))
        fate = Fate.DONE if now == after else Fate.DUE if now == before else Fate.STRANDED
        yield Staged(path, target, temporary, before, after), operation, fate


def settle(root: str, clone: int) -> list[str]:
    """Finish or clear away what a crash left; for the holder of the writers' lock, before its own write.

    A temporary whose operation is committed takes its place if the file still is what it was; where it is something
    else by now, both are kept, and `doctor` reports the temporary. Any other is deleted. The torn tail of the
    own journal is cut first. Gives the paths that were completed.
    """
    for name in (ARRIVING, ERASING):
        if os.path.isdir(undecided := os.path.join(root, name)):
            from shutil import rmtree

            rmtree(undecided, ignore_errors=True)
    own = [name for name in journal_names(root) if journal_clone(name) == clone]
    if own:
        journal.cut_torn_tail(root, own[-1])
    completed = []
    for staged, _, fate in _fates(root):
        if fate is Fate.DUE:
            staged.publish()
            sync_folder(os.path.dirname(staged.target))
            completed.append(staged.path)
        elif fate is not Fate.STRANDED:
            staged.discard()
    return completed


def stranded(root: str) -> Iterator[tuple[str, str]]:
    """The temporaries that settling keeps, because their file is something else since: (path, operation)."""
    return ((staged.path, operation) for staged, operation, fate in _fates(root) if fate is Fate.STRANDED)


def unsettled(root: str) -> str:
    """The committed operation whose files have not all taken their place yet, or ""."""
    return next((operation for _, operation in due(root)), "")


def due(root: str) -> Iterator[tuple[str, str]]:
    """The files that are to take their place yet: (path, committed operation)."""
    return ((staged.path, operation) for staged, operation, fate in _fates(root) if fate is Fate.DUE)


def _names(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except (FileNotFoundError, NotADirectoryError):
        return []


def _unlink(path: str) -> None:
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)
