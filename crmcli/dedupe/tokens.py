"""Compare names of several words by the words they share, where rare words count for more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from rapidfuzz import fuzz
from rapidfuzz.process import cpdist

from crmcli.dedupe.folding import encoded
from crmcli.dedupe.levels import CLOSE, DIFFERS, ONE_LETTER, PART

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from crmcli.dedupe.fields import Field

    Ints = NDArray[np.int32]

WIDTH = 6  # words of a name that are compared


def token_table(words: Sequence[str]) -> tuple[Ints, NDArray[np.float32]]:
    """Give the numbers of each name's words (-1 is none) and how rare each word is among names, in bits."""
    split = [word.split()[:WIDTH] for word in words]
    tokens, numbers = encoded([token for several in split for token in several])
    table = np.full((len(words), WIDTH), -1, np.int32)
    sizes = np.array([len(several) for several in split], np.int32)
    rows = np.repeat(np.arange(len(words)), sizes)
    places = np.arange(len(rows)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    table[rows, places] = numbers
    counts = np.bincount(numbers, minlength=len(tokens))
    return table, np.log2((len(words) + 1) / np.maximum(counts, 1)).astype(np.float32)


def token_levels(field: Field) -> Callable[[Ints, Ints], NDArray[np.uint8]]:
    """Give the function that compares names of organisations."""
    words = field.words
    table, rarity = token_table(words)
    weight = np.where(table >= 0, rarity[table], np.float32(0)) if len(rarity) else np.zeros(table.shape, np.float32)
    total = weight.sum(axis=1)
    joined = ["".join(word.split()) for word in words]
    first = ["".join([part[0] for part in word.split()]) if " " in word else "?" for word in words]
    _, short = encoded([*first, *joined])
    initials, whole = short[: len(words)], short[len(words) :]

    def compare(i: Ints, j: Ints) -> NDArray[np.uint8]:
        left, right = [joined[n] for n in i.tolist()], [joined[n] for n in j.tolist()]
        alike = cpdist(left, right, scorer=fuzz.ratio, dtype=np.float32) / 100
        equal = (table[i][:, :, None] == table[j][:, None, :]).any(axis=2)
        shared = np.where(equal, weight[i], 0).sum(axis=1)
        common = shared / np.maximum(np.maximum(total[i], total[j]), 1e-6)
        within = shared / np.maximum(np.minimum(total[i], total[j]), 1e-6)
        found = np.full(len(i), DIFFERS, np.uint8)
        acronym = (whole[i] == initials[j]) | (whole[j] == initials[i])
        found[((within >= 0.95) & (common >= 0.45)) | acronym] = PART
        found[(alike >= 0.85) | (common >= 0.8)] = CLOSE
        found[(alike >= 0.92) | (common >= 0.99)] = ONE_LETTER
        return found

    return compare
