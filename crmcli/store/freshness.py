"""Freshness: whether a data file is still as the index last saw it.

One look at a folder gives a signature: five whole numbers a file (its number, mtime and ctime in nanoseconds,
size, inode), as bytes that compare at once. A file read within 20 ms of its mtime may yet change without a new
mtime, so it is signed as unknown and looked at again next time (git's "racily clean" rule).
"""

from __future__ import annotations

import os
from array import array
from typing import TYPE_CHECKING

from crmcli.store.files import DATA, JOURNAL, journal_clone, journal_names

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crmcli.store.index import Index

RACY_NS = 20_000_000
UNRESOLVED = "unresolved"  # what the index remembers of associations that are yet to be resolved
_WIDTH = 5

Stamp = tuple[int, int, int, int]  # mtime_ns, ctime_ns, size, inode
UNKNOWN: Stamp = (0, 0, 0, 0)


def signature(stamps: dict[int, Stamp]) -> bytes:
    """Give stamps as bytes, ordered by number: equal bytes, equal stamps."""
    flat = array("q")
    for number in sorted(stamps):
        flat.append(number)
        flat.extend(stamps[number])
    return flat.tobytes()


def stamps(signed: bytes) -> dict[int, Stamp]:
    """Read a signature back."""
    flat = array("q")
    flat.frombytes(signed)
    numbers = flat.tolist()
    return {
        numbers[i]: (numbers[i + 1], numbers[i + 2], numbers[i + 3], numbers[i + 4])
        for i in range(0, len(numbers), _WIDTH)
    }


def stamp(status: os.stat_result) -> Stamp:
    """The stamp of one file."""
    return (status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino)


def look(path: str) -> dict[int, Stamp]:
    """Look at a folder of shards: the stamp of each by its number; an absent folder is an empty one."""
    found: dict[int, Stamp] = {}
    try:
        folder = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return {}
    try:
        for name in os.listdir(folder):
            stem, _, kind = name.partition(".")
            if kind == "json" and stem.isdecimal() and f"{int(stem):05d}" == stem:
                try:
                    status = os.stat(name, dir_fd=folder)  # a third faster than by the whole path
                except FileNotFoundError:  # gone since, or a symbolic link that leads nowhere
                    continue
                found[int(stem)] = (status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino)
    finally:
        os.close(folder)
    return found


def settled(seen: Stamp, now_ns: int) -> Stamp:
    """The stamp to remember of a file that was just read: unknown while its mtime is too fresh to trust."""
    return seen if abs(now_ns - seen[0]) > RACY_NS else UNKNOWN


def journal_signature(root: str) -> bytes:
    """The stamps of the journal files as bytes."""
    found: dict[int, Stamp] = {}
    for name in journal_names(root):
        month = int(name.partition(".")[0].replace("-", ""))
        found[month * 10**6 + journal_clone(name)] = stamp(os.stat(os.path.join(root, JOURNAL, name)))
    return signature(found)


def stale(root: str, index: Index, object_names: Iterable[str]) -> bool:
    """Whether any data file or journal differs from what the index has seen, or associations are yet to be resolved."""
    if index.meta(UNRESOLVED):
        return True
    seen = index.signatures()
    if journal_signature(root) != seen.get(JOURNAL, b""):
        return True
    data = os.path.join(root, DATA)
    there = _names(data)  # most objects have no records, and no folder to look at
    return any(
        (signature(look(os.path.join(data, name))) if name in there else b"") != seen.get(name, b"")
        for name in object_names
    )


def _names(path: str) -> frozenset[str]:
    try:
        return frozenset(os.listdir(path))
    except FileNotFoundError:
        return frozenset()
