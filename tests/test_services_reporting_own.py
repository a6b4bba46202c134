"""Reports over the records of an object, against a small store computed by hand."""

from __future__ import annotations

import pytest

from crmcli.frozen import replace
from crmcli.query import QueryError
from crmcli.services.lists import list_records
from crmcli.services.reporting.definition import (
    Definition,
    NoPeriodToCompare,
    NotTogether,
    TooManyColumns,
    UnknownColumn,
)
from crmcli.services.reporting.own import run_definition
from crmcli.services.reporting.records import NothingBehind, records_behind
from crmcli.types.money import Amount
from office import made, make_office

# Name, amount, close date, stage; the office is in Amsterdam, an hour or two before UTC.
DEALS = (
    ("Mill", "100.10", "2026-07-31T22:30:00Z", "closedwon"),  # August there
    ("Pump", "200.20", "2026-08-15", "closedlost"),
    ("Lock", "300", "2026-10-01", "closedwon"),
    ("Dyke", "50", "2026-10-31T23:30:00Z", "contractsent"),  # winter time has begun: November there
    ("Boat", "", "2026-11-05", "contractsent"),
    ("Sail", "75", "", "contractsent"),
)


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    workspace = make_office(tmp_path_factory.mktemp("own"))
    for name, amount, closed, stage in DEALS:
        said = [f"name={name}", f"stage={stage}", *([f"amount={amount}"] if amount else [])]
        made(workspace, "deal", *said, *([f"closedate={closed}"] if closed else []))
    for name, roles in (("Ada King", "CHAMPION;BLOCKER"), ("Ben Day", "CHAMPION"), ("Cas Vos", "")):
        made(workspace, "contact", f"name={name}", *([f"hs_buying_role={roles}"] if roles else []))
    return workspace


def report(office, object_name="deal", **said):
    return run_definition(office, Definition(object_name, **said))


def cells(table):
    return [row.cells for row in table.rows]


def test_without_groups_there_is_one_row(office):
    found = report(office, measures=("count()", "sum(amount)", "avg(amount)", "min(amount)", "max(amount)"))
    assert cells(found) == [(6, "725.3", "145.06", "50", "300")]
    assert [column.heading for column in found.columns] == [
        "Count", "Amount", "Average Amount", "Lowest Amount", "Highest Amount",
    ]  # fmt: skip
    assert [column.name for column in found.columns] == [
        "count", "sum_amount", "avg_amount", "min_amount", "max_amount",
    ]  # fmt: skip


def test_of_nothing_the_sum_is_0_and_the_rest_is_unset(office):
    measures = ("count()", "sum(amount)", "avg(amount)", "min(amount)", "median(amount)", "distinct(name)")
    assert cells(report(office, where="amount > 1000", measures=measures)) == [(0, "0", None, None, None, 0)]
    assert cells(report(office, where="amount > 1000", group_by=("stage",))) == []


def test_months_are_the_workspaces_own_and_empty_ones_are_shown(office):
    found = report(office, group_by=("month(closedate)",), measures=("count()", "sum(amount)"))
    assert cells(found) == [
        ("2026-08-01", 2, "300.3"),
        ("2026-09-01", 0, "0"),
        ("2026-10-01", 1, "300"),
        ("2026-11-01", 2, "50"),
        (None, 1, "75"),
    ]
    assert found.totals.cells == (None, 6, "725.3")
    assert [found.columns[0].value_type.show(row[0], office.context) for row in cells(found)[:2]] == [
        "2026-08",
        "2026-09",
    ]
    assert found.chart == "line"


@pytest.mark.parametrize(
    ("unit", "buckets", "shown"),
    [
        ("day", ["2026-08-01", "2026-08-15", "2026-10-01", "2026-11-01", "2026-11-05"], "2026-08-01"),
        ("week", ["2026-07-27", "2026-08-10", "2026-09-28", "2026-10-26", "2026-11-02"], "2026-W31"),
        ("quarter", ["2026-07-01", "2026-10-01"], "2026-Q3"),
        ("year", ["2026-01-01"], "2026"),
    ],
)
def test_buckets_of_other_lengths(office, unit, buckets, shown):
    found = report(office, group_by=(f"{unit}(closedate)",), where="closedate is known", having="count > 0")
    assert [row[0] for row in cells(found)] == buckets
    assert found.columns[0].value_type.show(buckets[0], office.context) == shown


