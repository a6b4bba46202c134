"""Business hours: how much of a stretch of time lies within them, by the clock of a zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import tzinfo
    from typing import TypeAlias

    # Minutes of a day, from and to: (540, 1020) is 9:00 to 17:00, (0, 1440) the whole day.
    Hours: TypeAlias = "Sequence[tuple[int, int]]"

DAY_ENDS = 24 * 60
_DAY = timedelta(days=1)


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
        self._spans: dict[date, tuple[tuple[datetime, datetime], ...]] = {}
        self._midnights: dict[date, datetime] = {}
        self._years: dict[int, list[timedelta]] = {}

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Give how much of the time from `start` to `end`, both aware, lies within the hours; nothing if it is over."""
        if end <= start:
            return timedelta()
        first, last = self._day_of(start), self._day_of(end)
        whole = sum((self._year(year)[-1] for year in range(first.year, last.year)), timedelta())
        return whole + self._since_new_year(last, end) - self._since_new_year(first, start)

    def _since_new_year(self, day: date, moment: datetime) -> timedelta:
        """Give the hours of a year up to a moment of this day of it."""
        before = self._year(day.year)[day.timetuple().tm_yday - 1]
        return before + sum((min(moment, end) - begin for begin, end in self._open(day) if begin < moment), timedelta())

    def _year(self, year: int) -> list[timedelta]:
        """Give the hours of a year before each of its days, and of all of it."""
        if year not in self._years:
            total, totals = timedelta(), []
            day = date(year, 1, 1)
            while day.year == year:
                totals.append(total)
                total += sum((end - begin for begin, end in self._open(day)), timedelta())
                day += _DAY
            self._years[year] = [*totals, total]
        return self._years[year]

    def _open(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """Give the hours of a day as moments. Where the clock leaps over an end, hours neither overlap nor turn."""
        if day not in self._spans:
            spans: list[tuple[datetime, datetime]] = []
            for first, last in () if day in self.holidays else self.week[day.weekday()]:
                begin = max(self._moment(day, first), spans[-1][1] if spans else self._midnight(day))
                spans.append((begin, max(begin, self._moment(day, last))))
            self._spans[day] = tuple(spans)
        return self._spans[day]

    def _day_of(self, moment: datetime) -> date:
        """Give the day in which a moment lies: midnight, as the hours have it, may be an hour off the calendar's."""
        day = moment.astimezone(self.zone).date()
        if moment < self._midnight(day):
            return day - _DAY
        return day + _DAY if moment >= self._midnight(day + _DAY) else day

    def _midnight(self, day: date) -> datetime:
        if day not in self._midnights:
            self._midnights[day] = self._moment(day, 0)
        return self._midnights[day]

    def _moment(self, day: date, minute: int) -> datetime:
        wall = datetime.combine(day, time()) + timedelta(minutes=minute)
        return wall.replace(tzinfo=self.zone).astimezone(UTC)
