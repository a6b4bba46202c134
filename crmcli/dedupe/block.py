"""Propose the pairs that are worth comparing: rows that have a key in common."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from crmcli.dedupe.keys import BY_CHANCE, RECIPES, REFINED_BY, hashed, mixed_with
from crmcli.dedupe.processors import at_once

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from crmcli.dedupe.keys import Keys

    Ints = NDArray[np.int32]
    Pairs = NDArray[np.int64]
    # What gives each row's number, 0 is unset; and how many pairs it may give for each row.
    _Recipe: TypeAlias = tuple[Callable[[], NDArray[np.uint64]], int]

_WINDOW = 3
_EACH = 1  # pairs for each row that a recipe gives at most
_NAMED = 3  # the same of both names, which find the most
_LEAST = 200_000  # pairs that a recipe may give in any table
_LARGE = 300_000  # rows
_HALF = 32  # bits of a pair that a row has


def candidates(keys: Keys, kind: str, kept: NDArray[np.bool_]) -> tuple[Ints, Ints, NDArray[np.bool_]]:
    """Give pairs of the rows that are kept, each once and in order; and which have several keys in common."""
    rows = len(kept)
    kind = "person" if kind == "person" else "organisation"
    refined = [key for name in REFINED_BY[kind] if (key := keys.get(name)) is not None]

    def blocks(recipe: _Recipe) -> Pairs:
        key, each = recipe
        found = _blocks(np.where(kept, key(), np.uint64(0)), refined, max(rows, _LEAST) * each)
        return np.concatenate([np.zeros(0, np.int64), *found])

    pairs = np.concatenate([np.zeros(0, np.int64), *at_once(blocks, _recipes(keys, kind, rows))])
    pairs.sort()
    starts = np.flatnonzero(np.diff(pairs, prepend=-1))
    often = np.diff(starts, append=len(pairs)) > 1
    pairs = pairs[starts]
    return (pairs >> _HALF).astype(np.int32), pairs.astype(np.int32), often


def _recipes(keys: Keys, kind: str, rows: int) -> Iterator[_Recipe]:
    """Give the recipes of which the table has all that they are made of."""
    for recipe in RECIPES[kind]:
        if rows >= _LARGE and recipe in BY_CHANCE:
            continue
        if recipe == ("names",):
            yield from ((partial(np.asarray, key), _NAMED) for key in keys.names())
            continue
        parts = [keys.get(name) for name in recipe]
        if all(part is not None for part in parts):
            yield partial(hashed, [part for part in parts if part is not None]), _EACH


def _blocks(key: NDArray[np.uint64], refined: Sequence[Ints], most: int) -> Iterator[Pairs]:
    """Give the pairs of all blocks; one that is too large is split by further keys instead of left out."""
    rows = len(key)
    row = np.uint64(
        (1 << rows.bit_length()) - 1
    )  # a key's lower bits make room for the row: numbers sort by themselves
    limit = 0
    members = np.flatnonzero(key).astype(np.int32)
    key = key[members]
    for more in [None, *refined]:
        if more is not None:
            known = more[members] >= 0
            members, key = members[known], key[known]
            key = mixed_with(key, more[members])
        key = (key & ~row) | members.astype(np.uint64)
        key.sort()
        members, key = (key & row).astype(np.int32), key & ~row
        starts = np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]])) if len(key) else np.zeros(0, np.int64)
        sizes = np.diff(np.append(starts, len(key)))
        limit = limit or _limit(sizes, rows, most)
        size = np.repeat(sizes, sizes)
        left = size - (np.arange(len(key)) - np.repeat(starts, sizes))  # rows of the block from this one on
        small = size <= limit
        yield from _within(members[small], left[small])
        members, key = members[~small], key[~small]
        if not len(members):
            return
    yield from _within(members, np.minimum(left[~small], _WINDOW))


def _limit(sizes: NDArray[np.int64], rows: int, most: int) -> int:
    """Give how many rows a block may have, so that all together give no more pairs than they may."""
    limit = 60 if rows < 50_000 else 40 if rows < _LARGE else 24
    size = np.arange(limit + 1)
    pairs = np.cumsum(np.bincount(sizes[sizes <= limit], minlength=limit + 1) * size * (size - 1) // 2)
    return max(int(np.searchsorted(pairs, most, side="right")) - 1, 2)


def _within(members: Ints, left: NDArray[np.int64]) -> Iterator[Pairs]:
    """Give the pairs of each row with those that follow it in its block: the lower row in the upper half."""
    place = np.arange(len(members))
    for step in range(1, int(left.max(initial=1))):
        place = place[left[place] > step]
        one, other = members[place], members[place + step]
        yield np.minimum(one, other).astype(np.int64) << _HALF | np.maximum(one, other)