def test_options_stand_in_their_order_texts_by_their_numbers(office):
    assert [row[0] for row in cells(report(office, group_by=("stage",)))] == ["contractsent", "closedwon", "closedlost"]
    named = report(office, group_by=("name",), measures=("sum(amount)",))
    assert [row[0] for row in cells(named)] == ["Lock", "Pump", "Mill", "Sail", "Dyke", "Boat"]


def test_sorting_by_columns(office):
    found = report(office, group_by=("stage",), measures=("count()", "sum(amount) as Worth"), sort=("-Worth",))
    assert [row[0] for row in cells(found)] == ["closedwon", "closedlost", "contractsent"]
    by_name = report(office, group_by=("name",), sort=("count", "-name"))
    assert [row[0] for row in cells(by_name)] == ["Sail", "Pump", "Mill", "Lock", "Dyke", "Boat"]
    with pytest.raises(UnknownColumn, match='no column "worht"'):
        report(office, group_by=("stage",), sort=("-worht",))


def test_having_is_a_condition_on_the_reports_own_columns(office):
    measures = ("count()", "sum(amount)", "avg(amount)")
    found = report(office, group_by=("stage",), measures=measures, having="count > 1 and avg_amount > 100")
    assert cells(found) == [("closedwon", 2, "400.1", "200.05")]
    with pytest.raises(QueryError, match='"amuont" is not a property of this report'):
        report(office, group_by=("stage",), measures=measures, having="amuont > 1")


def test_medians_percentiles_and_different_values(office):
    measures = ("median(amount)", "percentile(amount, 25)", "percentile(amount, 90%)", "distinct(stage)")
    assert cells(report(office, measures=measures)) == [("100.1", "75", "260.08", 3)]


def test_counts_of_what_is_known_or_true_and_calculations(office):
    measures = (
        "count(amount)",
        "count(stage = closedwon)",
        "percent(count(stage = closedwon) / count()) as Share",
        "sum(amount) / count(amount)",
        "max(amount) - min(amount)",
    )
    assert cells(report(office, measures=measures)) == [(5, 2, "0.3333", "145.06", "250")]


@pytest.mark.parametrize(
    ("measure", "message"),
    [
        ("amount", "a group has no amount of its own"),
        ("sum(name)", "sum of string means nothing"),
        ("sum(amount) + median(closedate)", "median of datetime means nothing"),
        ("percentile(amount)", "percentile takes a value and a percentage"),
        ("percentile(amount, 900)", "this is no percentage"),
        ("sum(amount) * sum(amount)", "money . money means nothing"),
    ],
)
def test_measures_that_mean_nothing_are_refused(office, measure, message):
    with pytest.raises(QueryError, match=message):
        report(office, measures=(measure,))


def test_a_record_with_several_values_counts_in_each_group_and_once_in_the_total(office):
    found = report(office, "contact", group_by=("hs_buying_role",))
    assert sorted(cells(found), key=str) == [("BLOCKER", 1), ("CHAMPION", 2), (None, 1)]
    assert found.totals.cells == (None, 3)


def test_columns_for_each_value(office):
    found = report(office, group_by=("stage",), columns_by="quarter(closedate)", measures=("sum(amount)",))
    assert [column.heading for column in found.columns] == ["Deal Stage", "2026-Q3", "2026-Q4", "–", "Total"]
    assert cells(found) == [
        ("contractsent", "0", "50", "75", "125"),
        ("closedwon", "100.1", "300", "0", "400.1"),
        ("closedlost", "200.2", "0", "0", "200.2"),
    ]
    assert found.totals.cells == (None, "300.3", "350", "75", "725.3")
    assert found.chart == "stacked"
    with pytest.raises(TooManyColumns, match="has 98 values"):
        report(office, group_by=("stage",), columns_by="day(closedate)")


