"""The rules of values: a value is taken just where the rule holds of it, and the refusal says which does not."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.frozen import replace
from crmcli.model.objects import Property, Rules
from crmcli.services.rules import RuleBroken, value_rules
from crmcli.types.patterns import pattern_mistake
from declared import CONTEXT

TEXT = Property("code", "Code", "string", "text")
NUMBER = Property("size", "Size", "number", "number")
MONEY = Property("price", "Price", "number", "number", format="money")
DAY = Property("born", "Born", "date", "date")
MOMENT = Property("seen", "Seen", "datetime", "date")
TODAY = date(2026, 11, 23)


def ruled(prop, **rules):
    """The rules of a property, made ready."""
    return value_rules(replace(prop, rules=Rules(**rules)), CONTEXT)


def refusal(prop, value, **rules):
    """The sentence and the hint with which a value is refused, or None."""
    broken = ruled(prop, **rules).broken(value, prop.value_type.show(value, CONTEXT))
    return broken and (broken.sentence, broken.hint, broken.code)


def test_a_property_without_rules_has_none():
    assert value_rules(TEXT, CONTEXT) is None
    assert ruled(TEXT, message="nothing", check="code is known") is None  # expressions are asked of whole records


@pytest.mark.parametrize(
    ("prop", "rules", "value", "sentence", "hint"),
    [
        (NUMBER, {"min": "10"}, 5, 'Size (size): "5" is less than 10', "Give 10 or more"),
        (NUMBER, {"max": "1,000"}, 2000, 'Size (size): "2000" is more than 1000', "Give 1000 or less"),
        (MONEY, {"min": "10"}, "9.99", 'Price (price): "9.99 EUR" is less than 10.00 EUR', "Give 10.00 EUR or more"),
        (TEXT, {"min_length": 3}, "ab", 'Code (code): "ab" is shorter than 3 characters', "Give at least 3"),
        (TEXT, {"max_length": 3}, "abcd", 'Code (code): "abcd" is longer than 3 characters', "Give at most 3"),
        (TEXT, {"digits": True}, "12a", 'Code (code): "12a" does not consist of digits', "Write digits only"),
        (
            TEXT,
            {"pattern": "[A-Z]+"},
            "Ab",
            'Code (code): "Ab" does not match [A-Z]+',
            "It must match the pattern [A-Z]+",
        ),
        (DAY, {"before": "today - 18y"}, "2008-11-24", 'Born (born): "2008-11-24" is after 2008-11-23', None),
        (DAY, {"after": "2026-12-01"}, "2026-11-30", 'Born (born): "2026-11-30" is before 2026-12-01', None),
        (MOMENT, {"before": "today"}, "2026-11-23T23:00:00Z", None, None),  # the next day in Amsterdam
    ],
)
def test_a_refusal_says_which_rule_and_what_would_do(prop, rules, value, sentence, hint):
    said, remedy, _ = refusal(prop, value, **rules)
    assert sentence is None or said == sentence
    assert hint is None or remedy == hint


def test_the_schemas_own_words_stand_in_the_place_of_ours():
    said, remedy, _ = refusal(NUMBER, 50, max="40", message="large discounts need a contract")
    assert said == 'Size (size): "50": large discounts need a contract'
    assert remedy == "Give 40 or less"


def test_a_window_of_days_takes_moments_of_its_last_day_by_the_workspaces_clock():
    assert refusal(MOMENT, "2026-11-23T22:59:00Z", before="today") is None
    assert refusal(MOMENT, "2026-11-23T23:01:00Z", before="today")[2] == "OUTSIDE_VALID_TIME_RANGE"
    assert refusal(MOMENT, "2026-11-22T22:59:00Z", after="today") is not None
    assert refusal(MOMENT, "2026-11-23T10:30:00Z", before="now") is not None


def test_a_rule_that_is_broken_is_one_of_all_that_are_said():
    broken = [ruled(NUMBER, min="10").broken(5, "5"), ruled(TEXT, digits=True).broken("a", "a")]
    error = RuleBroken([each for each in broken if each])
    assert error.message.splitlines() == [
        'Size (size): "5" is less than 10',
        'Code (code): "a" does not consist of digits',
    ]
    assert error.hint == "Give 10 or more\nWrite digits only"


@given(st.integers(-(10**9), 10**9), st.integers(-(10**9), 10**9), st.integers(-(10**9), 10**9))
def test_a_number_is_taken_just_where_it_is_within_its_bounds(value, low, high):
    broken = ruled(NUMBER, min=str(low), max=str(high)).broken(value, str(value))
    assert (broken is None) == (low <= value <= high)


@given(st.decimals(0, 10**6, places=2), st.decimals(0, 10**6, places=2))
def test_amounts_compare_exactly(value, least):
    assert (ruled(MONEY, min=str(least)).broken(str(value), str(value)) is None) == (value >= least)


@given(st.text(max_size=12), st.integers(0, 12), st.integers(1, 12))
def test_a_text_is_taken_just_where_it_has_its_length(value, least, most):
    rules = ruled(TEXT, min_length=least, max_length=most)
    assert (rules.broken(value, value) is None) == (least <= len(value) <= most)


@given(st.text(max_size=8))
def test_digits_are_those_of_ascii(value):
    rules = ruled(TEXT, digits=True)
    assert (rules.broken(value, value) is None) == (value != "" and set(value) <= set("0123456789"))


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(-4000, 4000), st.integers(0, 4000))
def test_a_day_is_taken_just_where_it_is_within_its_window(value, start, length):
    first, last = TODAY + timedelta(days=start), TODAY + timedelta(days=start + length)
    rules = ruled(DAY, after=f"today {'+' if start >= 0 else '-'} {abs(start)}d", before=last.isoformat())
    assert (rules.broken(value.isoformat(), "") is None) == (first <= value <= last)


@given(st.text("ab", max_size=6))
def test_a_pattern_must_match_the_whole_text(value):
    rules = ruled(TEXT, pattern="a+b?")
    stripped = value.removesuffix("b")
    assert (rules.broken(value, value) is None) == (stripped != "" and set(stripped) == {"a"})


def test_what_re2_does_not_take_is_known_before():
    assert pattern_mistake("(?=a)") is not None
