"""Money in other currencies brought into that of the workspace, by the rates of crm.toml and their days."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.query.fragments import Fragment, Measure, compose, measure
from crmcli.query.moments import as_kind
from crmcli.query.syntax import Node
from crmcli.types import decimals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.query.scope import Scope


def converted(amount: Measure, scope: Scope) -> Measure:
    """Compile an amount in the workspace's currency, rounded to its own decimals; unset where there is no rate.

    The rate is that of the day when the record closes, or else was created, or else of today. An object whose records
    have no currency of their own has all amounts in the workspace's.
    """
    prop = scope.object.role("currency")
    if prop is None:
        return amount
    rates: dict[str, list[tuple[str, str]]] = {}
    for currency, first, rate in scope.context.rates:
        rates.setdefault(currency, []).append((first, rate))
    day, home = _day(scope), Fragment("?", (scope.context.currency,))
    cases = [_case(currency, dated, amount, day) for currency, dated in rates.items()]
    code = compose("coalesce({}, {})", scope.column(prop), home)
    found = compose(f"CASE {{}} WHEN {{}} THEN {{}}{' {}' * len(cases)} END", code, home, amount, *cases)
    return measure(found, amount.value_type)


def _case(currency: str, dated: Sequence[tuple[str, str]], amount: Fragment, day: Fragment) -> Fragment:
    """Choose the rate of a currency that holds on a day: the last that began; "" has always held."""
    steps = []
    for first, rate in sorted(dated, reverse=True):
        places = decimals.decimals(rate)
        steps += [day, Fragment("?", (first,)), amount]
        steps.append(Fragment(f"?, {places}", (decimals.scaled(rate, places),)))
    template = "WHEN {} >= {} THEN crm_times({}, {})" + " "
    choice = compose(f"CASE {template * len(dated)}END", *steps)
    return compose("WHEN {} THEN {}", Fragment("?", (currency,)), choice)


def _day(scope: Scope) -> Fragment:
    known = [scope.object.role(role) for role in ("closed", "created")]
    days = [as_kind(scope.measure(prop, Node(0, 0)), "date", scope) for prop in known if prop is not None]
    parts = [*days, Fragment("?", (scope.today.isoformat(),))]
    return compose(f"coalesce({', '.join(['{}'] * len(parts))})", *parts) if days else parts[-1]
