"""Erasing: the one write that nothing takes back. Files of the workspace are replaced by versions without a person.

The new versions are written below one folder, with a list of what they replace and what goes, and forced to disk.
Giving that folder its other name is the commit point: from it on whoever opens the workspace first lets them take their
places, before anything is read. The journal file of this copy is among them, with the operation in it. The index goes
as a whole, and is made anew of what is left.
"""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import replace
from crmcli.store import journal
from crmcli.store.changes import Erased
from crmcli.store.commit import uninterrupted
from crmcli.store.edits import ChangedMeanwhile
from crmcli.store.files import (
    ERASED,
    ERASING,
    JOURNAL,
    Modes,
    make_folder,
    read_if_there,
    resolved,
    sync_folder,
    sync_tree,
    write_new,
)
from crmcli.store.freshness import stamp
from crmcli.store.index import FILE
from crmcli.store.keeping import steady
from crmcli.store.lock import LOCK_NOTE, WRITER_PATIENCE, StoreLock
from crmcli.store.staging import ABSENT, digest, stranded
from crmcli.store.transaction import CannotWrite
from crmcli.store.values import Operation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from types import TracebackType
    from typing import Self

    from crmcli.store.cleansing import End
    from crmcli.store.freshness import Stamp
    from crmcli.store.store import Store
    from crmcli.store.values import Intent

_FILES, _LIST = "files", "list.json"
_DONE = b'{"files": {}, "gone": {}}'  # without a list, nothing was left but to clear away


class UnfinishedErasure(CrmError):
    """A workspace in which an erasure was cut short on its last steps, which this command may not finish."""

    def __init__(self, root: str, error: OSError) -> None:
        reason = (error.strerror or str(error)).lower()
        super().__init__(
            f'a record of "{root}" was being erased, and that cannot be finished: {reason}',
            "Run any command as somebody who may write there: it is finished first",
        )


class TwoVersions(CrmError):
    """A data file with another version beside it, which somebody has to choose between first."""

    exit_code = ExitCode.CONFLICT

    def __init__(self, path: str) -> None:
        super().__init__(
            f'"{path}" stands in two versions; nothing was erased', "crm doctor says how to choose; then erase again"
        )


class Erasing:
    """An erasure in the making, in a `with` block: files are read and put, and `commit` makes it happen.

    It holds the writers' lock; a dry run takes none, and writes nothing.
    """

    def __init__(self, store: Store, intent: Intent, *, dry_run: bool) -> None:
        """Prepare; what a killed command left is settled on entering."""
        self.root = store.root
        self.dry_run = dry_run
        self._store = store
        self._intent = intent
        self._partial = os.path.join(store.root, ERASING)
        self._seen: dict[str, Stamp | None] = {}  # of the files that were read
        self._before: dict[str, str] = {}  # their hashes
        self._gone: list[str] = []
        self._put: list[str] = []
        self._own: bytes | None = None  # what this copy's journal file of now is to hold before the operation
        self._held = ExitStack()  # the writers' lock, and the folder in which it is prepared
        self._committed = False

    def __enter__(self) -> Self:
        with ExitStack() as held:
            if not self.dry_run:
                held.enter_context(steady(self._store, self._intent.command))
                held.callback(_remove_folder, self._partial)
            self._begin()
            self._held = held.pop_all()
        return self

    def _begin(self) -> None:
        for path, _ in stranded(self.root):
            raise TwoVersions(path)
        store, intent = self._store, self._intent
        sequence = store.log.last_sequence() + 1
        self.operation = Operation(
            store.new_id(sequence), sequence, store.clone(), intent.at, intent.actor, intent.command
        )
        self._journal = f"{JOURNAL}/{journal.file_name(intent.at, self.operation.clone)}"

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._held.close()
        if isinstance(error, OSError | sqlite3.Error) and not self._committed:
            raise CannotWrite(error) from error

    def read(self, path: str) -> bytes:
        """Give the content of a workspace file, and remember how it is; empty where there is none."""
        target = resolved(self.root, path)
        self._seen[path] = _stamp(target)
        content = read_if_there(target)
        self._before[path] = digest(content)
        return content or b""

    def put(self, path: str, content: bytes | None) -> None:
        """Let a file that was read be this, or go (None)."""
        if self.dry_run:
            return
        if content is None:
            self._gone.append(path)
        elif path == self._journal:
            self._own = content
        else:
            self._write(path, content)

    def _write(self, path: str, content: bytes) -> None:
        self._put.append(path)
        place = os.path.join(self._partial, _FILES, path)
        make_folder(os.path.dirname(place), self._store.modes)
        write_new(place, content, self._store.modes, like=resolved(self.root, path))

    def commit(self, ends: Iterable[End], counts: Mapping[str, int]) -> Operation | None:
        """Make it happen; give the operation, None for a dry run.

        Raises ChangedMeanwhile where another program wrote one of the files. What fails after the commit point is a
        warning: the next command finishes it.
        """
        if self.dry_run:
            return None
        store, operation = self._store, self.operation
        present = self.read(self._journal) if self._own is None else self._own
        head = journal.head_line(operation, self._intent)
        entry, _ = journal.encode(head, [Erased(*end) for end in ends], counts=counts, hashes={})
        self._write(self._journal, present + entry)
        replaced = {path: self._before[path] for path in self._put}
        listed = {"files": replaced, "gone": {path: self._before[path] for path in self._gone}}
        write_new(os.path.join(self._partial, _LIST), json.dumps(listed, indent=2).encode(), store.modes)
        sync_tree(self._partial)
        self._check_unchanged()
        with uninterrupted():
            os.rename(self._partial, os.path.join(self.root, ERASED))
            self._committed = True
            store.committed = operation.id
            self._finish()
        return replace(operation, counts=dict(counts))

    def _check_unchanged(self) -> None:
        for path in (*self._put, *self._gone):
            if _stamp(resolved(self.root, path)) != self._seen[path]:
                raise ChangedMeanwhile(path)

    def _finish(self) -> None:
        store = self._store
        store.index.close()
        try:
            store.warnings += take_places(store.root, store.cache)
        except OSError as error:
            store.warnings.append(f"it is decided; the next command will finish this ({error.strerror})")
        store.rebuild()


