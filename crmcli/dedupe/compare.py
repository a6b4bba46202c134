"""Put pairs of values on levels: distinct pairs once, in calls that run in C."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmcli.dedupe.folding import areas, digits_of, looks, sounds
from crmcli.dedupe.levels import (
    AREA,
    CLOSE,
    DIFFERS,
    INITIAL,
    MISSING,
    NICKNAME,
    ONE_LETTER,
    OTHER_HOST,
    PART,
    RESEMBLES,
    SAME,
    SAME_NUMBER,
)
from crmcli.dedupe.mailboxes import Mailboxes
from crmcli.dedupe.nicknames import nickname_pairs
from crmcli.dedupe.spelling import Spelling
from crmcli.dedupe.tokens import token_levels

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from crmcli.dedupe.fields import Field

    Ints = NDArray[np.int32]
    Levels = NDArray[np.uint8]
    Comparer = Callable[[Ints, Ints], Levels]


def comparer(field: Field) -> Comparer:
    """Give the function that puts pairs of different words of a field (as numbers) on levels."""
    return _COMPARERS.get(field.meaning, _texts)(field)


def levels(codes: tuple[Ints, Ints], compare: Comparer, size: int) -> Levels:
    """Put pairs of numbers on levels; where they are as many as words, each distinct pair is compared once."""
    left, right = codes
    found = np.where((left < 0) | (right < 0), np.uint8(MISSING), np.uint8(SAME))
    open_ = np.flatnonzero((left != right) & (found != MISSING))
    if len(open_) < size:  # hardly a pair is met twice
        found[open_] = compare(left[open_], right[open_])
    else:
        low, high = np.minimum(left[open_], right[open_]), np.maximum(left[open_], right[open_])
        pairs, which = np.unique(low.astype(np.int64) * size + high, return_inverse=True)
        found[open_] = compare((pairs // size).astype(np.int32), (pairs % size).astype(np.int32))[which]
    return found


def _picked(words: Sequence[str], numbers: Ints) -> list[str]:
    return list(map(words.__getitem__, numbers.tolist()))


def _names(field: Field) -> Comparer:
    words = field.words
    sound, seen = words.numbers(sounds), words.numbers(looks)
    known = nickname_pairs(words)
    spelling = words.made(Spelling)
    length = spelling.length
    spaced = np.array([" " in word for word in words], bool)
    first = np.array([ord(word[0]) for word in words], np.int32)

    def compare(i: Ints, j: Ints) -> Levels:
        edits, alike = spelling.edits(i, j), spelling.alike(i, j)
        shorter = np.minimum(length[i], length[j])
        found = np.where(alike >= 0.65, np.uint8(RESEMBLES), np.uint8(DIFFERS))
        begun = np.flatnonzero((first[i] == first[j]) & (shorter >= 2))
        found[begun[spelling.begins(i[begun], j[begun]) == shorter[begun]]] = PART
        several = np.flatnonzero(spaced[i] | spaced[j])
        found[several[_share_part(_picked(words, i[several]), _picked(words, j[several]))]] = PART
        found[(alike >= 0.88) | ((sound[i] == sound[j]) & (alike >= 0.7)) | ((edits == 2) & (shorter >= 5))] = CLOSE
        found[((edits == 1) & (shorter >= 3)) | (seen[i] == seen[j])] = ONE_LETTER
        found[(shorter == 1) & (first[i] == first[j])] = INITIAL
        found[np.isin(i.astype(np.int64) * len(words) + j, known)] = NICKNAME
        return found

    return compare


def _share_part(left: Sequence[str], right: Sequence[str]) -> list[int]:
    """Give the numbers of those that have a word in common, or differ by spaces alone."""
    return [
        number
        for number, (one, other) in enumerate(zip(left, right, strict=True))
        if not set(one.split()).isdisjoint(other.split()) or one.replace(" ", "") == other.replace(" ", "")
    ]


def _texts(field: Field) -> Comparer:
    spelling = field.words.made(Spelling)
    length = spelling.length

    def compare(i: Ints, j: Ints) -> Levels:
        edits, alike = spelling.edits(i, j), spelling.alike(i, j)
        found = np.where(alike >= 0.75, np.uint8(RESEMBLES), np.uint8(DIFFERS))
        found[alike >= 0.9] = CLOSE
        found[(edits == 1) & (np.minimum(length[i], length[j]) >= 4)] = ONE_LETTER
        return found

    return compare


def _exact(_field: Field) -> Comparer:
    return lambda i, _j: np.full(len(i), DIFFERS, np.uint8)


def _mails(field: Field) -> Comparer:
    spelling, boxes = field.words.made(Spelling), field.words.made(Mailboxes)
    local, number = boxes.local, boxes.long_number

    def compare(i: Ints, j: Ints) -> Levels:
        edits = spelling.edits(i, j)
        found = np.full(len(i), DIFFERS, np.uint8)
        found[(edits == 2) & (np.minimum(boxes.length[i], boxes.length[j]) >= 5)] = CLOSE
        found[(number[i] == number[j]) & (number[i] >= 0)] = SAME_NUMBER
        found[local[i] == local[j]] = OTHER_HOST
        found[edits == 1] = ONE_LETTER
        return found

    return compare


def _domains(field: Field) -> Comparer:
    """Compare hosts, which are made of names: what is merely alike says no more than the names do."""
    words = field.words
    labels = [word.rpartition(".")[0] or word for word in words]
    length = np.array([len(label) for label in labels], np.int32)
    spelling = words.made(Spelling)

    def compare(i: Ints, j: Ints) -> Levels:
        edits = spelling.edits(i, j)
        found = np.full(len(i), DIFFERS, np.uint8)
        found[(edits == 1) & (np.minimum(length[i], length[j]) >= 6)] = ONE_LETTER
        return found

    return compare


def _digits(words: Sequence[str], width: int) -> NDArray[np.uint8]:
    """Give a row of digits for each word, from its end; what is shorter begins with a blank."""
    text = "".join([word[-width:].rjust(width) for word in words])
    return np.frombuffer(text.encode("utf-32-le"), np.uint32).astype(np.uint8).reshape(-1, width)


def _one_digit(left: NDArray[np.uint8], right: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Tell where one digit is another, or two neighbours changed places."""
    other = left != right
    apart = other.sum(axis=1)
    turned = (other[:, :-1] & other[:, 1:] & (left[:, :-1] == right[:, 1:]) & (left[:, 1:] == right[:, :-1])).any(
        axis=1
    )
    one: NDArray[np.bool_] = (apart == 1) | ((apart == 2) & turned)
    return one


