"""Amounts of single records in the workspace's currency, as `converted(…)` gives them in expressions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.query.functions import divided
from crmcli.types import decimals

if TYPE_CHECKING:
    from datetime import date

    from crmcli.services.workspace import Workspace


def in_home(workspace: Workspace, amount: int, currency: str, day: date) -> int | None:
    """Convert a scaled amount by the rate of a day, rounded to its own decimals; None where there is no rate.

    "" is the workspace's own currency.
    """
    if currency in {"", workspace.context.currency}:
        return amount
    begun = [rate for rate in workspace.context.rates if rate[0] == currency and rate[1] <= day.isoformat()]
    if not begun:
        return None
    rate = max(begun)[2]
    places = decimals.decimals(rate)
    return divided(amount * decimals.scaled(rate, places), 10**places)
