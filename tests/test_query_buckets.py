"""Days, weeks, months, quarters and years of dates and moments, and how many of them lie between two."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.frozen import replace
from crmcli.query import QueryError, compile_value
from crmcli.query.buckets import day_number, first_day
from crmcli.types.bucket import UNITS, Bucket, between, first_of, following
from querying import CONTEXT, MODEL, database

ZONES = ("Europe/Amsterdam", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
PERSON = MODEL.objects["person"]


@pytest.fixture(scope="module")
def crm():
    return database([("person", 1, {})])


def micros(at):
    return (at - EPOCH) // timedelta(microseconds=1)


def asked(crm, text, at, zone="Europe/Amsterdam"):
    """What an expression says of a person who joined at a moment."""
    crm.execute("UPDATE person SET joined = ?, birthday = ?", (micros(at), at.date().isoformat()))
    found = compile_value(text, PERSON, MODEL, replace(CONTEXT, zone=ZoneInfo(zone)))
    ((value,),) = crm.execute(f"SELECT {found.sql} FROM person t", found.parameters)
    return value


def first(day, unit):
    """The first day of what a day is in, by plain Python."""
    if unit == "week":
        return day - timedelta(days=day.weekday())
    month = {"day": day.month, "month": day.month, "quarter": (day.month - 1) // 3 * 3 + 1, "year": 1}[unit]
    return day.replace(month=month, day=day.day if unit == "day" else 1)


MOMENTS = st.datetimes(datetime(1850, 1, 3), datetime(2150, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001 - as hypothesis wants it


@given(at=MOMENTS, unit=st.sampled_from(sorted(UNITS)), zone=st.sampled_from(ZONES))
def test_a_moment_is_in_what_its_day_on_the_clock_is_in(crm, at, unit, zone):
    expected = first(at.astimezone(ZoneInfo(zone)).date(), unit).isoformat()
    assert asked(crm, f"{unit}(joined)", at, zone) == expected
    assert asked(crm, f"{unit}(coalesce(joined, now))", at, zone) == expected
    assert asked(crm, f"{unit}(birthday)", at, zone) == first(at.date(), unit).isoformat()


@given(at=MOMENTS, unit=st.sampled_from(sorted(UNITS)), zone=st.sampled_from(ZONES))
def test_days_by_number_lead_to_the_same(crm, at, unit, zone):
    context = replace(CONTEXT, zone=ZoneInfo(zone))
    column = compile_value("joined", PERSON, MODEL, context)
    found = day_number(column, context)
    crm.execute("UPDATE person SET joined = ?", (micros(at),))
    ((day,),) = crm.execute(f"SELECT {found.sql} FROM person t", found.parameters)
    assert first_day(day, unit) == first(at.astimezone(ZoneInfo(zone)).date(), unit).isoformat()


@pytest.mark.parametrize(
    ("at", "zone", "day"),
    [
        ("2026-03-29T00:59:59Z", "Europe/Amsterdam", "2026-03-29"),
        ("2026-10-31T22:59:59Z", "Europe/Amsterdam", "2026-10-31"),
        ("2026-10-31T23:00:00Z", "Europe/Amsterdam", "2026-11-01"),
        ("2026-07-31T21:59:59Z", "Europe/Amsterdam", "2026-07-31"),
        ("2026-07-31T22:00:00Z", "Europe/Amsterdam", "2026-08-01"),
        ("1969-12-31T23:59:59.999999Z", "UTC", "1969-12-31"),
        ("1937-06-30T23:40:28Z", "Europe/Amsterdam", "1937-07-01"),  # 19 min 32 s and an hour ahead, then 20 min
    ],
)
def test_the_edges_of_days(crm, at, zone, day):
    assert asked(crm, "day(joined)", datetime.fromisoformat(at), zone) == day


@given(
    at=st.dates(date(1, 2, 1), date(9990, 1, 1)),
    days=st.integers(0, 3000),
    unit=st.sampled_from(sorted(UNITS)),
)
def test_steps_from_one_to_another_are_as_many_as_lie_between(at, days, unit):
    begin, end = first_of(at, unit), first_of(at + timedelta(days=days), unit)
    assert following(begin, unit, between(begin, end, unit)) == end
    assert first(at, unit) == begin


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("days(2026-01-31, 2026-02-01)", 1),
        ("months(2026-01-31, 2026-02-01)", 1),
        ("months(2026-02-01, 2026-01-31)", -1),
        ("weeks(2026-11-22, 2026-11-23)", 1),
        ("quarters(2025-12-31, 2026-04-01)", 2),
        ("years(2025-12-31, 2026-01-01)", 1),
        ("months(birthday, joined)", 0),
    ],
)
def test_how_many_lie_between(crm, text, count):
    assert asked(crm, text, datetime(2026, 5, 6, tzinfo=UTC)) == count


@pytest.mark.parametrize(
    ("unit", "day", "text"),
    [
        ("day", "2026-11-23", "2026-11-23"),
        ("week", "2026-12-28", "2026-W53"),
        ("month", "2026-11-01", "2026-11"),
        ("quarter", "2026-10-01", "2026-Q4"),
        ("year", "2026-01-01", "2026"),
        ("year", "0033-01-01", "0033"),
    ],
)
def test_a_bucket_is_shown_as_it_is_written_in_expressions(unit, day, text):
    assert Bucket(unit).show(day, CONTEXT) == text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("month(firstname)", "string has no month"),
        ("month()", "month takes a date"),
        ("months(joined)", "months takes two dates"),
        ("converted(firstname)", "string has no currency"),
        ("converted()", "converted takes an amount"),
    ],
)
def test_what_has_no_calendar_is_refused(text, message):
    with pytest.raises(QueryError, match=message):
        compile_value(text, PERSON, MODEL, CONTEXT)
