"""What a property was: ever, never, how often and when; and how often it changed, against plain Python."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.query import FUNCTIONS, QueryError, parse
from crmcli.query.history import _bounds
from crmcli.query.past import held_during, was_held
from crmcli.query.scope import Frame, Scope
from crmcli.query.syntax import Not, Was
from querying import CONTEXT, MODEL, PERSON, computed, database, matching, micros, refused

# Person 1 was made on 1 October as a lead, was customer from the 5th to the 9th, lead again, customer since the 20th.
# Person 2 was made on the same day as a customer and stayed one; of person 3 nothing is known but that they are a lead.
ROWS = (
    ("person", 1, {"phase": "customer", "firstname": "Nick", "visits": 5, "topics": ["a"]}),
    ("person", 2, {"phase": "customer", "firstname": "Ann"}),
    ("person", 3, {"phase": "lead"}),
    ("sale", 1, {"title": "Books"}),
)
HISTORY = (
    ("person", 1, "phase", micros("2026-10-05T10:00+00:00"), "lead", "customer"),
    ("person", 1, "phase", micros("2026-10-09T10:00+00:00"), "customer", "lead"),
    ("person", 1, "phase", micros("2026-10-20T10:00+00:00"), "lead", "customer"),
    ("person", 1, "firstname", micros("2026-11-22T23:30+00:00"), "Nicolas", "Nick"),
    ("person", 1, "topics", micros("2026-10-02T10:00+00:00"), ["b", "c"], ["a"]),
)
CREATION = (("person", 1, 2, micros("2026-10-01T10:00+00:00")),)
LINKS = (("sale", 1, "person", 1, 0, None),)


@pytest.fixture(scope="module")
def crm():
    return database(ROWS, LINKS, HISTORY, CREATION)


CASES = {
    "phase was ever lead": [1, 3],
    "phase was never lead": [2],
    "phase not was ever lead": [2],
    "phase was customer more than 1 times": [1],
    "phase was customer at least 1 time": [1, 2],
    "phase was customer at most 1 times": [2, 3],
    "phase was customer less than 1 times": [3],
    "phase was customer in 2026-10": [1, 2],
    "phase was customer in 2026-10-10": [2],
    "phase was customer between 2026-10-06 and 2026-10-08": [1, 2],
    "phase was lead between 2026-10-06 and 2026-10-08": [3],
    "phase was lead between 2026-10-09 and 2026-10-09": [1, 3],
    "phase was lead between 2026-10-06 and 2026-10-09T09:59Z": [3],
    "phase was lead between 2026-10-06 and 2026-10-09T10:00Z": [1, 3],
    "phase was lead in 2026-09": [3],
    "phase was customer in 2026-09": [],
    "phase was customer more than 0 times in 2026-10-20": [1],
    "phase was customer more than 0 times in 2026-10-01": [2],
    "phase was never customer in 2026-10-10": [1, 3],
    "phase was customer in today and visits = 5": [1],
    "firstname was 'NICOLAS' in last 60 days": [1],
    "firstname was 'nicolas' in today": [1],  # it was changed half past midnight in Amsterdam
    "firstname was 'nicolas' in tomorrow": [],
    "topics was c in 2026-10-01": [1],
    "topics was c in 2026-10-03": [],
    "changes(phase) = 3": [1],
    "changes(phase) = 0": [2, 3],
    "changes(phase, 2026-10-09) = 1": [1],
    "changes('First name') > 0": [1],
    "changed(phase) = 2026-10-20": [1],
    "changed(phase) is unknown": [2, 3],
}


@pytest.mark.parametrize("text", CASES)
def test_what_was(crm, text):
    assert matching(crm, "person", text) == CASES[text]


def test_it_goes_over_associations(crm):
    assert matching(crm, "sale", "person.phase was customer more than 1 times") == [1]
    assert computed(crm, "sale", "changes(person.phase)") == 3
    assert computed(crm, "person", "changed(phase)") == "2026-10-20T10:00:00Z"


def test_never_is_the_opposite_of_ever():
    node = parse("phase was never lead").root
    assert isinstance(node, Not)
    assert isinstance(node.operand, Was)


REFUSALS = {
    "phase was lead more 2 times": "how often is not said here",
    "phase was lead at 2 times": "how often is not said here",
    "phase was lead more than two times": "how often is a whole number",
    "phase was lead more than 2": '"times" is missing after the number',
    "phase was lead in 5": "here stands a period",
    "phase was lead in now": "here stands a period",
    "phase was lead between visits and today": "here stands a day or a moment",
    "changes()": "changes takes a property",
    "changes(5)": "changes takes a property",
    "changes(phase, visits)": "here stands a period",
    "changed(phase, today) is known": "changed takes a property",
    "changes(double) = 1": '"double" is calculated and has no history',
    "double was 1 in today": '"double" is calculated and has no history',
}


@pytest.mark.parametrize("text", REFUSALS)
def test_what_cannot_be_read_is_pointed_at(text):
    _, message, hint = refused("person", text)
    assert message.startswith(REFUSALS[text])
    assert hint or "calculated" in message


def test_what_was_undone_counts_for_nothing():
    past = [[3, 3, 1, "lead", "customer", "op1", None], [5, 5, 2, "customer", "lead", "op2", "op1"]]
    known = json.dumps([1, past])
    assert FUNCTIONS["crm_changed"][1]("times", known, None, None) == 0
    assert FUNCTIONS["crm_was_held"][1]('["customer"]', 0, known, None, None) == 0
    assert FUNCTIONS["crm_held_during"][1]('["lead"]', 1, known, 2, 10) == 1


@given(
    st.integers(0, 3),
    st.lists(st.tuples(st.integers(1, 30), st.integers(0, 3)), max_size=8),
    st.integers(0, 31),
    st.integers(1, 10),
)
def test_it_agrees_with_looking_at_every_moment(first_value, changes, begin, length):
    """By the definition: hour by hour, what the property held."""
    value, history, hours = first_value, [], {}
    for number, (at, new) in enumerate(sorted(changes, key=lambda change: change[0])):
        history.append([at, at, number, value, new, f"op{number}", None])
        value = new
    for hour in range(45):
        past = [change[4] for change in history if change[0] <= hour]
        hours[hour] = past[-1] if past else first_value
    known, wanted = json.dumps([0, history]), "[2]"
    after = begin + length
    held = any(hours[hour] == 2 for hour in range(begin, after))
    came = sum(hours[hour] == 2 and (hour == 0 or hours[hour - 1] != 2) for hour in range(begin, after))
    assert held_during(wanted, int(value == 2), known, begin, after) == held
    assert was_held(wanted, int(value == 2), known, begin, after) == came


def test_a_period_ends_at_midnight_of_the_workspace():
    root = parse("phase was lead between 2026-10-24 and 2026-10-25").root
    scope = Scope(PERSON, "t", Frame(MODEL, CONTEXT), "")
    begin, after = _bounds(root.during, scope)
    assert datetime.fromtimestamp(begin / 1e6, UTC) == datetime(2026, 10, 23, 22, tzinfo=UTC)
    assert timedelta(microseconds=after - begin) == timedelta(hours=49)  # the clocks go back on the 25th


def test_a_mistake_is_a_query_error():
    with pytest.raises(QueryError):
        parse("phase was lead at least times")
