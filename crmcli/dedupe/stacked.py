"""Average linkage of many small components at once: those of one size are a stack of matrices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Places = NDArray[np.intp]
    Matrices = NDArray[np.float64]  # one for each component; the diagonals are 0


def joined(matrices: Matrices, stop: float) -> Places:
    """Give for each row of each matrix its group, as `Linkage.join_alike` makes them."""
    count, size, _ = matrices.shape
    bits, rows, diagonal = matrices.copy(), np.ones((count, size)), np.arange(size)
    bits[:, diagonal, diagonal] = -np.inf
    group = np.tile(diagonal, (count, 1))
    open_ = np.arange(count)
    for _ in range(size - 1):
        best = bits[open_].reshape(len(open_), size * size).argmax(axis=1)
        alike = bits[open_, best // size, best % size] >= stop
        open_, best = open_[alike], best[alike]
        if not len(open_):
            break
        one, other = np.minimum(best // size, best % size), np.maximum(best // size, best % size)
        n, m = rows[open_, one, None], rows[open_, other, None]
        both = (bits[open_, one] * n + bits[open_, other] * m) / (n + m)
        bits[open_, one], bits[open_, :, one] = both, both
        bits[open_, one, one] = -np.inf
        bits[open_, other], bits[open_, :, other] = -np.inf, -np.inf
        rows[open_, one] += rows[open_, other]
        group[open_] = np.where(group[open_] == other[:, None], one[:, None], group[open_])
    return group


def parted(group: Places) -> Iterator[tuple[Places, Places]]:
    """Give the groups of two rows and more, those of one size at once: their matrices, and their rows in these."""
    for number in range(group.shape[1]):
        inside = group == number
        sizes = inside.sum(axis=1)
        for size in np.unique(sizes[sizes > 1]).tolist():
            which = np.flatnonzero(sizes == size)
            yield which, np.nonzero(inside[which])[1].reshape(-1, size)


def least(parts: Matrices) -> NDArray[np.float64]:
    """Give of each matrix the bits of the row that agrees least, on average, with the others."""
    total = parts.sum(axis=2) - parts.diagonal(axis1=1, axis2=2)
    found: NDArray[np.float64] = total.min(axis=1) / (parts.shape[1] - 1)
    return found


def trees(parts: Matrices) -> tuple[Places, Places, NDArray[np.float64]]:
    """Give of each matrix the best pairs that connect all rows, one less than it has rows, and their bits."""
    count, size, _ = parts.shape
    every = np.arange(count)
    best, nearest = parts[:, 0].copy(), np.zeros((count, size), np.intp)
    best[:, 0] = -np.inf
    ends = np.zeros((2, count, size - 1), np.intp)
    bits = np.zeros((count, size - 1))
    for step in range(size - 1):
        place = best.argmax(axis=1)
        ends[:, :, step], bits[:, step] = (nearest[every, place], place), best[every, place]
        best[every, place] = -np.inf
        nearer = (parts[every, place] > best) & (best > -np.inf)
        best = np.where(nearer, parts[every, place], best)
        nearest = np.where(nearer, place[:, None], nearest)
    return ends.min(axis=0), ends.max(axis=0), bits
