"""Another system's tables, reported on: the answers that came with them; skipped where they are not there."""

from __future__ import annotations

import json
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from shutil import copytree

import pytest

NORTHWIND = Path(__file__).parents[2] / "shared" / "data" / "northwind"
# A share of the price, which no property of a line item is.
RATE = "properties:\n  discount_rate: {label: Discount rate, type: number, fieldType: number}\n"
TABLES = "companies=n/customers.csv orders=n/orders.csv products=n/products.csv line_items=n/order_details.csv"
OPTIONS = "--clear-token NULL --skip-invalid-values --column discount=discount_rate"
REVENUE = '"sum(price * quantity * (1 - discount_rate)) as Revenue"'
KEY = "hs_unique_creation_key"


def cents(amount):
    """The amount as money is written."""
    return Decimal(amount).quantize(Decimal("0.01"), ROUND_HALF_UP)


@pytest.mark.skipif(not NORTHWIND.is_dir(), reason="../shared/data is not there")
def test_northwind_gives_its_answers(workspace):
    copytree(NORTHWIND, workspace.folder / "n")
    (workspace.folder / "schemas" / "line_item.yaml").write_text(RATE)
    workspace.shell(f"crm import {TABLES} {OPTIONS}")
    answers = json.loads((NORTHWIND / "ANSWERS.json").read_text())

    def report(line):
        ran = workspace.shell(f"crm report {line} --json")
        assert ran.code == 0, ran.transcript()
        return ran.json

    counted = {row["value"]: row["count"] for row in report("counts")}
    assert [counted[name] for name in ("company", "order", "line_item")] == [
        answers[name] for name in ("customers", "orders", "order_lines")
    ]
    (whole,) = report(f"line_items --measure {REVENUE}")
    assert cents(whole["revenue"]) == cents(str(answers["revenue"]))
    key, most = answers["top_customer"]
    (top,) = report(f'line_items --group-by "order.company.{KEY} as Customer" --measure {REVENUE} --top 1')
    assert (top["customer"], cents(top["revenue"])) == (key, cents(str(most)))
    assert [row[KEY] for row in report(f"companies --group-by {KEY} --where 'count(orders) = 0'")] == (
        answers["customers_without_orders"]
    )
    orders = report(f"orders --group-by company.{KEY}")
    assert sum(row["count"] for row in orders) == answers["orders"]
    per_customer = report('companies --group-by "count(orders) as Orders"')
    assert per_customer[0] == {"orders": 0, "count": len(answers["customers_without_orders"])}
    assert sum(row["orders"] * row["count"] for row in per_customer) == answers["orders"]
    ran = workspace.shell(f"crm report orders --group-by company.{KEY} --records {key} -o ids")
    assert len(ran.stdout.split()) == next(r["count"] for r in orders if r["company_hs_unique_creation_key"] == key)
