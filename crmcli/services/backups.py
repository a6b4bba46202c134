"""Backups: a workspace in one file (tar) with checksums, proved when it is written and again before it is restored.

workspace/…     its files, as they stand
backup.json     what there is: the list of the files, with sizes and SHA-256
"""

from __future__ import annotations

import os
import tarfile
from contextlib import contextmanager
from io import BytesIO
from typing import IO, TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import frozen
from crmcli.services.described import Described, described
from crmcli.services.manifest import (
    WORKSPACE,
    NotAsItWas,
    manifest,
    manifest_text,
    own_files,
    read_manifest,
)
from crmcli.services.new_folders import new_folder, written
from crmcli.store.files import Modes, make_folder, resolved
from crmcli.store.keeping import kept_files, steady

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmcli.services.described import File
    from crmcli.services.manifest import Manifest
    from crmcli.services.workspace import Workspace

_MANIFEST = "backup.json"
_PACKINGS = {".tar": "", ".tar.gz": "gz", ".tgz": "gz", ".tar.xz": "xz", ".txz": "xz"}
_USUAL = ".tar.gz"
_FOLDERS = ("data", "journal", "schemas")  # of every workspace, also where nothing is in them
_MODES = Modes("")


@frozen
class Backup:
    """A backup that was written, or restored: its file, its bytes, and what it holds."""

    path: str
    size: int
    manifest: Manifest


class UnknownEnding(CrmError):
    """A name for a backup that does not say how it is to be packed."""

    exit_code = ExitCode.USAGE

    def __init__(self, path: str) -> None:
        super().__init__(f'"{path}" does not say how it is to be packed', f"Let it end in {', '.join(_PACKINGS)}")


class NoBackup(CrmError):
    """A file that cannot be opened as a backup."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f'"{path}" cannot be read as a backup: {reason}', "Name a file that crm backup wrote")


def usual_name(workspace: Workspace) -> str:
    """Give the name of a backup that nobody named: by when it is made."""
    return f"backup-{workspace.context.moment:%Y%m%d-%H%M%S}{_USUAL}"


def packing(path: str) -> str:
    """Give how a backup is packed, by its ending: "", "gz" or "xz". Raises UnknownEnding."""
    for ending, word in _PACKINGS.items():
        if path.endswith(ending):
            return word
    raise UnknownEnding(path)


def back_up(workspace: Workspace, sink: IO[bytes], word: str) -> Manifest:
    """Write a backup, packed as `word` says, while nobody else writes. Raises OSError where the disk refuses."""
    files: dict[str, File] = {}
    with (
        steady(workspace.store, "crm backup"),
        _packed(sink, word) as packed,
        tarfile.open(fileobj=packed, mode="w|") as tar,
    ):
        for path in kept_files(workspace.root):
            name = f"{WORKSPACE}/{path}"
            with open(resolved(workspace.root, path), "rb") as file:
                found = os.fstat(file.fileno())
                reader = Described(file)
                tar.addfile(_entry(name, found.st_size, int(found.st_mtime)), reader)
                files[name] = reader.file
        made = manifest(workspace, files)
        text = manifest_text(made)
        tar.addfile(_entry(_MANIFEST, len(text), int(workspace.context.moment.timestamp())), BytesIO(text))
    return made


def prove(path: str) -> Manifest:
    """Read a backup to its end and prove every file in it. Raises NoBackup and NotAsItWas."""
    seen: dict[str, File] = {}
    found: Manifest | None = None
    with _opened(path) as tar:
        for entry in tar:
            source = tar.extractfile(entry) if entry.isreg() else None
            if source is None or found is not None or entry.name in seen:
                raise NotAsItWas(path, f'"{entry.name}" is not what may be in it')
            if entry.name == _MANIFEST:
                found = read_manifest(source, path)
                if len(own_files(found)) != len(found.files):
                    raise NotAsItWas(path, "it names files that are none of a workspace")
            else:
                seen[entry.name] = described(source)
    if found is None:
        raise NotAsItWas(path, "it ends before its list of files")
    for name in sorted(seen.keys() | found.files.keys()):
        if seen.get(name) != found.files.get(name):
            raise NotAsItWas(path, f"{name} is damaged or missing, or was added")
    return found


def restore(path: str, folder: str) -> Backup:
    """Make a folder the workspace that a backup holds, after proving all of it.

    Raises FolderNotEmpty, NoBackup, NotAsItWas and ExportFailed; on any failure nothing is left.
    """
    found = prove(path)
    expected = own_files(found)
    with new_folder(folder) as partial:
        for name in _FOLDERS:
            make_folder(os.path.join(partial, name), _MODES)
        with _opened(path) as tar:
            for entry in tar:
                name = entry.name.removeprefix(f"{WORKSPACE}/")
                source = tar.extractfile(entry) if entry.isreg() and name in expected else None
                if source and written(source, os.path.join(partial, name), _MODES) != expected.pop(name):
                    raise NotAsItWas(path, f"{name} was changed meanwhile")
        if expected:
            raise NotAsItWas(path, f"{next(iter(expected))} was changed meanwhile")
    return Backup(path, os.stat(path).st_size, found)


def _entry(name: str, size: int, changed: int) -> tarfile.TarInfo:
    """Describe a file in the tar by what matters of it: no user, no group, nobody else's rights."""
    entry = tarfile.TarInfo(name)
    entry.size, entry.mtime, entry.mode = size, changed, _MODES.file
    return entry


@contextmanager
def _packed(sink: IO[bytes], word: str) -> Iterator[IO[bytes]]:
    """Pack what is written on its way to a file."""
    import gzip
    import lzma

    if word == "gz":
        with gzip.GzipFile(filename="", mode="wb", fileobj=sink, compresslevel=6) as packed:
            yield packed  # type: ignore[misc]  # it writes bytes
    elif word == "xz":
        with lzma.LZMAFile(sink, "wb", preset=3) as packed_smaller:
            yield packed_smaller
    else:
        yield sink


@contextmanager
def _opened(path: str) -> Iterator[tarfile.TarFile]:
    """Open a backup to be read from its start to its end."""
    import lzma
    import zlib
    from gzip import BadGzipFile

    try:
        file = open(path, "rb")  # noqa: SIM115 - closed below: what is read in between has refusals of its own
    except OSError as error:
        raise NoBackup(path, (error.strerror or str(error)).lower()) from None
    with file:
        try:
            with tarfile.open(fileobj=file, mode="r|*") as tar:
                yield tar
        except (tarfile.TarError, EOFError, BadGzipFile, zlib.error, lzma.LZMAError) as error:
            raise NoBackup(path, str(error) or "it ends too early") from None
