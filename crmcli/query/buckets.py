"""Days, weeks, months, quarters and years that dates and moments lie in, and how many of them lie between two."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from crmcli.query.compile import value
from crmcli.query.fragments import Fragment, Measure, compose, computed, measure
from crmcli.query.moments import as_kind
from crmcli.query.periods import micros
from crmcli.types.bucket import UNITS, Bucket, first_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from crmcli.query.scope import Scope
    from crmcli.query.syntax import Call, Node
    from crmcli.types.base import Context

# Years whose clock changes are looked up once; other moments are placed one by one.
_FIRST, _LAST = 1900, 2100
_EPOCH = date(1970, 1, 1).toordinal()
_YEAR_ONE = 62_135_596_800  # seconds from the year 1 to 1970: whole-number division rounds towards 0
# A day as text → the first day of its bucket, as text.
_OF_DAY = {
    "day": "{}",
    "week": "date({}, '-6 days', 'weekday 1')",
    "month": "(substr({}, 1, 7) || '-01')",
    "quarter": "(substr({}, 1, 5) || CASE WHEN substr({}, 6, 2) < '04' THEN '01-01' WHEN substr({}, 6, 2) < '07'"
    " THEN '04-01' WHEN substr({}, 6, 2) < '10' THEN '07-01' ELSE '10-01' END)",
    "year": "(substr({}, 1, 4) || '-01-01')",
}
_OF_SECONDS = {"month": "strftime('%Y-%m-01', {}, 'unixepoch')", "year": "strftime('%Y-01-01', {}, 'unixepoch')"}


_WRITTEN = re.compile(rf"({'|'.join(UNITS)})\s*\((.*)\)", re.DOTALL | re.IGNORECASE)


def bucket_of(text: str) -> tuple[str, str] | None:
    """Give the unit and the date of `month(closedate)`; None for what is written otherwise."""
    match = _WRITTEN.fullmatch(text.strip())
    return (match[1].lower(), match[2].strip()) if match else None


def bucketed(node: Call, scope: Scope) -> Measure:
    """Compile day, week, month, quarter and year: the first day of what a date or moment lies in."""
    found = _time(node, scope)
    if found.kind == "date":
        return measure(_of_day(found, node.name), Bucket(node.name))
    apart = _of_day(as_kind(found, "date", scope), node.name)
    if not _is_column(found):
        return measure(apart, Bucket(node.name))
    local, covered = _local(found, scope.context)
    seconds = Fragment(f"(({local} + {_YEAR_ONE}000000) / 1000000 - {_YEAR_ONE})", ())
    in_seconds = node.name in _OF_SECONDS
    day = seconds if in_seconds else compose("date({}, 'unixepoch')", seconds)
    quickly = compose(_OF_SECONDS[node.name], day) if in_seconds else _of_day(day, node.name)
    return measure(compose(f"CASE WHEN {covered} THEN {{}} ELSE {{}} END", quickly, apart), Bucket(node.name))


def day_number(moment: Measure, context: Context) -> Fragment | None:
    """Compile the days from 1970 to that of a moment, which are grouped faster than texts; None for what is no column.

    Of moments far off it is the day as text. `first_day` reads both.
    """
    if moment.kind != "datetime" or not _is_column(moment):
        return None
    local, covered = _local(moment, context)
    number = f"(({local} + {_YEAR_ONE}000000) / 86400000000 - {_YEAR_ONE // 86400})"
    apart = compose("crm_day({}, {})", moment, Fragment("?", (str(context.zone),)))
    return compose(f"CASE WHEN {covered} THEN {number} ELSE {{}} END", apart)


@lru_cache(maxsize=50_000)
def first_day(day: int | str | None, unit: str) -> str | None:
    """Give the first day of the bucket that a day is in, of a day as `day_number` gives it."""
    if day is None:
        return None
    found = date.fromisoformat(day) if isinstance(day, str) else date.fromordinal(_EPOCH + day)
    return first_of(found, unit).isoformat()


def _is_column(found: Measure) -> bool:
    """Whether a value is a column as it stands: what is itself long to compute must not stand many times."""
    return found.origin is not None and " " not in found.sql


def _local(column: Fragment, context: Context) -> tuple[str, str]:
    """Write a column's moments on the clock of the zone, and the condition that this clock covers them."""
    offsets = _offsets(context.zone)
    after = micros(datetime(_LAST, 1, 1, tzinfo=UTC))
    covered = f"{column.sql} >= {offsets[0][0]} AND {column.sql} < {after}"
    return f"{column.sql} + {_choice(column.sql, offsets)}", covered


