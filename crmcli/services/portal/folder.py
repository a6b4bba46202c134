"""The files of a portal's export: those of a folder and the folders below it, or of an archive."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from crmcli.errors import CrmError
from crmcli.formats.opening import UnreadableFile, opened
from crmcli.services.portal.files import PortalFile, classified

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmcli.services.workspace import Workspace

_ENDINGS = (".csv", ".json", ".jsonl", ".xlsx", ".xls")
_LARGEST = 1 << 34  # bytes of an archive that is unpacked


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
                with opened(path) as (table, *_):
                    header = table.header
                yield classified(workspace, path, os.path.relpath(path, folder), header)


@contextmanager
def portal_folder(path: str) -> Iterator[str]:
    """Give a folder, an archive's unpacked for as long as it is needed. Raises UnreadableFile and NoPortalFiles."""
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
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(path) as archive:
        if sum(each.file_size for each in archive.infolist()) > _LARGEST:
            raise NoPortalFiles(path)
        archive.extractall(folder)  # names that lead out of the folder are made to stay in it
        yield folder
