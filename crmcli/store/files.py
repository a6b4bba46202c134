"""Files of a workspace: where they lie, who may read them, and how one is replaced without ever being half-written."""

from __future__ import annotations

import contextlib
import os
import stat

from crmcli.errors import CrmError

DATA = "data"
JOURNAL = "journal"
REMOVED = "removed"
TEMPORARY = ".tmp"  # "00042.json.<operation>.tmp" stands beside 00042.json until it is renamed over it
# The files of a whole export, on their way into an empty workspace, and from the moment that they are its own.
ARRIVING = f".crm-import{TEMPORARY}"
ARRIVED = ".crm-import"
# The files of an erasure, before it is decided and after.
ERASING = f".crm-erase{TEMPORARY}"
ERASED = ".crm-erase"
BARRED = f"{DATA}/erased.json"  # the keys of who was erased, which nobody can read out of it


class OutsideWorkspace(CrmError):
    """A path that leads out of the workspace, by itself or through a symbolic link."""

    def __init__(self, path: str, target: str) -> None:
        super().__init__(f'"{path}" leads out of the workspace, to {target}', "put the file itself into the workspace")


class Modes:
    """The modes of new files and folders: the owner's alone, or with the group's as git's sharedRepository does."""

    __slots__ = ("file", "folder")

    def __init__(self, shared: str) -> None:
        self.file, self.folder = (0o660, 0o2770) if shared == "group" else (0o600, 0o700)


def shard_path(object_name: str, number: int) -> str:
    """The path of a shard inside the workspace: data/contact/00042.json."""
    return f"{DATA}/{object_name}/{number:05d}.json"


def resolved(root: str, path: str) -> str:
    """The absolute path of a workspace file, symbolic links followed; OutsideWorkspace where they leave it."""
    target = os.path.realpath(os.path.join(root, path))
    if not target.startswith(os.path.realpath(root) + os.sep):
        raise OutsideWorkspace(path, target)
    return target


def make_folder(path: str, modes: Modes) -> None:
    """Make a folder and what is missing above it, with the workspace's mode whatever the umask."""
    if os.path.isdir(path):
        return
    make_folder(os.path.dirname(path), modes)
    try:
        os.mkdir(path)
    except FileExistsError:
        return
    os.chmod(path, modes.folder)
    sync_folder(os.path.dirname(path))


def write_new(path: str, content: bytes, modes: Modes, *, like: str | None = None) -> None:
    """Write a file that must not exist yet and force it to disk; on failure nothing is left.

    `like`: the file that it will replace, whose mode and owner it takes.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        _take_mode(descriptor, modes, like)
        write_all(descriptor, content)
        os.fsync(descriptor)
    except BaseException:
        os.close(descriptor)
        os.unlink(path)
        raise
    os.close(descriptor)


def write_all(descriptor: int, content: bytes) -> None:
    """Write all of the bytes, however many calls that takes."""
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _take_mode(descriptor: int, modes: Modes, like: str | None) -> None:
    try:
        old = os.stat(like) if like else None
    except FileNotFoundError:
        old = None
    os.fchmod(descriptor, stat.S_IMODE(old.st_mode) if old else modes.file)
    if old and (old.st_uid, old.st_gid) != (os.geteuid(), os.getegid()):
        # Only a super-user can give a file away; the mode above is what others need.
        with contextlib.suppress(PermissionError):
            os.fchown(descriptor, old.st_uid, old.st_gid)


def sync_folder(path: str) -> None:
    """Force a folder's entries to disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_tree(path: str) -> None:
    """Force the entries of a folder, and of those below it, to disk; links are not followed."""
    for folder, _, _ in os.walk(path):
        sync_folder(folder)


def read_if_there(path: str) -> bytes | None:
    """The content of a file, or None where there is none."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None


def journal_names(root: str) -> list[str]:
    """The journal files of a workspace, oldest month first."""
    try:
        found = os.listdir(os.path.join(root, JOURNAL))
    except FileNotFoundError:
        return []
    return sorted(name for name in found if is_journal(name))


def journal_clone(name: str) -> int:
    """The clone that a journal file belongs to: 2026-11.1.jsonl is clone 1's."""
    return int(name.split(".")[1])


def is_journal(name: str) -> bool:
    """Whether a file in the journal's folder is called as its months are."""
    month, clone, kind = (*name.split(".", 2), "", "")[:3]
    year, dash, number = month.partition("-")
    return kind == "jsonl" and dash == "-" and all(part.isascii() and part.isdigit() for part in (year, number, clone))
