"""Dates in figures: the orders in which a text can be read, and its ISO form in one of them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.services.importing.date_orders import readings, rewritten


@pytest.mark.parametrize(
    ("text", "orders"),
    [
        ("03/04/2024", {"dmy": "2024-04-03", "mdy": "2024-03-04"}),
        ("13/04/2024", {"dmy": "2024-04-13"}),
        ("4-13-2024", {"mdy": "2024-04-13"}),
        ("03.04.24", {"dmy": "2024-04-03", "mdy": "2024-03-04"}),
        ("03-04-24", {"dmy": "2024-04-03", "mdy": "2024-03-04", "ymd": "2003-04-24"}),
        ("24-12-31", {"dmy": "2031-12-24", "ymd": "2024-12-31"}),
        ("24/12/31", {"dmy": "2031-12-24"}),
        ("99/12/31", {"ymd": "1999-12-31"}),
        ("31/12/68", {"dmy": "2068-12-31"}),
        ("31/12/69", {"dmy": "1969-12-31"}),
        ("13/04/2024 14:30", {"dmy": "2024-04-13"}),
        ("Mon 13/04/2024", {"dmy": "2024-04-13"}),
        ("1. 2. 2024", {"dmy": "2024-02-01", "mdy": "2024-01-02"}),
        ("31/31/2024", {}),
    ],
)
def test_a_text_in_figures_has_the_orders_that_the_calendar_allows(text, orders):
    assert {order: str(day) for order, day in readings(text).items()} == orders


@pytest.mark.parametrize(
    "text", ["2024-04-03", "2024/4/3", "3 April 2024", "today", "", "1/2", "10:30", "12/13", "1" * 99]
)
def test_other_texts_leave_no_order_open(text):
    assert readings(text) is None


@pytest.mark.parametrize(
    ("text", "order", "iso"),
    [
        ("03/04/2024", "dmy", "2024-04-03"),
        ("03/04/2024", "mdy", "2024-03-04"),
        ("03/04/2024", "ymd", None),
        ("24-03-12", "ymd", "2024-03-12"),
        ("12/25/2024", "dmy", None),
        ("3/4/24 2:05 pm", "mdy", "2024-03-04 2:05 pm"),
        ("3/4/2024T10:00:00+02:00", "dmy", "2024-04-03T10:00:00+02:00"),
        ("12-Mar-24", "mdy", "12-Mar-2024"),
        ("12 mrt. '24 10:00", "dmy", "12 mrt. 2024 10:00"),
        ("Mar 12, 99", "dmy", "Mar 12, 1999"),
        ("3 April 2024", "mdy", "3 April 2024"),
        ("tomorrow", "dmy", "tomorrow"),
        ("1/2", "dmy", "1/2"),
    ],
)
def test_a_date_is_written_anew_in_its_order(text, order, iso):
    assert rewritten(text, order) == iso


@given(
    st.dates(min_value=date(1970, 1, 1), max_value=date(2068, 12, 31)),
    st.sampled_from(["dmy", "mdy", "ymd"]),
    st.sampled_from("/-."),
    st.booleans(),
)
def test_any_day_in_any_order_comes_back(day, order, mark, short):
    if order == "ymd" and not short:
        return
    parts = {"d": f"{day.day:02}", "m": str(day.month), "y": f"{day.year % 100:02}" if short else str(day.year)}
    assert rewritten(mark.join(parts[part] for part in order), order) == day.isoformat()