def _phones(field: Field) -> Comparer:
    digits, spelling = _digits(field.words, 10), field.words.made(Spelling)

    def compare(i: Ints, j: Ints) -> Levels:
        left, right = digits[i], digits[j]
        found = np.full(len(i), DIFFERS, np.uint8)
        found[(left[:, :3] == right[:, :3]).all(axis=1)] = AREA
        found[_one_digit(left, right)] = ONE_LETTER
        found[(left[:, 3:] == right[:, 3:]).all(axis=1)] = PART
        odd = np.flatnonzero((left[:, 0] == 32) != (right[:, 0] == 32))  # a digit more or less
        found[odd] = np.where(spelling.edits(i[odd], j[odd]) == 1, ONE_LETTER, found[odd])
        return found

    return compare


def _dates(field: Field) -> Comparer:
    digits = _digits(field.words, 8)
    days = np.array([_day(word) for word in field.words], np.int32)

    def compare(i: Ints, j: Ints) -> Levels:
        left, right = digits[i], digits[j]
        found = np.full(len(i), DIFFERS, np.uint8)
        year = (left[:, :4] == right[:, :4]).all(axis=1)
        apart = np.abs(days[i] - days[j])
        found[year | (apart <= 400)] = AREA
        found[(left[:, 4:] == right[:, 4:]).all(axis=1) | (apart <= 31)] = CLOSE
        turned = (left[:, 4:6] == right[:, 6:]).all(axis=1) & (left[:, 6:] == right[:, 4:6]).all(axis=1)
        found[_one_digit(left, right) | (year & turned)] = ONE_LETTER
        return found

    return compare


def _day(word: str) -> int:
    """Count a date's days, roughly; what is no date is far from any."""
    if len(word) != 8 or not word.isdigit():
        return -10_000_000
    return int(word[:4]) * 365 + int(word[4:6]) * 30 + int(word[6:])


def _postcodes(field: Field) -> Comparer:
    area, spelling = field.words.numbers(areas), field.words.made(Spelling)

    def compare(i: Ints, j: Ints) -> Levels:
        found = np.full(len(i), DIFFERS, np.uint8)
        found[area[i] == area[j]] = AREA
        found[spelling.edits(i, j) == 1] = ONE_LETTER
        return found

    return compare


def _streets(field: Field) -> Comparer:
    number, seen = field.words.numbers(digits_of), field.words.numbers(looks)
    unset = number < 0
    spelling = field.words.made(Spelling)

    def compare(i: Ints, j: Ints) -> Levels:
        edits = spelling.edits(i, j)
        agree = np.flatnonzero((number[i] == number[j]) | unset[i] | unset[j])
        a, b = i[agree], j[agree]
        alike = spelling.alike(a, b)
        found = np.full(len(i), DIFFERS, np.uint8)
        found[agree[(alike >= 0.8) & ~(unset[a] & unset[b])]] = PART
        found[agree[(alike >= 0.92) | (edits[agree] == 2)]] = CLOSE
        found[(edits == 1) | (seen[i] == seen[j])] = ONE_LETTER
        return found

    return compare


_COMPARERS: dict[str, Callable[[Field], Comparer]] = {
    "given": _names,
    "surname": _names,
    "email": _mails,
    "domain": _domains,
    "phone": _phones,
    "date": _dates,
    "postcode": _postcodes,
    "street": _streets,
    "state": _exact,
    "country": _exact,
    "category": _exact,
    "org": token_levels,
}
