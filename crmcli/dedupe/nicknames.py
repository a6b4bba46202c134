"""Given names that are short for another, as people use them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


@cache
def _table() -> Sequence[tuple[str, str]]:
    from nicknames import name_triplets  # reads its table when it is called

    return [(name, nickname) for name, _, nickname in name_triplets()]


def nickname_pairs(words: Sequence[str]) -> NDArray[np.int64]:
    """Give the pairs of these words that are one person's names, each as one number: both ways round, in order."""
    numbers = {word: number for number, word in enumerate(words)}
    short: dict[str, set[str]] = {}
    for name, nickname in _table():
        short.setdefault(name, {name}).add(nickname)
    found: set[int] = set()
    for names in short.values():
        known = [numbers[word] for word in names if word in numbers]
        found.update(a * len(words) + b for a in known for b in known if a != b)
    return np.array(sorted(found), np.int64)


def full_names(words: Sequence[str]) -> list[str]:
    """Give for each name the one that it is short for, as far as it is known."""
    long: dict[str, str] = {}
    for name, nickname in _table():
        long.setdefault(nickname, name)
    return [long.get(word, word) for word in words]
