"""Make groups of pairs, so that all of a group belong together on average and not by a chain alone."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from crmcli.dedupe.linkage import Linkage
from crmcli.dedupe.stacked import joined, least, parted, trees
from crmcli.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    Ints = NDArray[np.int32]
    Bits = NDArray[np.float32]
    Matrices = NDArray[np.float64]
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
    open_: dict[int, list[Sequence[int]]] = {}
    for group in groups:
        pair = scored.get((group[0], group[1])) if len(group) == 2 and not by_row else None
        if pair is None:
            open_.setdefault(len(group), []).append(group)
        elif pair >= stop:
            yield Cluster(group, pair, [(group[0], group[1], pair)])
    bits, start = score(*_each_with_each(open_.values())), 0
    for size, several in open_.items():
        rows_of = np.array(several, np.int32)
        each = len(several) * (size * (size - 1) // 2)
        matrices = _matrices(bits[start : start + each].reshape(len(several), -1), size)
        start += each
        said = np.array([any(row in by_row for row in group) for group in several], bool)
        yield from _stacked(matrices[~said], rows_of[~said], stop)
        for place in np.flatnonzero(said).tolist():
            known = [pair for row in several[place] for pair in by_row.get(row, ())]
            yield from _judged(matrices[place], several[place], stop, known)


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


def _each_with_each(by_size: Iterable[Sequence[Sequence[int]]]) -> tuple[Ints, Ints]:
    """Give all pairs within each group, group by group; those of one size come together."""
    sides: tuple[list[Ints], list[Ints]] = ([np.zeros(0, np.int32)], [np.zeros(0, np.int32)])
    for several in by_size:
        rows = np.array(several, np.int32)
        for side, corner in zip(sides, np.triu_indices(rows.shape[1], 1), strict=True):
            side.append(rows[:, corner].ravel())
    return np.concatenate(sides[0]), np.concatenate(sides[1])


def _matrices(bits: Bits, size: int) -> Matrices:
    """Give the bits of all pairs of each group as a matrix; what speaks against counts half."""
    matrices = np.zeros((len(bits), size, size))
    one, other = np.triu_indices(size, 1)
    matrices[:, one, other] = matrices[:, other, one] = np.where(bits < 0, bits / 2, bits)
    return matrices


def _by_row(judged: Judgements) -> dict[int, list[tuple[int, int, float]]]:
    """Give the judged pairs by their lower row: inf is together, -inf apart."""
    found: dict[int, list[tuple[int, int, float]]] = {}
    for pairs, bits in ((judged.together, np.inf), (judged.apart, -np.inf)):
        for one, other in sorted(pairs):
            found.setdefault(one, []).append((one, other, bits))
    return found


def _stacked(matrices: Matrices, rows: Ints, stop: float) -> Iterator[Cluster]:
    """Give the groups within components of one size."""
    for which, places in parted(joined(matrices, stop)):
        parts = matrices[which[:, None, None], places[:, :, None], places[:, None, :]]
        yield from _clusters(parts, rows[which[:, None], places])


def _judged(
    matrix: Matrices, rows: Sequence[int], stop: float, judged: Sequence[tuple[int, int, float]]
) -> Iterator[Cluster]:
    """Give the groups within a component of which somebody said something: that is certain, whatever the rows say."""
    places = {row: place for place, row in enumerate(rows)}
    known = [(places[one], places[other], value) for one, other, value in judged if other in places]
    for one, other, value in known:
        matrix[one, other] = matrix[other, one] = min(value, CERTAIN)
    linkage = Linkage(matrix)
    linkage.join_judged([(one, other) for one, other, value in known if value > 0])
    linkage.join_alike(stop)
    for inner in linkage.groups():
        yield from _clusters(matrix[np.ix_(inner, inner)][None], np.array(rows, np.int32)[None, inner])


def _clusters(parts: Matrices, rows: Ints) -> Iterator[Cluster]:
    """Give groups of one size, each as sure as its least sure row is on average."""
    one, other, bits = trees(parts)
    every = np.arange(len(rows))[:, None]
    ends = zip(rows[every, one].tolist(), rows[every, other].tolist(), bits.tolist(), strict=True)
    for group, sure, (a, b, values) in zip(rows.tolist(), least(parts).tolist(), ends, strict=True):
        links = zip(a, b, values, strict=True)
        yield Cluster(group, sure, sorted(links, key=lambda link: (-link[2], link[:2])))
