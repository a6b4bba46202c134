"""Counts and sums of records: exact, by group and by currency."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from random import Random

import pytest

from crmcli.query import QueryError
from crmcli.services.list_totals import OthersMoney, TotalsRequest, totals_by
from crmcli.services.lists import ListRequest, list_records
from office import made, make_office


@pytest.fixture
def office(tmp_path):
    return make_office(tmp_path)


def totals(office, word="deal", **asked):
    return totals_by(office, office.object(word), TotalsRequest(**asked))


def test_nothing_is_one_empty_total(office):
    found = totals(office, summed=("amount",))
    assert found.keys() == {()}
    assert (found[()].count, found[()].sums[0].shown, found[()].sums[0].by_currency) == (0, (), {})


def test_sums_of_different_currencies_are_never_mixed(office):
    for amount, currency in (("10.10", "EUR"), ("5", "USD"), ("0.20", "EUR"), ("200", "USD")):
        made(office, "deal", "name=x", f"amount={amount}", f"currency={currency}")
    made(office, "deal", "name=home", "amount=1")
    made(office, "deal", "name=none")
    total = totals(office, summed=("amount",))[()]
    assert total.count == 6
    assert total.sums[0].by_currency == {"USD": "205", "EUR": "11.3"}
    assert total.sums[0].shown == ("205.00 USD", "11.30 EUR")
    assert total.sums[0].heading == "Amount"


def test_a_sum_may_be_larger_than_any_amount(office):
    for _ in range(4):
        made(office, "deal", "name=x", "amount=9000000000000.55")
    made(office, "deal", "name=x", "amount=-0.20")
    assert totals(office, summed=("amount",))[()].sums[0].shown == ("36,000,000,000,002.00 EUR",)


def test_groups_are_combinations_of_values(office):
    made(office, "deal", "name=a", "hs_priority=high", "amount=1")
    made(office, "deal", "name=b", "hs_priority=high", "amount=2")
    made(office, "deal", "name=c", "hs_priority=low")
    made(office, "deal", "name=d", "amount=4")
    found = totals(office, by=("priority",), summed=("amount", "amount * 2"))
    assert {group: total.count for group, total in found.items()} == {("high",): 2, ("low",): 1, (None,): 1}
    assert [each.shown for each in found["high",].sums] == [("3.00 EUR",), ("6.00 EUR",)]
    assert [each.shown for each in found["low",].sums] == [(), ()]
    assert totals(office, by=("priority", "name")).keys() == {("high", "a"), ("high", "b"), ("low", "c"), (None, "d")}


def test_a_condition_narrows(office):
    made(office, "deal", "name=a", "amount=1")
    made(office, "deal", "name=b", "amount=7")
    assert totals(office, summed=("amount",), where="amount > 5")[()].sums[0].shown == ("7.00 EUR",)


def test_a_record_with_several_values_counts_for_each(office):
    name = next(p.name for p in office.object("contact").properties.values() if p.value_type.several and p.options)
    one, two = (option.value for option in office.object("contact").properties[name].options[:2])
    made(office, "contact", "email=a@a.example", f"{name}={one};{two}")
    made(office, "contact", "email=b@a.example", f"{name}={two}")
    made(office, "contact", "email=c@a.example")
    found = totals(office, "contact", by=(name,), each=True)
    assert {group: total.count for group, total in found.items()} == {(one,): 1, (two,): 2, (None,): 1}


@pytest.mark.parametrize("what", ["name", "closedate", "nothing"])
def test_what_has_no_sum_is_refused(office, what):
    with pytest.raises(QueryError) as refusal:
        totals(office, summed=(what,))
    assert what in str(refusal.value)


def test_random_stores_agree_with_plain_arithmetic(office):
    random = Random(5)
    expected = defaultdict(Decimal)
    for number in range(40):
        amount = Decimal(random.randint(-(10**12), 10**12)).scaleb(-random.randint(0, 6))
        currency, priority = random.choice(["EUR", "USD", "JPY"]), random.choice(["low", "high"])
        made(office, "deal", f"name={number}", f"amount={amount:f}", f"currency={currency}", f"hs_priority={priority}")
        expected[priority, currency] += amount
    found = totals(office, by=("priority",), summed=("amount",))
    sums = {
        (group[0], currency): Decimal(value)
        for group, total in found.items()
        for currency, value in total.sums[0].by_currency.items()
    }
    assert sums == expected


def test_what_is_reckoned_of_own_money_is_in_its_currency(office):
    made(office, "deal", "name=a", "amount=1", "currency=USD")
    made(office, "deal", "name=b", "amount=3")
    assert totals(office, summed=("amount * 2",))[()].sums[0].shown == ("6.00 EUR", "2.00 USD")
    rows = list_records(office, ListRequest("deal", columns=("amount * 2",))).rows
    assert [getattr(row[1], "currency", None) for row in rows] == ["USD", None]


@pytest.mark.parametrize("text", ["sum(deals, amount)", "latest(deals, amount * 2)"])
def test_money_of_other_records_is_not_added_up(office, text):
    with pytest.raises(OthersMoney):
        totals(office, "company", summed=(text,))


def test_what_was_brought_into_one_currency_is_added_up(office):
    deal = made(office, "deal", "name=a", "amount=5")
    made(office, "company", "name=Mill", links=((deal, None),))
    assert totals(office, "company", summed=("sum(deals, converted(amount))",))[()].sums[0].shown == ("5.00 EUR",)
    assert totals(office, "company", summed=("count(deals)",))[()].sums[0].shown == ("1",)


def test_the_amount_of_a_record_is_its_own_though_worked_out_of_others(office):
    assert totals(office, "quote", summed=("amount",)).keys() == {()}
    with pytest.raises(OthersMoney):
        totals(office, "company", summed=("total_revenue",))
