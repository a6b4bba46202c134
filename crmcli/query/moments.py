"""Dates and date-times compared with days, periods and each other."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from crmcli.query import periods
from crmcli.query.fragments import Fragment, Measure, bound, compose, computed, measure
from crmcli.query.periods import Period, Shift

if TYPE_CHECKING:
    from crmcli.query.scope import Scope

# How a value compares with a whole period: by its first moment or by the one after its last.
_BY_EDGE = {"<": ("<", False), "<=": ("<", True), ">": (">=", True), ">=": (">=", False)}


def compared(operator: str, left: Measure, right: Measure, scope: Scope) -> Fragment:
    """Compare two times; with a day or a period, the other is before, in or after the whole of it."""
    if isinstance(right.constant, Period):
        return _with_period(operator, left, right.constant, scope)
    if left.kind == right.kind:
        return compose(f"({{}} {operator} {{}})", left, right)
    return compose(f"({{}} {operator} {{}})", as_kind(left, "date", scope), as_kind(right, "date", scope))


def _with_period(operator: str, left: Measure, period: Period, scope: Scope) -> Fragment:
    first, after = (_edge(day, left.kind, scope) for day in (period.first, period.after))
    if operator in _BY_EDGE:
        symbol, behind = _BY_EDGE[operator]
        return compose(f"({{}} {symbol} {{}})", left, after if behind else first)
    if left.kind == "date" and period.single:
        return compose(f"({{}} {operator} {{}})", left, first)
    template = "({} >= {} AND {} < {})" if operator == "=" else "({} < {} OR {} >= {})"
    return compose(template, left, first, left, after)


def _edge(day: date, kind: str, scope: Scope) -> Measure:
    column = day.isoformat() if kind == "date" else periods.midnight(day, scope.context.zone)
    return bound(column, computed(kind))


def as_kind(found: Measure, kind: str, scope: Scope) -> Measure:
    """Turn a date into the moment at which it begins in the workspace's zone, a date-time into its day there."""
    if found.kind == kind:
        return found
    if isinstance(found.constant, Period):
        return _edge(found.constant.first, kind, scope)
    if isinstance(found.constant, datetime):
        return _edge(found.constant.astimezone(scope.context.zone).date(), kind, scope)
    function = "crm_day" if kind == "date" else "crm_start"
    return measure(compose(f"{function}({{}}, {{}})", found, Fragment("?", (scope.zone,))), computed(kind))


def moved(left: Measure, right: Measure, scope: Scope) -> Measure | None:
    """Move a time by a length of time; None where hours are added to a day.

    Raises OverflowError where a time that is known beforehand leaves the calendar.
    """
    shift = right.constant
    if isinstance(shift, Shift):
        return None if left.kind == "date" and shift.micros else _shifted(left, shift, scope)
    if left.kind == "date":
        return None
    return measure(compose("crm_plus({}, 0, {}, 3)", left, right), left.value_type)


def _shifted(left: Measure, shift: Shift, scope: Scope) -> Measure:
    if isinstance(left.constant, Period):
        first, after = (periods.shifted(day, shift) for day in (left.constant.first, left.constant.after))
        period = periods.day(first) if left.constant.single else Period(first, after)
        return bound(first.isoformat(), left.value_type, period)
    if isinstance(left.constant, datetime):
        at = periods.moved(left.constant, shift, scope.context.zone)
        return bound(periods.micros(at), left.value_type, at)
    if left.kind == "date":
        template = f"crm_shift_date({{}}, {shift.months:d}, {shift.days:d})"
        return measure(compose(template, left), left.value_type)
    template = f"crm_shift_time({{}}, {shift.months:d}, {shift.days:d}, {shift.micros:d}, {{}})"
    return measure(compose(template, left, Fragment("?", (scope.zone,))), left.value_type)


def distance(left: Measure, right: Measure, scope: Scope) -> Measure:
    """Subtract two times: milliseconds; a day counts from its beginning."""
    if left.kind == right.kind == "date":
        template = "((CAST(strftime('%s', {}) AS INTEGER) - CAST(strftime('%s', {}) AS INTEGER)) * 1000)"
        return measure(compose(template, left, right), computed("duration"))
    both = as_kind(left, "datetime", scope), as_kind(right, "datetime", scope)
    return measure(compose("(({} - {}) / 1000)", *both), computed("duration"))