def take_places(root: str, cache: str) -> list[str]:
    """Let the files of an erasure take their places; for the holder of the writers' lock. Gives lines of warning.

    A file that is neither what it was nor what it is to be was written by another program meanwhile, and stays. Raises
    OSError where the disk refuses: the next command goes on with what is left.
    """
    erased = os.path.join(root, ERASED)
    if os.path.islink(erased) or not os.path.isdir(erased):
        return []
    sync_folder(root)
    listed = json.loads(read_if_there(os.path.join(erased, _LIST)) or _DONE)
    _drop_index(cache)  # first of all: it is made anew by whoever needs it, of what is there then
    warnings, folders = [], set()
    for path, before in {**listed["files"], **listed["gone"]}.items():
        target, staged = resolved(root, path), os.path.join(erased, _FILES, path)
        folders.add(os.path.dirname(target))
        if path in listed["files"] and not os.path.exists(staged):
            continue  # it is in its place
        now = digest(read_if_there(target))
        if now not in (before, ABSENT):
            warnings.append(f"{path} was changed meanwhile, and may still name who was erased: erase them again")
        elif path in listed["files"]:
            make_folder(os.path.dirname(target), Modes(""))
            os.rename(staged, target)
        elif now != ABSENT:
            os.unlink(target)
    for folder in sorted(filter(os.path.isdir, folders)):
        sync_folder(folder)
    _remove_folder(erased)
    sync_folder(root)
    return warnings


def finish_erasure(root: str, cache: str, command: str) -> list[str]:
    """Finish what an interrupted erasure left, before anything of the workspace is read; give lines of warning.

    `cache` is the folder of the index. Raises StoreLocked and UnfinishedErasure.
    """
    lock = StoreLock(root, os.path.join(cache, LOCK_NOTE))
    try:
        lock.acquire(command, WRITER_PATIENCE)
        with lock:  # the command itself, or another, may have done it meanwhile
            return take_places(root, cache)
    except OSError as error:
        raise UnfinishedErasure(root, error) from None


def _drop_index(cache: str) -> None:
    """Remove the index with its log, and what an interrupted building left of one."""
    for name in (FILE, f"{FILE}.new"):
        for suffix in ("", "-wal", "-shm", "-journal"):
            with suppress(FileNotFoundError):
                os.unlink(os.path.join(cache, name + suffix))


def _stamp(path: str) -> Stamp | None:
    with suppress(FileNotFoundError):
        return stamp(os.stat(path))
    return None


def _remove_folder(path: str) -> None:
    from shutil import rmtree

    rmtree(path, ignore_errors=True)
