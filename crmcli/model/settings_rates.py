"""What crm.toml says other currencies are worth: [rates], with days or without."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import TypeAlias

    Fail: TypeAlias = Callable[[str, str, str], Exception]
    # A currency, the day from which on a rate holds ("" for ever), and the rate as a decimal text.
    Rate: TypeAlias = tuple[str, str, str]

_EXAMPLE = 'USD = "0.92", or [rates.USD] and below it 2026-01-01 = "0.92": what one of it is worth here'


def read_rates(table: Mapping[str, Any], fail: Fail) -> tuple[Rate, ...]:
    """Read [rates]: what one unit of each currency is worth in that of the workspace.

    `fail(key, message, hint)` makes the error to raise.
    """
    return tuple(rate for currency, said in table.items() for rate in _of_currency(currency, said, fail))


def _of_currency(currency: str, said: object, fail: Fail) -> Iterator[Rate]:
    if not re.fullmatch(r"[A-Z]{3}", currency):
        raise fail(currency, f'"{currency}" is no currency', "three capital letters of ISO 4217, such as USD")
    for first, rate in said.items() if isinstance(said, dict) else (("", said),):
        number = str(rate)
        if not re.fullmatch(r"\d{1,9}(\.\d{1,9})?", number) or not float(number) or isinstance(rate, bool):
            raise fail(first or currency, f'"{number}" is no rate', _EXAMPLE)
        if first and not _is_day(first):
            raise fail(first, f'"{first}" is no day from which a rate holds', _EXAMPLE)
        yield currency, first, number


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
