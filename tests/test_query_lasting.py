"""Statements that last a day: they say at every hour what one compiled at that hour says, or are not made."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.frozen import replace
from crmcli.query import compile_value
from crmcli.query.lasting import compile_lasting
from crmcli.services import calculated
from querying import CONTEXT, MODEL, PERSON, computed, database, prop

PEOPLE = [
    ("person", 1, {"joined": "2026-11-23T10:00:00Z", "score": "2", "birthday": "2026-11-23", "owner_id": "ada"}),
    ("person", 2, {"joined": "2026-10-25T00:30:00Z", "firstname": "Ben"}),
]
LASTING = [
    "score * 2",
    "concat('Hi ', firstname)",
    "if joined <= now then 1 else 2",
    "(now - joined) / 1h",
    "if joined > today - 30d then 1 else 2",
    "if joined in this month and owner = me then 'here' else 'there'",
    "if birthday = today then 'cake' else 'bread'",
    "coalesce(joined, now)",
]
HOURLY = ["now - 1d", "now + 3h", "if joined > now - 30d then 1 else 2", "if birthday = now + 3h then 1 else 2"]


@pytest.fixture(scope="module")
def crm():
    return database(PEOPLE, [])


def declared(expression):
    """A person with one calculated property, of the type of the expression."""
    kind = compile_value(expression, PERSON, MODEL, CONTEXT).value_type
    form = {"field_type": "date"} if kind.name in ("date", "datetime") else {}
    type_ = {"text": "string"}.get(kind.name, kind.name)
    told = prop("told", type_, formula=expression, **form)
    return replace(PERSON, properties={**PERSON.properties, "told": told}), told


def at(day, part):
    """The context at a part of a day in Amsterdam, from 0 to 1."""
    begin = datetime.combine(day, time(), CONTEXT.zone).astimezone(UTC)
    end = datetime.combine(day + timedelta(days=1), time(), CONTEXT.zone).astimezone(UTC)
    return replace(CONTEXT, moment=begin + (end - begin - timedelta(microseconds=1)) * part)


# An ordinary day, one of 25 hours and one of 23.
DAYS = (date(2026, 11, 23), date(2026, 10, 25), date(2026, 3, 29))


@pytest.mark.parametrize("expression", LASTING)
@given(day=st.sampled_from(DAYS), made=st.floats(0, 1), asked=st.floats(0, 1), record=st.integers(1, 2))
def test_one_statement_is_right_for_every_record_at_every_hour_of_its_day(crm, expression, day, made, asked, record):
    person, told = declared(expression)
    now = at(day, asked)
    statement = compile_lasting(["told"], person, MODEL, at(day, made)).of(record, now.moment)
    ((column,),) = crm.execute(statement.sql, statement.parameters)
    found = None if column is None else told.value_type.stored(column)
    assert found == computed(crm, "person", expression, record, now)


@pytest.mark.parametrize("expression", HOURLY)
def test_what_changes_by_the_hour_does_not_last(expression):
    person, _ = declared(expression)
    assert compile_lasting(["told"], person, MODEL, CONTEXT) is None


def test_the_edition_is_raised_when_the_compiler_makes_other_sql():
    """Kept statements of the edition before would go on being used until midnight."""
    statements = [compile_lasting(["told"], declared(text)[0], MODEL, CONTEXT).sql for text in LASTING]
    digest = sha256("\n".join(statements).encode()).hexdigest()[:12]
    assert (calculated.EDITION, digest) == (1, "68f5074e3f02"), (
        "raise EDITION in services/calculated.py, and say both here"
    )
