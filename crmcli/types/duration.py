"""A length of time, in whole milliseconds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crmcli.types.base import InvalidValue, NotStored, ValueType, quoted

if TYPE_CHECKING:
    from crmcli.types.base import Context, Stored

_UNITS = {"d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1_000, "ms": 1}
_WORDS = {
    **dict.fromkeys(("w", "week", "weeks"), 7 * _UNITS["d"]),
    **dict.fromkeys(("d", "day", "days"), _UNITS["d"]),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), _UNITS["h"]),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), _UNITS["m"]),
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), _UNITS["s"]),
    **dict.fromkeys(("ms", "millisecond", "milliseconds"), _UNITS["ms"]),
}
_PART = r"([0-9]{1,15})(?:\.([0-9]{1,9}))?\s*([a-z]+)"
_CLOCK = r"([0-9]{1,9}):([0-5][0-9]):([0-5][0-9])(?:\.([0-9]{1,3}))?"
_LONGEST = 2**53 - 1  # whole numbers up to it survive every JSON reader


class NotADuration(InvalidValue):
    """Text that is not clearly one length of time."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"{quoted(text)} is not a length of time",
            "write it like 1h 30m, 90m, 1.5h, 2d, 0:01:30 or in whole milliseconds",
        )


class Duration(ValueType):
    """A length of time; stored in milliseconds."""

    name = "duration"
    doc = "A length of time: 1h30m, 90m, 1.5h, 2d, 1:30:00, or whole milliseconds."
    sql = "INTEGER"

    def parse(self, text: str, context: Context) -> Stored:  # noqa: ARG002
        """Read numbers with their units, hours:minutes:seconds, or milliseconds; raise NotADuration."""
        bare = text.strip().lower()
        negative = bare.startswith("-")
        length = _milliseconds(bare.removeprefix("-").strip())
        if length is None or length > _LONGEST:
            raise NotADuration(text)
        return -length if negative else length

    def accept(self, value: object) -> Stored:
        """Take whole milliseconds."""
        if type(value) is not int or abs(value) > _LONGEST:
            raise NotStored(value, "a length of time in whole milliseconds")
        return value

    def show(self, value: Stored, context: Context) -> str:  # noqa: ARG002
        """Say it in days, hours, minutes, seconds and milliseconds, without those that are none."""
        rest = abs(value) if isinstance(value, int) else 0
        parts = []
        for unit, length in _UNITS.items():
            count, rest = divmod(rest, length)
            if count:
                parts.append(f"{count}{unit}")
        sign = "-" if isinstance(value, int) and value < 0 else ""
        return sign + (" ".join(parts) or "0s")


class Length(Duration):
    """A length of time that a report worked out: shown in its two largest units, as fine as anyone reads it."""

    def show(self, value: Stored, context: Context) -> str:
        """Say it in days and hours, hours and minutes, or minutes and seconds."""
        return " ".join(super().show(value, context).split()[:2])


class BusinessTime(Duration):
    """A length of business time that a report worked out: in hours, of which its days have as many as they are open."""

    def show(self, value: Stored, context: Context) -> str:
        """Say it in hours and minutes; less than a minute in seconds."""
        hours, rest = divmod(int(str(value)), _UNITS["h"])
        minutes = rest // _UNITS["m"]
        parts = [f"{count}{unit}" for count, unit in ((hours, "h"), (minutes, "m")) if count]
        return " ".join(parts) or super().show(rest // _UNITS["s"] * _UNITS["s"], context)


def _milliseconds(text: str) -> int | None:
    if text.isdigit() and text.isascii():
        return int(text) if len(text) <= len(str(_LONGEST)) else None
    clock = re.fullmatch(_CLOCK, text)
    if clock:
        hours, minutes, seconds = (int(part) for part in clock.groups()[:3])
        return ((hours * 60 + minutes) * 60 + seconds) * 1_000 + int((clock[4] or "").ljust(3, "0"))
    parts = re.findall(_PART, text)
    if not parts or not re.fullmatch(rf"{_PART}(?:[\s,]*{_PART})*", text):
        return None
    return _total(parts)


def _total(parts: list[tuple[str, str, str]]) -> int | None:
    """Add up numbers with units; None where a unit is unknown or a millisecond would be split."""
    total = 0
    for whole, fraction, word in parts:
        unit = _WORDS.get(word)
        if unit is None:
            return None
        part, rest = divmod(int(whole + fraction) * unit, 10 ** len(fraction))
        if rest:
            return None
        total += part
    return total
