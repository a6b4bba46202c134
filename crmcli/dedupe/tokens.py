"""Compare names of several words by the words they share, where rare words count for more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from rapidfuzz import fuzz
from rapidfuzz.distance import Prefix
from rapidfuzz.process import cpdist

from crmcli.dedupe.folding import digits_of, encoded
from crmcli.dedupe.levels import CLOSE, DIFFERS, ONE_LETTER, PART, RESEMBLES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from crmcli.dedupe.fields import Field, Words

    Ints = NDArray[np.int32]

_WIDTH = 6  # words of a name that are compared


def _table(words: Sequence[str]) -> tuple[Ints, NDArray[np.float32]]:
    """Give the numbers of each name's words (-1 is none), and their weights: how rare among names, in bits."""
    split = [word.split()[:_WIDTH] for word in words]
    tokens, numbers = encoded([token for several in split for token in several])
    sizes = np.array([len(several) for several in split], np.int32)
    rows = np.repeat(np.arange(len(words)), sizes)
    places = np.arange(len(rows)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    table = np.full((len(words), _WIDTH), -1, np.int32)
    table[rows, places] = numbers
    counts = np.maximum(np.bincount(numbers, minlength=len(tokens)), 1)
    weights = np.zeros(table.shape, np.float32)
    weights[rows, places] = np.log2((len(words) + 1) / counts)[numbers]
    return table, weights


def numbers_differ(words: Words) -> Callable[[Ints, Ints], NDArray[np.bool_]]:
    """Give the function that tells whose numbers are others: batch 12 and batch 13 are no misspelling."""
    number = words.numbers(digits_of)
    return lambda i, j: (number[i] != number[j]) & (number[i] >= 0) & (number[j] >= 0)


def token_levels(field: Field) -> Callable[[Ints, Ints], NDArray[np.uint8]]:
    """Give the function that compares names of organisations."""
    words = field.words
    table, weight = _table(words)
    total = np.maximum(weight.sum(axis=1), 1e-6)
    joined = ["".join(word.split()) for word in words]
    length = np.array([len(one) for one in joined], np.int32)
    initials = ["".join([part[0] for part in word.split()]) if " " in word else "?" for word in words]
    short, whole = np.split(encoded([*initials, *joined])[1], 2)
    other_numbers = numbers_differ(words)

    def compare(i: Ints, j: Ints) -> NDArray[np.uint8]:
        left, right = [joined[n] for n in i.tolist()], [joined[n] for n in j.tolist()]
        alike = cpdist(left, right, scorer=fuzz.ratio, dtype=np.float32, workers=-1) / 100
        begins = cpdist(left, right, scorer=Prefix.similarity, dtype=np.int32)
        shorter = np.minimum(length[i], length[j])
        equal = (table[i][:, :, None] == table[j][:, None, :]).any(axis=2)
        shared = np.where(equal, weight[i], 0).sum(axis=1)
        common, within = shared / np.maximum(total[i], total[j]), shared / np.minimum(total[i], total[j])
        found = np.where(alike >= 0.6, np.uint8(RESEMBLES), np.uint8(DIFFERS))
        found[(within >= 0.95) & (common >= 0.4)] = PART
        found[(whole[i] == short[j]) | (whole[j] == short[i]) | ((begins == shorter) & (shorter >= 3))] = PART
        found[(alike >= 0.8) | (common >= 0.8)] = CLOSE
        found[(alike >= 0.92) | (common >= 0.99)] = ONE_LETTER
        found[other_numbers(i, j) & (found < RESEMBLES)] = RESEMBLES
        return found

    return compare
