"""Other systems' tables as they came, referring to each other by their own ids; skipped where they are not there."""

from __future__ import annotations

import json
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from shutil import copytree

import pytest

DATA = Path(__file__).parents[2] / "shared" / "data"
# A share of the price, which no property of a line item is.
RATE = "properties:\n  discount_rate: {label: Discount rate, type: number, fieldType: number}\n"
NORTHWIND = DATA / "northwind"
DREAMHOUSE = DATA / "dreamhouse"
TABLES = "companies=n/customers.csv orders=n/orders.csv products=n/products.csv line_items=n/order_details.csv"
OPTIONS = "--clear-token NULL --skip-invalid-values --column discount=discount_rate"


def rows(terminal, line, code=0):
    """The counts of an import by object."""
    ran = terminal.shell(f"{line} --json")
    assert ran.code == code, ran.transcript()
    return [(one["object"], {what: n for what, n in one["rows"].items() if n}) for one in ran.json["files"]]


def revenue(line):
    """What a line brings in."""
    price, quantity, rate = (Decimal(str(line[name] or 0)) for name in ("price", "quantity", "discount_rate"))
    return price * quantity * (1 - rate)


def cents(amounts):
    """The sum of amounts as money is written."""
    return sum(amounts).quantize(Decimal("0.01"), ROUND_HALF_UP)


@pytest.mark.skipif(not NORTHWIND.is_dir(), reason="../shared/data is not there")
def test_northwind_gives_its_answers(workspace):
    copytree(NORTHWIND, workspace.folder / "n")
    (workspace.folder / "schemas" / "line_item.yaml").write_text(RATE)
    answers = json.loads((NORTHWIND / "ANSWERS.json").read_text())
    assert rows(workspace, f"crm import {TABLES} {OPTIONS}") == [
        ("company", {"created": answers["customers"]}),
        ("order", {"created": answers["orders"]}),
        ("product", {"created": 77}),
        ("line_item", {"created": answers["order_lines"]}),
    ]
    written = answers["customers"] - answers["region_written_as_the_word_NULL"]
    assert len(workspace.shell("crm list companies --where 'state is known' -o ids").stdout.split()) == written
    keys = "--columns hs_unique_creation_key --json"
    alone = workspace.shell(f"crm list companies --where 'not any(orders, id > 0)' {keys}").json
    assert [one["hs_unique_creation_key"] for one in alone] == answers["customers_without_orders"]
    lines = workspace.shell("crm list line_items --columns price,quantity,discount_rate --json").json
    assert cents(map(revenue, lines)) == Decimal(str(answers["revenue"]))
    key, most = answers["top_customer"]
    where = f'any(orders, company.hs_unique_creation_key = "{key}")'
    lines = workspace.shell(f"crm list line_items --where '{where}' --columns price,quantity,discount_rate --json").json
    assert cents(map(revenue, lines)) == Decimal(str(most))
    again = rows(workspace, f"crm import {TABLES} {OPTIONS}")
    assert [set(counts) for _, counts in again] == [{"unchanged"}] * 4


@pytest.mark.skipif(not DREAMHOUSE.is_dir(), reason="../shared/data is not there")
def test_a_salesforce_tree_keeps_its_references(workspace):
    copytree(DREAMHOUSE, workspace.folder / "d")
    workspace.shell("crm object activate listing")
    line = "crm import contacts=d/brokers-data.json listings=d/properties-data.json d/contacts-data.json"
    assert rows(workspace, f"{line} --skip-invalid-values") == [
        ("contact", {"created": 8}),
        ("contact", {"created": 5}),
        ("listing", {"created": 12}),
    ]
    tree = json.loads((DREAMHOUSE / "properties-data.json").read_text())["records"]
    broker = tree[0]["Broker__c"].removeprefix("@")
    found = workspace.shell(f"crm list listings --where 'any(contacts, hs_unique_creation_key = \"{broker}\")' -o ids")
    assert len(found.stdout.split()) == sum(one["Broker__c"] == f"@{broker}" for one in tree)
    assert [set(counts) for _, counts in rows(workspace, f"{line} --skip-invalid-values")] == [{"unchanged"}] * 3
