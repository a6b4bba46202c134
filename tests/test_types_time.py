"""Days and moments, by the clock of the workspace's zone."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.frozen import replace
from crmcli.types.base import InvalidValue
from crmcli.types.date import add_months
from declared import CONTEXT, of, parse, refusal


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026-12-01", "2026-12-01"),
        ("2026-2-1", "2026-02-01"),
        ("20261201", "2026-12-01"),
        ("2026/12/01", "2026-12-01"),
        ("1 Dec 2026", "2026-12-01"),
        ("1-Dec-2026", "2026-12-01"),
        ("Dec 1, 2026", "2026-12-01"),
        ("1st december 2026", "2026-12-01"),
        ("Tue, 1 Dec 2026", "2026-12-01"),
        ("Sept 3, 2026", "2026-09-03"),
        ("Mar 3, 2026", "2026-03-03"),
        ("di 3 maart 2026", "2026-03-03"),
        ("2 mrt. 2026", "2026-03-02"),
        ("1. Dezember 2026", "2026-12-01"),
        ("12.Mär.2026", "2026-03-12"),
        ("Do., 3. Sept. 2026", "2026-09-03"),
        ("1er août 2026", "2026-08-01"),
        ("lundi 12 déc. 2026", "2026-12-12"),
        ("3 de marzo de 2026", "2026-03-03"),
        ("mar 3 ene 2026", "2026-01-03"),
        ("12/May/2026", "2026-05-12"),
        ("13/02/2026", "2026-02-13"),
        ("02/13/2026", "2026-02-13"),
        ("2/2/2026", "2026-02-02"),
        ("31.12.2026", "2026-12-31"),
        ("today", "2026-11-23"),
        ("Tomorrow", "2026-11-24"),
        ("yesterday", "2026-11-22"),
        ("fri", "2026-11-27"),
        ("next friday", "2026-11-27"),
        ("mon", "2026-11-30"),
        ("last mon", "2026-11-16"),
        ("last fri", "2026-11-20"),
        ("+14d", "2026-12-07"),
        ("-2w", "2026-11-09"),
        ("+1m", "2026-12-23"),
        ("+1y", "2027-11-23"),
        ("1606089600000", "2020-11-23"),
        ("2024-01-15 00:00:00", "2024-01-15"),
        ("2024-01-15T00:00:00Z", "2024-01-15"),
        ("0001-01-01", "0001-01-01"),
        ("9999-12-31", "9999-12-31"),
    ],
)
def test_day_is_read_as_people_and_files_write_it(typed, day):
    assert parse("date", typed) == day


@pytest.mark.parametrize(
    "typed",
    [
        "31-02-2026",
        "2026-02-30",
        "0000-01-01",
        "10000-01-01",
        "someday",
        "1 jui 2026",
        "20 Feb 20",
        "1 Dec",
        "Q3 2016",
        "+99999y",
        "-9999999d",
        "2024-01-15 10:00:00",
        "2026-W01-1",
        "to",
        "٢٠٢٦-١٢-٠١",
    ],
)
def test_what_names_no_day_is_refused(typed):
    assert refusal("date", typed) == (
        f'"{typed}" is not a date',
        "write it like 2026-12-01, 1 Dec 2026, today, tomorrow, fri or +14d",
    )


@pytest.mark.parametrize("typed", ["01/02/2026", "1-2-2026", "01.02.2026"])
def test_day_with_two_readings_is_refused_and_both_are_named(typed):
    assert refusal("date", typed) == (f'"{typed}" may be two different dates', "write 2026-02-01 or 2026-01-02")


def test_today_is_that_of_the_zone():
    late = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
    assert parse("date", "today", moment=late) == "2026-11-24"
    assert parse("date", "today", moment=late, zone=UTC) == "2026-11-23"


@pytest.mark.parametrize(
    ("day", "months", "result"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 11, 30), 14, date(2028, 1, 30)),
    ],
)
def test_months_are_added_by_the_calendar_and_clamped(day, months, result):
    assert add_months(day, months) == result


@given(
    st.lists(st.dates().map(str) | st.sampled_from(["", " ", "today", "x", "2026-13-01", "2026-W01-1", "01/02/2026"]))
)
def test_column_of_days_reads_as_its_cells(texts):
    bound = of("date")
    assert [str(v) for v in bound.parse_many(texts, CONTEXT)] == [str(bound.parse_cell(t, CONTEXT)) for t in texts]


@pytest.mark.parametrize("value", ["2026-12-1", "20261201", "today", 20261201, "2026-W01-1"])
def test_stored_day_is_iso(value):
    with pytest.raises(InvalidValue):
        of("date").accept(value)


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        ("2026-12-01T09:30:00Z", "2026-12-01T09:30:00Z"),
        ("2026-12-01T10:30:00+01:00", "2026-12-01T09:30:00Z"),
        ("2026-12-01 10:30", "2026-12-01T09:30:00Z"),
        ("2026-12-01 10:30 +0100", "2026-12-01T09:30:00Z"),
        ("2026-12-01 10:30 UTC", "2026-12-01T10:30:00Z"),
        ("2026-07-01 10:30:15", "2026-07-01T08:30:15Z"),
        ("2026-07-01T10:30:15.120", "2026-07-01T08:30:15.12Z"),
        ("2026-07-01T10:30:15.120000000Z", "2026-07-01T10:30:15.12Z"),
        ("2020-12-30 3:15:52", "2020-12-30T02:15:52Z"),
        ("2026-12-01", "2026-11-30T23:00:00Z"),
        ("1 Dec 2026 2:05 pm", "2026-12-01T13:05:00Z"),
        ("1 Dec 2026 12:00am", "2026-11-30T23:00:00Z"),
        ("now", "2026-11-23T10:00:00Z"),
        ("tomorrow", "2026-11-23T23:00:00Z"),
        ("fri 14:00", "2026-11-27T13:00:00Z"),
        ("+14d 9:00", "2026-12-07T08:00:00Z"),
        ("1606128952000", "2020-11-23T10:55:52Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
    ],
)
def test_moment_is_read_in_the_zone_and_stored_in_utc(typed, moment):
    assert parse("datetime", typed) == moment


@pytest.mark.parametrize(
    "typed",
    [
        "2026-12-01 25:00",
        "2026-12-01 10:60",
        "2026-12-01 13:00 pm",
        "14:00",
        "soon",
        "2026-12-01 10:30:15.1234567",
        "0001-01-01 00:00:00",
        "2026-12-01 10:30 +25:00",
        "2026-02-30 10:00:00",
        "2026-W01-1T09:30:00Z",
    ],
)
def test_what_names_no_moment_is_refused(typed):
    assert refusal("datetime", typed)[0] == f'"{typed}" is not a date and time'


def test_moment_with_two_readings_is_refused():
    assert refusal("datetime", "01/02/2026 10:00")[0] == '"01/02/2026" may be two different dates'


@pytest.mark.parametrize(
    ("stored", "text"),
    [
        ("2026-12-01T09:30:00Z", "2026-12-01 10:30"),
        ("2026-12-01T09:30:05Z", "2026-12-01 10:30:05"),
        ("2026-12-01T09:30:00.5Z", "2026-12-01 10:30:00.5"),
        ("2026-10-25T00:30:00Z", "2026-10-25 02:30"),
        ("2026-10-25T01:30:00Z", "2026-10-25 02:30+01:00"),
        ("9999-12-31T23:30:00Z", "9999-12-31 23:30:00Z"),
    ],
)
def test_moment_is_shown_by_the_zones_clock(stored, text):
    bound = of("datetime")
    assert bound.show(stored, CONTEXT) == text
    assert bound.parse(text, CONTEXT) == stored


ZONES = ["Europe/Amsterdam", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Africa/Monrovia", "UTC"]


@given(st.datetimes(), st.sampled_from(ZONES), st.sampled_from([0, 1]))
def test_moment_in_any_zone_is_read_back(local, zone, fold):
    context = replace(CONTEXT, zone=ZoneInfo(zone))
    bound = of("datetime")
    try:
        micros = (local.replace(tzinfo=context.zone, fold=fold).astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)) // (
            datetime.resolution
        )
    except OverflowError:
        return
    value = bound.stored(micros)
    assert bound.column(value) == micros
    assert bound.accept(value) == value
    assert bound.parse(bound.show(value, context), context) == value
    assert bound.parse(value, context) == value


STAMPS = st.datetimes().map(lambda d: d.isoformat(" ", "seconds")) | st.datetimes().map(
    lambda d: d.isoformat("T", "seconds") + "Z"
)
ODD_STAMPS = [
    "",
    "now",
    "2026-W01-1T09:30:00Z",
    "2026-12-01 24:00:00",
    "20261201T0930000000Z",
    "2026-12-01T09+01:00",
    "2026-12-01x09:30:00",
]


@given(st.lists(STAMPS | st.sampled_from(ODD_STAMPS)), st.sampled_from(["Europe/Amsterdam", "UTC"]))
def test_column_of_moments_reads_as_its_cells(texts, zone):
    context = replace(CONTEXT, zone=ZoneInfo(zone))
    bound = of("datetime")
    assert [str(v) for v in bound.parse_many(texts, context)] == [str(bound.parse_cell(t, context)) for t in texts]


@pytest.mark.parametrize("value", ["2026-12-01", "2026-12-01 09:30", "2026-12-01T09:30:00", 5, "2026-13-01T09:30:00Z"])
def test_stored_moment_has_a_zone(value):
    with pytest.raises(InvalidValue):
        of("datetime").accept(value)


def test_stored_moment_of_another_zone_becomes_utc():
    assert of("datetime").accept("2026-12-01T10:30:00+01:00") == "2026-12-01T09:30:00Z"
