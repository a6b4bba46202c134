"""Business hours: hand-made cases, and what holds for any hours in any zone, when the clock is put forward too."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.services.reporting.business_hours import DAY_ENDS, BusinessHours

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
OFFICE = [[(540, 1020)]] * 5 + [[], []]  # Monday to Friday, 9:00 to 17:00
ALWAYS = [[(0, DAY_ENDS)]] * 7
# Zones whose clocks leap by an hour or half of one, at night or at midnight itself, or never.
ZONES = [ZoneInfo(n) for n in ("UTC", "Europe/Amsterdam", "Australia/Lord_Howe", "America/Havana", "Asia/Kolkata")]


def at(text, zone=AMSTERDAM):
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-11-23 10:00", "2026-11-23 12:30", 2.5),  # a Monday
        ("2026-11-23 07:00", "2026-11-23 09:00", 0),
        ("2026-11-23 08:00", "2026-11-23 18:00", 8),
        ("2026-11-23 16:00", "2026-11-24 10:00", 2),
        ("2026-11-27 16:30", "2026-11-30 09:15", 0.75),  # over a week-end
        ("2026-11-28 12:00", "2026-11-29 12:00", 0),
        ("2026-11-23 00:00", "2026-11-30 00:00", 40),
        ("2026-12-24 16:00", "2026-12-28 10:00", 2),  # Christmas on a Friday
        ("2026-12-31 16:00", "2027-01-04 09:30", 1.5),  # over New Year, on a Friday
        ("2026-11-23 12:00", "2026-11-23 11:00", 0),  # turned round
    ],
)
def test_hours_between(start, end, hours):
    office = BusinessHours(AMSTERDAM, OFFICE, [date(2026, 12, 25), date(2027, 1, 1)])
    assert office.between(at(start), at(end)) == timedelta(hours=hours)


def test_a_break_is_not_counted():
    office = BusinessHours(AMSTERDAM, [[(540, 720), (780, 1020)]] * 7)
    assert office.between(at("2026-11-23 11:30"), at("2026-11-23 13:30")) == timedelta(hours=1)


def test_the_clock_is_put_forward_and_back():
    around = BusinessHours(AMSTERDAM, ALWAYS)
    assert around.between(at("2026-03-29 00:00"), at("2026-03-30 00:00")) == timedelta(hours=23)
    assert around.between(at("2026-10-25 00:00"), at("2026-10-26 00:00")) == timedelta(hours=25)
    nights = BusinessHours(AMSTERDAM, [[(60, 240)]] * 7)  # 1:00 to 4:00
    assert nights.between(at("2026-03-29 00:00"), at("2026-03-30 00:00")) == timedelta(hours=2)
    assert nights.between(at("2026-10-25 00:00"), at("2026-10-26 00:00")) == timedelta(hours=4)
    meeting_in_the_gap = BusinessHours(AMSTERDAM, [[(60, 150), (150, 300)]] * 7)  # 1:00 to 2:30 to 5:00
    assert meeting_in_the_gap.between(at("2026-03-29 00:00"), at("2026-03-30 00:00")) == timedelta(hours=3)


def days():
    minutes = st.lists(st.integers(0, DAY_ENDS), max_size=6, unique=True).map(sorted)
    return minutes.map(lambda m: [*zip(m[::2], m[1::2], strict=False)])


calendars = st.builds(
    BusinessHours,
    st.sampled_from(ZONES),
    st.lists(days(), min_size=7, max_size=7),
    st.sets(st.dates(date(2026, 1, 1), date(2027, 12, 31)), max_size=3),
)
moments = st.datetimes(datetime(2025, 12, 1), datetime(2028, 1, 31), timezones=st.just(UTC))  # noqa: DTZ001 - UTC
# Around the nights in which these zones change their clocks.
leaps = st.sampled_from(["2026-03-08", "2026-03-29", "2026-04-05", "2026-10-04", "2026-10-25", "2026-11-01"])
near_leaps = st.builds(
    lambda day, minutes: datetime.fromisoformat(day).replace(tzinfo=UTC) + timedelta(minutes=minutes),
    leaps,
    st.integers(-2000, 2000),
)


@given(calendars, st.tuples(*[moments | near_leaps] * 3).map(sorted))
def test_parts_add_up_and_are_never_longer_than_the_time(calendar, three):
    first, middle, last = three
    assert calendar.between(first, middle) + calendar.between(middle, last) == calendar.between(first, last)
    assert timedelta() <= calendar.between(first, last) <= last - first


@given(st.sampled_from(ZONES), st.tuples(*[moments | near_leaps] * 2).map(sorted))
def test_around_the_clock_is_all_the_time(zone, two):
    assert BusinessHours(zone, ALWAYS).between(*two) == two[1] - two[0]


@given(calendars, near_leaps, st.integers(0, 3000))
def test_as_a_walk_minute_by_minute_counts(calendar, start, minutes):
    """Minutes are open where their wall-clock time is: but for those that a leap takes the first or the last of."""
    walked = 0
    for passed in range(minutes):
        local = (start + timedelta(minutes=passed)).astimezone(calendar.zone)
        minute = local.hour * 60 + local.minute
        hours = () if local.date() in calendar.holidays else calendar.week[local.weekday()]
        walked += any(begin <= minute < end for begin, end in hours)
    counted = calendar.between(start, start + timedelta(minutes=minutes)) // timedelta(minutes=1)
    leap = len({(start + timedelta(minutes=m)).astimezone(calendar.zone).utcoffset() for m in (0, minutes)}) > 1
    assert abs(counted - walked) <= (60 if leap else 0)
