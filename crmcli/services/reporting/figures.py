"""Figures of groups: shares, medians and averages, and the order in which groups are listed."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from crmcli.query.periods import midnight

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import tzinfo

    from crmcli.types.base import Column, Context, ValueType

_SHARE = Decimal("0.001")


def share(part: int, whole: int) -> str | None:
    """Give a part as the fraction that a percentage is stored as, to a tenth of a percent; None of nothing."""
    if not whole:
        return None
    return f"{(Decimal(part) / whole).quantize(_SHARE, ROUND_HALF_UP).normalize():f}"


def median(lengths: Collection[int]) -> int | None:
    """Give the middle one of whole numbers, of an even count the mean of the two; None of nothing."""
    ordered = sorted(lengths)
    if not ordered:
        return None
    return (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) // 2


def average(lengths: Collection[int]) -> int | None:
    """Give the mean of whole numbers, rounded down; None of nothing."""
    return sum(lengths) // len(lengths) if lengths else None


def in_order(values: Iterable[Column | None], kind: ValueType, context: Context) -> Sequence[Column | None]:
    """Give the values, each once, as a report lists them: options in their order, others as shown, unset last."""
    ranks = {option.value: rank for rank, option in enumerate(getattr(kind, "options", ()))}
    by_value = kind.name in _BY_VALUE

    def place(value: Column | None) -> tuple[object, ...]:
        if value is None:
            return (2,)
        if value in ranks:
            return 0, ranks[value]
        return 1, value if by_value else kind.show(kind.stored(value), context).casefold()

    return sorted(set(values), key=place)


def moment_of(column: Column | None, zone: tzinfo) -> int | None:
    """Give a date's first moment, or a date-time, as indexed, in microseconds."""
    if column is None or isinstance(column, int):
        return column
    return midnight(date.fromisoformat(column), zone)


_BY_VALUE = frozenset(("number", "money", "percent", "duration", "date", "datetime", "bool"))
