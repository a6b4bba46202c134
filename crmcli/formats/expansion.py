"""How much may come out of a compressed file: a small file that fills a disk or the memory is refused."""

from __future__ import annotations

from crmcli.errors import CrmError

_FREE = 1 << 28  # bytes that may come out of any file
_RATIO = 250  # times its size that may come out of a larger one; tables compress to a fiftieth at best


class Expands(CrmError):
    """A compressed file out of which more comes than any table needs."""

    def __init__(self, name: str, size: int, unpacked: int) -> None:
        super().__init__(
            f'"{name}" has {size:,} bytes, out of which more than {unpacked:,} come: unpacking it was stopped',
            "If that is right, unpack it yourself and import what comes out",
        )


class Expansion:
    """Counts what comes out of a file of `size` bytes; `most` bytes are the limit whatever its size."""

    def __init__(self, name: str, size: int, *, most: int = 1 << 34) -> None:
        """Begin to count."""
        self._name = name
        self._size = size
        self._limit = min(most, max(_FREE, _RATIO * size))
        self._count = 0

    def take(self, count: int) -> None:
        """Count bytes that have come out; raise Expands where they are too many."""
        self._count += count
        if self._count > self._limit:
            raise Expands(self._name, self._size, self._limit)