def test_the_first_months_have_no_empty_ones_between_them(office):
    found = report(office, group_by=("month(closedate)",), measures=("sum(amount)",), top=2, other=True)
    assert cells(found) == [("2026-08-01", "300.3"), ("2026-10-01", "300"), ("Other", "125")]


def test_sums_are_exact_beyond_what_the_index_holds(tmp_path):
    workspace = make_office(tmp_path)
    for number in range(3):
        made(workspace, "deal", f"name=Deal {number}", "amount=9223372036854.775807")
    measures = ("sum(amount)", "avg(amount)", "median(amount)")
    assert cells(report(workspace, measures=measures)) == [
        ("27670116110564.327421", "9223372036854.78", "9223372036854.78")
    ]


def test_each_column_has_a_name_of_its_own(office):
    found = report(office, group_by=("stage as Count",), measures=("count()", "sum(amount) as count"))
    assert [column.name for column in found.columns] == ["count", "count_2", "count_3"]
    assert [column.heading for column in found.columns] == ["Count", "Count", "count"]


def test_running_totals(office):
    found = report(office, group_by=("month(closedate)",), where="closedate is known", cumulative=True)
    assert cells(found) == [("2026-08-01", 2), ("2026-09-01", 2), ("2026-10-01", 3), ("2026-11-01", 5)]
    assert found.totals is None
    medians = report(office, group_by=("stage",), measures=("median(amount)",), cumulative=True)
    assert cells(medians) == [("contractsent", "62.5"), ("closedwon", "87.55"), ("closedlost", "100.1")]


def test_cohorts(office):
    found = report(
        office,
        group_by=("quarter(closedate)",),
        columns_by="months(day(closedate), day(closedate) + 1m)",
        where="closedate is known",
        cumulative=True,
    )
    assert [column.heading for column in found.columns] == ["Close Date (quarter)", "1"]
    assert cells(found) == [("2026-07-01", 2), ("2026-10-01", 3)]


def test_the_first_and_the_others(office):
    found = report(office, group_by=("name",), measures=("sum(amount)", "avg(amount)"), top=2, other=True)
    assert cells(found) == [("Lock", "300", "300"), ("Pump", "200.2", "200.2"), ("Other", "225.1", "75.03")]
    assert found.totals.cells == (None, "725.3", "145.06")
    with pytest.raises(NothingBehind):
        records_behind(found, "Other", office.context)
    least = report(
        office, group_by=("name",), measures=("sum(amount)",), where="amount is known", top=1, sort=("name",)
    )
    assert cells(least) == [("Lock", "300")]
    with pytest.raises(NotTogether):
        report(office, group_by=("name",), other=True)


def test_a_period_and_the_one_before_it(office):
    said = {"measures": ("sum(amount)",), "period": "2026-Q4", "compare": "previous quarter"}
    found = report(office, group_by=("month(closedate)",), **said)
    assert cells(found) == [
        ("2026-10-01", "300", "0", None),
        ("2026-11-01", "50", "300.3", "-0.833"),
        ("2026-12-01", "0", "0", None),
    ]
    assert [column.heading for column in found.columns] == ["Close Date (month)", "Amount", "before", "Change"]
    assert found.totals.cells == (None, "350", "300.3", "0.166")
    whole = report(office, measures=("count()",), compare="previous quarter")
    assert cells(whole) == [(3, 2, "0.5")]
    with pytest.raises(NoPeriodToCompare):
        report(office, compare="previous")
    with pytest.raises(NotTogether):
        report(office, columns_by="stage", **said)


def behind(office, table, row):
    return [row[0] for row in list_records(office, records_behind(table, row, office.context)).rows]


