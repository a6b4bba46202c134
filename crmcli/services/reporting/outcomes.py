"""What was won and what was lost: how much of it, when, by whom and why."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from crmcli.frozen import replace
from crmcli.model.forecasting import is_lost, is_won
from crmcli.services.reporting.figures import share
from crmcli.services.reporting.groups import Group, Groups, grouped, report_table
from crmcli.services.reporting.measures import average_of, count_of, money_of
from crmcli.services.reporting.periods import report_period
from crmcli.services.reporting.subject import CLOSED, NoWonStage, subject
from crmcli.services.reporting.table import ReportColumn
from crmcli.types.bucket import UNITS, first_of, following
from crmcli.types.number import Percent

if TYPE_CHECKING:
    from crmcli.query.periods import Period
    from crmcli.services.reporting.groups import Measure
    from crmcli.services.reporting.request import ReportRequest
    from crmcli.services.reporting.subject import Subject
    from crmcli.services.reporting.table import ReportTable
    from crmcli.services.workspace import Workspace

_PERIOD = "this year"
_REASON = "reason"  # of having won or lost, whichever the report is about


def won(workspace: Workspace, request: ReportRequest) -> ReportTable:
    """Report what was won in a period, this year where none is named: by month, or by what is asked for.

    Raises NoWonStage, NoRole, UnknownObject, NoPipelines, UnknownPipeline, UnknownPeriod and the errors of expressions.
    """
    about = subject(workspace, request).standing(is_won)
    if not about.stages:
        raise NoWonStage(about.found, "won", 1)
    return _outcome(about, request, ("won", "won_reason"), request.by or "month")


def lost(workspace: Workspace, request: ReportRequest) -> ReportTable:
    """Report what was lost in a period, this year where none is named: by the reason, or by what is asked for.

    Raises what `won` raises.
    """
    about = subject(workspace, request).standing(is_lost)
    if not about.stages:
        raise NoWonStage(about.found, "lost", 0)
    by = request.by or (_REASON if about.found.role("lost_reason") else "month")
    return _outcome(about, request, ("lost", "lost_reason"), by)


def _outcome(about: Subject, request: ReportRequest, named: tuple[str, str], by: str) -> ReportTable:
    (name, reason), words = named, request.period or _PERIOD
    period = report_period(about.workspace, words)
    closed = about.property(*CLOSED)
    about = about.within(period, *CLOSED)
    if by in UNITS:
        groups = grouped(about, f"{by}({closed.name})", "amount")
        column = replace(groups.columns[0], name=by, heading=by.capitalize())
        groups = _with_empty(about, replace(groups, columns=(column,)), (by, period))
    else:
        by = about.property(reason, f"reason why they are {name}").name if by == _REASON else by
        groups = grouped(about, by, "amount")
    everything = len(groups.here)
    measures = [count_of(about), _share_of(everything), *money_of(about), *average_of(about)]
    definition = (
        f"{about.found.plural}: those at a stage that is {name}, whose {closed.label} is in the period ({words}).",
        "Share: of their number. Amount: theirs added up. Average: of the amounts that are set, rounded.",
    )
    table = report_table(about, (name, f"{about.found.plural} {name}"), groups, measures, definition)
    return replace(table, chart="line") if by in UNITS else table


def _share_of(everything: int) -> Measure:
    column = ReportColumn("share", "Share", Percent(), measure=True)
    return column, lambda group: share(len(group.here), everything)


def _with_empty(about: Subject, groups: Groups, buckets: tuple[str, Period]) -> Groups:
    """Add the months, or whatever is asked for, in which nothing was closed; none of those that have not come."""
    known = {group.cells[0]: group for group in groups.rows}
    unit, period = buckets
    context = about.workspace.context
    last = min(period.last, context.moment.astimezone(context.zone).date())
    last = max([last, *(date.fromisoformat(str(value)) for value in known)])
    day, rows = first_of(period.first, unit), []
    while day <= last:
        rows.append(known.get(day.isoformat(), Group((day.isoformat(),), ())))
        day = following(day, unit)
    return replace(groups, rows=tuple(rows))
