"""Telephone numbers, in E.164 with their extension."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crmcli.types.base import InvalidValue, NotStored, ValueType, quoted
from crmcli.types.columns import all_match

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.types.base import Context, Stored

EXTENSION = " ext "
_LONGEST = 46
STORED = r"\+[1-9][0-9]{2,19}(?: ext [0-9]{1,20})?"


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
        from crmcli.types.dialled import by_digits, by_library

        number = by_digits(text, context.country) or by_library(text, context.country)
        if number is None:
            raise NotAPhone(text, context.country)
        return number

    def parse_many(self, texts: Sequence[str], context: Context) -> list[Stored | InvalidValue | None]:
        """Read what digits alone decide, the rest by the library."""
        from crmcli.types.dialled import all_e164, by_digits, is_e164

        if all_e164(texts):
            return list(texts)
        parse_cell, country = self.parse_cell, context.country
        return [t if is_e164(t) else by_digits(t, country) or parse_cell(t, context) for t in texts]

    def accept(self, value: object) -> Stored:
        """Take E.164, and an extension after " ext "."""
        if not isinstance(value, str) or not re.fullmatch(STORED, value):
            raise NotStored(value, "a telephone number like +31612345678 or +17019164104 ext 5")
        return value

    def accept_many(self, values: Sequence[object]) -> list[Stored | InvalidValue | None]:
        """Match a column as a whole; value by value only if something is wrong in it."""
        if all_match(STORED, values, _LONGEST):
            return list(values)  # type: ignore[arg-type]  # texts and None, as just seen
        return super().accept_many(values)

    def canonical(self, value: Stored) -> str:
        """Give the number without its extension."""
        return str(value).partition(EXTENSION)[0]


def canonical(text: str, context: Context) -> str:
    """Give the key under which a number of any spelling is found, without extension; raise NotAPhone."""
    return str(Phone().parse(text, context)).partition(EXTENSION)[0]
