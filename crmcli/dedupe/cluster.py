"""Make groups of pairs, so that all of a group belong together on average and not by a chain alone."""

from __future__ import annotations

from itertools import pairwise
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

CERTAIN = 60.0  # bits
_HARDEST = 24.0  # bits: a component that so strong links connect is one thing many times over, and cut as it comes
LARGEST = 200  # rows of a component that are scored each with each; a larger one is first cut at its weaker links


@frozen
class Cluster:
    """Rows that are the same thing, the bits of the row that is least sure, and the best pairs that connect them."""

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
    by_row = _by_row(judged)
    scored = _scored_pairs(pairs, link)
    more = []
    for group in groups:
        pair = scored.get((group[0], group[1])) if len(group) == 2 and not by_row else None
        if pair is None:
            more.append(group)
        elif pair >= stop:
            yield Cluster(group, pair, [(group[0], group[1], pair)])
    bits, start = score(*_each_with_each(more)).tolist() if more else [], 0
    for group in more:
        size = len(group) * (len(group) - 1) // 2
        known = [pair for row in group for pair in by_row.get(row, ())]
        yield from _split(group, np.array(bits[start : start + size]), stop, known)
        start += size


def _scored_pairs(pairs: tuple[Ints, Ints, Bits], link: float) -> dict[tuple[int, int], float]:
    strong = np.flatnonzero(pairs[2] >= link)
    left, right, bits = (each[strong].tolist() for each in pairs)
    return dict(zip(zip(left, right, strict=True), bits, strict=True))


def _edges(pairs: tuple[Ints, Ints, Bits], link: float, judged: Judgements) -> tuple[Ints, Ints]:
    left, right, bits = pairs
    strong = bits >= link
    more = np.array(sorted(judged.together), np.int32).reshape(-1, 2)
    return np.concatenate([left[strong], more[:, 0]]), np.concatenate([right[strong], more[:, 1]])


def _members(
    rows: int, left: Ints, right: Ints, pairs: tuple[Ints, Ints, Bits], judged: Judgements
) -> Iterator[list[int]]:
    """Give the rows of each component; what is too large is cut at its weaker links until it is not."""
    link = 0.0
    while len(left):
        root = components(rows, left, right)
        nodes = np.unique(np.concatenate([left, right]))
        nodes = nodes[np.argsort(root[nodes], kind="stable")]
        starts = np.flatnonzero(np.diff(root[nodes], prepend=-1)).tolist()
        large = np.zeros(rows, bool)
        listed = nodes.tolist()
        for start, end in pairwise([*starts, len(listed)]):
            if end - start <= LARGEST:
                yield listed[start:end]
            elif link > _HARDEST:
                yield from (listed[place : min(place + LARGEST, end)] for place in range(start, end, LARGEST))
            else:
                large[nodes[start:end]] = True
        if not large.any():
            return
        link += 4
        left, right = _edges((pairs[0], pairs[1], np.where(large[pairs[0]], pairs[2], np.float32(-99))), link, judged)
        inside = large[left]
        left, right = left[inside], right[inside]


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


def shares(kept: NDArray[np.bool_], left: Ints, right: Ints) -> Bits:
    """Give for each row what it counts for: those that are connected count as one, and those not kept for nothing."""
    root = components(len(kept), left, right)
    counted: Bits = (kept / np.bincount(root, minlength=len(kept))[root]).astype(np.float32)
    return counted


def _each_with_each(groups: Sequence[Sequence[int]]) -> tuple[Ints, Ints]:
    """Give all pairs within each group, group by group."""
    corners = {size: np.triu_indices(size, 1) for size in {len(group) for group in groups}}
    starts = np.cumsum([0, *map(len, groups)])
    rows = np.array([row for group in groups for row in group], np.int32)
    sides = []
    for side in (0, 1):
        places = [corners[len(group)][side] + start for group, start in zip(groups, starts.tolist(), strict=False)]
        sides.append(rows[np.concatenate(places)])
    return sides[0], sides[1]


def _by_row(judged: Judgements) -> dict[int, list[tuple[int, int, float]]]:
    """Give the judged pairs by their lower row: inf is together, -inf apart."""
    found: dict[int, list[tuple[int, int, float]]] = {}
    for pairs, bits in ((judged.together, np.inf), (judged.apart, -np.inf)):
        for one, other in sorted(pairs):
            found.setdefault(one, []).append((one, other, bits))
    return found


def _split(
    rows: Sequence[int], bits: NDArray[np.float64], stop: float, judged: Sequence[tuple[int, int, float]]
) -> Iterator[Cluster]:
    matrix = np.zeros((len(rows), len(rows)))
    matrix[np.triu_indices(len(rows), 1)] = np.where(bits < 0, bits / 2, bits)
    matrix += matrix.T
    if not judged and bits.min() >= stop:
        yield _cluster(matrix, range(len(rows)), rows)
        return
    places = {row: place for place, row in enumerate(rows)}
    known = [(places[one], places[other], value) for one, other, value in judged if other in places]
    for one, other, value in known:  # what somebody said is certain, whatever the rows say
        matrix[one, other] = matrix[other, one] = min(value, CERTAIN)
    linkage = Linkage(matrix)
    linkage.join_judged([(one, other) for one, other, value in known if value > 0])
    linkage.join_alike(stop)
    for inner in linkage.groups():
        yield _cluster(matrix, inner, rows)


def _cluster(matrix: NDArray[np.float64], inner: Sequence[int], rows: Sequence[int]) -> Cluster:
    """Give a group, which is as sure as its least sure row is on average."""
    part = matrix[np.ix_(inner, inner)]
    least = float((part.sum(axis=1) - part.diagonal()).min() / (len(inner) - 1))
    return Cluster([rows[place] for place in inner], least, _tree(part, [rows[place] for place in inner]))


def _tree(part: NDArray[np.float64], rows: Sequence[int]) -> list[tuple[int, int, float]]:
    """Give the best pairs that connect all rows of a group, one less than it has rows, the best first."""
    nearest, best, links = np.zeros(len(rows), int), part[0].copy(), []
    best[0] = -np.inf
    for _ in rows[1:]:
        place = int(best.argmax())
        links.append((*sorted((rows[nearest[place]], rows[place])), float(best[place])))
        best[place] = -np.inf
        nearer = (part[place] > best) & (best > -np.inf)
        best[nearer], nearest[nearer] = part[place][nearer], place
    return sorted(links, key=lambda link: (-link[2], link[:2]))
