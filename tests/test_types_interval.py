"""How often something comes again."""

from __future__ import annotations

from datetime import date

import pytest

from crmcli.types.base import InvalidValue
from crmcli.types.interval import days_on
from declared import CONTEXT, of, parse, refusal


@pytest.mark.parametrize(
    ("typed", "stored", "shown"),
    [
        ("daily", "P1D", "daily"),
        ("Weekly", "P1W", "weekly"),
        ("every month", "P1M", "monthly"),
        ("yearly", "P1Y", "yearly"),
        ("every 2 weeks", "P2W", "every 2 weeks"),
        ("3m", "P3M", "every 3 months"),
        ("10 days", "P10D", "every 10 days"),
        ("p6m", "P6M", "every 6 months"),
    ],
)
def test_an_interval_is_read_and_said_in_words(typed, stored, shown):
    assert parse("interval", typed) == stored
    assert of("interval").show(stored, CONTEXT) == shown


@pytest.mark.parametrize("typed", ["w", "often", "0 days", "every", "-1w", "1.5 weeks", "P1H", "12345d", ""])
def test_what_does_not_say_how_often_is_refused(typed):
    assert "does not say how often" in refusal("interval", typed)[0]


@pytest.mark.parametrize("value", ["weekly", "P0W", "2W", 2, None])
def test_the_stored_form_alone_is_taken(value):
    with pytest.raises(InvalidValue):
        of("interval").accept(value)


@pytest.mark.parametrize(
    ("interval", "times", "day"),
    [
        ("P1D", 3, date(2027, 2, 3)),
        ("P2W", 1, date(2027, 2, 14)),
        ("P1M", 1, date(2027, 2, 28)),
        ("P1M", 2, date(2027, 3, 31)),
        ("P1Y", 1, date(2028, 1, 31)),
    ],
)
def test_days_are_counted_by_the_calendar(interval, times, day):
    assert days_on(date(2027, 1, 31), interval, times) == day
