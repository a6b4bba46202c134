"""Days, periods and calendar arithmetic, in plain Python: what today, last month, 2026-Q4 and 30d mean."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from crmcli.frozen import frozen

if TYPE_CHECKING:
    from datetime import tzinfo

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_PART = re.compile(r"(\d+)(min|mo|[ymwdhs])")
_NAMED = re.compile(r"(\d{4})(?:-(?:q([1-4])|(\d\d)(?:-(\d\d))?))?")
_MONTHS = {"y": 12, "year": 12, "quarter": 3, "mo": 1, "month": 1}
_DAYS = {"w": 7, "week": 7, "d": 1, "day": 1}
_SECONDS = {"h": 3600, "min": 60, "s": 1}


@frozen
class Shift:
    """A length of time on the calendar: months, then days, then microseconds."""

    months: int = 0
    days: int = 0
    micros: int = 0

    def __neg__(self) -> Shift:
        return Shift(-self.months, -self.days, -self.micros)


@frozen
class Period:
    """Calendar days from `first` up to and without `after`."""

    first: date
    after: date

    @property
    def single(self) -> bool:
        """Whether it is one day."""
        return self.after - self.first == timedelta(days=1)


def read_shift(text: str) -> Shift:
    """Read 30d, 2w, 1m, 1y, 3h, 1h30m; `m` is months, but minutes behind hours."""
    months = days = seconds = 0
    after_hours = False
    for count, written in _PART.findall(text):
        unit = written if written != "m" else "min" if after_hours else "mo"
        months += int(count) * _MONTHS.get(unit, 0)
        days += int(count) * _DAYS.get(unit, 0)
        seconds += int(count) * _SECONDS.get(unit, 0)
        after_hours = unit in {"h", "min"}
    return Shift(months, days, seconds * 1_000_000)


def read_period(text: str, today: date) -> Period | None:
    """Read today, this month, last 7 days, 2026, 2026-q4, 2026-11, 2026-11-03 (lower-case); else None.

    `last 7 days` end with today, `next 7 days` begin with it. Raises ValueError or OverflowError for a
    day that no calendar has.
    """
    if text in _NEAR:
        return day(today + timedelta(days=_NEAR[text]))
    if match := _NAMED.fullmatch(text):
        return _named(*match.groups())
    words = text.split()
    if len(words) not in {2, 3} or words[0] not in {"this", "last", "next"}:
        return None
    if len(words) == 3:
        return _rolling(words[0], int(words[1]), words[2], today)
    first = _beginning(words[1], today)
    step = unit(words[1])
    moved = {"this": first, "last": shifted(first, -step), "next": shifted(first, step)}[words[0]]
    return Period(moved, shifted(moved, step))


_NEAR = {"yesterday": -1, "today": 0, "tomorrow": 1}


def _named(year: str, quarter: str | None, month: str | None, of_month: str | None) -> Period:
    if of_month:
        return day(date(int(year), int(month or ""), int(of_month)))
    first = date(int(year), int(month or int(quarter or 1) * 3 - 2), 1)
    return Period(first, shifted(first, Shift(months=1 if month else 3 if quarter else 12)))


def _rolling(word: str, count: int, name: str, today: date) -> Period:
    step = unit(name, count)
    if word == "next":
        return Period(today, shifted(today, step))
    tomorrow = today + timedelta(days=1)
    return Period(shifted(tomorrow, -step), tomorrow)


def unit(name: str, count: int = 1) -> Shift:
    """Give so many days, weeks, months, quarters or years."""
    return Shift(months=count * _MONTHS.get(name, 0), days=count * _DAYS.get(name, 0))


def _beginning(name: str, today: date) -> date:
    if name == "week":
        return today - timedelta(days=today.weekday())  # weeks begin on Monday, as ISO 8601 has it
    if name == "day":
        return today
    month = {"month": today.month, "quarter": (today.month - 1) // 3 * 3 + 1, "year": 1}[name]
    return date(today.year, month, 1)


def day(first: date) -> Period:
    """Give the period that is one day."""
    return Period(first, first + timedelta(days=1))


def shifted(first: date, shift: Shift) -> date:
    """Move a day on the calendar; the 31st becomes the last day of a shorter month."""
    from calendar import monthrange

    months = first.year * 12 + first.month - 1 + shift.months
    year, month = months // 12, months % 12 + 1
    if not 1 <= year <= 9999:
        raise OverflowError(year)
    moved = date(year, month, min(first.day, monthrange(year, month)[1]))
    return moved + timedelta(days=shift.days)


def moved(moment: datetime, shift: Shift, zone: tzinfo) -> datetime:
    """Move a moment: months and days on the zone's calendar at the same time of day, then the rest."""
    local = moment.astimezone(zone)
    there = datetime.combine(shifted(local.date(), shift), local.time(), zone)
    return there.astimezone(UTC) + timedelta(microseconds=shift.micros)


def midnight(first: date, zone: tzinfo) -> int:
    """Give the moment at which a day begins in a zone, in microseconds UTC."""
    return micros(datetime.combine(first, time(), zone))


def micros(moment: datetime) -> int:
    """Give a moment as the index keeps it: microseconds since 1970 in UTC."""
    return (moment - _EPOCH) // _MICROSECOND


def from_micros(value: int) -> datetime:
    """Give the moment back, in UTC; raises OverflowError outside the years 1 to 9999."""
    return _EPOCH + timedelta(microseconds=value)