def counted(node: Call, scope: Scope) -> Measure:
    """Compile days, weeks, months, quarters and years: how many of them a date or moment lies behind another."""
    if len(node.arguments) != 2:
        raise scope.wrong(f"{node.name} takes two dates", node, f"{node.name}(created, closed)")
    unit = node.name.removesuffix("s")
    sides = [_side(argument, unit, node, scope) for argument in node.arguments]
    days, months = UNITS[unit]
    template = _DAYS if days else _MONTHS
    first, last = (compose(template, *([side] * template.count("{}"))) for side in sides)
    return measure(compose(f"(({{}} - {{}}) / {days or months})", last, first), computed("number"))


# How far a day lies from the calendar's beginning.
_DAYS = "CAST(strftime('%J', {}) + 0.5 AS INTEGER)"
_MONTHS = "(CAST(substr({}, 1, 4) AS INTEGER) * 12 + CAST(substr({}, 6, 2) AS INTEGER))"


def _side(argument: Node, unit: str, node: Call, scope: Scope) -> Measure:
    from crmcli.query.syntax import Call

    return bucketed(Call(node.start, node.end, unit, (argument,)), scope)


def _time(node: Call, scope: Scope) -> Measure:
    if len(node.arguments) != 1:
        raise scope.wrong(f"{node.name} takes a date", node, f"{node.name}(created)")
    found = value(node.arguments[0], scope)
    if found.group != "time":
        raise scope.wrong(f"{found.kind} has no {node.name}", node.arguments[0], f"{node.name} takes a date")
    return found


def _of_day(day: Fragment, unit: str) -> Fragment:
    template = _OF_DAY[unit]
    return compose(template, *([day] * template.count("{}")))


def _choice(column: str, offsets: Sequence[tuple[int, int]]) -> str:
    """Write the offset that holds at a moment as choices nested as flat as can be."""
    if len(offsets) == 1:
        return str(offsets[0][1])
    middle = len(offsets) // 2
    earlier, later = _choice(column, offsets[:middle]), _choice(column, offsets[middle:])
    return f"CASE WHEN {column} < {offsets[middle][0]} THEN {earlier} ELSE {later} END"


@lru_cache(maxsize=4)
def _offsets(zone: tzinfo) -> tuple[tuple[int, int], ...]:
    """Give (moment from which it holds, offset from UTC), both in microseconds, of a zone's clock."""
    at, end, step = datetime(_FIRST, 1, 1, tzinfo=UTC), datetime(_LAST, 1, 1, tzinfo=UTC), timedelta(days=20)
    found = [(micros(at), _offset(at, zone))]
    while at < end:
        after = at + step
        if _offset(after, zone) != found[-1][1]:
            found.append((micros(_change(at, after, zone)), _offset(after, zone)))
        at = after
    return tuple(found)


def _change(before: datetime, after: datetime, zone: tzinfo) -> datetime:
    """Find the second at which a clock changes that changes between two moments."""
    offset = _offset(before, zone)
    low, high = 0, int((after - before).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _offset(before + timedelta(seconds=middle), zone) == offset else (low, middle)
    return before + timedelta(seconds=high)


def _offset(at: datetime, zone: tzinfo) -> int:
    offset = at.astimezone(zone).utcoffset() or timedelta()
    return (offset.days * 86_400 + offset.seconds) * 1_000_000
