"""Make groups of pairs, so that all of a group belong together on average and not by a chain alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmcli.dedupe.linkage import Linkage
from crmcli.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from numpy.typing import NDArray

    Ints = NDArray[np.int32]
    Bits = NDArray[np.float32]
    Judged = Collection[tuple[int, int]]

LARGEST = 150  # rows of a component that are scored each with each; a larger one is first cut at its weaker links


@frozen
class Cluster:
    """Rows that are the same thing, the bits of the weakest join, and the best pairs that connect them."""

    rows: Sequence[int]
    bits: float
    links: Sequence[tuple[int, int, float]]


@frozen
class Judgements:
    """Pairs of rows that somebody judged, the lower row first."""

    apart: Judged = frozenset()
    together: Judged = frozenset()


def judgements(apart: Judged, together: Judged) -> Judgements:
    """Give judgements with each pair in order; what is judged apart is not together."""
    kept = frozenset((min(pair), max(pair)) for pair in apart)
    return Judgements(kept, frozenset((min(pair), max(pair)) for pair in together) - kept)


def clusters(
    pairs: tuple[Ints, Ints, Bits],
    rows: int,
    limits: tuple[float, float],
    judged: Judgements,
    score: Callable[[Ints, Ints], Bits],
) -> Iterator[Cluster]:
    """Give the groups: `limits` are the bits that connect a component, and that two groups need on average."""
    link, stop = limits
    left, right = _edges(pairs, link, judged)
    groups = list(_members(rows, left, right, pairs, judged))
    if not groups:
        return
    a, b = (np.concatenate(ends).astype(np.int32) for ends in zip(*map(_each_with_each, groups), strict=True))
    bits = score(a, b).astype(np.float64)
    known, start = _judged_bits(judged), 0
    for group in groups:
        size = len(group) * (len(group) - 1) // 2
        yield from _split(group, bits[start : start + size], stop, known)
        start += size


def _edges(pairs: tuple[Ints, Ints, Bits], link: float, judged: Judgements) -> tuple[Ints, Ints]:
    left, right, bits = pairs
    strong = bits >= link
    more = np.array(sorted(judged.together), np.int32).reshape(-1, 2)
    return np.concatenate([left[strong], more[:, 0]]), np.concatenate([right[strong], more[:, 1]])


def _members(rows: int, left: Ints, right: Ints, pairs: tuple[Ints, Ints, Bits], judged: Judgements) -> Iterator[Ints]:
    """Give the rows of each component; what is too large is cut at its weaker links until it is not."""
    link = 0.0
    while len(left):
        root = components(rows, left, right)
        nodes = np.unique(np.concatenate([left, right]))
        nodes = nodes[np.argsort(root[nodes], kind="stable")]
        starts = np.flatnonzero(np.concatenate([[True], root[nodes][1:] != root[nodes][:-1]]))
        large = np.zeros(rows, bool)
        for group in np.split(nodes, starts[1:]):
            if len(group) <= LARGEST:
                yield group
            else:
                large[group] = True
        if not large.any():
            return
        link += 4
        left, right = _edges((pairs[0], pairs[1], np.where(large[pairs[0]], pairs[2], np.float32(-99))), link, judged)
        inside = large[left]
        left, right = left[inside], right[inside]
        if link > 60:
            return


def components(rows: int, left: Ints, right: Ints) -> Ints:
    """Give for each row the lowest row that it is connected with."""
    root = np.arange(rows, dtype=np.int32)
    while True:
        low = np.minimum(root[left], root[right])
        before = root.copy()
        np.minimum.at(root, root[left], low)
        np.minimum.at(root, root[right], low)
        root = root[root]
        if (root == before).all():
            return root


def shares(rows: int, left: Ints, right: Ints) -> Bits:
    """Give for each row what it counts for where rows that are connected count as one."""
    root = components(rows, left, right)
    counted: Bits = (1 / np.bincount(root, minlength=rows)[root]).astype(np.float32)
    return counted


def _each_with_each(group: Ints) -> tuple[Ints, Ints]:
    one, other = np.triu_indices(len(group), 1)
    return group[one], group[other]


def _judged_bits(judged: Judgements) -> dict[tuple[int, int], float]:
    return {**dict.fromkeys(judged.together, np.inf), **dict.fromkeys(judged.apart, -np.inf)}


def _split(
    group: Ints, bits: NDArray[np.float64], stop: float, judged: dict[tuple[int, int], float]
) -> Iterator[Cluster]:
    rows = group.tolist()
    if len(rows) == 2 and not judged:
        if bits[0] >= stop:
            yield Cluster(rows, float(bits[0]), [(rows[0], rows[1], float(bits[0]))])
        return
    matrix = np.zeros((len(rows), len(rows)))
    matrix[np.triu_indices(len(rows), 1)] = np.where(bits < 0, bits / 2, bits)
    matrix += matrix.T
    places = {row: place for place, row in enumerate(rows)}
    together = []
    for (one, other), value in judged.items():
        if one in places and other in places:
            if value > 0:
                together.append((places[one], places[other]))
            else:
                matrix[places[one], places[other]] = matrix[places[other], places[one]] = value
    linkage = Linkage(matrix)
    linkage.join_judged(sorted(together))
    linkage.join_alike(stop)
    for inner, weakest in linkage.groups():
        yield Cluster([rows[place] for place in inner], weakest, _tree(matrix, inner, rows))


def _tree(matrix: NDArray[np.float64], inner: Sequence[int], rows: Sequence[int]) -> list[tuple[int, int, float]]:
    """Give the best pairs that connect all rows of a group, one less than it has rows, the best first."""
    inside, outside, links = [inner[0]], list(inner[1:]), []
    while outside:
        part = matrix[np.ix_(inside, outside)]
        one, other = divmod(int(part.argmax()), len(outside))
        a, b = sorted((rows[inside[one]], rows[outside[other]]))
        links.append((a, b, float(part[one, other])))
        inside.append(outside.pop(other))
    return sorted(links, key=lambda link: (-link[2], link[:2]))
