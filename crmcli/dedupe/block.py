"""Propose the pairs that are worth comparing: rows that have a key in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmcli.dedupe.keys import RECIPES, REFINED_BY, Keys

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from crmcli.dedupe.fields import Field

    Ints = NDArray[np.int32]
    Pairs = NDArray[np.int64]

_ODD = np.uint64(0x9E3779B97F4A7C15)
_WINDOW = 3


def candidates(fields: Sequence[Field], kind: str) -> tuple[Ints, Ints, NDArray[np.bool_]]:
    """Give pairs of rows, each once, the lower number first, in order; and which have several keys in common."""
    rows = len(fields[0].codes)
    keys = Keys(fields)
    kind = "person" if kind == "person" else "organisation"
    refined = [key for name in REFINED_BY[kind] if (key := keys.get(name)) is not None]
    limit = 60 if rows < 50_000 else 40 if rows < 300_000 else 24
    found: list[Pairs] = []
    for recipe in _recipes(keys, kind):
        found.extend(_blocks(recipe, refined, limit, rows))
    pairs = np.sort(np.concatenate([np.zeros(0, np.int64), *found]))
    starts = np.flatnonzero(np.diff(pairs, prepend=-1))
    often = np.diff(starts, append=len(pairs)) > 1
    pairs = pairs[starts]
    return (pairs // rows).astype(np.int32), (pairs % rows).astype(np.int32), often


def _recipes(keys: Keys, kind: str) -> Iterator[NDArray[np.uint64]]:
    """Give a number for each row by each recipe; 0 is unset."""
    for recipe in RECIPES[kind]:
        if recipe == ("names",):
            yield from _both_names(keys)
            continue
        parts = [keys.get(name) for name in recipe]
        if all(part is not None for part in parts):
            yield _hashed([part for part in parts if part is not None])


def _both_names(keys: Keys) -> Iterator[NDArray[np.uint64]]:
    """Give a number for given name and surname by their sounds, the same in either order."""
    given, surname = keys.get("name sound given"), keys.get("name sound surname")
    if given is not None and surname is not None:
        both = (given >= 0) & (surname >= 0)
        yield np.where(both, (_hashed([given]) + _hashed([surname])) | np.uint64(1), np.uint64(0))


def _hashed(parts: Sequence[Ints]) -> NDArray[np.uint64]:
    """Mix the parts' numbers into one; 0 where one of them is unset."""
    total = np.zeros(len(parts[0]), np.uint64)
    filled = np.ones(len(total), bool)
    for part in parts:
        filled &= part >= 0
        total = _mixed(total * np.uint64(31) + part.astype(np.uint64) + np.uint64(1))
    return np.where(filled, total | np.uint64(1), np.uint64(0))


def _mixed(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    numbers = (numbers ^ (numbers >> np.uint64(31))) * _ODD
    return numbers ^ (numbers >> np.uint64(29))


def _blocks(key: NDArray[np.uint64], refined: Sequence[Ints], limit: int, rows: int) -> Iterator[Pairs]:
    """Give the pairs of all blocks; one over the limit is split by further keys instead of left out."""
    members = np.flatnonzero(key).astype(np.int32)
    key = key[members]
    for more in [None, *refined]:
        if more is not None:
            known = more[members] >= 0
            members, key = members[known], key[known]
            key = _mixed(key + more[members].astype(np.uint64) * _ODD)
        order = np.argsort(key, kind="stable")
        members, key = members[order], key[order]
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
