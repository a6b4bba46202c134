"""Say why two rows are taken for one, or are not: each thing that speaks for or against, in words and bits."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from crmcli.dedupe.levels import LEVELS, MISSING
from crmcli.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crmcli.dedupe.score import Part, Scorer


_TRUST = 0.65  # of each bit: what speaks for a pair is never quite independent


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
    return 1 / (1 + 2 ** (-_TRUST * min(max(bits, -90.0), 90.0)))


def bits_of(wanted: float) -> float:
    """Give the bits that mean a probability."""
    wanted = min(max(wanted, 1e-9), 1 - 1e-9)
    return math.log2(wanted / (1 - wanted)) / _TRUST


def explain(scorer: Scorer, a: int, b: int) -> Explanation:
    """Explain any pair of rows, the same for either order."""
    return next(explain_all(scorer, [(a, b)]))


def explain_all(scorer: Scorer, pairs: Sequence[tuple[int, int]]) -> Iterator[Explanation]:
    """Explain many pairs of rows, in their order: what takes all rows to know is found out once for all of them."""
    ends = np.sort(np.array(pairs, np.int32).reshape(-1, 2), axis=1)
    left, right = ends[:, 0].copy(), ends[:, 1].copy()
    levels = scorer.levels(left, right)
    parts = scorer.parts(levels, left, right)
    totals = scorer.total(parts, len(ends)).tolist()
    for number, (rows, bits) in enumerate(zip(ends.tolist(), totals, strict=True)):
        on = levels[:, number].tolist()
        reasons = [reason for part in parts for reason in _reasons(scorer, part, number, on, rows)]
        reasons.sort(key=lambda one: (-abs(one.bits), one.columns))
        yield Explanation(bits, probability(bits), reasons, scorer.prior)


def _reasons(scorer: Scorer, part: Part, number: int, levels: Sequence[int], rows: Sequence[int]) -> Iterator[Reason]:
    """Give what a part says of the pair of that number, where it says anything."""
    chosen = None if part.members is None else int(part.members[number])
    members = [place for bit, place in enumerate(part.fields) if chosen is None or chosen >> bit & 1]
    level = max((levels[place] for place in members), default=MISSING)
    if level == MISSING:
        return
    named = [(name, scorer.fields[place].meaning) for place in members for name in scorer.fields[place].columns]
    columns, meanings = zip(*named, strict=True)
    texts = [", ".join(filter(None, (_text(scorer, place, row) for place in members))) for row in rows]
    yield Reason(columns, LEVELS[level], float(part.bits[number]), texts[0], texts[1], meanings)


def _text(scorer: Scorer, place: int, row: int) -> str:
    field = scorer.fields[place]
    return " / ".join(field.words[code] for code in field.codes[row].tolist() if code >= 0)
