"""What rows are put into blocks by: values, their sounds and beginnings, each row's as a number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmcli.dedupe.folding import areas, encoded, sounds
from crmcli.dedupe.mailboxes import Mailboxes
from crmcli.dedupe.nicknames import full_names

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from crmcli.dedupe.fields import Field

    Ints = NDArray[np.int32]

_ODD = np.uint64(0x9E3779B97F4A7C15)

RECIPES: Mapping[str, Sequence[tuple[str, ...]]] = {
    "person": (
        ("id",), ("email",), ("phone",), ("mailbox",), ("names",), ("phone end",), ("date",),
        ("surname 4", "given 3"), ("surname", "postcode"), ("surname sound", "street"), ("surname sound", "org"),
        ("surname sound", "date"), ("surname sound", "domain"), ("surname sound", "year"),
        ("surname sound", "given 1", "area"), ("surname sound", "given 1", "city"),
        ("surname sound", "given 1", "state"),
        ("given", "street"), ("given", "postcode"), ("given", "org"), ("given", "date"), ("given", "domain", "city"),
        ("given", "house", "city"), ("given", "surname 1", "area"), ("given", "year", "city"),
        ("given sound", "city", "surname 1"), ("street", "city"), ("date", "postcode"), ("date", "city"),
        ("date", "given 1"), ("org", "phone start"), ("org", "city"), ("org", "text"), ("city", "text", "given 1"),
        ("mail number",), ("org start", "city", "given 1"), ("org start", "city", "surname 1"), ("org sound", "state"),
        ("phone start", "given 1"),
    ),
    "organisation": (
        ("id",), ("email",), ("phone",), ("phone end",), ("domain",), ("domain start",), ("org",), ("org rare",),
        ("org short",), ("org sound",), ("org 6",), ("org start", "city"), ("org start", "postcode"),
        ("org start", "state"),
        ("postcode", "org 3"), ("house", "city", "org 3"), ("house", "postcode"), ("street",), ("street sound", "city"),
    ),
}  # fmt: skip
BY_CHANCE: Collection[tuple[str, ...]] = (  # recipes that in a large table find no more than chance does
    ("given", "domain", "city"), ("given", "surname 1", "area"), ("org start", "city", "given 1"),
    ("org start", "city", "surname 1"),
)  # fmt: skip
REFINED_BY: Mapping[str, Sequence[str]] = {
    "person": (
        "given", "surname sound", "postcode", "city", "date", "org", "street", "phone start", "area", "given 1",
        "state",
    ),
    "organisation": ("org start", "city", "postcode", "street", "phone start", "org 3", "state", "category"),
}  # fmt: skip


class Keys:
    """The keys of one table, each made when it is first asked for."""

    def __init__(self, fields: Sequence[Field]) -> None:
        """Take the fields; the first of a meaning is the one that rows are found by."""
        self._fields: dict[str, Field] = {}
        for one in fields:
            self._fields.setdefault(one.meaning, one)
        self._made: dict[str, Ints | None] = {}

    def get(self, name: str) -> Ints | None:
        """Give each row's number of this key (-1 is unset), or None where the table has no such thing."""
        if name not in self._made:
            meaning, make = _KEYS.get(name, (name, _same))
            one = self._fields.get(meaning)
            self._made[name] = None if one is None else make(one)
        return self._made[name]

    def names(self) -> Sequence[NDArray[np.uint64]]:
        """Give keys of given name and surname by their sounds, the same in either order; 0 is unset.

        A row without them has the key of the two names in its e-mail; in a second key it is the other way round.
        """
        given, surname, mail = (self._fields.get(name) for name in ("given", "surname", "email"))
        if given is None or surname is None:
            return ()
        boxes = None if mail is None else mail.words.made(Mailboxes)
        more = [] if boxes is None else boxes.names
        sound = _mixed(encoded(sounds(full_names([*given.words, *more])))[1].astype(np.uint64) + np.uint64(1))
        both = (given.first >= 0) & (surname.first >= 0)
        names = np.where(both, sound[given.first] + sound[surname.first], np.uint64(0))
        if mail is None or boxes is None:
            return (names,)
        of_word = np.zeros(len(boxes.named), np.uint64)
        of_word[boxes.named] = sound[len(given.words) + boxes.two].sum(axis=1)
        mailed = np.where(mail.first < 0, np.uint64(0), of_word[mail.first])
        return np.where(names > 0, names, mailed), np.where(mailed > 0, mailed, names)


