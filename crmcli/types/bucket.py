"""A day that stands for the week, month, quarter or year that begins with it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from crmcli.types.date import Date, add_months

if TYPE_CHECKING:
    from crmcli.types.base import Context, Stored

# A bucket's word → how many days and months long it is.
UNITS = {"day": (1, 0), "week": (7, 0), "month": (0, 1), "quarter": (0, 3), "year": (0, 12)}


class Bucket(Date):
    """A day, week, month, quarter or year, stored as its first day."""

    def __init__(self, unit: str) -> None:
        self.unit = unit

    def show(self, value: Stored, context: Context) -> str:  # noqa: ARG002
        """Say it as it is written in expressions, 2026-11 or 2026-Q4; a week as ISO 8601 has it, 2026-W48."""
        first = date.fromisoformat(str(value))
        if self.unit == "week":
            year, week, _ = first.isocalendar()
            return f"{year:04}-W{week:02}"
        if self.unit == "quarter":
            return f"{first.year:04}-Q{(first.month + 2) // 3}"
        return {"day": value, "month": f"{first:%Y-%m}", "year": f"{first.year:04}"}[self.unit]  # type: ignore[return-value]


def first_of(day: date, unit: str) -> date:
    """Give the first day of the bucket that a day is in; weeks begin on Monday."""
    days, months = UNITS[unit]
    if days:
        return day - timedelta(days=day.weekday() if days > 1 else 0)
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def following(first: date, unit: str, count: int = 1) -> date:
    """Give the first day of the bucket that comes so many after this one."""
    days, months = UNITS[unit]
    return first + timedelta(days=days * count) if days else add_months(first, months * count)


def between(first: date, last: date, unit: str) -> int:
    """Count the buckets from one to another, given by their first days."""
    days, months = UNITS[unit]
    if days:
        return (last - first).days // days
    return ((last.year - first.year) * 12 + last.month - first.month) // months
