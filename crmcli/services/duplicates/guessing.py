"""What a column of a file means to a search for duplicates where no property has it: by its heading, else its values.

A heading that is known is believed unless the values contradict it. Of an unknown one only values that are plainly of a
kind count: numbers and codes are keys of a row more often than anything that two records of one person share.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.model.meaning_words import NOTHING, meaning_of
from crmcli.services.mapping import evidence

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from crmcli.services.mapping.evidence import Evidence

_LOOKED_AT = 5_000  # values
_SOME = 0.3  # of the values, where those of a damaged file shall still be known
_HALF = 0.5
_FEW = 20  # different values of a category
_SHARE = 0.05  # likewise, of all of them
_LONG = 100  # characters of a text on the average that nobody compares
_LIFETIME = 15  # years that dates of birth are apart, and those of an office are not
_MEANT = {evidence.EMAIL: "email", evidence.URL: "domain", evidence.DOMAIN: "domain"}
_WRITTEN_PHONE = re.compile(r"\s*(?:\+|\()|.*\d[ .)/-]+\d+[ ./-]+\d")  # a bare number may be anybody's key
_DIGIT = re.compile(r"\d")
_LETTER = re.compile(r"[^\W\d_]")
_WORD = re.compile(r".*[^\W\d_]{2}")
_YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)")


@frozen
class Guess:
    """What a column means, "" where it is left out, and why: for whoever reads it."""

    meaning: str
    why: str = ""


def guess(heading: str, cells: Sequence[str], kind: str, *, known: bool = False) -> Guess:
    """Say what a column means, by its heading and its first values.

    `kind` is that of the records: person, organisation or thing. `known` says that the column is a property's which
    means nothing to the search: then only a word for it counts, not the values.
    """
    values = [value for value in map(str.strip, cells[:_LOOKED_AT]) if value]
    if not values:
        return Guess("", "empty")
    seen = evidence.look(values)
    meaning = meaning_of(heading, kind)
    if meaning == NOTHING:
        return Guess("", "no evidence")
    if meaning and _FITS[meaning](values, seen):
        return Guess(meaning)
    if known:
        return Guess("", "no evidence")
    return _by_values(values, seen)


def _by_values(values: Sequence[str], seen: Evidence) -> Guess:
    meaning = _MEANT.get(seen.kind, "")
    if seen.kind == evidence.PHONE and _share(values, _WRITTEN_PHONE.match) >= _HALF:
        meaning = "phone"
    if (
        seen.kind == evidence.DATE
        and _share(values, _YEAR.search) >= evidence.MOST
        and _years_apart(values) >= _LIFETIME
    ):
        meaning = "date"
    if meaning:
        return Guess(meaning, seen.said)
    if seen.kind or _share(values, _DIGIT.search) > 1 - evidence.MOST or _share(values, _WORD.match) < evidence.MOST:
        return Guess("", "numbers or codes")
    if sum(map(len, values)) > _LONG * len(values):
        return Guess("", "long texts")
    different = len({value.casefold() for value in values})
    if different == 1:
        return Guess("", "the same everywhere")
    return Guess("category" if different <= max(_FEW, _SHARE * len(values)) else "text", "words")


def _share(values: Sequence[str], fits: Callable[[str], object]) -> float:
    return sum(1 for value in values if fits(value)) / len(values)


def _years_apart(values: Sequence[str]) -> int:
    years = [int(found[0]) for value in values if (found := _YEAR.search(value))]
    return max(years, default=0) - min(years, default=0)


def _wordy(_: Sequence[str], seen: Evidence) -> bool:
    """Whether values may be names."""
    return not seen.kind


def _place(_: Sequence[str], seen: Evidence) -> bool:
    return seen.kind in ("", evidence.NUMBER, evidence.PHONE)


def _telling(values: Sequence[str], seen: Evidence) -> bool:
    """Whether values may be of a category, or words: bare numbers are not, but for years."""
    if seen.kind:
        return seen.kind == evidence.NUMBER and _share(values, _YEAR.fullmatch) > _HALF
    return _share(values, _LETTER.search) >= _HALF


def _anything(_: Sequence[str], seen: Evidence) -> bool:
    return seen.kind not in (evidence.EMAIL, evidence.URL)


_FITS: Mapping[str, Callable[[Sequence[str], Evidence], bool]] = {
    **dict.fromkeys(("given", "surname", "name", "org", "city", "country"), _wordy),
    **dict.fromkeys(("house", "postcode", "id"), _anything),
    **dict.fromkeys(("street", "state"), _place),
    **dict.fromkeys(("category", "text"), _telling),
    "email": lambda values, _: _share(values, lambda value: "@" in value) >= _SOME,
    "domain": lambda values, _: _share(values, lambda value: "." in value) >= _SOME,
    "phone": lambda values, _: _share(values, _DIGIT.search) >= _HALF,
    "date": lambda values, _: _share(values, _DIGIT.search) >= _HALF,
}
