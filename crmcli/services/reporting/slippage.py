"""Slippage: how often the day on which sales were to close was put off, and how far."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from crmcli.frozen import replace
from crmcli.query.functions import divided
from crmcli.services.reporting.groups import grouped, report_table
from crmcli.services.reporting.lives import span
from crmcli.services.reporting.measures import COUNT, money_of
from crmcli.services.reporting.stays import changes, stays
from crmcli.services.reporting.subject import DUE, subject
from crmcli.services.reporting.table import ReportColumn
from crmcli.types.number import Number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crmcli.query.visits import Visit
    from crmcli.services.reporting.groups import Group, Groups, Measure
    from crmcli.services.reporting.request import ReportRequest
    from crmcli.services.reporting.subject import Subject
    from crmcli.services.reporting.table import ReportTable
    from crmcli.services.workspace import Workspace
    from crmcli.types.base import Stored

_PERIOD = "last 12 months"
_DAYS = Number(1)


def slippage(workspace: Workspace, request: ReportRequest) -> ReportTable:
    """Report what was put off in a period, the last 12 months where none is named: by owner, or by what is asked for.

    Raises NoRole, UnknownObject, NoPipelines, UnknownPipeline, UnknownPeriod and the errors of expressions.
    """
    words = request.period or _PERIOD
    about = subject(workspace, request)
    due = about.property(*DUE)
    groups = grouped(about, request.by or "owner", "amount", "due")
    pushes = _pushes(about, groups, span(workspace, words))
    slipped = [replace(group, here=[one for one in group.here if one.id in pushes]) for group in groups.rows]
    groups = replace(groups, rows=tuple(group for group in slipped if group.here))
    table = report_table(about, ("slippage", f"{about.found.plural} put off"), groups, _measures(about, pushes), ())
    definition = (
        f"{about.found.plural}: those whose {due.label} was moved to a later day while they were open, in the period",
        f"({words}). Pushes: how often. Days: by how many, all added up; Average: of a push. Amount: as it is now.",
    )
    return replace(table, definition=definition)


def _measures(about: Subject, pushes: Mapping[int, Sequence[int]]) -> list[Measure]:
    def of(group: Group) -> Sequence[int]:
        return [days for one in group.here for days in pushes[one.id]]

    return [
        (ReportColumn("count", about.found.plural, COUNT, measure=True), lambda group: len(group.here)),
        (ReportColumn("pushes", "Pushes", COUNT, measure=True), lambda group: len(of(group))),
        (ReportColumn("days", "Days", COUNT, measure=True), lambda group: sum(of(group))),
        (ReportColumn("average", "Average", _DAYS, measure=True), lambda group: _mean(of(group))),
        *money_of(about),
    ]


def _mean(days: Sequence[int]) -> Stored | None:
    return _DAYS.stored(divided(sum(days) * 10, len(days))) if days else None


def _pushes(about: Subject, groups: Groups, within: tuple[int, int]) -> Mapping[int, Sequence[int]]:
    """Give by how many days each record was put off each time, of those that were."""
    here, due = groups.here, about.property(*DUE)
    stored = due.value_type.stored
    present = {one.id: None if one.due is None else stored(one.due) for one in here}
    moved = changes(about.workspace, about.found, due, present)
    lived = dict(stays(about.workspace, about.found, ((one.id, one.stage) for one in here if one.id in moved)))
    closed = {stage.id for pipeline in about.found.pipelines for stage in pipeline.stages if stage.closed}
    found: dict[int, list[int]] = {}
    for record_id, several in moved.items():
        for at, old, new in several:
            days = _days(about, old, new)
            if days > 0 and within[0] <= at < within[1] and _stage(lived[record_id], at) not in closed:
                found.setdefault(record_id, []).append(days)
    return found


def _stage(visits: Sequence[Visit], at: int) -> str | None:
    """Say at which stage a record stood at a moment."""
    return next((stay.stage for stay in reversed(visits) if stay.entered <= at), None)


def _days(about: Subject, old: object, new: object) -> int:
    """Count the days from one date, or moment, to another; 0 where either is not set."""
    days = [_day(about, value) for value in (old, new) if isinstance(value, str)]
    return (days[1] - days[0]) // timedelta(days=1) if len(days) == len((old, new)) else 0


def _day(about: Subject, text: str) -> date:
    moment = datetime.fromisoformat(text)
    return moment.astimezone(about.workspace.context.zone).date() if moment.tzinfo else moment.date()
