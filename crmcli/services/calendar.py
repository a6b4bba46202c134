"""A month of records: which have a date in it, by its days."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import frozen
from crmcli.services.references import Ref
from crmcli.services.titles import titles

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmcli.model.objects import ObjectType
    from crmcli.query import ColumnInfo
    from crmcli.services.lists import ListRequest
    from crmcli.services.workspace import Workspace

DAYS = frozenset(("date", "datetime"))
_ROLES = ("due", "at", "start", "closed", "created")  # the date of a record when none is named: the first that it has


class UnknownMonth(CrmError):
    """Words that name no month."""

    exit_code = ExitCode.USAGE

    def __init__(self, text: str) -> None:
        super().__init__(f'"{text}" is no month', 'Write 2026-11, "this month", "next month" or "last month"')


class NoDate(CrmError):
    """A layout needs a date, and what was named is none."""

    exit_code = ExitCode.USAGE

    def __init__(self, by: str, kind: str) -> None:
        super().__init__(f'"{by}" is no date: it is {kind}', "Take a property with dates: crm schema show OBJECT")


class NoDates(CrmError):
    """An object has no date of its own for a layout that needs one."""

    exit_code = ExitCode.USAGE

    def __init__(self, plural: str, options: str) -> None:
        super().__init__(f"Nothing says which dates of {plural} are meant", f"Name them: {options}")


@frozen
class DayCard:
    """A record on a day; `clock` is "14:30" where it has a time of day."""

    ref: Ref
    title: str
    clock: str = ""


@frozen
class CalendarDay:
    """A day of a month: how many records it has, and the first of them."""

    day: date
    count: int
    cards: tuple[DayCard, ...] = ()


@frozen
class Calendar:
    """A month; `days` are all of its days, `title` is what the dates are."""

    object_name: str
    plural: str
    by: str
    title: str
    days: tuple[CalendarDay, ...]
    today: date

    @property
    def count(self) -> int:
        """How many records the month has."""
        return sum(day.count for day in self.days)


def day_column(workspace: Workspace, found: ObjectType, by: str) -> ColumnInfo:
    """Give the column that says on which day a record stands. Raises NoDate, NoDates and QueryError."""
    by = by or next((found.roles[role] for role in _ROLES if role in found.roles), "")
    if not by:
        raise NoDates(found.plural.lower(), "--by PROPERTY")
    return date_column(workspace, found, by)


def date_column(workspace: Workspace, found: ObjectType, text: str) -> ColumnInfo:
    """Give what is known of a property or expression that must be a date. Raises NoDate and QueryError."""
    from crmcli.query import Selection, select

    info = select(Selection(found, columns=(text,)), workspace.model, workspace.context).columns[0]
    kind = info.value_type.name if info.value_type else "no value"
    if kind not in DAYS:
        raise NoDate(text, kind)
    return info


def calendar(workspace: Workspace, request: ListRequest, by: str = "", month: str = "") -> Calendar:
    """Lay records out by the days of a month, this one where none is said; `request.limit` is the most of a day.

    Raises UnknownMonth, NoDate, NoDates, UnknownObject and the errors of expressions.
    """
    found = workspace.object(request.object_name)
    info = day_column(workspace, found, by)
    today = workspace.context.moment.astimezone(workspace.context.zone).date()
    first, after = _month(month or "this month", today)
    days: dict[date, list[tuple[Ref, str]]] = {
        first + timedelta(days=number): [] for number in range((after - first).days)
    }
    counts = dict.fromkeys(days, 0)
    for day, ref, clock in _placed(workspace, found, info, (request.where, first, after)):
        counts[day] += 1
        if request.limit is None or len(days[day]) < request.limit:
            days[day].append((ref, clock))
    named = titles(workspace, [ref for some in days.values() for ref, _ in some])
    shown = tuple(
        CalendarDay(day, counts[day], tuple(DayCard(ref, named[ref], clock) for ref, clock in some))
        for day, some in days.items()
    )
    return Calendar(found.name, found.plural, info.name, info.heading, shown, today)


def _placed(
    workspace: Workspace, found: ObjectType, info: ColumnInfo, chosen: tuple[str, date, date]
) -> Iterator[tuple[date, Ref, str]]:
    """Give the records between two days, by when they stand: day, record, time of day."""
    from crmcli.query import Selection, select

    where, first, after = chosen
    within = f"({info.name}) >= {first} and ({info.name}) < {after}"
    selected = Selection(
        found, where=f"({where}) and {within}" if where else within, columns=(info.name,), sort=(info.name,)
    )
    kind = info.value_type
    assert kind is not None  # noqa: S101 - it is a date
    for number, column in workspace.store.rows(select(selected, workspace.model, workspace.context)):
        day, _, clock = kind.show(kind.stored(column), workspace.context).partition(" ")
        yield date.fromisoformat(day), Ref(found.name, number), "" if clock == "00:00" else clock


def _month(text: str, today: date) -> tuple[date, date]:
    from crmcli.query.periods import Shift, read_period, shifted

    try:
        period = read_period(" ".join(text.lower().split()), today)
    except (ValueError, OverflowError):
        period = None
    if period is None or period.first.day != 1 or shifted(period.first, Shift(months=1)) != period.after:
        raise UnknownMonth(text)
    return period.first, period.after
