"""How often something comes again: a number of days, weeks, months or years."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from crmcli.types.base import InvalidValue, NotStored, ValueType, quoted
from crmcli.types.date import add_months

if TYPE_CHECKING:
    from datetime import date

    from crmcli.types.base import Context, Stored

_UNITS = {"D": ("daily", "days"), "W": ("weekly", "weeks"), "M": ("monthly", "months"), "Y": ("yearly", "years")}
_STORED = r"P([1-9][0-9]{0,3})([DWMY])"
_TYPED = r"(?:every\s+)?(?:([1-9][0-9]{0,3})\s*)?(d|w|m|y|days?|weeks?|months?|years?)"


class NotAnInterval(InvalidValue):
    """Text that does not say how often."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"{quoted(text)} does not say how often", "write daily, weekly, monthly, yearly, every 2 weeks or 3m"
        )


class Interval(ValueType):
    """A number of days, weeks, months or years; stored as ISO 8601 has it: P2W."""

    name = "interval"
    doc = "How often: daily, weekly, monthly, yearly, every 2 weeks, 3m."

    def parse(self, text: str, context: Context) -> Stored:  # noqa: ARG002
        """Read a word, or a number and a unit; raise NotAnInterval."""
        bare = text.strip().lower()
        for unit, (word, _) in _UNITS.items():
            if bare == word:
                return f"P1{unit}"
        found = re.fullmatch(_TYPED, bare, re.ASCII)
        if found and (found[1] or len(found[2]) > 1):  # "w" alone is no interval
            return f"P{found[1] or 1}{found[2][0].upper()}"
        if re.fullmatch(_STORED, text.strip().upper(), re.ASCII):
            return text.strip().upper()
        raise NotAnInterval(text)

    def accept(self, value: object) -> Stored:
        """Take the stored form alone."""
        if not isinstance(value, str) or not re.fullmatch(_STORED, value, re.ASCII):
            raise NotStored(value, "an interval like P2W")
        return value

    def show(self, value: Stored, context: Context) -> str:  # noqa: ARG002
        """Say it in words: weekly, every 2 weeks."""
        count, unit = _parts(value)
        word, units = _UNITS[unit]
        return word if count == 1 else f"every {count} {units}"


def days_on(day: date, interval: Stored, times: int) -> date:
    """Give the day that is so many intervals after a day, the month's last where it has no such day.

    Raises ValueError or OverflowError beyond the calendar.
    """
    count, unit = _parts(interval)
    if unit in "DW":
        return day + timedelta(days=count * times * (7 if unit == "W" else 1))
    return add_months(day, count * times * (12 if unit == "Y" else 1))


def _parts(value: Stored) -> tuple[int, str]:
    text = str(value)
    return int(text[1:-1]), text[-1]
