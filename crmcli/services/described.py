"""What a file is: its size, and the SHA-256 of its content."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from crmcli.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Callable

_PIECE = 1 << 20  # bytes


@frozen
class File:
    """One file: bytes, and the SHA-256 of its content."""

    size: int
    sha256: str


class Described:
    """A file that is read once, and described by what was read."""

    def __init__(self, file: IO[bytes]) -> None:
        """Take a file from where it stands."""
        import hashlib

        self._file = file
        self._seen = hashlib.sha256()
        self._size = 0

    def read(self, size: int = -1) -> bytes:
        """Read on."""
        piece = self._file.read(size)
        self._seen.update(piece)
        self._size += len(piece)
        return piece

    @property
    def file(self) -> File:
        """What was read so far."""
        return File(self._size, self._seen.hexdigest())


def described(source: IO[bytes]) -> File:
    """Read a file to its end."""
    return copied(source, len)


def copied(source: IO[bytes], write: Callable[[bytes], object]) -> File:
    """Read a file to its end, and hand each piece on."""
    reader = Described(source)
    while piece := reader.read(_PIECE):
        write(piece)
    return reader.file
