"""Average linkage of few rows: join what agrees on average, and never what was judged apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    Matrix = NDArray[np.float64]


class Linkage:
    """Groups of the rows of one matrix of bits, joined one by one; bits of -inf keep two rows apart."""

    def __init__(self, matrix: Matrix) -> None:
        """Take the bits of each two rows; the diagonal does not matter."""
        self._bits = matrix.copy()
        np.fill_diagonal(self._bits, -np.inf)
        self._groups = {place: [place] for place in range(len(matrix))}

    def join(self, one: int, other: int) -> None:
        """Make one group of two."""
        n, m = len(self._groups[one]), len(self._groups[other])
        self._put_together(one, other, (self._bits[one] * n + self._bits[other] * m) / (n + m))

    def _put_together(self, one: int, other: int, joined: NDArray[np.float64]) -> None:
        matrix = self._bits
        matrix[one], matrix[:, one] = joined, joined
        matrix[one, one] = -np.inf
        matrix[other], matrix[:, other] = -np.inf, -np.inf
        self._groups[one] += self._groups.pop(other)

    def join_judged(self, together: Iterable[tuple[int, int]]) -> None:
        """Join the rows of these pairs, unless their groups hold two that were judged apart."""
        for pair in together:
            one, other = (next(key for key, group in self._groups.items() if row in group) for row in pair)
            if one != other and self._bits[one, other] > -np.inf:
                best = np.maximum(self._bits[one], self._bits[other])  # what is like one of them is like both
                best[np.isneginf(self._bits[one]) | np.isneginf(self._bits[other])] = -np.inf
                self._put_together(one, other, best)

    def join_alike(self, stop: float) -> None:
        """Join the two groups that agree best, until no two reach `stop` bits."""
        size = len(self._bits)
        while len(self._groups) > 1:
            one, other = divmod(int(self._bits.argmax()), size)
            if not self._bits[one, other] >= stop or one == other:
                return
            self.join(min(one, other), max(one, other))

    def groups(self) -> list[list[int]]:
        """Give the groups of more than one row."""
        return [sorted(group) for group in self._groups.values() if len(group) > 1]
