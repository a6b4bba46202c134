"""Telephone numbers, in E.164 with their extension."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from crmcli.types import numbering
from crmcli.types.base import InvalidValue, NotStored, ValueType, quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.types.base import Context, Stored

_EXTENSION = " ext "
_STORED = r"\+[1-9][0-9]{2,19}(?: ext [0-9]{1,20})?"
# A plus, digits with marks between them, and an extension: what the library reads digit by digit too.
_PLAIN = r"(\+?)([0-9(][0-9 ().-]{5,28}[0-9])(?:(?: ?x| ext )([0-9]{1,9}))?"
_FEWEST_DIGITS = 7  # below, the library has rules of its own
_UNMARKED = str.maketrans("", "", " ().-")
# What may stand before the number: the library would pass over any words, and lose them.
_BEFORE = r"(?:tel(?:ephone)?|phone|mobile|mob|fax)?\W*"
_SETTLED = 3  # readings after which a number must come back as itself


class NotAPhone(InvalidValue):
    """Text that is no telephone number, or one of a length that its country does not have."""

    def __init__(self, text: str, country: str) -> None:
        home = f" in {country}" if country else ""
        super().__init__(
            f"{quoted(text)} is not a possible telephone number{home}",
            "write it with a plus and the country's calling code, like +31 6 12345678 or +1 701-916-4104 ext 5",
        )


class Phone(ValueType):
    """A telephone number in E.164 with its extension; one that could be dialled, whether or not it is assigned."""

    name = "phone"
    doc = "A telephone number; without +, one of the workspace's country. An extension may follow: x123 or ext 123."

    def parse(self, text: str, context: Context) -> Stored:
        """Read a number, as dialled in the workspace's country where it has no plus; raise NotAPhone."""
        return _by_digits(text, context.country) or _by_library(text, context.country)

    def parse_many(self, texts: Sequence[str], context: Context) -> list[Stored | InvalidValue | None]:
        """Read what digits alone decide, the rest by the library."""
        parse_cell, country = self.parse_cell, context.country
        return [_by_digits(t, country) or parse_cell(t, context) for t in texts]

    def accept(self, value: object) -> Stored:
        """Take E.164, and an extension after " ext "."""
        if not isinstance(value, str) or not re.fullmatch(_STORED, value):
            raise NotStored(value, "a telephone number like +31612345678 or +17019164104 ext 5")
        return value

    def canonical(self, value: Stored) -> str:
        """Give the number without its extension."""
        return str(value).partition(_EXTENSION)[0]


def canonical(text: str, context: Context) -> str:
    """Give the key under which a number of any spelling is found, without extension; raise NotAPhone."""
    return str(Phone().parse(text, context)).partition(_EXTENSION)[0]


@cache
def _plain() -> re.Pattern[str]:
    return re.compile(_PLAIN)


def _by_digits(text: str, country: str) -> str | None:
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
    return f"{number}{_EXTENSION}{extension}" if number and extension else number


def _by_library(text: str, country: str) -> str:
    """Read a number with the library; a 00 that its country does not dial is taken for a plus."""
    stripped = text.strip()
    before = re.match(r"[^0-9+\uff0b]*", stripped)
    if before and not re.fullmatch(_BEFORE, before[0], re.IGNORECASE):
        raise NotAPhone(text, country)
    number = _possible(stripped, country)
    if number is None and re.match(r"\W*00", stripped):
        number = _possible(re.sub(r"^\W*00", "+", stripped), country)
    for _ in range(_SETTLED):  # so that what is stored is read as itself
        again = _possible(number, country) if number else None
        if again == number:
            break
        number = again
    if number is None:
        raise NotAPhone(text, country)
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
    stored = f"{written}{_EXTENSION}{extension}" if extension else written
    return stored if re.fullmatch(_STORED, stored) else None
