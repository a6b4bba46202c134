"""Learn from the table itself how often values agree by chance, and how often in what is the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmcli.dedupe.levels import LEVELS, MISSING
from crmcli.dedupe.priors import besides, by_chance, matching

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from crmcli.dedupe.score import Scorer

    Ints = NDArray[np.int32]

_RANDOM = 30_000  # pairs, at most
_EACH = 40  # of them for each row
_SAMPLE = 40_000
_ROUNDS = 3
_HELD = 60.0  # pairs that what is held beforehand is worth
_FEW = 0.02  # matches for each row, at least


def learn(scorer: Scorer, left: Ints, right: Ints) -> None:
    """Set what the scorer holds of the levels by random pairs, and by the pairs that it takes for matches."""
    if scorer.rows < 2 or not len(left):
        return
    size = min(_RANDOM, _EACH * scorer.rows)
    source = np.random.default_rng(scorer.rows)
    c = source.integers(0, scorer.rows, size, dtype=np.int32)
    d = source.integers(0, scorer.rows, size, dtype=np.int32)
    c, d = c[c != d], d[c != d]
    random = scorer.levels(c, d)
    _learn_chance(scorer, random, np.ones(len(c)))
    step = -(-len(left) // _SAMPLE)
    a, b = left[::step], right[::step]
    found = scorer.levels(a, b)
    for _ in range(_ROUNDS):
        bits = scorer.total(scorer.parts(found, a, b), len(a))
        sure = 1 / (1 + np.exp2(-bits.astype(np.float64).clip(-60, 60)))
        _learn_match(scorer, found, sure)
        matches = max(float(sure.sum()) * step, scorer.rows * _FEW) + besides(scorer.rows) * _FEW
        unsure = scorer.total(scorer.parts(random, c, d), len(c))
        _learn_chance(scorer, random, 1 / (1 + np.exp2(unsure.astype(np.float64).clip(-60, 60))))
        rows = scorer.rows + besides(scorer.rows)
        scorer.prior = float(np.log2(matches / (rows * (rows - 1) / 2)))


def _learn_chance(scorer: Scorer, found: NDArray[np.uint8], weights: NDArray[np.float64]) -> None:
    for place, level in enumerate(found):
        counts = np.bincount(level, weights=weights, minlength=len(LEVELS)).astype(np.float64)
        counts[MISSING] = 0
        counts += _EACH * besides(scorer.rows) * by_chance(scorer.fields[place].meaning)
        scorer.chance[place] = (counts + 0.5) / (counts.sum() + 1)


def _learn_match(scorer: Scorer, found: NDArray[np.uint8], sure: NDArray[np.float64]) -> None:
    for place, level in enumerate(found):
        counts = np.bincount(level, weights=sure, minlength=len(LEVELS))
        counts[MISSING] = 0
        scorer.match[place] = (counts + _HELD * matching(scorer.fields[place].meaning)) / (counts.sum() + _HELD)
