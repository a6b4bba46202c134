"""Turn levels into bits of evidence, after Fellegi and Sunter, with what goes together counted once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmcli.dedupe.compare import comparer, levels
from crmcli.dedupe.context import Tuples
from crmcli.dedupe.levels import (
    CLOSE,
    DIFFERS,
    INITIAL,
    LEVELS,
    MISSING,
    NICKNAME,
    ONE_LETTER,
    PART,
    SAME,
    SWAPPED,
)
from crmcli.dedupe.priors import BOUNDED, LEAST, matching
from crmcli.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from crmcli.dedupe.fields import Field

    Ints = NDArray[np.int32]
    Bits = NDArray[np.float32]

_PLACES = ("street", "house", "city", "state", "postcode", "country")
_AGREE = np.zeros(len(LEVELS), bool)
_AGREE[[SAME, ONE_LETTER, CLOSE, PART]] = True
_MOVED = -3.0  # the least that all of an address may say against


@frozen
class Part:
    """Evidence of some fields together, for each pair."""

    fields: tuple[int, ...]
    bits: Bits
    members: NDArray[np.uint32] | None = None  # of a joint part: which of the fields, as a set of bits


class Scorer:
    """Scores pairs of rows of one table; what it holds of the levels can be learned."""

    def __init__(self, fields: Sequence[Field], kind: str, weights: Mapping[str, float]) -> None:
        self.fields = fields
        self.kind = kind
        self.rows = len(fields[0].codes) if fields else 0
        self.match = np.stack([matching(field.meaning) for field in fields])
        self.chance = np.full(self.match.shape, 1e-3)
        self.prior = -float(np.log2(max(self.rows, 2))) - 0.7
        self._weights = [float(np.mean([weights.get(name, 1.0) for name in field.columns])) for field in fields]
        self._compare = [comparer(field) for field in fields]
        around = {"org", "phone", "domain", *_PLACES} if kind == "person" else {"phone", "domain", *_PLACES}
        self.context = [place for place, field in enumerate(fields) if field.meaning in around]
        self.given, self.surname = self._first("given"), self._first("surname")
        self.email = self._first("email")
        joint = [*self.context, *[place for place in (self.surname, self.email) if place is not None]]
        self.joint = joint
        self._tuples = Tuples([fields[place].first for place in joint])

    def _first(self, meaning: str) -> int | None:
        return next((place for place, field in enumerate(self.fields) if field.meaning == meaning), None)

    def levels(self, a: Ints, b: Ints) -> NDArray[np.uint8]:
        """Put pairs of rows on levels, a line for each field."""
        found = np.stack([self._level(place, a, b) for place in range(len(self.fields))])
        if self.given is not None and self.surname is not None:
            self._swap(found, (a, b), self.given, self.surname)
        return found

    def _level(self, place: int, a: Ints, b: Ints) -> NDArray[np.uint8]:
        field, compare = self.fields[place], self._compare[place]
        best = levels((field.first[a], field.first[b]), compare, len(field.words))
        width = field.codes.shape[1]
        for one, other in [(i, j) for i in range(width) for j in range(width) if i or j]:
            level = levels((field.codes[a, one], field.codes[b, other]), compare, len(field.words))
            best = np.where((best == MISSING) | ((level != MISSING) & (level < best)), level, best)
        return best

    def _swap(self, found: NDArray[np.uint8], ends: tuple[Ints, Ints], first: int, last: int) -> None:
        given, surname = self.fields[first], self.fields[last]
        pairs = np.flatnonzero((found[first] == DIFFERS) | (found[last] == DIFFERS))
        a, b, size = ends[0][pairs], ends[1][pairs], len(given.words)
        one = levels((given.first[a], surname.first[b]), self._compare[first], size)
        other = levels((surname.first[a], given.first[b]), self._compare[first], size)
        near = np.isin(np.stack([one, other]), (SAME, ONE_LETTER, NICKNAME, INITIAL)).all(axis=0)
        turned = pairs[near & ((one == SAME) | (other == SAME))]
        found[first, turned] = found[last, turned] = SWAPPED

    def score(self, a: Ints, b: Ints) -> Bits:
        """Give the bits of pairs of rows, with the prior."""
        return self.total(self.parts(self.levels(a, b), a, b), len(a))

    def total(self, parts: Sequence[Part], size: int) -> Bits:
        """Add the parts up."""
        total = np.full(size, self.prior, np.float32)
        for part in parts:
            total += part.bits
        return total

    def parts(self, found: NDArray[np.uint8], a: Ints, b: Ints) -> list[Part]:
        """Give the evidence of pairs of rows, part by part."""
        apart = self._different_names(found)
        parts = [
            Part((place,), self._own(place, found[place], a))
            for place in range(len(self.fields))
            if place not in self.context
        ]
        for part in parts:
            if part.fields[0] in (self.surname, self.email):
                part.bits[apart & (found[part.fields[0]] == SAME)] = 0
        return [*parts, *self._around(found, apart, a, b)]

    def _different_names(self, found: NDArray[np.uint8]) -> NDArray[np.bool_]:
        if self.given is None:
            return np.zeros(found.shape[1], bool)
        apart: NDArray[np.bool_] = (found[self.given] == DIFFERS) | (found[self.given] == MISSING)
        return apart

    def _own(self, place: int, level: NDArray[np.uint8], a: Ints) -> Bits:
        """Give what a field says by itself."""
        field = self.fields[place]
        gain = self._gain(place)
        bits = gain[level]
        same = np.flatnonzero(level == SAME)
        codes = field.first[a[same]]
        bits[same] = np.log2(self.match[place, SAME]) + np.where(codes >= 0, field.rarity[codes], 4)
        least, most = LEAST.get(field.meaning, -4.0), 30.0
        if field.meaning in BOUNDED:
            least, most = -2.0, 4.0
        return (bits.clip(least, most) * self._weights[place]).astype(np.float32)

    def _gain(self, place: int) -> NDArray[np.float32]:
        gain = np.log2(np.maximum(self.match[place], 1e-4)) - np.log2(np.maximum(self.chance[place], 1e-7))
        gain[MISSING] = 0
        made: Bits = gain.astype(np.float32)
        return made

    def _around(self, found: NDArray[np.uint8], apart: NDArray[np.bool_], a: Ints, b: Ints) -> list[Part]:
        """Give what the things that go together say: one part for those that agree, one for each that does not."""
        chosen = np.zeros(found.shape[1], np.uint32)
        extra = np.zeros(found.shape[1], np.float32)
        against: list[Part] = []
        for bit, place in enumerate(self.joint):
            level = found[place]
            agree = _AGREE[level]
            if place in (self.surname, self.email):
                agree = apart & (level == SAME)
            elif self.fields[place].meaning == "domain" and self.email is not None:
                agree &= ~np.isin(found[self.email], (SAME, ONE_LETTER)) | apart
            chosen |= np.where(agree, np.uint32(1 << bit), np.uint32(0))
            extra += np.where(agree, self._fuzzy(place)[level] * self._weights[place], 0).astype(np.float32)
            if place in self.context:
                bits = np.where(
                    agree | (level == MISSING) | _AGREE[level],
                    0,
                    self._gain(place)[level].clip(LEAST.get(self.fields[place].meaning, -3), 2),
                )
                against.append(Part((place,), (bits * self._weights[place]).astype(np.float32)))
        joint = self._tuples.rarity(chosen, a, b)
        weight = 1.0
        self._limit(against)
        return [
            Part(tuple(self.joint), (joint * weight + np.maximum(extra, -joint - 2)).astype(np.float32), chosen),
            *against,
        ]

    def _limit(self, against: Sequence[Part]) -> None:
        """Let a whole address that differs say no more against than a move does."""
        places = [part for part in against if self.fields[part.fields[0]].meaning in _PLACES]
        if places:
            total = np.sum([part.bits for part in places], axis=0)
            ratio = np.where(total < _MOVED, _MOVED / np.minimum(total, -1e-6), 1).astype(np.float32)
            for part in places:
                part.bits[:] *= ratio

    def _fuzzy(self, place: int) -> NDArray[np.float32]:
        """Give what each level of a member adds to the rarity of the tuple: the share of matches, how common it is."""
        extra = np.log2(np.maximum(self.match[place], 1e-4)) - np.log2(
            np.maximum(self.chance[place] / max(self.chance[place, SAME], 1e-7), 1.0)
        )
        extra[SAME] = np.log2(self.match[place, SAME])
        made: Bits = extra.clip(-6, 0).astype(np.float32)
        return made
