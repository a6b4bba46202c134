"""Telephone numbers as they are dialled and written → E.164: by the digits alone, else by the library."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from crmcli.types import numbering
from crmcli.types.phone import EXTENSION, STORED

if TYPE_CHECKING:
    from collections.abc import Sequence

# A plus, digits with marks between them, and an extension: what the library reads digit by digit too.
_PLAIN = r"(\+?)([0-9(][0-9 ().-]{5,28}[0-9])(?:(?: ?x| ext )([0-9]{1,9}))?"
_FEWEST_DIGITS = 7  # below, the library has rules of its own
_UNMARKED = str.maketrans("", "", " ().-")
# What may stand before the number: the library would pass over any words, and lose them.
_BEFORE = r"(?:tel(?:ephone)?|phone|mobile|mob|fax)?\W*"
_HEAD = 7  # a plus, a calling code, and at least three digits of the national number
_SETTLED = 20  # readings after which a number comes back as itself: each takes a digit off, and there are no more


@cache
def _plain() -> re.Pattern[str]:
    return re.compile(_PLAIN)


def is_e164(text: str) -> bool:
    """Whether a text surely is a possible number in E.164 already; no for those that need a longer look."""
    return (
        text[:1] == "+"
        and text.isascii()
        and text[1:].isdigit()
        and numbering.certain_head(text[1:_HEAD], len(text) - 1)
    )


def all_e164(texts: Sequence[str]) -> bool:
    """Whether all texts of a column surely are E.164: seen at once, as other programs export numbers."""
    joined = "".join(texts)
    if not joined.isascii() or joined.count("+") != len(texts) or not joined.replace("+", "").isdigit():
        return False
    heads = set(zip([text[:_HEAD] for text in texts], map(len, texts), strict=True))
    return all(head[:1] == "+" and numbering.certain_head(head[1:], length - 1) for head, length in heads)


def by_digits(text: str, country: str) -> str | None:
    """Read a number by its digits alone; None where they do not decide."""
    found = _plain().fullmatch(text)
    if found is None:
        return None
    plus, marked, extension = found.groups()
    digits = marked.translate(_UNMARKED)
    if len(digits) < _FEWEST_DIGITS:
        return None
    if plus:
        number = numbering.international(digits)
    else:
        home = numbering.of_country(country)
        number = numbering.domestic(digits, home) if home else None
    return f"{number}{EXTENSION}{extension}" if number and extension else number


def by_library(text: str, country: str) -> str | None:
    """Read a number with the library; a 00 that its country does not dial is taken for a plus.

    None for what is no possible number, or more than a number: words before it would be lost.
    """
    stripped = text.strip()
    before = re.match(r"[^0-9+\uff0b]*", stripped)
    if before and not re.fullmatch(_BEFORE, before[0], re.IGNORECASE):
        return None
    number = _possible(stripped, country)
    if number is None and re.match(r"\W*00", stripped):
        number = _possible(re.sub(r"^\W*00", "+", stripped), country)
    for _ in range(_SETTLED):  # so that what is stored is read as itself
        again = _possible(number, country) if number else None
        if again == number:
            break
        number = again
    return number


def _possible(text: str, country: str) -> str | None:
    import phonenumbers

    try:
        number = phonenumbers.parse(text, country or None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    extension = phonenumbers.normalize_digits_only(number.extension or "")
    stored = f"{written}{EXTENSION}{extension}" if extension else written
    return stored if re.fullmatch(STORED, stored) else None
