"""Reports on random stores against plain Python over what these export as JSON."""

from __future__ import annotations

import csv
import io
import random
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from statistics import median
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inside import Inside
from terminal import Terminal

ZONE = "Europe/Amsterdam"
STAGES = ["appointmentscheduled", "qualifiedtobuy", "contractsent", "closedwon", "closedlost"]
NAMES = ("dealname", "dealstage", "amount", "closedate")
CENT = Decimal("0.01")


@pytest.fixture(scope="module", params=[1, 2])
def store(request, tmp_path_factory):
    """A workspace with deals made at random by a seed, and these as they are exported."""
    folder, home = tmp_path_factory.mktemp("work"), tmp_path_factory.mktemp("home")
    inside = Inside(folder, Terminal(folder, home))
    inside.done("init", ".", "--name", "Random", "--currency", "EUR", "--time-zone", ZONE, "--country", "NL")
    (folder / "deals.csv").write_text(deals(random.Random(request.param)), encoding="utf-8")
    inside.done("import", "deals", str(folder / "deals.csv"))
    exported = inside.done("export", "deals", "-o", "json", "--columns", ",".join(NAMES))
    return inside, [{name: deal.get(name) for name in NAMES} for deal in exported.json["records"]]


def deals(chance):
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["dealname", "dealstage", "amount", "closedate"])
    for number in range(chance.randrange(60, 120)):
        near_midnight = datetime(2025, chance.randrange(1, 13), chance.choice([1, 15, 26, 28]), 21, tzinfo=UTC)
        at = near_midnight + timedelta(minutes=chance.randrange(240), days=365 * chance.randrange(2))
        amount = chance.choice(
            ["", "0.10", f"{chance.randrange(-5000, 10**6) / 100:.2f}", f"{chance.randrange(10**9)}"]
        )
        writer.writerow(
            [f"Deal {number}", chance.choice(STAGES), amount, chance.choice(["", f"{at:%Y-%m-%dT%H:%M:%SZ}"])]
        )
    return out.getvalue()


