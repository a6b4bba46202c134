"""What e-mail addresses say beyond the names that they are made of.

Two Anna Wards who both have anna.ward@ somewhere agree on their name, and that was counted already; two who share
skaterboy77@ do not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmcli.dedupe.fields import field
from crmcli.dedupe.levels import CLOSE, ONE_LETTER, OTHER_HOST, SAME, SAME_NUMBER
from crmcli.dedupe.mailboxes import Mailboxes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from crmcli.dedupe.fields import Field

    Ints = NDArray[np.int32]
    Bits = NDArray[np.float32]
    Flags = NDArray[np.bool_]

_OF_NAMES = 2.0  # bits of the same address at another host, where it is made of the name
_OF_DIGIT = 2.5
_SHARED = 5.0  # the most that a mailbox of several people says
_UNKNOWN = -1
_LIKE = {OTHER_HOST: 4.0, ONE_LETTER: 5.0, CLOSE: 8.0}  # bits less than the same address


def letters(text: str) -> str:
    """Give the letters of what stands before the @."""
    return "".join(filter(str.isalpha, text.partition("@")[0]))


class Mail:
    """The evidence of one field of addresses, beside the names of the rows that have them."""

    def __init__(self, addresses: Field, given: Field | None, surname: Field | None) -> None:
        """Take the addresses, and the names where there are any."""
        self._words, self._codes = addresses.words, addresses.first
        self._names = [one for one in (given, surname) if one is not None]
        self._boxes = addresses.words.made(Mailboxes)
        self._known = np.full(len(self._codes), _UNKNOWN, np.int8)  # of each row, whether its address is made of names

    def weigh(self, level: NDArray[np.uint8], bits: Bits, rarity: Bits, ends: tuple[Ints, Ints]) -> Flags:
        """Set the bits of like addresses by what they are made of; tell where they count the host already."""
        codes = [self._codes[rows] for rows in ends]
        counted: Flags = level == SAME
        several = np.flatnonzero(counted & (codes[0] >= 0) & self._boxes.shared[codes[0]])
        bits[several] = np.minimum(bits[several], _SHARED)
        known = (codes[0] >= 0) & (codes[1] >= 0)
        pairs = np.flatnonzero(np.isin(level, (OTHER_HOST, ONE_LETTER, CLOSE, SAME_NUMBER)) & known)
        if len(pairs):
            a, b = codes[0][pairs], codes[1][pairs]
            made = self._made(ends[0][pairs]) | self._made(ends[1][pairs])
            bits[pairs] = self._alike(level[pairs], made, np.maximum(rarity[a], rarity[b]), (a, b))
            counted[pairs] = ~(made & (self._boxes.host[a] == self._boxes.host[b])) & (level[pairs] != SAME_NUMBER)
        return counted

    def _alike(self, level: NDArray[np.uint8], made: Flags, rare: Bits, words: tuple[Ints, Ints]) -> Bits:
        a, b = words
        same_number = self._boxes.number[a] == self._boxes.number[b]
        of_names = _OF_NAMES + np.where(same_number, _OF_DIGIT * np.minimum(self._boxes.digits[a], 2), 0)
        of_names[~same_number & (level != OTHER_HOST)] = 0  # anna54 and anna71
        less = np.zeros(256)
        less[list(_LIKE)] = list(_LIKE.values())
        bits = np.where(made, of_names, rare - less[level])
        bits = np.where(self._boxes.shared[a] & (level == OTHER_HOST), 0, bits)
        bits = np.where(
            (self._boxes.local[a] == self._boxes.local[b]) & (level != OTHER_HOST), rare - _LIKE[OTHER_HOST], bits
        )
        number = np.minimum(3.3 * self._boxes.digits[a] - 6, rare - 2)
        alike: Bits = np.where(level == SAME_NUMBER, number, bits).astype(np.float32)
        return alike

    def _made(self, rows: Ints) -> Flags:
        """Tell for each row whether its address is made of its names."""
        new = np.unique(rows[self._known[rows] == _UNKNOWN])
        names = [[one.words[code] if code >= 0 else "" for code in one.first[new].tolist()] for one in self._names]
        local = [letters(self._words[code]) for code in self._codes[new].tolist()]
        self._known[new] = [_made_of(text, *parts) for text, *parts in zip(local, *names, strict=True)]
        made: Flags = self._known[rows] == 1
        return made


def _made_of(local: str, *names: str) -> bool:
    return any(len(name) > 1 and name in local for name in names) or local == "".join([name[:1] for name in names])


def with_names_from_mail(fields: Sequence[Field]) -> tuple[list[Field], Flags]:
    """Fill a missing given name or surname from the e-mail, where the address has it; tell which rows were filled."""
    by = {one.meaning: place for place, one in reversed(list(enumerate(fields)))}
    filled = np.zeros(len(fields[0].codes), bool)
    result = list(fields)
    if {"given", "surname", "email"} <= by.keys():
        for meaning, other in (("given", "surname"), ("surname", "given")):
            one, beside, addresses = (fields[by[name]] for name in (meaning, other, "email"))
            codes = one.codes.copy()
            rows, numbers = _named_in_mail(one, beside, addresses)
            codes[rows, 0], filled[rows] = numbers, True
            result[by[meaning]] = field(one.columns, meaning, one.words, codes)
    return result, filled


def _named_in_mail(one: Field, beside: Field, addresses: Field) -> tuple[list[int], list[int]]:
    """Give the rows without this name whose address has a known one beside the other name, and its number."""
    used = np.bincount(one.first[one.first >= 0], minlength=len(one.words)) > 0
    known = {word: number for number, word in enumerate(one.words) if used[number] or len(word) == 1}
    open_ = np.flatnonzero((one.first < 0) & (beside.first >= 0) & (addresses.first >= 0)).tolist()
    found = []
    for row in open_:
        rest = _rest(letters(addresses.words[addresses.first[row]]), beside.words[beside.first[row]])
        if rest in known:
            found.append((row, known[rest]))
    return [row for row, _ in found], [number for _, number in found]


def _rest(local: str, name: str) -> str:
    """Give what the part before the @ holds beside a name, or nothing."""
    if len(name) < 3 or len(local) < 3:
        return ""
    if name not in local:
        return local
    return local.removeprefix(name) if local.startswith(name) else local.removesuffix(name)
