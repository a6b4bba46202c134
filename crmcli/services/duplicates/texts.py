"""A column of texts that is packed: many short ones take a tenth of what a list of them does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from operator import methodcaller
from typing import overload

BLOCK = 32  # texts that are kept as one: fewer are quicker to find one in, more take less memory
_BETWEEN = "\0"
_EMPTY = _BETWEEN * (BLOCK - 1)


class Texts(Sequence[str]):
    """A sequence of texts, filled by blocks; NUL characters in them become spaces."""

    __slots__ = ("_blocks", "_length", "filled")

    def __init__(self) -> None:
        self._blocks: list[str] = []
        self._length = 0
        self.filled = False  # whether any text is not empty

    def add(self, texts: Sequence[str]) -> None:
        """Add texts: a number of blocks of them, but for the last ones."""
        for start in range(0, len(texts), BLOCK):
            some = texts[start : start + BLOCK]
            block = _BETWEEN.join(some)
            if block.count(_BETWEEN) >= len(some):
                block = _BETWEEN.join(text.replace(_BETWEEN, " ") for text in some)
            self._blocks.append(block)
            self.filled = self.filled or len(block) >= len(some)
        self._length += len(texts)

    def add_empty(self, count: int) -> None:
        """Add so many texts that are empty, as `add` does."""
        whole, rest = divmod(count, BLOCK)
        self._blocks += [_EMPTY] * whole
        if rest:
            self._blocks.append(_BETWEEN * (rest - 1))
        self._length += count

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[str]:
        return chain.from_iterable(map(methodcaller("split", _BETWEEN), self._blocks))

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> list[str]: ...
    def __getitem__(self, place: int | slice) -> str | list[str]:
        """Give a text, or those of a slice as a list."""
        if isinstance(place, slice):
            return [self[each] for each in range(*place.indices(self._length))]
        if not -self._length <= place < self._length:
            raise IndexError(place)
        block, within = divmod(place % self._length, BLOCK)
        return self._blocks[block].split(_BETWEEN)[within]
