"""Business hours: how much of a stretch of time lies within them, by the clock of a zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import tzinfo
    from typing import TypeAlias

    # Minutes of a day, from and to: (540, 1020) is 9:00 to 17:00, (0, 1440) the whole day.
    Hours: TypeAlias = "Sequence[tuple[int, int]]"

DAY_ENDS = 24 * 60
_DAY = timedelta(days=1)


class _Day(NamedTuple):
    """A day: when it begins and ends, the hours of its year before it, and its own. A tuple: it is looked at often."""

    begin: datetime
    end: datetime
    before: timedelta
    spans: tuple[tuple[datetime, datetime], ...]


class BusinessHours:
    """The hours of each day of the week, Monday first, in order and apart; on holidays there are none.

    Hours are what the clock on the wall says, lengths are what really passes: the night in which the clock is put back
    has an hour more. A day of the calendar is looked at once, however often it is asked for.
    """

    def __init__(self, zone: tzinfo, week: Sequence[Hours], holidays: Collection[date] = ()) -> None:
        """Take hours for seven days; a day that no hours are given for has ()."""
        self.zone = zone
        self.week = tuple(week)
        self.holidays = frozenset(holidays)
        self._days: dict[date, _Day] = {}
        self._years: dict[int, list[timedelta]] = {}

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Give how much of the time from `start` to `end`, both aware, lies within the hours; nothing if it is over."""
        if end <= start:
            return timedelta()
        first, before = self._since_new_year(start)
        last, until = self._since_new_year(end)
        for year in range(first, last):
            until += self._year(year)[-1]
        return until - before

    def _since_new_year(self, moment: datetime) -> tuple[int, timedelta]:
        """Give the year in which a moment lies, and the hours of it up to then.

        Midnight, as the hours have it, may be off the calendar's where the clock leaps over it.
        """
        day = moment.astimezone(self.zone).date()
        found = self._day(day)
        if not found.begin <= moment < found.end:
            day += _DAY if moment >= found.end else -_DAY
            found = self._day(day)
        hours = found.before
        for begin, end in found.spans:
            if begin < moment:
                hours += min(moment, end) - begin
        return day.year, hours

    def _day(self, day: date) -> _Day:
        if day not in self._days:
            before = self._year(day.year)[day.timetuple().tm_yday - 1]
            self._days[day] = _Day(self._moment(day, 0), self._moment(day, DAY_ENDS), before, self._spans(day))
        return self._days[day]

    def _year(self, year: int) -> list[timedelta]:
        """Give the hours of a year before each of its days, and of all of it."""
        if year not in self._years:
            total, totals = timedelta(), []
            day = date(year, 1, 1)
            while day.year == year:
                totals.append(total)
                total += sum((end - begin for begin, end in self._spans(day)), timedelta())
                day += _DAY
            self._years[year] = [*totals, total]
        return self._years[year]

    def _spans(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """Give the hours of a day as moments. Where the clock leaps over an end, hours neither overlap nor turn."""
        spans: list[tuple[datetime, datetime]] = []
        for first, last in () if day in self.holidays else self.week[day.weekday()]:
            begin = self._moment(day, first)
            if spans:
                begin = max(begin, spans[-1][1])
            spans.append((begin, max(begin, self._moment(day, last))))
        return tuple(spans)

    def _moment(self, day: date, minute: int) -> datetime:
        wall = datetime.combine(day, time()) + timedelta(minutes=minute)
        return wall.replace(tzinfo=self.zone).astimezone(UTC)
