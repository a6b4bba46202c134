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
    RESEMBLES,
    SAME,
    SWAPPED,
)
from crmcli.dedupe.mail import Mail, with_names_from_mail
from crmcli.dedupe.priors import BOUNDED, LEAST, besides, by_chance, matching, usual
from crmcli.dedupe.roles import PLACES, roles
from crmcli.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from crmcli.dedupe.compare import Comparer
    from crmcli.dedupe.fields import Field

    Ints = NDArray[np.int32]
    Bits = NDArray[np.float32]
    Levels = NDArray[np.uint8]
    Flags = NDArray[np.bool_]
    Pairs = tuple[Ints, Ints]


def _any_of(*chosen: int) -> Flags:
    table = np.zeros(len(LEVELS), bool)
    table[list(chosen)] = True
    return table


_AGREE = _any_of(SAME, ONE_LETTER, CLOSE, PART)
_NEAR = _any_of(SAME, ONE_LETTER, CLOSE, NICKNAME, INITIAL)
_OTHERS = _any_of(RESEMBLES, DIFFERS)
_NO_NAME = _any_of(MISSING, RESEMBLES, DIFFERS)
_LOOSE = np.zeros(len(LEVELS), np.float32)
_LOOSE[[ONE_LETTER, CLOSE, PART]] = -1.0, -2.0, -2.5  # a looser level is met more often
_NAMES = ("given", "surname")
_UNNAMED = 2.0  # bits: who lives there under this surname is seldom somebody else for having no given name
_MOVED = -3.0  # the least bits that all of an address may say against


@frozen
class Part:
    """Evidence of some fields together, for each pair."""

    fields: tuple[int, ...]
    bits: Bits
    members: NDArray[np.uint32] | None = None  # of a joint part: which of the fields, as a set of bits


@frozen
class Household:
    """Where people who are not the same share something: it counts with their address, and not by itself."""

    surname: Flags
    mail: Flags
    host: Flags  # the e-mail counts its host already


