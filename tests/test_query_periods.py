"""Periods and lengths of time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.query.periods import Period, Shift, from_micros, micros, read_period, read_shift, shifted

TODAY = date(2026, 11, 25)  # a Wednesday


@pytest.mark.parametrize(
    ("text", "first", "after"),
    [
        ("today", "2026-11-25", "2026-11-26"),
        ("yesterday", "2026-11-24", "2026-11-25"),
        ("tomorrow", "2026-11-26", "2026-11-27"),
        ("this day", "2026-11-25", "2026-11-26"),
        ("last week", "2026-11-16", "2026-11-23"),
        ("this week", "2026-11-23", "2026-11-30"),
        ("next month", "2026-12-01", "2027-01-01"),
        ("last quarter", "2026-07-01", "2026-10-01"),
        ("next year", "2027-01-01", "2028-01-01"),
        ("last 7 day", "2026-11-19", "2026-11-26"),
        ("last 30 days", "2026-10-27", "2026-11-26"),
        ("next 7 day", "2026-11-25", "2026-12-02"),
        ("last 2 month", "2026-09-26", "2026-11-26"),
        ("next 1 quarter", "2026-11-25", "2027-02-25"),
        ("2026", "2026-01-01", "2027-01-01"),
        ("2026-q4", "2026-10-01", "2027-01-01"),
        ("2026-02", "2026-02-01", "2026-03-01"),
        ("2024-02-29", "2024-02-29", "2024-03-01"),
        ("2026-01-15..2026-03-31", "2026-01-15", "2026-04-01"),
        ("2026-q1 .. this month", "2026-01-01", "2026-12-01"),
        ("fiscal", "2026-01-01", "2027-01-01"),
    ],
)
def test_periods_are_half_open(text, first, after):
    assert read_period(text, TODAY) == Period(date.fromisoformat(first), date.fromisoformat(after))


@pytest.mark.parametrize(
    ("text", "starts", "first", "after"),
    [
        ("fiscal", 4, "2026-04-01", "2027-04-01"),
        ("fiscal", 12, "2025-12-01", "2026-12-01"),
        ("this fiscal year", 11, "2026-11-01", "2027-11-01"),
        ("last fiscal year", 4, "2025-04-01", "2026-04-01"),
        ("next fiscal year", 4, "2027-04-01", "2028-04-01"),
        ("this fiscal quarter", 4, "2026-10-01", "2027-01-01"),
        ("this fiscal quarter", 3, "2026-09-01", "2026-12-01"),
        ("last fiscal quarter", 3, "2026-06-01", "2026-09-01"),
        ("fiscal 2026", 4, "2025-04-01", "2026-04-01"),
        ("fiscal 2026-q4", 4, "2026-01-01", "2026-04-01"),
        ("fiscal 2026-q1", 1, "2026-01-01", "2026-04-01"),
        ("fiscal 2026..fiscal 2027", 7, "2025-07-01", "2027-07-01"),
    ],
)
def test_a_fiscal_year_is_named_by_the_year_in_which_it_ends(text, starts, first, after):
    assert read_period(text, TODAY, starts) == Period(date.fromisoformat(first), date.fromisoformat(after))


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(1, 12))
def test_the_fiscal_year_holds_today_and_is_named_by_the_day_before_its_end(today, starts):
    year = read_period("fiscal", today, starts)
    quarter = read_period("this fiscal quarter", today, starts)
    assert year.first <= quarter.first <= today < quarter.after <= year.after
    assert (year.first.month, year.first.day) == (starts, 1)
    assert read_period(f"fiscal {year.last.year}", today, starts) == year
    assert read_period("last fiscal year", today, starts) == year.previous


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("this month", "2026-10-01"),
        ("2026-q1", "2025-10-01"),
        ("2026", "2025-01-01"),
        ("this week", "2026-11-16"),
        ("last 30 days", "2026-09-27"),
        ("2026-01-01..2026-03-31", "2025-10-01"),
        ("today", "2026-11-24"),
    ],
)
def test_the_period_before_is_as_long(text, first):
    period = read_period(text, TODAY)
    assert period.previous == Period(date.fromisoformat(first), period.first)


@pytest.mark.parametrize(
    "text",
    ["", "noon", "last", "some month", "2026-q5", "last 3 good days", "last moon", "this s", "fiscal moon", "2026..x"],
)
def test_other_words_are_no_periods(text):
    assert read_period(text, TODAY) is None


@pytest.mark.parametrize(
    "text", ["2026-13", "2026-02-30", "0000", "9999", "9999-12-31", "next 9000 year", "2026-03..2026-01"]
)
def test_what_no_calendar_has(text):
    with pytest.raises((ValueError, OverflowError)):
        read_period(text, TODAY)


@pytest.mark.parametrize(
    ("text", "shift"),
    [
        ("30d", Shift(days=30)),
        ("2w", Shift(days=14)),
        ("1m", Shift(months=1)),
        ("1mo", Shift(months=1)),
        ("1y2m3d", Shift(months=14, days=3)),
        ("3h", Shift(micros=3 * 3_600_000_000)),
        ("1h30m", Shift(micros=5400 * 1_000_000)),
        ("5min10s", Shift(micros=310 * 1_000_000)),
    ],
)
def test_lengths(text, shift):
    assert read_shift(text) == shift
    assert -shift == Shift(-shift.months, -shift.days, -shift.micros)


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(-600, 600))
def test_months_keep_the_day_or_take_the_months_last(day, months):
    there = shifted(day, Shift(months=months))
    assert (there.year - day.year) * 12 + there.month - day.month == months
    assert there.day == day.day or (there.day < day.day and (there + timedelta(days=1)).day == 1)


@given(st.datetimes(timezones=st.just(UTC)))
def test_microseconds_are_exact(moment):
    assert from_micros(micros(moment)) == moment
    assert micros(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)) == 1_000_000