def hashed(parts: Sequence[Ints]) -> NDArray[np.uint64]:
    """Mix the parts' numbers into one; 0 where one of them is unset."""
    total = np.zeros(len(parts[0]), np.uint64)
    filled = np.ones(len(total), bool)
    for part in parts:
        filled &= part >= 0
        total = _mixed(total * np.uint64(31) + part.astype(np.uint64) + np.uint64(1))
    return np.where(filled, total | np.uint64(1), np.uint64(0))


def mixed_with(key: NDArray[np.uint64], part: Ints) -> NDArray[np.uint64]:
    """Mix a further number into a key."""
    return _mixed(key + part.astype(np.uint64) * _ODD)


def _mixed(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    numbers = (numbers ^ (numbers >> np.uint64(31))) * _ODD
    return numbers ^ (numbers >> np.uint64(29))


def _same(one: Field) -> Ints:
    return one.first


def _of_words(one: Field, numbers: Ints) -> Ints:
    return np.where(one.first < 0, np.int32(-1), numbers[one.first])


def _mapped(change: Callable[[Sequence[str]], list[str]]) -> Callable[[Field], Ints]:
    return lambda one: _of_words(one, one.words.numbers(change))


def _start(size: int) -> Callable[[Field], Ints]:
    return _mapped(lambda words: [word[:size] for word in words])


def _rare(words: Sequence[str]) -> list[str]:
    """Give the rarest word of each name, the longest of equally rare ones."""
    split = [word.split() for word in words]
    counts: dict[str, int] = {}
    for several in split:
        for token in several:
            counts[token] = counts.get(token, 0) + 1
    return [min(several, key=lambda token: (counts[token], -len(token), token)) for several in split]


def _short(words: Sequence[str]) -> list[str]:
    """Give the first letters of a name of several words; of one word, itself."""
    return ["".join([part[0] for part in word.split()]) if " " in word else word for word in words]


def _mailbox(one: Field) -> Ints:
    return _of_words(one, one.words.made(Mailboxes).local)


def _mail_number(one: Field) -> Ints:
    return _of_words(one, one.words.made(Mailboxes).long_number)


_KEYS: Mapping[str, tuple[str, Callable[[Field], Ints]]] = {
    "given": ("given", _mapped(full_names)),
    "given sound": ("given", _mapped(lambda words: sounds(full_names(words)))),
    "given 1": ("given", _start(1)),
    "given 3": ("given", _start(3)),
    "surname sound": ("surname", _mapped(sounds)),
    "surname 1": ("surname", _start(1)),
    "surname 4": ("surname", _start(4)),
    "mailbox": ("email", _mailbox),
    "mail number": ("email", _mail_number),
    "phone end": ("phone", _mapped(lambda words: [word[-6:] for word in words])),
    "phone start": ("phone", _mapped(lambda words: [word[:-3] for word in words])),
    "area": ("postcode", _mapped(areas)),
    "year": ("date", _start(4)),
    "org start": ("org", _mapped(lambda words: [word.partition(" ")[0] for word in words])),
    "org rare": ("org", _mapped(_rare)),
    "org short": ("org", _mapped(_short)),
    "org sound": ("org", _mapped(lambda words: sounds(["".join(word.split()) for word in words]))),
    "org 3": ("org", _start(3)),
    "org 6": ("org", _start(6)),
    "domain start": ("domain", _start(8)),
    "street sound": ("street", _mapped(sounds)),
}
