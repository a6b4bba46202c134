"""Clones: the number that each copy of a workspace writes under, so that the ids of two copies never meet.

The first copy makes ids from 1, clone k from k x 10^9 + 1. Journal files carry the number in their name, which
lists the clones of a workspace without a file that two of them would have to change. A copy's own number is
remembered in the user's configuration by its path (and inode, so that a folder that was moved keeps its number).
"""

from __future__ import annotations

import fcntl
import json
import os
from typing import TYPE_CHECKING, TypedDict

from crmcli.store.files import journal_clone, journal_names
from crmcli.store.shard import SHARD_SIZE

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeGuard

IDS_PER_CLONE = 10**9
SHARDS_PER_CLONE = IDS_PER_CLONE // SHARD_SIZE
_FIRST = 1
_HIGHEST = 99_999  # ids stay under 10^14, exact in every JSON reader
_FILE = "clones.json"


class _Copy(TypedDict):
    workspace: str
    inode: int
    clone: int


def first_id(clone: int) -> int:
    """The first id that a clone makes."""
    return 1 if clone == _FIRST else clone * IDS_PER_CLONE + 1


def clone_of_id(record_id: int) -> int:
    """The clone that made an id."""
    return max(record_id // IDS_PER_CLONE, _FIRST)


def own_number(root: str, workspace_id: str, config: str, draw: Callable[[int], int]) -> int:
    """The number of this copy: remembered, else given now and remembered.

    `draw(n)` gives a random whole number below n. Raises OSError where the configuration cannot be written.
    """
    os.makedirs(config, mode=0o700, exist_ok=True)
    descriptor = os.open(config, os.O_RDONLY | os.O_DIRECTORY)
    try:  # another workspace's first write may come at the same moment
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        return _own_number(os.path.realpath(root), workspace_id, config, draw)
    finally:
        os.close(descriptor)


def _own_number(path: str, workspace_id: str, config: str, draw: Callable[[int], int]) -> int:
    copies = _read(config)
    inode = os.stat(path).st_ino
    known = copies.get(path)
    if known is None or known["workspace"] != workspace_id:
        known = next((c for c in copies.values() if c["workspace"] == workspace_id and c["inode"] == inode), None)
    if known is not None and known["inode"] == inode:
        return known["clone"]
    clone = known["clone"] if known else _new_number(path, draw)
    copies[path] = _Copy(workspace=workspace_id, inode=inode, clone=clone)
    _write(config, copies)
    return clone


def _new_number(root: str, draw: Callable[[int], int]) -> int:
    taken = {journal_clone(name) for name in journal_names(root)}
    if not taken:
        return _FIRST
    while (number := 2 + draw(_HIGHEST - 1)) in taken:
        pass
    return number


def _read(config: str) -> dict[str, _Copy]:
    try:
        with open(os.path.join(config, _FILE), encoding="utf-8") as file:
            found: object = json.load(file)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return {}
    copies: dict[str, object] = found if isinstance(found, dict) else {}
    return {path: copy for path, copy in copies.items() if _is_copy(copy)}


def _is_copy(found: object) -> TypeGuard[_Copy]:
    return isinstance(found, dict) and found.keys() == {"workspace", "inode", "clone"}


def _write(config: str, copies: dict[str, _Copy]) -> None:
    path = os.path.join(config, _FILE)
    fresh = f"{path}.{os.getpid()}"
    with open(fresh, "w", encoding="utf-8") as file:
        json.dump(copies, file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    os.replace(fresh, path)
