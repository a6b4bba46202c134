"""The SQL functions: exact whole numbers, the calendar, regular expressions, and what their failures say."""

from __future__ import annotations

import sqlite3
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.query import FUNCTIONS, Selection, refusal, select
from crmcli.query.functions import BeyondDepth, BeyondNumbers, divided
from crmcli.types.patterns import pattern_mistake
from querying import CONTEXT, MODEL, database, matching, micros

CALL = {name: function for name, (_, function) in FUNCTIONS.items()}
ZONE = "Europe/Amsterdam"


def test_unset_in_unset_out():
    for name, (arity, function) in FUNCTIONS.items():
        first = (None, *[0] * (arity - 1)) if name != "crm_matches" else ("x", None)
        assert function(*first) is None, name
    assert CALL["crm_plus"](1, 0, None, 0) is None
    assert CALL["crm_times"](1, None, 0) is None
    assert CALL["crm_compare"](1, 0, None, 0) is None
    assert CALL["crm_over"](1, 0, 0, 0) is None


@given(st.integers(-(10**20), 10**20), st.integers(-(10**9), 10**9).filter(bool))
def test_division_rounds_halves_away_from_zero(a, b):
    assert divided(a, b) == int((Decimal(a) / Decimal(b)).quantize(Decimal(1), ROUND_HALF_UP))


@given(st.integers(-(10**9), 10**9), st.integers(0, 6), st.integers(-(10**9), 10**9), st.integers(0, 6))
def test_numbers_at_two_scales(a, a_shift, b, b_shift):
    left, right = a * 10**a_shift, b * 10**b_shift
    assert CALL["crm_plus"](a, a_shift, b, b_shift) == left + right
    assert CALL["crm_compare"](a, a_shift, b, b_shift) == (left > right) - (left < right)


def test_decimals():
    assert [CALL["crm_decimal"](n, 2) for n in (1200, -5, 50, 0)] == ["12", "-0.05", "0.5", "0"]
    assert CALL["crm_times"](25, 5, 1) == 13
    assert CALL["crm_round"](-2500, 3) == -3000
    assert CALL["crm_over"](1, 3, 6, 0) == 333_333


def test_the_calendar_in_a_zone():
    late = micros("2026-10-31T23:30:00+00:00")
    assert CALL["crm_day"](late, ZONE) == "2026-11-01"
    assert CALL["crm_clock"](late, ZONE) == "2026-11-01 00:30"
    assert CALL["crm_start"]("2026-11-01", ZONE) == micros("2026-10-31T23:00:00+00:00")
    assert CALL["crm_shift_date"]("2026-01-31", 1, 1) == "2026-03-01"
    # The same time of day across the end of summer time, which is 25 hours later.
    before = micros("2026-10-24T10:00:00+00:00")
    assert CALL["crm_shift_time"](before, 0, 1, 0, ZONE) - before == 25 * 3_600_000_000
    assert CALL["crm_shift_time"](before, 0, 0, 5, ZONE) - before == 5


def test_what_leaves_the_calendar_is_unset():
    last = micros("9999-12-31T23:30:00+00:00")
    assert CALL["crm_day"](last, ZONE) is None
    assert CALL["crm_clock"](last, ZONE) is None
    assert CALL["crm_shift_date"]("9999-12-31", 1, 0) is None
    assert CALL["crm_shift_date"]("9999-12-31", 0, 1) is None
    assert CALL["crm_shift_time"](last, 0, 1, 0, ZONE) is None


def test_regular_expressions():
    assert CALL["crm_matches"]("^a.c$", "abc") is True
    assert CALL["crm_matches"]("^a.c$", "abcd") is False
    assert pattern_mistake("^a.c$") is None
    assert pattern_mistake("(") == "missing ): ("
    assert pattern_mistake("(a)\\1") == "invalid escape sequence: \\1"


def test_sums_beyond_63_bits_are_refused_with_words():
    crm = database([("sale", n, {"title": "x", "amount": "9000000000000"}) for n in (1, 2)] + [("firm", 1, {})], [
        ("sale", n, "firm", 1, 1, None) for n in (1, 2)
    ])  # fmt: skip
    for name, text in (("firm", "sum(sales.amount) > 1"), ("sale", "amount * 10 > 1"), ("sale", "amount + amount > 1")):
        with pytest.raises(sqlite3.OperationalError) as failure:
            matching(crm, name, text)
        assert isinstance(refusal(str(failure.value)), BeyondNumbers)


def test_depth_beyond_sqlites_is_refused_with_words():
    text = "1 + (" * 22 + "score" + ")" * 22 + " > 1"
    with pytest.raises(sqlite3.OperationalError) as failure:
        matching(database(), "person", text)
    found = refusal(str(failure.value))
    assert isinstance(found, BeyondDepth)
    assert found.exit_code == 2


def test_other_failures_are_not_ours():
    assert refusal("database disk image is malformed") is None


def test_large_filters_stay_within_sqlites_limits():
    people = database([("person", 7, {"score": 1})])
    assert matching(people, "person", " or ".join(["score = 1"] * 4000)) == [7]
    assert matching(people, "person", f"id in ({', '.join(map(str, range(15_000)))})") == [7]


def test_ids_are_found_without_a_scan():
    found = select(Selection(MODEL.objects["person"], "id in (3, 4) and score > 1", ("name",)), MODEL, CONTEXT)
    (plan,) = database().execute(f"EXPLAIN QUERY PLAN {found.sql}", found.parameters).fetchall()
    assert "SEARCH t USING INTEGER PRIMARY KEY" in plan[3]
