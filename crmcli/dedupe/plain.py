"""A first look at pairs by numbers alone: which are hopeless, and which rows are surely one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from crmcli.dedupe.fields import Field
    from crmcli.dedupe.roles import Roles

    Ints = NDArray[np.int32]
    Flags = NDArray[np.bool_]
    Bits = NDArray[np.float32]

_AT_ONCE = 100_000  # pairs: what is made of them on the way stays in a processor's cache


def first_look(fields: Sequence[Field], roles: Roles, left: Ints, right: Ints) -> tuple[Flags, Flags]:
    """Tell which pairs are surely one, and which have a hope to be: the rest needs no look at spellings."""
    rarity = [_rarity(field) for field in fields]
    scale = np.log2(max(len(fields[0].codes), 2))
    sure, hopeful = np.zeros((2, len(left)), bool)
    for start in range(0, len(left), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        a, b = left[part], right[part]
        bits = _plain_bits(fields, rarity, roles, (a, b))
        sure[part] = (bits > scale + 4) | _named_and_reached(fields, roles, a, b)
        if roles.given is not None:  # a household has much in common, but no given name
            sure[part] &= _same(fields[roles.given], a, b)
        hopeful[part] = bits > scale * 0.7
    return sure, hopeful


def _named_and_reached(fields: Sequence[Field], roles: Roles, left: Ints, right: Ints) -> Flags:
    """Tell which pairs have their names in common and a way to reach them, however often those are met."""
    named, reached = np.ones(len(left), bool), np.zeros(len(left), bool)
    names = ("given", "surname") if any(field.meaning == "surname" for field in fields) else ("org",)
    for place, field in enumerate(fields):
        if field.meaning in names:
            named &= _same(field, left, right)
        elif field.meaning in ("email", "phone", "id", "domain") and place != roles.host:
            reached |= _same(field, left, right)
    return named & reached


def _same(field: Field, left: Ints, right: Ints) -> Flags:
    same: Flags = (field.first[left] == field.first[right]) & (field.first[left] >= 0)
    return same


def _rarity(field: Field) -> Bits:
    """Give how rare each value is among those of its field, in bits."""
    codes = field.first
    counts = np.bincount(codes[codes >= 0], minlength=len(field.words) + 1)
    rare: Bits = np.log2(max(int(counts.sum()), 1) / np.maximum(counts, 1)).astype(np.float32)
    return rare


def _plain_bits(fields: Sequence[Field], rarity: Sequence[Bits], roles: Roles, ends: tuple[Ints, Ints]) -> Bits:
    """Give the bits of equal values: of all that speaks for itself, and of the rarest of what goes together."""
    left, right = ends
    own = np.zeros(len(left), np.float32)
    around = np.zeros(len(left), np.float32)
    for place, (field, rare) in enumerate(zip(fields, rarity, strict=True)):
        one = field.first[left]
        same = np.flatnonzero((one == field.first[right]) & (one >= 0))
        bits = rare[one[same]]
        if place in roles.context:
            around[same] = np.maximum(around[same], bits)
        else:
            own[same] += np.minimum(bits, 4) if field.meaning in ("category", "text") else bits
    return own + around
