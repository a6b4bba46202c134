"""Arrival: the files of a whole export take their places in an empty workspace, all of them or none.

They are written below one folder and forced to disk. Giving that folder its other name is the commit point: from it on
whoever opens the workspace first lets the rest take their places, before anything is read. What a crash leaves from
before it is taken away by the next write.
"""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager
from typing import TYPE_CHECKING

from crmcli.errors import CrmError
from crmcli.store.commit import uninterrupted
from crmcli.store.files import ARRIVED, ARRIVING, Modes, make_folder, resolved, sync_folder, sync_tree
from crmcli.store.keeping import kept_files
from crmcli.store.lock import LOCK_NOTE, WRITER_PATIENCE, StoreLock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmcli.store.store import Store


class UnfinishedArrival(CrmError):
    """A workspace whose import was cut short on its last steps, which this command may not finish."""

    def __init__(self, root: str, error: OSError) -> None:
        reason = (error.strerror or str(error)).lower()
        super().__init__(
            f'"{root}" was being made what an export holds, and that cannot be finished: {reason}',
            "Run any command as somebody who may write there: it is finished first",
        )


@contextmanager
def arriving(store: Store) -> Iterator[str]:
    """Give a folder to fill with files of a workspace; when the block ends they take their places, unless it fails.

    For the holder of the writers' lock.
    """
    from shutil import rmtree

    partial = os.path.join(store.root, ARRIVING)
    rmtree(partial, ignore_errors=True)
    os.mkdir(partial)
    try:
        os.chmod(partial, store.modes.folder)
        yield partial
        sync_tree(partial)
        with uninterrupted():
            os.rename(partial, os.path.join(store.root, ARRIVED))
            try:
                take_places(store.root)
            except OSError as error:
                store.warnings.append(f"all of it is safe; the next command will finish this ({error.strerror})")
    finally:
        rmtree(partial, ignore_errors=True)


def take_places(root: str) -> None:
    """Let the files that have arrived take their places; for the holder of the writers' lock.

    Raises OSError where the disk refuses: the next command goes on with what is left.
    """
    from shutil import rmtree

    arrived = os.path.join(root, ARRIVED)
    if os.path.islink(arrived) or not os.path.isdir(arrived):
        return
    sync_folder(root)
    modes = Modes("group" if os.stat(arrived).st_mode & stat.S_IRWXG else "")
    folders = set()
    for path in kept_files(arrived):
        target = resolved(root, path)
        folders.add(os.path.dirname(target))
        make_folder(os.path.dirname(target), modes)
        os.rename(os.path.join(arrived, path), target)
    for folder in sorted(folders):
        sync_folder(folder)
    rmtree(arrived)
    sync_folder(root)


def finish_arrival(root: str, cache: str, command: str) -> None:
    """Finish what an interrupted import of a whole export left, before anything of the workspace is read.

    `cache` is the folder of the index. Raises StoreLocked and UnfinishedArrival.
    """
    lock = StoreLock(root, os.path.join(cache, LOCK_NOTE))
    try:
        lock.acquire(command, WRITER_PATIENCE)
        with lock:  # the import itself, or another command, may have done it meanwhile
            take_places(root)
    except OSError as error:
        raise UnfinishedArrival(root, error) from None