@pytest.mark.parametrize(
    ("said", "row", "ids"),
    [
        ({"group_by": ("month(closedate)",)}, "2026-08", [1, 2]),
        ({"group_by": ("month(closedate)",)}, "2026-09", []),
        ({"group_by": ("month(closedate)",)}, "–", [6]),
        ({"group_by": ("month(closedate)", "stage")}, "2", [1]),
        ({"group_by": ("stage",), "where": "amount > 60"}, "Contract Sent", [6]),
        ({"group_by": ("stage",), "period": "2026-11"}, "1", [4, 5]),
        ({"group_by": ("amount > 100 as Large",)}, "yes", [1, 2, 3]),
    ],
)
def test_the_records_behind_a_row_are_those_that_it_counts(office, said, row, ids):
    assert behind(office, report(office, **said), row) == ids


@pytest.fixture(scope="module")
def abroad(tmp_path_factory):
    """An office with deals in euros, in dollars and in pounds."""
    workspace = make_office(tmp_path_factory.mktemp("abroad"))
    for name, amount, currency, closed in (
        ("Mill", "100", "", "2026-07-01"),
        ("Rig", "100", "USD", "2026-07-01"),
        ("Ship", "10", "USD", "2026-10-01"),
        ("Pier", "1", "GBP", "2026-10-01"),
    ):
        said = (f"name={name}", f"amount={amount}", f"closedate={closed}")
        made(workspace, "deal", *said, *([f"deal_currency_code={currency}"] if currency else []))
    return workspace


def test_currencies_without_a_rate_stand_apart(abroad):
    found = report(abroad, measures=("sum(amount)", "count()"))
    assert [column.heading for column in found.columns] == ["Currency", "Amount", "Count"]
    assert cells(found) == [("EUR", "100", 1), ("GBP", "1", 1), ("USD", "110", 2)]
    assert [getattr(row[1], "currency", "") for row in cells(found)] == ["", "GBP", "USD"]
    assert isinstance(cells(found)[1][1], Amount)
    assert found.notes == ("Amounts in EUR, GBP and USD stand apart: crm.toml has no rate for GBP and USD in [rates]",)
    assert found.totals is None
    assert behind(abroad, found, "USD") == [2, 3]
    assert behind(abroad, found, "EUR") == [1]


def with_rates(workspace, *rates):
    return replace(workspace, context=replace(workspace.context, rates=rates))


def test_amounts_are_converted_by_the_rate_of_their_day(abroad):
    rates = (("USD", "2026-01-01", "0.90"), ("USD", "2026-09-15", "0.853"), ("GBP", "", "1.2"))
    found = report(with_rates(abroad, *rates), measures=("sum(amount)", "max(amount)"))
    assert cells(found) == [("199.73", "100")]  # 100 + 90 + 8.53 + 1.2
    assert found.notes == ("Amounts in GBP and USD are converted to EUR by the rates of crm.toml",)


def test_an_amount_whose_day_has_no_rate_keeps_them_apart(abroad):
    rates = (("USD", "2026-09-15", "0.9"), ("GBP", "", "1.2"))
    found = report(with_rates(abroad, *rates), measures=("sum(amount)",))
    assert [row[0] for row in cells(found)] == ["EUR", "GBP", "USD"]
    assert found.notes == ("Currencies stand apart: crm.toml has no rate for the day of 1 of the records in [rates]",)


def test_amounts_in_one_currency_need_no_rate(abroad):
    assert cells(report(abroad, where="deal_currency_code is unknown", measures=("sum(amount)",))) == [("100",)]
    assert cells(report(abroad, measures=("count()",))) == [(4,)]


def test_what_a_report_counts_is_said(office):
    said = report(
        office, group_by=("month(closedate)",), measures=("sum(amount) as Worth",), period="2026-Q4"
    ).definition
    assert said[:4] == (
        "Records: Deals.",
        "Period: (closedate) from 2026-10-01 to 2026-12-31, both included.",
        "A row for each Close Date (month) = month(closedate); – where it is not set.",
        "Worth = sum(amount)",
    )