class Scorer:
    """Scores pairs of rows of one table; what it holds of the levels can be learned."""

    def __init__(self, fields: Sequence[Field], kind: str, weights: Mapping[str, float]) -> None:
        """Take the fields of a table, what its rows are, and how much more or less a column counts."""
        self.fields, self._filled = with_names_from_mail(fields)
        self.rows = len(fields[0].codes)
        self.roles = roles(self.fields, kind)
        self.match = np.stack([matching(field.meaning) for field in self.fields])
        self.chance = np.stack([by_chance(field.meaning) for field in self.fields])
        self.prior = -float(np.log2(self.rows + besides(self.rows)))
        self._weights = [float(np.mean([weights.get(name, 1.0) for name in field.columns])) for field in self.fields]
        self._compare = _comparers(self.fields)
        given, surname, email = (
            None if place is None else self.fields[place]
            for place in (self.roles.given, self.roles.surname, self.roles.email)
        )
        self._mail = None if email is None else Mail(email, given, surname)
        self.count(np.ones(self.rows, np.float32))

    def count(self, shares: Bits) -> None:
        """Count how often values occur, where each row counts for its share: rows known as one thing for one."""
        self._rarity = [_rarity(field, shares) for field in self.fields]
        self._tuples = Tuples([self.fields[place].first for place in self.roles.joint], shares)

    def levels(self, a: Ints, b: Ints) -> Levels:
        """Put pairs of rows on levels, a line for each field."""
        found = np.stack([self._level(place, a, b) for place in range(len(self.fields))])
        if self.roles.given is not None and self.roles.surname is not None:
            self._swap(found, (a, b), self.roles.given, self.roles.surname)
        return found

    def _level(self, place: int, a: Ints, b: Ints) -> Levels:
        field, compare = self.fields[place], self._compare[place]
        best = levels((field.first[a], field.first[b]), compare, len(field.words))
        width = field.codes.shape[1]
        for one, other in [(i, j) for i in range(width) for j in range(width) if i or j]:
            level = levels((field.codes[a, one], field.codes[b, other]), compare, len(field.words))
            best = np.where((best == MISSING) | ((level != MISSING) & (level < best)), level, best)
        return best

    def _swap(self, found: Levels, ends: Pairs, first: int, last: int) -> None:
        """Put names that stand in each other's place on their own level."""
        given, surname = self.fields[first].first, self.fields[last].first
        pairs = np.flatnonzero(~_NEAR[found[first]] & ~_NEAR[found[last]])
        a, b = ends[0][pairs], ends[1][pairs]
        crossed = ((given[a] == surname[b]) & (given[a] >= 0)) | ((surname[a] == given[b]) & (surname[a] >= 0))
        pairs, a, b = pairs[crossed], a[crossed], b[crossed]
        size = len(self.fields[first].words)
        one = levels((given[a], surname[b]), self._compare[first], size)
        other = levels((surname[a], given[b]), self._compare[first], size)
        both = _NEAR[one] & _NEAR[other]
        found[first, pairs[both]] = found[last, pairs[both]] = SWAPPED
        half = ((one == SAME) & (other == MISSING)) | ((other == SAME) & (one == MISSING))
        found[last, pairs[half]], found[first, pairs[half]] = SWAPPED, MISSING

    def score(self, a: Ints, b: Ints) -> Bits:
        """Give the bits of pairs of rows, with the prior."""
        return self.total(self.parts(self.levels(a, b), a, b), len(a))

    def total(self, parts: Sequence[Part], size: int) -> Bits:
        """Add the parts up."""
        total = np.full(size, self.prior, np.float32)
        for part in parts:
            total += part.bits
        return total

    def parts(self, found: Levels, a: Ints, b: Ints) -> list[Part]:
        """Give the evidence of pairs of rows, part by part."""
        own = {place: self._own(place, found[place], (a, b)) for place in self.roles.own}
        shared = self._shared(found, own, (a, b))
        for place, joins in ((self.roles.surname, shared.surname), (self.roles.email, shared.mail)):
            if place is not None:
                own[place][joins] = 0
        self._limit_filled(found, own, (a, b))
        parts = [Part((place,), (bits * self._weights[place]).astype(np.float32)) for place, bits in own.items()]
        return [*parts, self._joint(found, shared, (a, b)), *self._against(found)]

    def _shared(self, found: Levels, own: Mapping[int, Bits], pairs: Pairs) -> Household:
        """Tell where the surname and the e-mail may be those of a household; weigh e-mails beside names."""
        none = np.zeros(found.shape[1], bool)
        given, surname, email = self.roles.given, self.roles.surname, self.roles.email
        host = none
        if email is not None and self._mail is not None:
            host = self._mail.weigh(found[email], own[email], self._rarity[email], pairs)
        if given is None:
            return Household(none, none, host)
        return Household(
            none if surname is None else _NO_NAME[found[given]] & (found[surname] == SAME),
            none if email is None else (found[given] == DIFFERS) & (found[email] == SAME),
            host,
        )

    def _limit_filled(self, found: Levels, own: Mapping[int, Bits], pairs: Pairs) -> None:
        """Let a name that was read from an e-mail say little where the e-mails are the same."""
        if self.roles.email is None:
            return
        doubled = np.flatnonzero(self._filled[pairs[0]] | self._filled[pairs[1]])
        doubled = doubled[found[self.roles.email, doubled] == SAME]
        for place in (self.roles.given, self.roles.surname):
            if place is not None:
                own[place][doubled] = own[place][doubled].clip(-2, 1)

    def _own(self, place: int, level: Levels, pairs: Pairs) -> Bits:
        """Give what a field says by itself."""
        field, rarity, match = self.fields[place], self._rarity[place], self.match[place]
        least, most = BOUNDED.get(field.meaning, (LEAST.get(field.meaning, -4.0), 30.0))
        bits = self._gain(place)[level]
        same = np.flatnonzero(level == SAME)
        codes = field.first[pairs[0][same]]
        bits[same] = np.log2(match[SAME]) + np.where(codes >= 0, rarity[codes], 4)
        turned = np.flatnonzero(level == SWAPPED)
        if len(turned):
            once = np.log2(match[SWAPPED]) if place == self.roles.surname else 0.0  # two names change places once
            bits[turned] = once + self._swapped(place, pairs[0][turned], pairs[1][turned])
        return bits.clip(least, most)

    def _swapped(self, place: int, a: Ints, b: Ints) -> Bits:
        """Give how rare a name is that the other row has in the other place, wherever it is met more often."""
        others = [each for each in (self.roles.given, self.roles.surname) if each is not None]
        mine, theirs = self.fields[place].first, self.fields[others[0] if place == others[1] else others[1]].first
        word = np.where((mine[a] >= 0) & (mine[a] == theirs[b]), mine[a], mine[b])
        rare: Bits = np.minimum(*(self._rarity[each][word] for each in others))
        return rare

    def _gain(self, place: int) -> Bits:
        """Give the bits of each level: how much more often it is met in matches than by chance."""
        gain = np.log2(np.maximum(self.match[place], 1e-4) / np.maximum(self.chance[place], 1e-7))
        gain[MISSING] = 0
        made: Bits = gain.astype(np.float32)
        return made

    def _joint(self, found: Levels, shared: Household, pairs: Pairs) -> Part:
        """Give what the things say together that go together and agree."""
        size = found.shape[1]
        chosen, exact = np.zeros((2, size), np.uint32)
        usual, loose, alone = np.zeros((3, size), np.float32)
        for bit, place in enumerate(self.roles.joint):
            agree = self._joins(place, found[place], shared)
            level = np.where(agree, found[place], np.uint8(MISSING))
            same = level == SAME
            chosen |= agree.astype(np.uint32) << np.uint32(bit)
            exact |= same.astype(np.uint32) << np.uint32(bit)
            rows = np.flatnonzero(agree)
            codes = self.fields[place].first[pairs[0][rows]]
            alone[rows] += np.where(codes >= 0, self._rarity[place][codes], np.float32(0)) * self._weights[place]
            usual += same * np.float32(np.log2(self.match[place, SAME]))
            loose += self._loose(place)[level]
        joint = self._tuples.rarity(exact, *pairs)
        fuzzy = np.flatnonzero(chosen != exact)
        looser = self._tuples.rarity(chosen[fuzzy], pairs[0][fuzzy], pairs[1][fuzzy]) + loose[fuzzy]
        joint[fuzzy] = np.maximum(joint[fuzzy], looser)
        joint = np.minimum(joint, alone) + usual
        if self.roles.given is not None:
            joint[shared.surname & (found[self.roles.given] == MISSING)] += _UNNAMED
        return Part(tuple(self.roles.joint), joint.astype(np.float32), chosen)

    def _joins(self, place: int, level: Levels, shared: Household) -> Flags:
        """Tell where a field is one of the things that go together."""
        if place == self.roles.surname:
            return shared.surname
        if place == self.roles.email:
            return shared.mail
        agree: Flags = _AGREE[level]
        return agree & (~shared.host | shared.mail) if place == self.roles.host else agree

    def _loose(self, place: int) -> Bits:
        """Give what a looser level takes from the rarity of a tuple: it is met more often than equal values."""
        chance = self.chance[place]
        loose: Bits = np.minimum(_LOOSE, -np.log2(chance / chance[SAME]) - 0.5).astype(np.float32)
        loose[~_AGREE] = loose[SAME] = 0
        return loose

    def _against(self, found: Levels) -> list[Part]:
        """Give what those of the things say that do not agree."""
        parts = []
        for place in self.roles.context:
            if place != self.roles.host:
                gain = self._gain(place).clip(LEAST.get(self.fields[place].meaning, -3.0), 2)
                gain[_AGREE] = 0
                parts.append(Part((place,), gain[found[place]] * np.float32(self._weights[place])))
        places = [part.bits for part in parts if self.fields[part.fields[0]].meaning in PLACES]
        total = np.sum([np.minimum(bits, 0) for bits in places], axis=0, dtype=np.float32)
        for bits in places:  # all of an address together say no more against than a move does
            bits[bits < 0] *= (_MOVED / np.minimum(total, _MOVED))[bits < 0]
        return parts


def _comparers(fields: Sequence[Field]) -> list[Comparer]:
    """Give how each field is compared; names of people have one list of words, and are prepared once."""
    names = next((comparer(field) for field in fields if field.meaning in _NAMES), None)
    return [names if names and field.meaning in _NAMES else comparer(field) for field in fields]


def _rarity(field: Field, shares: Bits) -> Bits:
    """Give how many bits it says that another row has a word, too."""
    codes = field.codes
    filled = codes >= 0
    shared = np.broadcast_to(shares[:, None], codes.shape)[filled]
    counts = np.bincount(codes[filled], shared, len(field.words))
    rows = max(int(filled.any(axis=1).sum()), 1)
    more = besides(len(codes))
    others = np.maximum(counts, 1) + more * usual(field.meaning)
    made: Bits = np.log2((rows + more) / others).clip(0).astype(np.float32)
    return made
