"""A first look at pairs by numbers alone: which are hopeless, and which rows are surely one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from crmcli.dedupe.spelling import Spelling
from crmcli.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from crmcli.dedupe.fields import Field
    from crmcli.dedupe.keys import Keys
    from crmcli.dedupe.roles import Roles

    Ints = NDArray[np.int32]
    Flags = NDArray[np.bool_]
    Letters = NDArray[np.uint64]
    Steps = NDArray[np.int16]

_AT_ONCE = 1 << 14  # pairs: what is made of them on the way stays in a processor's cache
_LIKE = {  # keys that values have in common which may be misspelled
    "given": ("given sound",), "surname": ("surname sound",), "email": ("mailbox",), "org": ("org sound",),
    "phone": ("phone end", "phone start"),
}  # fmt: skip
_NO_SPELLING = ("phone", "date", "postcode", "state", "country", "category", "text")
_KINDS = 2  # of letters, in which two words differ of which one is misspelled
_BIT = 8  # steps, in which all is counted here
_LOOSE, _MOST = 2 * _BIT, 8 * _BIT  # a value like another says so much less than the same, and so much at most
_OTHER, _ELSEWHERE = 2 * _BIT, 12  # against a pair: another value in what speaks for itself, and around it
_OFTEN = 2 * _BIT  # for a pair: several keys in common
_HOPE = 0.55  # of the bits that the number of a row has


@frozen
class _Seen:
    """How a field is looked at: by the columns with its values, with what spellings share, and with letters."""

    place: int
    like: Sequence[int]
    letters: int | None
    around: bool  # what goes together is as rare as the rarest of it
    against: int


@frozen
class _Rows:
    """What is looked at, row by row: all that is known of a row is read at once."""

    values: Ints
    rarity: NDArray[np.uint8]
    letters: Letters


def first_look(
    fields: Sequence[Field], keys: Keys, roles: Roles, pairs: tuple[Ints, Ints, Flags]
) -> tuple[Flags, Flags]:
    """Tell which pairs are surely one, and which have a hope to be: the rest needs no look at spellings.

    Args:
        fields: what is compared.
        keys: those that the rows were put into blocks by.
        roles: what part each field plays.
        pairs: their left and right rows, and which of them have several keys in common.
    """
    left, right, often = pairs
    rows, seen = _rows(fields, keys, roles)
    named, reached = _naming(fields, roles)
    scale = _BIT * float(np.log2(max(len(rows.values), 2)))
    sure, hopeful = np.zeros((2, len(left)), bool)
    for start in range(0, len(left), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        same, equal, total = _look(seen, rows, left[part], right[part])
        sure[part] = (equal > scale + 4 * _BIT) | (same[named].all(axis=0) & same[reached].any(axis=0))
        if roles.given is not None:  # a household has much in common, but no given name
            sure[part] &= same[roles.given]
        hopeful[part] = total + often[part] * np.int16(_OFTEN) > scale * _HOPE
    return sure, hopeful


def _rows(fields: Sequence[Field], keys: Keys, roles: Roles) -> tuple[_Rows, list[_Seen]]:
    """Put side by side what is looked at."""
    rows = len(fields[0].codes)
    values = [field.first for field in fields]
    spelled: list[Letters] = []
    seen = []
    for place, field in enumerate(fields):
        like = [key for name in _LIKE.get(field.meaning, ()) if (key := keys.get(name)) is not None]
        around = place in roles.context
        against = 0 if place == roles.host else _ELSEWHERE if around else _OTHER
        number = None if field.meaning in _NO_SPELLING else len(spelled)
        seen.append(_Seen(place, range(len(values), len(values) + len(like)), number, around, against))
        values += like
        if number is not None:
            spelled.append(field.words.made(Spelling).letters[field.first])
    rarity = [_rarity(field)[field.first] for field in fields]
    return _Rows(_table(values, rows, np.int32), _table(rarity, rows, np.uint8), _table(spelled, rows, np.uint64)), seen


def _table(columns: Sequence[NDArray[Any]], rows: int, kind: type[np.generic]) -> NDArray[Any]:
    table = np.empty((rows, len(columns)), kind)
    for place, column in enumerate(columns):
        table[:, place] = column
    return table


def _naming(fields: Sequence[Field], roles: Roles) -> tuple[list[int], list[int]]:
    """Give the fields that name a row, and those by which it is reached: with both in common, two are surely one."""
    names = ("given", "surname") if any(field.meaning == "surname" for field in fields) else ("org",)
    named = [place for place, field in enumerate(fields) if field.meaning in names]
    ways = ("email", "phone", "id", "domain")
    return named, [place for place, field in enumerate(fields) if field.meaning in ways and place != roles.host]


def _rarity(field: Field) -> NDArray[np.uint8]:
    """Give how rare each value is among those of its field, in steps; of what says little, not much."""
    codes = field.first
    counts = np.bincount(codes[codes >= 0], minlength=len(field.words) + 1)
    rare = np.log2(max(int(counts.sum()), 1) / np.maximum(counts, 1))
    made: NDArray[np.uint8] = (rare.clip(0, 4 if field.meaning in ("category", "text") else 31) * _BIT).astype(np.uint8)
    return made


def _look(seen: Sequence[_Seen], rows: _Rows, left: Ints, right: Ints) -> tuple[Flags, Steps, Steps]:
    """Tell which values are the same, and how much that says: alone, and with what is like another or is none.

    Each adds up what speaks for itself, and the rarest of what goes together; the latter, half of the next rarest.
    """
    one, other = rows.values.take(left, axis=0), rows.values.take(right, axis=0)
    known = np.ascontiguousarray(((one | other) >= 0).T)
    same = np.ascontiguousarray((one == other).T) & known
    kinds = np.bitwise_count(rows.letters.take(left, axis=0) ^ rows.letters.take(right, axis=0))
    spelled = np.ascontiguousarray((kinds <= _KINDS).T)
    rarity = np.ascontiguousarray(rows.rarity.take(left, axis=0).T).astype(np.int16)
    exact, total, most, best, next_ = np.zeros((5, len(left)), np.int16)
    for field in seen:
        alike = same[field.place]
        like = np.any([same[column] for column in field.like], axis=0) if field.like else np.zeros(len(left), bool)
        if field.letters is not None:
            like |= spelled[field.letters]
        like &= known[field.place] & ~alike
        equal = rarity[field.place] * alike
        loose = equal + (rarity[field.place] - np.int16(_LOOSE)).clip(0, _MOST) * like
        total -= (known[field.place] & ~alike & ~like) * np.int16(field.against)
        if field.around:
            most = np.maximum(most, equal)
            next_ = np.maximum(next_, np.minimum(best, loose))
            best = np.maximum(best, loose)
        else:
            exact += equal
            total += loose
    return same, exact + most, total + best + next_ // 2
