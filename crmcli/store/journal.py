"""The journal: every operation, one file a month and clone, only ever appended to.

An operation is a head line (id, sequence, who, when, command), its changes, and a commit line with their number and
checksum and each shard's hash before and after. What follows a file's last commit line is the torn tail of a crash.
"""

from __future__ import annotations

import json
import os
import zlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from crmcli.errors import CrmError
from crmcli.frozen import frozen
from crmcli.store import tokens
from crmcli.store.change_lines import from_line
from crmcli.store.changes import iso_moment
from crmcli.store.files import JOURNAL, Modes, journal_names, make_folder, sync_folder, write_all

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from crmcli.store.changes import Change
    from crmcli.store.values import Intent, Operation


class DamagedJournal(CrmError):
    """A journal file whose lines do not hold what they promise."""

    def __init__(self, path: str, line: int, what: str) -> None:
        super().__init__(
            f"{path}:{line}: the journal is damaged: {what}",
            "restore this file from git or a backup; records are not affected, only history and undo are",
        )


@frozen
class Entry:
    """One committed operation in a journal file and the place of its bytes there."""

    head: Mapping[str, object]
    commit: Mapping[str, object]
    start: int
    end: int
    lines: tuple[bytes, ...]

    def changes(self) -> Iterator[Change]:
        """The operation's changes in order."""
        for line in self.lines:
            yield from_line(tokens.loads(line))


def file_name(at: datetime, clone: int) -> str:
    """The journal file of a month and clone: 2026-11.1.jsonl."""
    return f"{at.astimezone(UTC):%Y-%m}.{clone}.jsonl"


def head_line(operation: Operation, intent: Intent) -> dict[str, object]:
    """Give an operation's first line."""
    line: dict[str, object] = {
        "operation": operation.id,
        "sequence": operation.sequence,
        "clone": operation.clone,
        "at": iso_moment(operation.at),
        "actor": operation.actor,
        "command": operation.command,
    }
    if intent.undoes:
        line["undoes"] = intent.undoes
    if intent.force:
        line["force"] = True
    if intent.note:
        line["note"] = intent.note
    return line


def encode(
    head: Mapping[str, object],
    changes: Iterable[Change],
    *,
    counts: Mapping[str, int],
    hashes: Mapping[str, tuple[str, str]],
) -> tuple[bytes, Mapping[str, object]]:
    """Give the bytes of one operation (head, changes, commit line) and its commit line."""
    body = [_line(head), *(_line(change.line()) for change in changes)]
    content = b"".join(body)
    commit = {
        "commit": head["operation"],
        "lines": len(body),
        "checksum": _checksum(content),
        "counts": counts,
        "shards": {path: list(pair) for path, pair in hashes.items()},
    }
    return content + _line(commit), commit


def rewritten(entry: Entry, head: Mapping[str, object], lines: Sequence[bytes]) -> bytes:
    """Give the bytes of a committed operation with another head and other lines: its checksum is theirs."""
    body = [_line(head), *lines]
    return b"".join([*body, _line({**entry.commit, "lines": len(body), "checksum": _checksum(b"".join(body))})])


def append(root: str, name: str, content: bytes, modes: Modes) -> int:
    """Append an operation and force it to disk: the commit point. Gives the offset where it begins.

    On failure the file is as it was.
    """
    folder = os.path.join(root, JOURNAL)
    make_folder(folder, modes)
    path = os.path.join(folder, name)
    new = not os.path.exists(path)
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        if new:
            os.fchmod(descriptor, modes.file)
            sync_folder(folder)
        before = os.fstat(descriptor).st_size
        try:
            write_all(descriptor, content)
            os.fsync(descriptor)
        except BaseException:
            os.ftruncate(descriptor, before)
            raise
    finally:
        os.close(descriptor)
    return before


def read(path: str, name: str, start: int = 0) -> tuple[list[Entry], int]:
    """Read the operations of a journal file from a byte offset on.

    Gives them with the offset after the last commit line; anything beyond is a torn tail. Raises DamagedJournal.
    """
    with open(path, "rb") as file:
        file.seek(start)
        content = file.read()
    entries: list[Entry] = []
    at = opened = 0
    pending: list[bytes] = []
    while (end := content.find(b"\n", at) + 1) > 0:
        line = content[at:end]
        at = end
        if line.startswith(b'{"commit"'):
            entries.append(_entry(pending, line, (name, start + opened, start + end)))
            pending, opened = [], end
        else:
            pending.append(line)
    return entries, start + opened


def read_entry(path: str, name: str, start: int, end: int) -> Entry:
    """Read one operation by the place of its bytes; raise DamagedJournal."""
    with open(path, "rb") as file:
        file.seek(start)
        lines = file.read(end - start).splitlines(keepends=True)
    if not lines:
        raise DamagedJournal(name, start, "an operation is missing")
    return _entry(lines[:-1], lines[-1], (name, start, end))


def _entry(body: list[bytes], commit_line: bytes, place: tuple[str, int, int]) -> Entry:
    name, start, end = place
    try:
        commit, head = json.loads(commit_line), json.loads(body[0]) if body else {}
    except ValueError as error:
        raise DamagedJournal(name, start, str(error)) from None
    if commit.get("lines") != len(body) or commit.get("checksum") != _checksum(b"".join(body)):
        raise DamagedJournal(name, start, f"operation {commit.get('commit')} is not as it was written (byte {start})")
    return Entry(head, commit, start, end, tuple(body[1:]))


def cut_torn_tail(root: str, name: str) -> bool:
    """Cut what a crash left after the last commit line, after copying it aside; say whether there was any."""
    path = os.path.join(root, JOURNAL, name)
    try:
        size = os.stat(path).st_size
    except FileNotFoundError:
        return False
    end = _end_of_last_commit(path, size)
    if end == size:
        return False
    with open(path, "r+b") as file:
        file.seek(end)
        torn = file.read()
        with open(f"{path}.torn", "ab") as aside:
            aside.write(torn + b"\n")
            aside.flush()
            os.fsync(aside.fileno())
        file.truncate(end)
        os.fsync(file.fileno())
    return True


def _end_of_last_commit(path: str, size: int) -> int:
    """Look backwards from the end, so that an untorn file costs one small read."""
    step = 65_536
    with open(path, "rb") as file:
        reach = min(step, size)
        while True:
            file.seek(size - reach)
            tail = file.read(reach)
            found = tail.rfind(b'\n{"commit"')
            line_end = tail.find(b"\n", found + 1) if found >= 0 else -1
            if line_end >= 0:
                return size - reach + line_end + 1
            if found >= 0:  # a commit line without its end: the one before it counts
                earlier = tail.rfind(b'\n{"commit"', 0, found)
                if earlier >= 0:
                    return size - reach + tail.find(b"\n", earlier + 1) + 1
            if reach == size:
                return 0
            reach = min(reach * 8, size)


def commits(root: str, operations: Collection[str]) -> dict[str, Mapping[str, object]]:
    """The commit lines of those of the operations that are committed, by id."""
    found: dict[str, Mapping[str, object]] = {}
    for name in reversed(journal_names(root)):
        with open(os.path.join(root, JOURNAL, name), "rb") as file:
            content = file.read()
        for operation in set(operations) - found.keys():
            start = content.find(f'\n{{"commit":"{operation}"'.encode()) + 1
            end = content.find(b"\n", start)
            if start and end > 0:
                found[operation] = json.loads(content[start:end])
    return found


def _line(content: Mapping[str, object]) -> bytes:
    return tokens.compact(content).encode() + b"\n"


def _checksum(content: bytes) -> str:
    return f"{zlib.crc32(content):08x}"
