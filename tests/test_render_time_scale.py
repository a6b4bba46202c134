"""Days on a line of so many columns, and the near ones by how far they are."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.render.moments import near
from crmcli.render.time_scale import Scale
from crmcli.types.base import Context
from crmcli.types.date import Date
from crmcli.types.moment import DateTime

CONTEXT = Context(datetime(2026, 11, 23, 23, 30, tzinfo=UTC), ZoneInfo("Europe/Amsterdam"), "NL", "EUR")  # the 24th


@given(st.dates(), st.integers(0, 40_000), st.integers(1, 250))
def test_names_stand_apart_and_within_the_line(first, length, columns):
    last = date.fromordinal(min(first.toordinal() + length, date.max.toordinal()))
    scale = Scale(first, last, columns)
    end = -1
    for place, name in scale.names():
        assert place > end
        end = place + len(name)
        assert end <= columns


@given(st.dates(), st.integers(0, 40_000), st.integers(1, 250), st.data())
def test_every_day_has_its_column_and_none_ends_before_it_begins(first, length, columns, data):
    last = date.fromordinal(min(first.toordinal() + length, date.max.toordinal()))
    scale = Scale(first, last, columns)
    day = data.draw(st.dates(first, last))
    assert 0 <= scale.place(day) <= scale.until(day) < columns
    assert (scale.place(first), scale.until(last)) == (0, columns - 1)


@pytest.mark.parametrize(
    ("days", "names"),
    [
        (6, ["11-23", "11-24", "11-25", "11-26", "11-27", "11-28"]),
        (40, ["11-23", "11-30", "12-07", "12-14", "12-21", "12-28"]),
        (150, ["2026-12", "2027-01", "2027-02", "2027-03", "2027-04"]),
        (800, ["2027-01", "2027-04", "2027-07", "2027-10", "2028-01", "2028-04", "2028-07", "2028-10"]),
        (4000, ["2027", "2028", "2029", "2030", "2031", "2032", "2033", "2034", "2035", "2036", "2037"]),
    ],
)
def test_the_nearest_days_that_there_is_room_for_are_named(days, names):
    scale = Scale(date(2026, 11, 23), date(2026, 11, 23) + timedelta(days=days - 1), 80)
    assert [name for _, name in scale.names()] == names


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("2026-11-24", "today"),
        ("2026-11-25", "tomorrow"),
        ("2026-11-23", "yesterday"),
        ("2026-11-26", "in 2 days"),
        ("2026-12-01", "in 7 days"),
        ("2026-12-02", "2026-12-02"),
        ("2026-11-17", "7 days ago"),
        ("2026-11-16", "2026-11-16"),
        ("0001-01-01", "0001-01-01"),
    ],
)
def test_near_days(value, said):
    assert near(Date(), value, CONTEXT) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("2026-11-23T23:00:00Z", "today"),
        ("2026-11-24T09:05:59Z", "today 10:05"),
        ("2026-11-23T22:59:00Z", "yesterday 23:59"),
        ("2026-11-26T11:00:00.5Z", "in 2 days 12:00"),
        ("2027-06-01T11:00:00Z", "2027-06-01 13:00"),
    ],
)
def test_near_moments_by_the_zones_clock(value, said):
    assert near(DateTime(), value, CONTEXT) == said
