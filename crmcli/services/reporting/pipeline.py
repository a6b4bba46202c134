"""The report on what stands open: how much of it at each stage, or of each owner, and what that is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.services.reporting.groups import at_stages, grouped, report_table
from crmcli.services.reporting.measures import count_of, money_of, weighted_of
from crmcli.services.reporting.periods import report_period
from crmcli.services.reporting.subject import DUE, standings, subject

if TYPE_CHECKING:
    from crmcli.services.reporting.request import ReportRequest
    from crmcli.services.reporting.subject import Subject
    from crmcli.services.reporting.table import ReportTable
    from crmcli.services.workspace import Workspace


def pipeline(workspace: Workspace, request: ReportRequest) -> ReportTable:
    """Report what stands open, by stage or by what is asked for; with a period, only what is due in it.

    Raises UnknownObject, NoPipelines, UnknownPipeline, UnknownPeriod, NoRole, NoRate and the errors of expressions.
    """
    about = subject(workspace, request).standing(lambda stage: not stage.closed)
    if request.period:
        about = about.within(report_period(workspace, request.period), *DUE)
    if request.by:
        groups = grouped(about, request.by, "amount", "probability")
    else:
        groups = at_stages(about, standings(about, "amount", "probability"))
    measures = [count_of(about), *money_of(about), *weighted_of(about)]
    return report_table(about, ("pipeline", f"Open {about.plural}"), groups, measures, _definition(about, request))


def _definition(about: Subject, request: ReportRequest) -> tuple[str, ...]:
    due = f" and that are due in {request.period}" if request.period else ""
    return (
        f"{about.found.plural}: those at a stage that is not closed{due}.",
        "Amount: theirs added up.",
        "Weighted: each amount times its own probability, else that of its stage; added up, then rounded.",
    )