def bucket(unit, moment):
    """The first day of what a moment lies in, on the clock of the zone."""
    if moment is None:
        return None
    day = datetime.fromisoformat(moment).astimezone(ZoneInfo(ZONE)).date()
    if unit == "week":
        return (day - timedelta(days=day.weekday())).isoformat()
    month = {"month": day.month, "quarter": (day.month - 1) // 3 * 3 + 1, "year": 1}.get(unit, day.month)
    return day.replace(day=day.day if unit == "day" else 1, month=month).isoformat()


def amounts(rows):
    return sorted(Decimal(row["amount"]) for row in rows if row["amount"] is not None)


def rounded(number):
    return None if number is None else number.quantize(CENT, ROUND_HALF_UP)


def percentile(values, share):
    if not values:
        return None
    place = Decimal(len(values) - 1) * share / 100
    below = int(place)
    above = min(below + 1, len(values) - 1)
    return values[below] + (values[above] - values[below]) * (place - below)


MEASURES = {
    "count(amount)": lambda rows: len(amounts(rows)),
    "count(amount > 100)": lambda rows: sum(amount > 100 for amount in amounts(rows)),
    "sum(amount)": lambda rows: sum(amounts(rows), Decimal(0)),
    "avg(amount)": lambda rows: rounded(sum(amounts(rows)) / len(amounts(rows))) if amounts(rows) else None,
    "min(amount)": lambda rows: min(amounts(rows), default=None),
    "max(amount)": lambda rows: max(amounts(rows), default=None),
    "median(amount)": lambda rows: rounded(median(amounts(rows))) if amounts(rows) else None,
    "percentile(amount, 90)": lambda rows: rounded(percentile(amounts(rows), 90)),
    "distinct(amount)": lambda rows: len(set(amounts(rows))),
    "max(closedate)": lambda rows: max((row["closedate"] for row in rows if row["closedate"]), default=None),
}
GROUPS = {
    "dealstage": lambda row: row["dealstage"],
    "amount > 500": lambda row: None if row["amount"] is None else Decimal(row["amount"]) > 500,
    **{f"{unit}(closedate)": lambda row, unit=unit: bucket(unit, row["closedate"])
       for unit in ("day", "week", "month", "quarter", "year")},
}  # fmt: skip
KNOWN = lambda row: row["closedate"] is not None  # noqa: E731 - a condition as those below
CONDITIONS = {
    "": lambda row: True,  # noqa: ARG005
    "amount > 100": lambda row: row["amount"] is not None and Decimal(row["amount"]) > 100,
    "dealstage != closedwon": lambda row: row["dealstage"] != "closedwon",
    "closedate is known": KNOWN,
}


def grouped(rows, by, measures):
    """What a report says, by plain Python: (values of the groups) → count and measures, of groups that have records."""
    of = lambda row: tuple(GROUPS[text](row) for text in by)  # noqa: E731
    found = {}
    for row in rows:
        found.setdefault(of(row), []).append(row)
    return {
        values: [len(members), *(MEASURES[text](members) for text in measures)] for values, members in found.items()
    }


def plain(value):
    """A cell of a report as plain Python has it."""
    if isinstance(value, str) and value.replace("-", "", 1).replace(".", "", 1).isdigit():
        return Decimal(value)
    return value


@settings(max_examples=25, deadline=None)
@given(
    by=st.lists(st.sampled_from(sorted(GROUPS)), min_size=1, max_size=2, unique=True),
    measures=st.lists(st.sampled_from(sorted(MEASURES)), min_size=1, max_size=4, unique=True),
    where=st.sampled_from(sorted(CONDITIONS)),
)
def test_groups_are_what_plain_python_makes_of_the_export(store, by, measures, where):
    inside, rows = store
    chosen = [row for row in rows if CONDITIONS[where](row)]
    asked = ["--group-by", ",".join(by), "--measure", ", ".join(["count()", *measures]), "--where", where]
    answer = inside.done("report", "deals", *asked, "--json").json
    found = {tuple(list(row.values())[: len(by)]): list(map(plain, list(row.values())[len(by) :])) for row in answer}
    expected = grouped(chosen, by, measures)
    assert {key: values for key, values in found.items() if values[0]} == expected
    assert all(values[0] == 0 for key, values in found.items() if key not in expected)


@settings(max_examples=8, deadline=None)
@given(unit=st.sampled_from(["month", "quarter", "year"]), where=st.sampled_from(sorted(CONDITIONS)))
def test_a_pivot_and_its_totals_are_what_plain_python_makes_of_the_export(store, unit, where):
    inside, rows = store
    chosen = [row for row in rows if CONDITIONS[where](row)]
    divided = ["--group-by", "dealstage", "--columns-by", f"{unit}(closedate)", "--measure", "sum(amount)"]
    for row in inside.done("report", "deals", *divided, "--where", where, "--json").json:
        of_stage = [deal for deal in chosen if deal["dealstage"] == row["dealstage"]]
        assert Decimal(row["total_sum_amount"]) == MEASURES["sum(amount)"](of_stage)
        for name, amount in list(row.items())[1:-1]:
            members = [d for d in of_stage if (bucket(unit, d["closedate"]) or "unset").replace("-", "_") == name]
            assert Decimal(amount) == MEASURES["sum(amount)"](members)


@settings(max_examples=5, deadline=None)
@given(top=st.integers(1, 7))
def test_the_first_the_others_and_running_totals_lose_nothing(store, top):
    inside, rows = store
    whole = MEASURES["sum(amount)"](rows)
    asked = ["report", "deals", "--measure", "sum(amount)", "--json"]
    first = inside.done(*asked, "--group-by", "month(closedate)", "--top", top, "--other").json
    assert sum(Decimal(row["sum_amount"]) for row in first) == whole
    running = inside.done(*asked, "--group-by", "month(closedate)", "--cumulative").json
    assert Decimal(running[-1]["sum_amount"]) == whole
