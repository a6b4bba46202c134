"""The SQL functions that the store registers on each connection, and what their failures mean to people."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from crmcli.errors import CrmError, ExitCode
from crmcli.types.patterns import compiled

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime, tzinfo

_LIMIT = 2**63


class BeyondNumbers(CrmError):
    """A sum or product that is too large for the index's exact integers."""

    def __init__(self) -> None:
        super().__init__(
            "a number in the calculation became too large to stay exact",
            "sum fewer records, or divide before you multiply",
        )


class BeyondDepth(CrmError):
    """An expression whose parts, calculated properties among them, nest deeper than SQLite takes."""

    exit_code = ExitCode.USAGE

    def __init__(self) -> None:
        super().__init__("the expression is nested too deeply for SQLite", "split it into simpler conditions")


def refusal(message: str) -> CrmError | None:
    """Say what an sqlite3.OperationalError in a statement of this package means; None: nothing of ours."""
    if "integer overflow" in message or "user-defined function raised" in message:
        return BeyondNumbers()
    if "stack overflow" in message or "maximum depth" in message:
        return BeyondDepth()
    return None


def _matches(pattern: str, text: str | None) -> bool | None:
    return None if text is None else compiled(pattern).search(text) is not None


def _fold(text: str | None) -> str | None:
    return None if text is None else str(text).casefold()


def _plus(a: int | None, a_shift: int, b: int | None, b_shift: int) -> int | None:
    """Add integers after multiplying each by a power of ten."""
    return None if a is None or b is None else _checked(_at(a, a_shift) + _at(b, b_shift))


def _times(a: int | None, b: int | None, drop: int) -> int | None:
    """Multiply integers and round away so many decimals of the product."""
    return None if a is None or b is None else _checked(divided(a * b, _at(1, drop)))


def _over(a: int | None, b: int | None, a_shift: int, b_shift: int) -> int | None:
    """Divide integers, rounded; unset where the divisor is 0."""
    return None if a is None or not b else _checked(divided(_at(a, a_shift), _at(b, b_shift)))


def _round(a: int | None, drop: int) -> int | None:
    """Round so many of the last digits to 0."""
    return None if a is None else _checked(_at(divided(a, _at(1, drop)), drop))


def _compare(a: int | None, a_shift: int, b: int | None, b_shift: int) -> int | None:
    """Compare integers after multiplying each by a power of ten: -1, 0 or 1."""
    if a is None or b is None:
        return None
    left, right = _at(a, a_shift), _at(b, b_shift)
    return (left > right) - (left < right)


def _decimal(a: int | None, scale: int) -> str | None:
    """Write a scaled integer as a decimal without trailing zeros."""
    from crmcli.types.decimals import unscaled

    return None if a is None else unscaled(a, scale)


def divided(a: int, b: int) -> int:
    """Divide integers exactly and round to the nearest; halves away from zero."""
    whole, rest = divmod(abs(a), abs(b))
    if 2 * rest >= abs(b):
        whole += 1
    return whole if (a < 0) == (b < 0) else -whole


def _at(value: int, shift: int) -> int:
    """Multiply by a power of ten."""
    return value * int(10**shift)


def _checked(value: int) -> int:
    if not -_LIMIT <= value < _LIMIT:
        raise ArithmeticError(value)  # reaches people as BeyondNumbers, through `refusal`
    return value


@lru_cache(maxsize=8)
def _zone(key: str) -> tzinfo:
    from zoneinfo import ZoneInfo

    return ZoneInfo(key)


def _local(moment: int | None, zone: str) -> datetime | None:
    """Give a moment on a zone's clock; None where that leaves the calendar."""
    from crmcli.query.periods import from_micros

    try:
        return None if moment is None else from_micros(moment).astimezone(_zone(zone))
    except OverflowError:
        return None


def _day(moment: int | None, zone: str) -> str | None:
    """Give the day of a moment in a zone, as ISO text."""
    local = _local(moment, zone)
    return local.date().isoformat() if local else None


def _clock(moment: int | None, zone: str) -> str | None:
    """Give the day and time of a moment in a zone, to the minute, for people."""
    local = _local(moment, zone)
    return local.isoformat(" ", "minutes")[:16] if local else None


def _start(day: str | None, zone: str) -> int | None:
    """Give the moment at which a day begins in a zone."""
    from datetime import date

    from crmcli.query.periods import midnight

    return None if day is None else midnight(date.fromisoformat(day), _zone(zone))


def _shift_date(day: str | None, months: int, days: int) -> str | None:
    """Move a day on the calendar; unset where it leaves the calendar."""
    from datetime import date

    from crmcli.query.periods import Shift, shifted

    try:
        return None if day is None else shifted(date.fromisoformat(day), Shift(months, days)).isoformat()
    except OverflowError:
        return None


def _shift_time(moment: int | None, months: int, days: int, rest: int, zone: str) -> int | None:
    """Move a moment on a zone's calendar; unset where it leaves the calendar."""
    from crmcli.query.periods import Shift, from_micros, micros, moved

    try:
        return None if moment is None else micros(moved(from_micros(moment), Shift(months, days, rest), _zone(zone)))
    except OverflowError:
        return None


def _stage_time(stages: str | None, *rest: Any) -> int | None:  # noqa: ANN401 - see there
    """Say how long a record stood at stages, or since when."""
    from crmcli.query.visits import stage_time

    return stage_time(stages, *rest)


def _was_held(wanted: str | None, *rest: Any) -> int | None:  # noqa: ANN401 - see there
    """Count how often a property came to hold a value."""
    from crmcli.query.past import was_held

    return None if wanted is None else was_held(wanted, *rest)


def _held_during(wanted: str | None, *rest: Any) -> int | None:  # noqa: ANN401 - see there
    """Say whether a property held a value within a time."""
    from crmcli.query.past import held_during

    return None if wanted is None else held_during(wanted, *rest)


def _changed(what: str | None, *rest: Any) -> int | None:  # noqa: ANN401 - see there
    """Say how often a property changed, or when it last did."""
    from crmcli.query.past import changed

    return None if what is None else changed(what, *rest)


# Name → number of arguments and the function. All are deterministic.
FUNCTIONS: Mapping[str, tuple[int, Callable[..., object]]] = {
    "crm_matches": (2, _matches),
    "crm_fold": (1, _fold),
    "crm_plus": (4, _plus),
    "crm_times": (3, _times),
    "crm_over": (4, _over),
    "crm_round": (2, _round),
    "crm_compare": (4, _compare),
    "crm_decimal": (2, _decimal),
    "crm_day": (2, _day),
    "crm_clock": (2, _clock),
    "crm_start": (2, _start),
    "crm_shift_date": (3, _shift_date),
    "crm_shift_time": (5, _shift_time),
    "crm_stage_time": (5, _stage_time),
    "crm_was_held": (5, _was_held),
    "crm_held_during": (5, _held_during),
    "crm_changed": (4, _changed),
}
