"""Staged files: new versions that stand beside the old ones until their operation is committed, then take their place.

A temporary carries its operation's id in its name, so that whoever comes after a crash knows what it belongs to.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crmcli.store import journal
from crmcli.store.files import (
    DATA,
    JOURNAL,
    REMOVED,
    TEMPORARY,
    Modes,
    make_folder,
    read_if_there,
    resolved,
    sync_folder,
    write_new,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

# Folders of workspace files that commands write, beside the shards' own.
_FOLDERS = ("", "schemas", "views", "segments", "workflows", "reports", "dashboards", "imports", "dedupe")
ABSENT = ""  # the hash of a file that is not there


def digest(content: bytes | None) -> str:
    """The hash by which a file's versions are told apart; "" for no file."""
    return ABSENT if content is None else hashlib.blake2b(content, digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True)
class Staged:
    """A new version of a workspace file: its path in the workspace, its target, its temporary and both hashes."""

    path: str
    target: str
    temporary: str  # "" where the file is to go
    before: str
    after: str

    def publish(self) -> None:
        """Put the new version in the old one's place; doing so twice is harmless."""
        if self.temporary:
            os.rename(self.temporary, self.target)
        elif os.path.exists(self.target):
            os.unlink(self.target)

    def discard(self) -> None:
        """Take the new version away."""
        if self.temporary:
            _unlink(self.temporary)


def stage(root: str, path: str, versions: tuple[str, bytes | None], operation: str, modes: Modes) -> Staged:
    """Write a new version of a workspace file beside the present one, on disk but not yet in its place.

    `versions`: the present version's hash and the new version's content, None where the file is to go.
    """
    before, after = versions
    target = resolved(root, path)
    temporary = ""
    if after is not None:
        make_folder(os.path.dirname(target), modes)
        temporary = f"{target}.{operation}{TEMPORARY}"
        write_new(temporary, after, modes, like=target)
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


def leftovers(root: str) -> Iterator[tuple[str, str]]:
    """The temporaries in a workspace, as (path of the file they are for, operation)."""
    folders = [os.path.join(DATA, name) for name in _names(os.path.join(root, DATA))]
    for folder in (*folders, *_FOLDERS):
        for name in _names(os.path.join(root, folder)):
            if name.endswith(TEMPORARY) and name.count(".") >= 3:
                stem, _, operation = name.removesuffix(TEMPORARY).rpartition(".")
                yield os.path.join(folder, stem), operation


def settle(root: str, clone: int) -> list[str]:
    """Finish or clear away what a crash left; for the holder of the writers' lock, before its own write.

    A temporary whose operation is committed takes its place if the file still is what it was; where it is something
    else by now, both are kept, and `doctor` reports the temporary. Any other is deleted. Then the torn tail of the
    own journal is cut. Gives the paths that were completed.
    """
    own = [name for name in journal.names(root) if journal.clone_of(name) == clone]
    if own:
        journal.cut_torn_tail(root, own[-1])
        _finish_removals(root, journal.last_commit(root, own[-1]))
    found = list(leftovers(root))
    commits = _last_commits(root) if found else {}
    return [path for path, operation in found if _settle_one(root, path, operation, commits.get(operation))]


def stranded(root: str) -> Iterator[tuple[str, str]]:
    """The temporaries that settling keeps: their operation is committed, and their file is something else since."""
    found = list(leftovers(root))
    commits = _last_commits(root) if found else {}
    for path, operation in found:
        hashes = _hashes(commits.get(operation))
        if path in hashes and digest(read_if_there(os.path.join(root, path))) not in hashes[path]:
            yield path, operation


def _last_commits(root: str) -> dict[str, Mapping[str, object]]:
    """The last operation of each clone, by id: only these can have temporaries that wait for their place."""
    commits = (journal.last_commit(root, name) for name in journal.names(root))
    return {str(commit["commit"]): commit for commit in commits if commit is not None}


def _hashes(commit: Mapping[str, object] | None) -> Mapping[str, Sequence[str]]:
    """What each file of an operation was and became; nothing of one that is not committed."""
    hashes = commit["shards"] if commit else None
    return hashes if isinstance(hashes, dict) else {}


def _finish_removals(root: str, commit: Mapping[str, object] | None) -> None:
    """Remove the files that the last operation was to remove and a crash left standing."""
    for path, (before, after) in _hashes(commit).items():
        if after == ABSENT and digest(read_if_there(os.path.join(root, path))) == before:
            _unlink(os.path.join(root, path))


def _settle_one(root: str, path: str, operation: str, commit: Mapping[str, object] | None) -> bool:
    target = os.path.join(root, path)
    temporary = f"{target}.{operation}{TEMPORARY}"
    hashes = _hashes(commit)
    if path not in hashes:
        _unlink(temporary)
        return False
    before, after = hashes[path]
    now = digest(read_if_there(target))
    if now == after:
        _unlink(temporary)
    elif now == before:
        os.rename(temporary, target)
        sync_folder(os.path.dirname(target))
        return True
    return False


def unsettled(root: str) -> str:
    """The committed operation whose files have not all taken their place yet, or ""."""
    waiting = {operation for _, operation in leftovers(root)}
    if not waiting:
        return ""
    for name in journal.names(root):
        commit = journal.last_commit(root, name)
        if commit is not None and commit["commit"] in waiting:
            return str(commit["commit"])
    return ""


def _names(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except (FileNotFoundError, NotADirectoryError):
        return []


def _unlink(path: str) -> None:
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)
