"""Find the groups of rows that are the same thing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmcli.dedupe.block import candidates
from crmcli.dedupe.cluster import clusters, judgements, shares
from crmcli.dedupe.copies import stand_ins
from crmcli.dedupe.estimate import learn
from crmcli.dedupe.explain import Explanation, Reason, bits_of, explain, probability
from crmcli.dedupe.keys import Keys
from crmcli.dedupe.normalise import fields
from crmcli.dedupe.plain import first_look
from crmcli.dedupe.processors import at_once
from crmcli.dedupe.score import Scorer
from crmcli.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from crmcli.dedupe.cluster import Cluster
    from crmcli.dedupe.settings import Settings
    from crmcli.dedupe.table import Column

    Ints = NDArray[np.int32]
    Bits = NDArray[np.float32]
    Flags = NDArray[np.bool_]

__all__ = ["Explanation", "Found", "Group", "Link", "Reason", "search"]

_SURE = 7.0  # bits from which two rows count as one where values are counted
_FAR = -6.0  # bits below which a second look changes nothing
_FEW = 500_000
_AT_ONCE = 250_000  # pairs that are scored at once


@frozen
class Link:
    """Two rows of a group that agree."""

    a: int
    b: int
    probability: float
    bits: float


@frozen
class Group:
    """Rows that are the same thing, with the best links that connect them, the strongest first."""

    rows: Sequence[int]
    probability: float
    links: Sequence[Link]


@frozen
class Found:
    """The groups of a search, the likeliest first, and what it knows of any two rows."""

    groups: Sequence[Group]
    scorer: Scorer | None

    def explain(self, a: int, b: int) -> Explanation:
        """Say what speaks for and against two rows being the same, whether they were proposed or not."""
        if self.scorer is None:
            return Explanation(0.0, 0.5, (), 0.0)
        return explain(self.scorer, a, b)


def search(
    columns: Iterable[Column],
    settings: Settings,
    *,
    apart: Collection[tuple[int, int]] = (),
    together: Collection[tuple[int, int]] = (),
    progress: Callable[[int, int], None] | None = None,
) -> Found:
    """Find groups among the rows of these columns; a column is read once and may be let go of after that.

    Args:
        columns: as many values in each as there are rows.
        settings: what the rows are, and what a user said about columns and values.
        apart: pairs of row numbers that are known not to be the same; no group holds such a pair.
        together: pairs of row numbers that are known to be the same.
        progress: told how many steps of how many are done.
    """
    tell = progress or (lambda _done, _steps: None)
    known = fields(columns, settings.blocked)
    if not known or not len(known[0].codes):
        return Found((), None)
    judged = judgements(apart, together)
    first = stand_ins(known, {row for pair in [*judged.apart, *judged.together] for row in pair})
    kept = first == np.arange(len(first))
    tell(1, 10)
    keys = Keys(known)
    left, right, often = candidates(keys, settings.kind, kept)
    tell(3, 10)
    scorer = Scorer(known, settings.kind, settings.weights)
    sure, hopeful = first_look(scorer.fields, keys, scorer.roles, (left, right, often))
    scorer.count(shares(kept, left[sure], right[sure]))
    if len(left) > _FEW:
        left, right = left[hopeful], right[hopeful]
    learn(scorer, left, right)
    tell(5, 10)
    bits = _scored_twice(scorer, left, right, kept)
    tell(8, 10)
    stop = bits_of(settings.minimum)
    groups = clusters(
        (left, right, bits), len(first), (min(stop, 0.0) - 3, stop), judged, lambda a, b: _scored(scorer, a, b)
    )
    found = sorted(
        _with_copies(groups, scorer, first, kept, stop), key=lambda group: (-group.probability, group.rows[0])
    )
    tell(10, 10)
    return Found(found, scorer)


def _scored_twice(scorer: Scorer, left: Ints, right: Ints, kept: Flags) -> Bits:
    """Score pairs, and those that are not sure again, with values counted once for the rows that surely are one."""
    bits = np.zeros(len(left), np.float32)

    def first(part: slice) -> tuple[slice, Ints, NDArray[np.uint8]]:
        a, b = left[part], right[part]
        levels = scorer.levels(a, b)
        bits[part] = scorer.total(scorer.parts(levels, a, b), len(a))
        again = np.flatnonzero((bits[part] > _FAR) & (bits[part] < _SURE)).astype(np.int32)
        return part, again, levels[:, again]

    def second(unsure: tuple[slice, Ints, NDArray[np.uint8]]) -> None:
        part, again, levels = unsure
        a, b = left[part][again], right[part][again]
        bits[part][again] = scorer.total(scorer.parts(levels, a, b), len(a))

    unsure = list(at_once(first, _slices(len(left))))
    scorer.count(shares(kept, left[bits > _SURE], right[bits > _SURE]))
    list(at_once(second, unsure))
    return bits


def _scored(scorer: Scorer, left: Ints, right: Ints) -> Bits:
    parts = at_once(lambda part: scorer.score(left[part], right[part]), _slices(len(left)))
    return np.concatenate([np.zeros(0, np.float32), *parts])


def _slices(size: int) -> list[slice]:
    return [slice(start, start + _AT_ONCE) for start in range(0, size, _AT_ONCE)]


def _with_copies(clusters: Iterable[Cluster], scorer: Scorer, first: Ints, kept: Flags, stop: float) -> Iterator[Group]:
    """Give the groups with the rows that are equal to one of theirs, and those that hold nothing else."""
    rows = np.flatnonzero(~kept).astype(np.int32)
    bits = _scored(scorer, first[rows], rows).tolist()
    copies: dict[int, list[tuple[int, int, float]]] = {}
    for stands, row, each in zip(first[rows].tolist(), rows.tolist(), bits, strict=True):
        copies.setdefault(stands, []).append((stands, row, each))
    for cluster in clusters:
        more = [link for row in cluster.rows for link in copies.pop(row, ())] if copies else []
        yield _group([*cluster.rows, *(row for _, row, _ in more)], cluster.bits, [*cluster.links, *more])
    for stands, links in copies.items():
        if links[0][2] >= stop:
            yield _group([stands, *(row for _, row, _ in links)], links[0][2], links)


def _group(rows: Sequence[int], bits: float, links: Sequence[tuple[int, int, float]]) -> Group:
    known = [Link(a, b, probability(each), each) for a, b, each in sorted(links, key=lambda link: (-link[2], link[:2]))]
    return Group(sorted(rows), probability(bits), known)
