"""A calendar day, as people and programs write it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from crmcli.types.base import InvalidValue, NotStored, ValueType, quoted
from crmcli.types.month_names import DAYS, SHORTEST, month, without_day

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.types.base import Context, Stored

_HINT = "write it like 2026-12-01, 1 Dec 2026, today, tomorrow, fri or +14d"
_WORDS = {"today": 0, "tomorrow": 1, "yesterday": -1}
_ISO_LENGTH = 10
LONGEST = 64  # characters of a day or a moment in any spelling
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class NotADate(InvalidValue):
    """Text that names no day, or one that the calendar does not have."""

    def __init__(self, text: str) -> None:
        super().__init__(f"{quoted(text)} is not a date", _HINT)


class AmbiguousDate(InvalidValue):
    """A date in figures that can be read with the day or with the month first."""

    def __init__(self, text: str, readings: Sequence[date]) -> None:
        self.readings = tuple(readings)
        choices = " or ".join(reading.isoformat() for reading in readings)
        super().__init__(f"{quoted(text)} may be two different dates", f"write {choices}")


class Date(ValueType):
    """A day of the calendar, of the years 1 to 9999."""

    name = "date"
    doc = "A day: 2026-12-01, 1 Dec 2026, today, tomorrow, yesterday, fri (the next one), +14d, -2w, +1m, +1y."

    def parse(self, text: str, context: Context) -> Stored:
        """Read a day, by the clock of the workspace's zone; raise NotADate or AmbiguousDate."""
        day = read_day(text, context)
        if day is None:
            raise NotADate(text)
        return day.isoformat()

    def parse_many(self, texts: Sequence[str], context: Context) -> list[Stored | InvalidValue | None]:
        """Let ISO dates through as they stand, read the rest once each."""
        seen: dict[str, Stored | InvalidValue | None] = {"": None}
        return [t if _is_iso(t) else seen[t] if t in seen else self._remember(seen, t, context) for t in texts]

    def accept(self, value: object) -> Stored:
        """Take the ISO form alone."""
        if not isinstance(value, str) or not _is_iso(value):
            raise NotStored(value, "a date like 2026-12-01")
        return value


def from_today(text: str) -> str:
    """Give "today - 18y" as the distance that it is, "-18y"; any other text as it stands."""
    found = re.fullmatch(r"(?:today|now)\s*([+-])\s*([0-9]{1,7})\s*([dwmy])", text.strip().lower())
    return "".join(found.groups()) if found else text


def _is_iso(text: str) -> bool:
    if len(text) != _ISO_LENGTH or text[7] != "-":  # a week date has its dash elsewhere
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def read_day(text: str, context: Context) -> date | None:
    """Read a day in any form that a property takes; None for what names none. Raises AmbiguousDate."""
    if len(text) > LONGEST:
        return None
    word = " ".join(text.lower().replace(",", " ").split())
    today = context.moment.astimezone(context.zone).date()
    try:
        return (
            _by_word(word, today)
            or _by_distance(word, today)
            or _by_figures(word, text)
            or _by_month_name(word)
            or _by_epoch(word)
            or _by_midnight(word)
        )
    except (ValueError, OverflowError):  # the 30th of February, the year 0 or 10000
        return None


def _by_word(word: str, today: date) -> date | None:
    if word in _WORDS:
        return today + timedelta(days=_WORDS[word])
    direction, _, name = word.rpartition(" ")
    weekday = _weekday(name)
    if weekday is None or direction not in {"", "next", "last"}:
        return None
    if direction == "last":
        return today - timedelta(days=(today.weekday() - weekday - 1) % 7 + 1)
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def _weekday(name: str) -> int | None:
    bare = name.removesuffix(".")
    if len(bare) < SHORTEST:
        return None
    return next((place for place, full in enumerate(DAYS) if full.startswith(bare)), None)


def _by_distance(word: str, today: date) -> date | None:
    found = re.fullmatch(r"([+-][0-9]{1,7})([dwmy])", word)
    if not found:
        return None
    count, unit = int(found[1]), found[2]
    if unit in "dw":
        return today + timedelta(days=count * (7 if unit == "w" else 1))
    return add_months(today, count * (12 if unit == "y" else 1))


def add_months(day: date, count: int) -> date:
    """Give the same day `count` months on, or that month's last; raise ValueError beyond the calendar."""
    from calendar import monthrange

    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    if not 1 <= year <= date.max.year:
        message = f"the calendar has no year {year}"
        raise ValueError(message)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _by_figures(word: str, text: str) -> date | None:
    found = re.fullmatch(r"([0-9]{4})([-/.]?)([0-9]{2})\2([0-9]{2})|([0-9]{4})([-/.])([0-9]{1,2})\6([0-9]{1,2})", word)
    if found:
        year, month, day = (int(g) for g in (found.group(1, 3, 4) if found[1] else found.group(5, 7, 8)))
        return date(year, month, day)
    found = re.fullmatch(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})", word)
    if not found:
        return None
    first, second, year = int(found[1]), int(found[3]), int(found[4])
    readings = dict.fromkeys(d for d in (_day_or_none(year, second, first), _day_or_none(year, first, second)) if d)
    if len(readings) > 1:
        raise AmbiguousDate(text, tuple(readings))
    return next(iter(readings), None)


def _day_or_none(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _by_month_name(word: str) -> date | None:
    words = without_day(re.split(r"[\s/-]+|(?<=[^\W\d_])\.|\.(?=[^\W\d_])", word))
    words = [each for each in words if each]
    if len(words) != 3:  # day, month and year
        return None
    day, name, year = words if words[0][0].isdigit() else (words[1], words[0], words[2])
    number = month(name)
    figure = re.fullmatch(r"([0-9]{1,2})(?:st|nd|rd|th|er|º|\.)?", day)
    if number is None or not figure or not re.fullmatch("[0-9]{4}", year):
        return None
    return date(int(year), number, int(figure[1]))


def _by_epoch(word: str) -> date | None:
    moment = from_epoch(word)
    return moment.date() if moment else None


def from_epoch(text: str) -> datetime | None:
    """Read milliseconds since 1970, as HubSpot exports have them, of 11 digits or more; None for anything else."""
    if not re.fullmatch(r"-?[0-9]{11,15}", text):
        return None
    return EPOCH + timedelta(milliseconds=int(text))


def _by_midnight(word: str) -> date | None:
    """Read an ISO date-time that is a midnight: files have them where a day is meant."""
    found = re.fullmatch(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[t ]00:00(?::00(?:\.0+)?)?(?:z|[+-]00:?00)?", word)
    return date.fromisoformat(found[1]) if found else None
