"""Columns, order, pages and counts."""

from __future__ import annotations

import pytest

from crmcli.query import QueryError, Selection, count_by, select
from querying import CONTEXT, MODEL, computed, database, rows

PEOPLE = [
    ("person", 1, {"firstname": "bea", "phase": "customer", "score": "1.5", "topics": ["a", "b"]}),
    ("person", 2, {"firstname": "Abe", "phase": "lead", "score": 30}),
    ("person", 3, {"firstname": "Cy", "topics": ["b"]}),
    ("person", 4, {"firstname": "abe", "phase": "lead", "score": 30}),
    ("firm", 1, {"name": "Acme", "size": 7}),
    ("sale", 1, {"title": "One", "amount": "10.25", "cost": "0.1", "stage_id": "closedwon"}),
    ("sale", 2, {"title": "Two", "amount": "9223372036854", "cost": "20000000", "stage_id": "fresh"}),
]
LINKS = [("person", 1, "firm", 1, 1, ["Informant"]), ("sale", 1, "firm", 1, 1, None), ("sale", 2, "firm", 1, 1, None)]


@pytest.fixture(scope="module")
def crm():
    return database(PEOPLE, LINKS)


def test_without_columns_gives_ids(crm):
    assert rows(crm, "person") == ([(1,), (2,), (3,), (4,)], [])


def test_columns_are_properties_paths_and_expressions(crm):
    found, headings = rows(
        crm,
        "person",
        "id = 1",
        columns=("First name", "owner", "firm.size", "firm[Informant].name", "score * 2", "count(firms)"),
    )
    assert found == [(1, "bea", None, 7_000_000, "Acme", 3_000_000, 1)]
    assert headings == ["First name", "Owner", "Firm size", "Firm [informant] name", "score * 2", "count(firms)"]


@pytest.mark.parametrize(
    ("sort", "ids"),
    [
        (("name",), [2, 4, 1, 3]),
        (("-name",), [3, 1, 2, 4]),
        (("score",), [1, 2, 4, 3]),
        (("-score",), [2, 4, 1, 3]),
        (("-score", "-id"), [4, 2, 1, 3]),
        (("phase",), [2, 4, 1, 3]),
        (("-phase", "-firstname"), [1, 2, 4, 3]),
        (("-score * 2",), [2, 4, 1, 3]),
        (("firm.name", "-id"), [1, 4, 3, 2]),
    ],
)
def test_sorts_with_unset_last_and_ids_at_the_end(crm, sort, ids):
    expected = [(i,) for i in ids]
    assert rows(crm, "person", sort=sort)[0] == expected
    # The same order on pages, where what is shown is computed afterwards.
    pages = [rows(crm, "person", sort=sort, limit=3, offset=offset, columns=("firm.name",))[0] for offset in (0, 3)]
    assert [row[:1] for page in pages for row in page] == expected


def test_pages_without_a_sort(crm):
    assert rows(crm, "person", limit=2)[0] == [(1,), (2,)]
    assert rows(crm, "person", offset=3)[0] == [(4,)]
    assert rows(crm, "person", "phase = lead", limit=1, offset=1, columns=("name",))[0] == [(4, "abe")]


def test_a_page_binds_columns_filter_and_order_in_their_places(crm):
    found, _ = rows(
        crm, "person", "score > 1", columns=("concat('c', score)",), sort=("-score + 5", "phase"), limit=2, offset=1
    )
    assert found == [(4, "c30"), (1, "c1.5")]


def count(crm, by, where=None, name="person"):
    found = count_by(MODEL.objects[name], by, where, MODEL, CONTEXT)
    return crm.execute(found.sql, found.parameters).fetchall(), [c.heading for c in found.columns]


def test_counts(crm):
    assert count(crm, None) == ([(None, 4)], ["", "Count"])
    assert count(crm, None, "phase = lead") == ([(None, 2)], ["", "Count"])
    assert count(crm, "phase") == ([("lead", 2), (None, 1), ("customer", 1)], ["Phase", "Count"])
    assert count(crm, "phase", "score = 30") == ([("lead", 2)], ["Phase", "Count"])
    assert count(crm, "firm.name")[0] == [(None, 3), ("Acme", 1)]


def test_counts_each_of_several_values(crm):
    found = count_by(MODEL.objects["person"], "topics", None, MODEL, CONTEXT)
    assert crm.execute(found.sql, found.parameters).fetchall() == [(None, 2), ("b", 2), ("a", 1)]
    assert found.columns[0].value_type.show("b", CONTEXT) == "Big pears"


@pytest.mark.parametrize("part", ["where", "columns", "sort"])
def test_refuses_what_does_not_exist(part):
    given = {"where": "scor > 1", "columns": ("scor",), "sort": ("-scor",)}[part]
    with pytest.raises(QueryError, match='"scor" is not a property of Person'):
        select(Selection(MODEL.objects["person"], **{part: given}), MODEL, CONTEXT)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("amount + 0.005", "10.255"),
        ("amount - cost", "10.15"),
        ("amount * 3", "30.75"),
        ("3 * amount", "30.75"),
        ("amount / 3", "3.416667"),
        ("amount / cost", "102.5"),
        ("-amount / 3", "-3.416667"),
        ("round(amount, 1)", "10.3"),
        ("round(-amount, 1)", "-10.3"),
        ("round(amount)", "10"),
        ("round(amount, 9)", "10.25"),
        ("coalesce(cost, amount)", "0.1"),
        ("if amount > 5 then amount else cost", "10.25"),
        ("if amount > 5 then '' else title", ""),
        ("if amount > 5 then 25% else 1", "0.25"),
        ("title", "One"),
        ("stage", "closedwon"),
        ("'x'", "x"),
        ("true", True),
        ("amount > 5", True),
        ("1d2h", 93_600_000),
        ("90min", 5_400_000),
        ("1y", None),
        ("today", "2026-11-23"),
        ("this week", "2026-11-23"),
        ("now", "2026-11-23T10:00:00Z"),
        ("2026-11-03T10:00+02:00", "2026-11-03T08:00:00Z"),
        ("today + 1m", "2026-12-23"),
        ("2026-01-31 + 1m", "2026-02-28"),
        ("today + 2w - 1y", "2025-12-07"),
        ("now + 1d + 2h", "2026-11-24T12:00:00Z"),
        ("now - (now - 90min)", 5_400_000),
        ("today - 2026-11-20", 259_200_000),
        ("now - today", 39_600_000),
        ("now + (now - today)", "2026-11-23T21:00:00Z"),
        ("25% + 25%", "0.5"),
        ("2 * 30d", 5_184_000_000),
        ("2 * 5m", 600_000),
        ("30d / 2", 1_296_000_000),
        ("30d / 12h", 60),
        ("12h + 12h - 1h", 82_800_000),
        ("sum(firm.sales.cost)", "20000000.1"),
        ("avg(firm.sales.cost)", "10000000.05"),
        ("max(firm.sales.title)", "Two"),
        ("first(firm.sales, stage)", "closedwon"),
        ("latest(firm.sales, title, true, amount)", "Two"),
        ("latest(firm.sales, title, amount < 100, cost)", "One"),
        ("first(firm.sales.title, amount > 100, cost)", "Two"),
        ("join(firm.sales, title)", "One, Two"),
        ("join(firm.sales.title, amount > 5000)", "Two"),
        ("join(firm.sales, title, amount < 0)", None),
        ("if amount > 5 then title", "One"),
        ("if amount < 5 then title", None),
        ("if closed() then amount * probability()", "10.25"),
    ],
)
def test_computes_exactly(crm, expression, value):
    assert computed(crm, "sale", expression) == value
