"""Files that are compressed: gzip, xz, bzip2, and zip archives with one file in them or more.

What is unpacked goes into nameless temporary files, so memory does not grow with it. Names within an archive are shown
and never used as paths.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from crmcli.errors import CrmError
from crmcli.formats.expansion import Expansion

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import ExitStack
    from typing import BinaryIO, Protocol
    from zipfile import ZipFile, ZipInfo

    class Packed(Protocol):
        """What unpacks as it is read."""

        def read(self, size: int, /) -> bytes:
            """Give the next bytes, b"" at the end."""


_CHUNK = 1 << 20
_MOST_FILES = 500  # in an archive; each is a file that is open
# What people put beside tables: left out, and said so.
_NO_TABLES = frozenset(
    (".md", ".pdf", ".png", ".jpg", ".jpeg", ".gif", ".html", ".htm", ".docx", ".doc", ".pptx", ".xml", ".zip", ".svg")
)
_LITTER = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")


_UNPACK = "Unpack it yourself and import what comes out"
_DAMAGED = "It is damaged, or was not copied whole: get it again"


class UnreadableArchive(CrmError):
    """A compressed file that is damaged, encrypted, or has nothing in it that could be imported."""

    def __init__(self, name: str, reason: str, hint: str = "") -> None:
        super().__init__(
            f'"{name}" cannot be unpacked: {reason}', hint or "Unpack it yourself and import what comes out"
        )


def unpacked(file: BinaryIO, name: str, word: str, held: ExitStack) -> BinaryIO:
    """Give what a file packed as `word` (gzip, xz or bz2) unpacks to, a file that `held` closes.

    Raises UnreadableArchive or Expands.
    """
    import bz2
    import gzip
    import lzma
    from zlib import error as broken_stream

    size = file.seek(0, 2)
    file.seek(0)
    try:
        with gzip.open(file) if word == "gzip" else lzma.open(file) if word == "xz" else bz2.open(file) as packed:
            return _copied(packed, Expansion(name, size), held)
    except (EOFError, lzma.LZMAError, broken_stream) as error:
        raise UnreadableArchive(name, f"{error}", _DAMAGED) from None
    except OSError as error:  # what gzip and bz2 raise for a broken stream has no number
        if error.errno is not None:
            raise
        raise UnreadableArchive(name, f"{error}", _DAMAGED) from None


def archived(file: BinaryIO, name: str, held: ExitStack) -> tuple[list[tuple[str, BinaryIO]], list[str]]:
    """Give the files of a zip archive by their names in it, which `held` closes, and what is said of others.

    Raises UnreadableArchive or Expands.
    """
    from zipfile import BadZipFile, ZipFile
    from zlib import error as broken_stream

    expansion = Expansion(name, file.seek(0, 2))
    file.seek(0)
    try:
        with ZipFile(file) as archive:
            members, others = _sorted(archive, name)
            found = [(member.filename, _member(archive, member, expansion, held)) for member in members]
    except (BadZipFile, EOFError, NotImplementedError, RuntimeError, broken_stream) as error:
        raise UnreadableArchive(name, f"{error}", _DAMAGED) from None
    if not found:
        raise UnreadableArchive(name, "there is no table in it", "Give the file that holds the records")
    return found, [f"left out: {', '.join(others)}"] if others else []


def unpack_files(file: BinaryIO, name: str, folder: str, endings: tuple[str, ...]) -> None:
    """Unpack the files of a zip archive with these endings into a folder, below which they keep their own folders.

    Parts of names that lead out of the folder are left out. Raises UnreadableArchive or Expands.
    """
    from zipfile import BadZipFile, ZipFile
    from zlib import error as broken_stream

    expansion = Expansion(name, file.seek(0, 2))
    file.seek(0)
    try:
        with ZipFile(file) as archive:
            for member in archive.infolist():
                parts = [part for part in member.filename.split("/") if part not in ("", ".", "..")]
                if parts and not _is_litter(member.filename) and member.filename.lower().endswith(endings):
                    _unpack(archive, member, os.path.join(folder, *parts), expansion)
    except (BadZipFile, EOFError, NotImplementedError, RuntimeError, broken_stream) as error:
        raise UnreadableArchive(name, f"{error}", _DAMAGED) from None


def _unpack(archive: ZipFile, member: ZipInfo, path: str, expansion: Expansion) -> None:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with archive.open(member) as packed, open(path, "wb") as file:
        for chunk in _chunks(packed):
            expansion.take(len(chunk))
            file.write(chunk)


def _sorted(archive: ZipFile, name: str) -> tuple[list[ZipInfo], list[str]]:
    """Give the members that may hold tables, and the names of the others."""
    files = [one for one in archive.infolist() if not one.is_dir() and one.file_size and not _is_litter(one.filename)]
    if any(one.flag_bits & 1 for one in files):
        raise UnreadableArchive(name, "it is protected by a password", _UNPACK)
    others = [one.filename for one in files if os.path.splitext(one.filename)[1].lower() in _NO_TABLES]
    members = [one for one in files if one.filename not in others]
    if len(members) > _MOST_FILES:
        raise UnreadableArchive(name, f"there are {len(members):,} files in it, more than {_MOST_FILES}", _UNPACK)
    return members, others


def _is_litter(path: str) -> bool:
    return path.startswith(_LITTER) or path.rpartition("/")[2].startswith((*_LITTER, "._"))


def _member(archive: ZipFile, member: ZipInfo, expansion: Expansion, held: ExitStack) -> BinaryIO:
    with archive.open(member) as packed:
        return _copied(packed, expansion, held)


def _copied(packed: Packed, expansion: Expansion, held: ExitStack) -> BinaryIO:
    """Unpack into a temporary file as far as that is allowed."""
    import tempfile

    file: BinaryIO = held.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - it is closed with what holds it
    for chunk in _chunks(packed):
        expansion.take(len(chunk))
        file.write(chunk)
    file.seek(0)
    return file


def _chunks(packed: Packed) -> Iterator[bytes]:
    while chunk := packed.read(_CHUNK):
        yield chunk
