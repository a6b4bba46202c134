"""Find the groups of rows that are the same thing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmcli.dedupe.block import candidates
from crmcli.dedupe.cluster import clusters, judgements, shares
from crmcli.dedupe.estimate import learn
from crmcli.dedupe.explain import Explanation, Reason, explain, probability
from crmcli.dedupe.normalise import fields
from crmcli.dedupe.plain import first_look
from crmcli.dedupe.score import Scorer
from crmcli.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from numpy.typing import NDArray

    from crmcli.dedupe.cluster import Cluster
    from crmcli.dedupe.settings import Settings
    from crmcli.dedupe.table import Column

    Ints = NDArray[np.int32]
    Bits = NDArray[np.float32]

__all__ = ["Explanation", "Found", "Group", "Link", "Reason", "search"]

_FEW = 500_000  # pairs that are all compared
_AT_ONCE = 500_000  # pairs that are scored at once


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
    rows = len(known[0].codes)
    tell(1, 10)
    left, right, often = candidates(known, settings.kind)
    tell(3, 10)
    scorer = Scorer(known, settings.kind, settings.weights)
    sure, hopeful = first_look(scorer.fields, scorer.roles, left, right)
    scorer.count(shares(rows, left[sure], right[sure]))
    hopeful |= often | (len(left) <= _FEW)
    left, right = left[hopeful], right[hopeful]
    learn(scorer, left, right)
    tell(5, 10)
    bits = _scored(scorer, left, right)
    tell(8, 10)
    stop = float(np.log2(settings.minimum / (1 - settings.minimum))) if 0 < settings.minimum < 1 else -60.0
    limits = (min(stop, 0.0) - 3, stop)
    judged = judgements(apart, together)
    groups = clusters((left, right, bits), rows, limits, judged, lambda a, b: _scored(scorer, a, b))
    found = sorted(map(_group, groups), key=lambda group: (-group.probability, group.rows[0]))
    tell(10, 10)
    return Found(found, scorer)


def _scored(scorer: Scorer, left: Ints, right: Ints) -> Bits:
    parts = [slice(start, start + _AT_ONCE) for start in range(0, len(left), _AT_ONCE)]
    return np.concatenate([np.zeros(0, np.float32), *[scorer.score(left[part], right[part]) for part in parts]])


def _group(cluster: Cluster) -> Group:
    links = [Link(a, b, probability(bits), bits) for a, b, bits in cluster.links]
    return Group(cluster.rows, probability(cluster.bits), links)
