"""A folder that is there only when it is whole, and never takes the place of another's files."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.services.described import copied
from crmcli.services.exporting.exports import ExportFailed
from crmcli.store.files import TEMPORARY, Modes, make_folder, sync_folder, sync_tree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmcli.services.described import File

_MODES = Modes("")


class FolderNotEmpty(CrmError):
    """A folder to make that is there already, with something in it."""

    exit_code = ExitCode.CONFLICT

    def __init__(self, path: str) -> None:
        super().__init__(f'"{path}" is there already, and not empty', "Name a new folder, or an empty one")


@contextmanager
def new_folder(path: str) -> Iterator[str]:
    """Give a folder to fill, which takes its place at `path` at the end; on any failure nothing is left of it.

    Raises FolderNotEmpty, and ExportFailed where the disk refuses.
    """
    from shutil import rmtree

    target = os.path.realpath(path)
    if os.path.lexists(target) and not (os.path.isdir(target) and not os.listdir(target)):
        raise FolderNotEmpty(path)
    above, name = os.path.split(target)
    partial = os.path.join(above, f"{name}.{os.getpid()}{TEMPORARY}")
    try:
        make_folder(above, _MODES)
        os.mkdir(partial, _MODES.folder)
        try:
            yield partial
            sync_tree(partial)
            os.rename(partial, target)
            sync_folder(above)
        finally:
            rmtree(partial, ignore_errors=True)
    except OSError as error:
        raise ExportFailed(target, error) from None


def written(source: IO[bytes], path: str, modes: Modes) -> File:
    """Write what is read to a new file, force it to disk, and describe it."""
    make_folder(os.path.dirname(path), modes)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with open(descriptor, "wb") as target:
        os.fchmod(descriptor, modes.file)
        described = copied(source, target.write)
        target.flush()
        os.fsync(descriptor)
    return described
