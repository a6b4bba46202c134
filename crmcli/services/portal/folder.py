"""The files of a portal's export: those of a folder and the folders below it, or of an archive."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from crmcli.errors import CrmError
from crmcli.formats.compressed import unpack_files
from crmcli.formats.json_rows import NoObjects
from crmcli.formats.opening import UnreadableFile, opened
from crmcli.formats.table import EmptyFile
from crmcli.frozen import replace
from crmcli.services.portal.files import PortalFile, PortalKind, classified, rows_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmcli.services.workspace import Workspace

_ENDINGS = (".csv", ".json", ".jsonl", ".xlsx", ".xls")


class NoPortalFiles(CrmError):
    """A folder without any file that a portal exports."""

    def __init__(self, path: str) -> None:
        super().__init__(f'"{path}" has no records of a portal in it', f"Its files end in {', '.join(_ENDINGS)}")


def portal_files(workspace: Workspace, folder: str) -> Iterator[PortalFile]:
    """Give the files of a folder and those below it, by name."""
    for here, below, names in os.walk(folder):
        below.sort()
        for name in sorted(names):
            path = os.path.join(here, name)
            if name.lower().endswith(_ENDINGS) and ".rejected" not in name:
                yield _file(workspace, path, os.path.relpath(path, folder))


def _file(workspace: Workspace, path: str, name: str) -> PortalFile:
    """Say what a file holds; one without any rows, such as an answer without results, holds nothing."""
    try:
        with opened(path) as (table, *_):
            header = table.header
    except (EmptyFile, NoObjects):
        return PortalFile(path, name, PortalKind.NOTHING, why="it is empty")
    found = classified(workspace, path, name, header)
    return replace(found, rows=rows_in(path)) if found.kind is PortalKind.NOTHING else found


@contextmanager
def portal_folder(path: str) -> Iterator[str]:
    """Give a folder, an archive's unpacked for as long as it is needed.

    Raises UnreadableFile, NoPortalFiles, UnreadableArchive and Expands.
    """
    import tempfile
    import zipfile

    try:
        os.stat(path)
    except OSError as error:
        raise UnreadableFile(path, error) from None
    if os.path.isdir(path):
        yield path
        return
    if not zipfile.is_zipfile(path):
        raise NoPortalFiles(path)
    with tempfile.TemporaryDirectory() as folder:
        with open(path, "rb") as file:
            unpack_files(file, path, folder, _ENDINGS)
        yield folder
