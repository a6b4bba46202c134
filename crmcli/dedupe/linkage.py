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
        self._weakest = dict.fromkeys(self._groups, np.inf)

    def join(self, one: int, other: int, bits: float) -> None:
        """Make one group of two."""
        matrix, n, m = self._bits, len(self._groups[one]), len(self._groups[other])
        joined = (matrix[one] * n + matrix[other] * m) / (n + m)
        matrix[one], matrix[:, one] = joined, joined
        matrix[one, one] = -np.inf
        matrix[other], matrix[:, other] = -np.inf, -np.inf
        self._groups[one] += self._groups.pop(other)
        self._weakest[one] = min(self._weakest[one], self._weakest.pop(other), bits)

    def join_judged(self, together: Iterable[tuple[int, int]]) -> None:
        """Join the rows of these pairs, unless their groups hold two that were judged apart."""
        for pair in together:
            one, other = (next(key for key, group in self._groups.items() if row in group) for row in pair)
            if one != other and self._bits[one, other] > -np.inf:
                self.join(one, other, np.inf)

    def join_alike(self, stop: float) -> None:
        """Join the two groups that agree best, until no two reach `stop` bits."""
        size = len(self._bits)
        while len(self._groups) > 1:
            one, other = divmod(int(self._bits.argmax()), size)
            if not self._bits[one, other] >= stop or one == other:
                return
            self.join(min(one, other), max(one, other), float(self._bits[one, other]))

    def groups(self) -> list[tuple[list[int], float]]:
        """Give the groups of more than one row, with the bits of the weakest join of each."""
        return [(sorted(group), self._weakest[key]) for key, group in self._groups.items() if len(group) > 1]
