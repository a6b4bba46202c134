"""Conditions taken apart: their parts, and the values that each goes by."""

from __future__ import annotations

import pytest

from crmcli.query.explaining import explain
from querying import CONTEXT, MODEL, database

ROWS = (
    ("person", 1, {"firstname": "Ann", "visits": 10, "phase": "lead", "active": 1, "birthday": "2001-02-03"}),
    ("person", 2, {"firstname": "Ben"}),
    ("sale", 1, {"title": "Books", "amount": "5"}),
)
LINKS = (("sale", 1, "person", 1, 0, None),)


def told(text, record_id=1):
    """The parts of a condition, flat: text, whether it is so, values as stored."""
    connection = database(ROWS, LINKS)
    explained = explain(text, MODEL.objects["person"], MODEL, CONTEXT, record_id)
    row = [value for each in explained.statements for value in connection.execute(each.sql, each.parameters).fetchone()]
    return list(_flat(explained.root, row))


def _flat(part, row):
    values = {}
    for each in part.values:
        column = row[each.column]
        values[each.text] = None if column is None else each.value_type.stored(column)
    yield part.text, row[part.column], values
    for inner in part.parts:
        yield from _flat(inner, row)


CASES = {
    "visits > 5": [("visits > 5", 1, {"Visits": 10})],
    "phase = lead": [("phase = lead", 1, {"Phase": "lead"})],
    "'First name' = 'Ann'": [("'First name' = 'Ann'", 1, {"First name": "Ann"})],
    "'First name' contains 'n'": [("'First name' contains 'n'", 1, {"First name": "Ann"})],
    "5 < visits": [("5 < visits", 1, {"Visits": 10})],
    "visits + 1 > score": [("visits + 1 > score", None, {"visits + 1": 11, "Score": None})],
    "visits between 1 and 3": [("visits between 1 and 3", 0, {"Visits": 10})],
    "active": [("active", 1, {"Active": True})],
    "phase not in (customer)": [("phase not in (customer)", 1, {"Phase": "lead"})],
    "birthday is not known": [("birthday is not known", 0, {"Birthday": "2001-02-03"})],
    "count(sales) > 0": [("count(sales) > 0", 1, {"count(sales)": 1})],
    "any(sales)": [("any(sales)", 1, {"sales in all": 1})],
    "all(sales, amount > 9)": [("all(sales, amount > 9)", 0, {"sales that meet it": 0, "sales in all": 1})],
    "true": [("true", 1, {})],
    "not ((visits > 5 or score > 1) and active)": [
        ("not ((visits > 5 or score > 1) and active)", 0, {}),
        ("(visits > 5 or score > 1) and active", 1, {}),
        ("visits > 5 or score > 1", 1, {}),
        ("visits > 5", 1, {"Visits": 10}),
        ("score > 1", None, {"Score": None}),
        ("active", 1, {"Active": True}),
    ],
    "if visits > 5 then active else false": [("if visits > 5 then active else false", 1, {})],
}


@pytest.mark.parametrize("text", CASES)
def test_a_condition_and_what_it_goes_by(text):
    assert told(text) == CASES[text]


def test_many_conditions_take_several_statements():
    text = " or ".join(["visits = 10"] * 400)
    found = told(text)
    assert len(found) == 401
    assert {truth for _, truth, _ in found} == {1}
    assert len(explain(text, MODEL.objects["person"], MODEL, CONTEXT, 1).statements) == 2
