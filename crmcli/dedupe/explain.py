"""Say why two rows are taken for one, or are not: each thing that speaks for or against, in words and bits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmcli.dedupe.levels import LEVELS, MISSING
from crmcli.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crmcli.dedupe.score import Part, Scorer


@frozen
class Reason:
    """One thing that speaks for a pair being the same (bits above 0) or against it."""

    columns: tuple[str, ...]
    level: str  # of `levels.LEVELS`; of several columns the worst
    bits: float
    a: str
    b: str
    meanings: tuple[str, ...]  # of each column: a whole name gives two, an address its domain as well


@frozen
class Explanation:
    """The bits of a pair: what speaks for and against, and how rare a match is before anything is looked at."""

    bits: float
    probability: float
    reasons: Sequence[Reason]  # the strongest first; `prior` and their bits add up to `bits`
    prior: float


def probability(bits: float) -> float:
    """Give the probability that so many bits mean."""
    return float(1 / (1 + np.exp2(-np.clip(bits, -60, 60))))


def explain(scorer: Scorer, a: int, b: int) -> Explanation:
    """Explain any pair of rows, the same for either order."""
    a, b = min(a, b), max(a, b)
    left, right = np.array([a], np.int32), np.array([b], np.int32)
    found = scorer.levels(left, right)
    parts = scorer.parts(found, left, right)
    reasons = [reason for part in parts for reason in _reasons(scorer, part, found[:, 0].tolist(), (a, b))]
    bits = float(scorer.total(parts, 1)[0])
    return Explanation(
        bits, probability(bits), sorted(reasons, key=lambda one: (-abs(one.bits), one.columns)), scorer.prior
    )


def _reasons(scorer: Scorer, part: Part, levels: Sequence[int], pair: tuple[int, int]) -> Iterator[Reason]:
    members = [place for bit, place in enumerate(part.fields) if part.members is None or part.members[0] >> bit & 1]
    level = max((levels[place] for place in members), default=MISSING)
    if level == MISSING:
        return
    named = [(name, scorer.fields[place].meaning) for place in members for name in scorer.fields[place].columns]
    columns, meanings = zip(*named, strict=True)
    texts = [", ".join(filter(None, (_text(scorer, place, row) for place in members))) for row in pair]
    yield Reason(columns, LEVELS[level], float(part.bits[0]), texts[0], texts[1], meanings)


def _text(scorer: Scorer, place: int, row: int) -> str:
    field = scorer.fields[place]
    return " / ".join(field.words[code] for code in field.codes[row].tolist() if code >= 0)
