"""How much words are spelled alike; what their letters and lengths tell apart is not looked at letter by letter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from rapidfuzz.distance import OSA, JaroWinkler, Prefix
from rapidfuzz.process import cpdist

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Ints = NDArray[np.int32]

_MOST = 2  # edits that are told from more


class Spelling:
    """Compares words of a list, given by their numbers; knows their length, and their letters as bits."""

    def __init__(self, words: Sequence[str]) -> None:
        """Take the words."""
        self._words = words
        self.length = np.fromiter(map(len, words), np.int32, len(words))
        self.letters = _letters(words, self.length)

    def edits(self, i: Ints, j: Ints) -> NDArray[np.uint8]:
        """Count the letters that are one more, less, other or turned round: 1, 2, or 3 for more."""
        other = np.bitwise_count(self.letters[i] ^ self.letters[j])  # an edit changes two kinds of letters at most
        few = np.flatnonzero((other <= 2 * _MOST) & (np.abs(self.length[i] - self.length[j]) <= _MOST))
        found = np.full(len(i), _MOST + 1, np.uint8)
        left, right = self._picked(i[few]), self._picked(j[few])
        found[few] = cpdist(left, right, scorer=OSA.distance, dtype=np.uint8, score_cutoff=_MOST, workers=-1)
        return found

    def alike(self, i: Ints, j: Ints) -> NDArray[np.float32]:
        """Give how much alike words are, from 0 to 1."""
        left, right = self._picked(i), self._picked(j)
        return cpdist(left, right, scorer=JaroWinkler.similarity, dtype=np.float32, workers=-1)

    def begins(self, i: Ints, j: Ints) -> NDArray[np.int32]:
        """Count the letters with which both begin."""
        return cpdist(self._picked(i), self._picked(j), scorer=Prefix.similarity, dtype=np.int32)

    def _picked(self, numbers: Ints) -> list[str]:
        return list(map(self._words.__getitem__, numbers.tolist()))


def _letters(words: Sequence[str], length: Ints) -> NDArray[np.uint64]:
    """Give for each word which letters it has, as bits; several letters may have one bit."""
    kinds = np.zeros(len(words), np.uint64)
    filled = np.flatnonzero(length)
    if len(filled):
        codes = np.frombuffer("".join(words).encode("utf-32-le"), np.uint32)
        starts = (np.cumsum(length, dtype=np.int64) - length)[filled]
        kinds[filled] = np.bitwise_or.reduceat(_BITS[codes & 127], starts)
    return kinds


_BITS = np.uint64(1) << (np.arange(128) & 63).astype(np.uint64)
