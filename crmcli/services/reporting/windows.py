"""The period that a report is about, the one that it is compared with, and the date that both go by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.query.buckets import bucket_of
from crmcli.query.measures import named
from crmcli.query.periods import Period, Shift, shifted
from crmcli.services.reporting.definition import NoDate, NoPeriodToCompare
from crmcli.services.reporting.periods import report_period, within
from crmcli.types.bucket import UNITS

if TYPE_CHECKING:
    from crmcli.model.objects import ObjectType
    from crmcli.services.reporting.definition import Definition
    from crmcli.services.workspace import Workspace


@frozen
class Window:
    """Which records a report is of, and with which it compares; None for a period that is not asked for."""

    date: str
    where: str
    period: Period | None = None
    before: Period | None = None
    where_before: str = ""


def window_of(workspace: Workspace, found: ObjectType, definition: Definition) -> Window:
    """Read the periods of a report. Raises UnknownPeriod, NoPeriodToCompare and NoDate."""
    words = definition.period or _implied(definition.compare)
    if not words:
        if definition.compare:
            raise NoPeriodToCompare(definition.compare)
        return Window("", definition.where)
    date = definition.date or _date(found, definition)
    period = report_period(workspace, words)
    where = _both(definition.where, within(date, period))
    if not definition.compare:
        return Window(date, where, period)
    before = _before(workspace, definition.compare, period)
    return Window(date, where, period, before, _both(definition.where, within(date, before)))


def _implied(compare: str) -> str:
    """Give the period that "previous quarter" is compared with: this quarter."""
    word, _, unit = compare.lower().partition(" ")
    return f"this {unit}" if word in {"previous", "last"} and unit in UNITS else ""


def _before(workspace: Workspace, compare: str, period: Period) -> Period:
    word, _, unit = compare.lower().partition(" ")
    if word == "previous" and unit in {"", "period"}:
        return period.previous
    if word == "previous" and unit in UNITS:
        days, months = UNITS[unit]
        step = Shift(months=-months, days=-days)
        return Period(shifted(period.first, step), shifted(period.after, step))
    return report_period(workspace, compare)


def _date(found: ObjectType, definition: Definition) -> str:
    """Give the date that a period goes by where none is named: a group's, else when records close or were made."""
    for text in (*definition.group_by, definition.columns_by):
        if bucket := bucket_of(named(text)[0]):
            return f"({bucket[1]})"
    for role in ("closed", "at", "created"):
        if prop := found.role(role):
            return prop.name
    raise NoDate(found.plural)


def _both(one: str, other: str) -> str:
    return f"({one}) and {other}" if one else other
