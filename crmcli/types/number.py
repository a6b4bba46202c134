"""Numbers and percentages: exact, whole in the index at the property's scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.types import decimals
from crmcli.types.base import InvalidValue, NotStored, ValueType, quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.types.base import Column, Context, Stored

_LARGEST_COLUMN = 2**63 - 1
_SAFE = 2**53  # whole numbers below it survive every JSON reader
_SAFE_DIGITS = 15  # any whole number of so many digits is below it
_FITTING_DIGITS = 18  # any number of so many digits, its decimals counted, fits the index


class NotANumber(InvalidValue):
    """Text that is not clearly one number."""

    def __init__(self, text: str) -> None:
        super().__init__(f"{quoted(text)} is not a number", "write it like 1234.5, 1,234.50 or -12")


class TooManyDecimals(InvalidValue):
    """A number with more decimals than its property keeps: it would have to be rounded."""

    def __init__(self, text: str, scale: int) -> None:
        super().__init__(
            f"{quoted(text)} has more than {scale} decimals, which this property keeps",
            "round it, or give the property a larger scale in its schema",
        )


class NumberTooLarge(InvalidValue):
    """A number that the index cannot hold at the scale of its property."""

    def __init__(self, text: str, scale: int) -> None:
        largest = _LARGEST_COLUMN // 10**scale
        super().__init__(
            f"{quoted(text)} is too large: at most {largest:,} either way",
            "a property with a smaller scale in its schema holds larger numbers; keep a code or an id as text",
        )


class Number(ValueType):
    """A number, exact: an int where it is whole and safe in JSON, else its decimal text."""

    name = "number"
    doc = "A number: 1234.5, 1,234.50, 1.234,50 or 1 234. One comma before three digits separates thousands."
    sql = "INTEGER"
    stored_is_column = False

    def __init__(self, scale: int = 6) -> None:
        self.scale = scale
        self._unit: int = 10**scale
        self._short = _FITTING_DIGITS - scale  # characters of a number that fits for certain

    def parse(self, text: str, context: Context) -> Stored:  # noqa: ARG002
        """Read a number; raise NotANumber, TooManyDecimals or NumberTooLarge."""
        number = decimals.read(text)
        if number is None:
            raise NotANumber(text)
        return self._held(number, text)

    def parse_many(self, texts: Sequence[str], context: Context) -> list[Stored | InvalidValue | None]:
        """Read plain whole numbers without a pattern, the rest cell by cell."""
        parse_cell, form, longest = self.parse_cell, self._whole, min(self._short, _SAFE_DIGITS)
        return [
            form(int(t)) if t.isdigit() and t.isascii() and len(t) <= longest else parse_cell(t, context) for t in texts
        ]

    def accept(self, value: object) -> Stored:
        """Take a JSON number other than NaN and infinity, or its decimal text."""
        if type(value) is int and -_SAFE < value < _SAFE and abs(value) * self._unit <= _LARGEST_COLUMN:
            return self._whole(value)
        number = None
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            number = decimals.read(repr(value))
        elif isinstance(value, str) and value.isascii() and value.removeprefix("-").replace(".", "", 1).isdigit():
            number = decimals.read(value)
        if number is None:
            raise NotStored(value, "a number")
        return self._held(number, value)

    def _held(self, number: str, typed: object) -> Stored:
        if decimals.decimals(number) > self.scale:
            raise TooManyDecimals(str(typed), self.scale)
        if len(number) > self._short and abs(decimals.scaled(number, self.scale)) > _LARGEST_COLUMN:
            raise NumberTooLarge(str(typed), self.scale)
        return self._form(number)

    def _form(self, number: str) -> Stored:
        """Give the stored form of a number in normal form that the index can hold."""
        if "." not in number and -_SAFE < int(number) < _SAFE:
            return int(number)
        return number

    def _whole(self, value: int) -> Stored:
        """Give the stored form of a whole number that is safe in JSON."""
        return value

    def column(self, value: Stored) -> Column:
        """Give the number times 10**scale, exactly."""
        if type(value) is int:
            return value * self._unit
        return decimals.scaled(str(value), self.scale)

    def stored(self, column: str | int) -> Stored:
        """Divide by 10**scale, exactly."""
        whole, rest = divmod(int(column), self._unit)
        if not rest and -_SAFE < whole < _SAFE:
            return self._whole(whole)
        return self._form(decimals.unscaled(int(column), self.scale))


class Percent(Number):
    """A percentage, stored as the fraction that it is: 25% is 0.25."""

    name = "percent"
    doc = "A percentage with its sign, 25%, or the fraction that it is, 0.25."

    def parse(self, text: str, context: Context) -> Stored:
        """Read a number with a percent sign as hundredths, one without as it stands."""
        stripped = text.strip()
        if not stripped.endswith("%"):
            return super().parse(text, context)
        number = decimals.read(stripped[:-1])
        if number is None:
            raise NotANumber(text)
        return self._held(decimals.shift(number, -2), text)

    def show(self, value: Stored, context: Context) -> str:  # noqa: ARG002
        """Say it in hundredths, with the percent sign."""
        return decimals.shift(str(value), 2) + "%"
