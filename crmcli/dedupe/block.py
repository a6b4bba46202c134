"""Propose the pairs that are worth comparing: rows that have a key in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmcli.dedupe.keys import RECIPES, REFINED_BY, Keys, hashed, mixed_with

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from crmcli.dedupe.fields import Field

    Ints = NDArray[np.int32]
    Pairs = NDArray[np.int64]

_WINDOW = 3


def candidates(fields: Sequence[Field], kind: str, kept: NDArray[np.bool_]) -> tuple[Ints, Ints, NDArray[np.bool_]]:
    """Give pairs of the rows that are kept, each once and in order; and which have several keys in common."""
    rows = len(fields[0].codes)
    keys = Keys(fields)
    kind = "person" if kind == "person" else "organisation"
    refined = [key for name in REFINED_BY[kind] if (key := keys.get(name)) is not None]
    limit = 60 if rows < 50_000 else 40 if rows < 300_000 else 24
    found: list[Pairs] = []
    for recipe in _recipes(keys, kind):
        found.extend(_blocks(np.where(kept, recipe, np.uint64(0)), refined, limit, rows))
    pairs = np.sort(np.concatenate([np.zeros(0, np.int64), *found]))
    starts = np.flatnonzero(np.diff(pairs, prepend=-1))
    often = np.diff(starts, append=len(pairs)) > 1
    pairs = pairs[starts]
    return (pairs // rows).astype(np.int32), (pairs % rows).astype(np.int32), often


def _recipes(keys: Keys, kind: str) -> Iterator[NDArray[np.uint64]]:
    """Give a number for each row by each recipe; 0 is unset."""
    for recipe in RECIPES[kind]:
        if recipe == ("names",):
            yield from keys.names()
            continue
        parts = [keys.get(name) for name in recipe]
        if all(part is not None for part in parts):
            yield hashed([part for part in parts if part is not None])


def _blocks(key: NDArray[np.uint64], refined: Sequence[Ints], limit: int, rows: int) -> Iterator[Pairs]:
    """Give the pairs of all blocks; one over the limit is split by further keys instead of left out."""
    row = np.uint64(
        (1 << rows.bit_length()) - 1
    )  # a key's lower bits make room for the row: numbers sort by themselves
    members = np.flatnonzero(key).astype(np.int32)
    key = key[members]
    for more in [None, *refined]:
        if more is not None:
            known = more[members] >= 0
            members, key = members[known], key[known]
            key = mixed_with(key, more[members])
        key = np.sort((key & ~row) | members.astype(np.uint64))
        members, key = (key & row).astype(np.int32), key & ~row
        starts = np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]])) if len(key) else np.zeros(0, np.int64)
        sizes = np.diff(np.append(starts, len(key)))
        size = np.repeat(sizes, sizes)
        left = size - (np.arange(len(key)) - np.repeat(starts, sizes))  # rows of the block from this one on
        small = size <= limit
        yield from _within(members[small], left[small], rows)
        members, key = members[~small], key[~small]
        if not len(members):
            return
    yield from _within(members, np.minimum(left[~small], _WINDOW), rows)


def _within(members: Ints, left: NDArray[np.int64], rows: int) -> Iterator[Pairs]:
    """Give the pairs of each row with those that follow it in its block."""
    place = np.arange(len(members))
    for step in range(1, int(left.max(initial=1))):
        place = place[left[place] > step]
        yield _packed(members[place], members[place + step], rows)


def _packed(left: Ints, right: Ints, rows: int) -> Pairs:
    return np.minimum(left, right).astype(np.int64) * rows + np.maximum(left, right)
