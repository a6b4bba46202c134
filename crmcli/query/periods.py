"""Days, periods and calendar arithmetic, in plain Python: what today, last month, 2026-Q4 and 30d mean."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from crmcli.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_PART = re.compile(r"(\d+)(min|mo|[ymwdhs])")
_NAMED = re.compile(r"(\d{4})(?:-(?:q([1-4])|(\d\d)(?:-(\d\d))?))?")
_FISCAL = re.compile(r"fiscal(?: (\d{4})(?:-q([1-4]))?)?|(this|last|next) fiscal (year|quarter)")
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

    @property
    def last(self) -> date:
        """Its last day."""
        return self.after - timedelta(days=1)

    @property
    def previous(self) -> Period:
        """The period before it, as long: of whole months so many months, else so many days.

        Raises OverflowError where the calendar has none.
        """
        if self.first.day == self.after.day == 1:
            months = (self.after.year - self.first.year) * 12 + self.after.month - self.first.month
            return Period(shifted(self.first, Shift(months=-months)), self.first)
        return Period(self.first - (self.after - self.first), self.first)


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


def read_period(text: str, today: date, fiscal: int = 1) -> Period | None:
    """Read today, this month, last 7 days, 2026, 2026-q4, 2026-11, 2026-11-03 (lower-case); else None.

    Also the fiscal year and its quarters, which begin with the month `fiscal`: fiscal, last fiscal year, this fiscal
    quarter, fiscal 2026, fiscal 2026-q2; it is named by the calendar year in which it ends. And from one to another:
    2026-01..2026-03. `last 7 days` end with today, `next 7 days` begin with it. Raises ValueError or OverflowError for
    a day that no calendar has.
    """
    if text in _NEAR:
        return day(today + timedelta(days=_NEAR[text]))
    if ".." in text:
        return _from_to(text, today, fiscal)
    if match := _NAMED.fullmatch(text):
        return _named(*match.groups())
    if match := _FISCAL.fullmatch(text):
        return _fiscal(match, today, fiscal)
    return _moving(text.split(), today)


_NEAR = {"yesterday": -1, "today": 0, "tomorrow": 1}


def _named(year: str, quarter: str | None, month: str | None, of_month: str | None) -> Period:
    if of_month:
        return day(date(int(year), int(month or ""), int(of_month)))
    first = date(int(year), int(month or int(quarter or 1) * 3 - 2), 1)
    return Period(first, shifted(first, Shift(months=1 if month else 3 if quarter else 12)))


def _fiscal(match: re.Match[str], today: date, starts: int) -> Period:
    """Give a fiscal year, or a quarter of one, that begins with the month `starts`: a named one, or one near today."""
    year, quarter, word, name = match.groups()
    since = (today.month - starts) % 12  # months since the present fiscal year began
    if year:
        months = 3 * (int(quarter or 1) - 1) - (12 if starts > 1 else 0)
        first = shifted(date(int(year), starts, 1), Shift(months=months))
    else:
        first = shifted(today.replace(day=1), Shift(months=-(since % 3 if name == "quarter" else since)))
    return _neighbour(word or "this", first, unit("quarter" if quarter else name or "year"))


def _from_to(text: str, today: date, fiscal: int) -> Period | None:
    """Give the days from the first of one period to the last of another."""
    begin, end = (read_period(part.strip(), today, fiscal) for part in text.split("..", 1))
    if begin is None or end is None:
        return None
    if end.after <= begin.first:
        raise ValueError(text)
    return Period(begin.first, end.after)


def _moving(words: Sequence[str], today: date) -> Period | None:
    """Give this, last or next day, week, month, quarter or year; or so many of them."""
    name = words[-1].removesuffix("s") if words else ""
    if len(words) not in {2, 3} or words[0] not in {"this", "last", "next"} or unit(name) == Shift():
        return None
    if len(words) == 3:
        return _rolling(words[0], int(words[1]), name, today)
    return _neighbour(words[0], _beginning(name, today), unit(name))


def _neighbour(word: str, first: date, step: Shift) -> Period:
    """Give the period that begins on a day, or the last or next one."""
    moved = first if word == "this" else shifted(first, step if word == "next" else -step)
    return Period(moved, shifted(moved, step))


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
