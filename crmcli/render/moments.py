"""Moments as people read them: in the workspace's zone, to the minute; near ones by how far they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime, tzinfo

    from crmcli.types.base import Context, Stored, ValueType

_NEAR = 7  # days


def shown(moment: datetime, zone: tzinfo) -> str:
    """Say a moment: `2026-12-01 10:30`."""
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def iso(moment: datetime) -> str:
    """Write a moment as JSON has it: ISO 8601 in UTC."""
    from datetime import UTC

    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def near(value_type: ValueType, value: Stored, context: Context) -> str:
    """Say a date or a moment: by its distance within a week, to the minute, a midnight without hours."""
    from datetime import date

    day, _, clock = value_type.show(value, context).partition(" ")
    today = context.moment.astimezone(context.zone).date()
    return f"{_day(date.fromisoformat(day), today)} {clock[: len('14:30')]}".removesuffix(" 00:00").rstrip()


def _day(day: date, today: date) -> str:
    distance = (day - today).days
    if abs(distance) > _NEAR:
        return day.isoformat()
    if abs(distance) <= 1:
        return ("yesterday", "today", "tomorrow")[distance + 1]
    return f"in {distance} days" if distance > 0 else f"{-distance} days ago"
