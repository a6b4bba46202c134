"""A stretch of days drawn to a number of columns: where a day stands, and which days are named below the line."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from crmcli.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Distances of the named days, the nearest first: months, then days.
_STEPS = ((0, 1), (0, 7), (1, 0), (3, 0), (12, 0), (60, 0), (120, 0), (600, 0), (1200, 0))
_YEAR = 12
_SHORTEST_MONTH = 28


@frozen
class Scale:
    """Days from the first to the last, both shown, in so many columns."""

    first: date
    last: date
    columns: int

    @property
    def days(self) -> int:
        """How many days there are."""
        return (self.last - self.first).days + 1

    def place(self, day: date) -> int:
        """Give the column in which a day begins."""
        return (day - self.first).days * self.columns // self.days

    def until(self, day: date) -> int:
        """Give the column in which a day ends: where it begins, or later."""
        return max(self.place(day), ((day - self.first).days + 1) * self.columns // self.days - 1)

    def names(self) -> Sequence[tuple[int, str]]:
        """Give columns and the days that they are named by, as many as stand clear of each other."""
        for step in _STEPS:
            longest = len(_name(self.first, step)) + 1
            if self.columns * (step[0] * _SHORTEST_MONTH + step[1]) < longest * self.days:
                continue
            named = [(self.place(day), _name(day, step)) for day in self._marks(step)]
            return [(place, name) for place, name in named if place + len(name) <= self.columns]
        return []

    def _marks(self, step: tuple[int, int]) -> Iterator[date]:
        """Give the days that a step names: each, Mondays, first days of months, of quarters, of years."""
        months, days = step
        for number in range(self.days):
            day = self.first + timedelta(days=number)
            if (days == 1) or (days and not day.weekday()) or (months and day.day == 1 and not _months(day) % months):
                yield day


def _months(day: date) -> int:
    return day.year * _YEAR + day.month - 1


def _name(day: date, step: tuple[int, int]) -> str:
    months, _ = step
    if months >= _YEAR:
        return str(day.year)
    return day.isoformat()[:7] if months else day.isoformat()[5:]
