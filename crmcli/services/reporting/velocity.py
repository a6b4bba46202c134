"""Velocity: how much is won a day, as far as what stands open, what is usual and how long it takes can tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import replace
from crmcli.model.forecasting import is_lost, is_won
from crmcli.query.functions import divided
from crmcli.services.reporting.figures import share
from crmcli.services.reporting.groups import grouped, report_table
from crmcli.services.reporting.measures import COUNT, Amounts, added
from crmcli.services.reporting.periods import report_period, within
from crmcli.services.reporting.subject import CLOSED, CREATED, NoWonStage, moment_of, subject
from crmcli.services.reporting.table import ReportColumn
from crmcli.types.duration import Length
from crmcli.types.number import Percent

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from crmcli.services.reporting.groups import Group, Measure
    from crmcli.services.reporting.request import ReportRequest
    from crmcli.services.reporting.subject import Standing, Subject
    from crmcli.services.reporting.table import ReportTable
    from crmcli.services.workspace import Workspace
    from crmcli.types.base import Stored

_PERIOD = "last 12 months"
_ROLES = ("amount", "closed", "created")
_DAY = 86_400_000_000  # microseconds


def velocity(workspace: Workspace, request: ReportRequest) -> ReportTable:
    """Report how fast sales come in, by pipeline or by what is asked for, going by the last 12 months or a period.

    Raises NoWonStage, NoRole, UnknownObject, NoPipelines, UnknownPipeline, UnknownPeriod and the errors of expressions.
    """
    words = request.period or _PERIOD
    about = subject(workspace, request)
    if not about.standing(is_won).stages:
        raise NoWonStage(about.found, "won", 1)
    in_period = within(about.property(*CLOSED).name, report_period(workspace, words))
    about.property(*CREATED)
    either = f"(not closed() or {in_period})"  # what is open, and what was closed in the period
    about = replace(about, where=f"({about.where}) and {either}" if about.where else either)
    groups = grouped(about, request.by or "pipeline", *_ROLES)
    table = report_table(about, ("velocity", f"Velocity of {about.plural}"), groups, _Figures(about).measures(), ())
    definition = (
        f"Open: the {about.plural} at a stage that is not closed. Won: those won in the period ({words}).",
        "Average: of the amounts of those won. Win rate: won of those that were won or lost in the period.",
        "Cycle: the mean time from their creation to their closing, of those won.",
        "A day: Open x Average x Win rate / Cycle in days, which is what may be expected to be won each day.",
    )
    return replace(table, definition=definition)


class _Figures:
    """What is worked out of the records of a row."""

    def __init__(self, about: Subject) -> None:
        self._amounts = Amounts(about)
        self._moment = moment_of(about)
        self._won = about.standing(is_won).stages
        self._lost = about.standing(is_lost).stages
        self._open = about.standing(lambda stage: not stage.closed).stages

    def measures(self) -> list[Measure]:
        """Give the columns of the report."""
        kind = self._amounts.value_type
        return [
            (ReportColumn("open", "Open", COUNT, measure=True), lambda group: len(_at(group, self._open))),
            (ReportColumn("won", "Won", COUNT, measure=True), lambda group: len(_at(group, self._won))),
            (ReportColumn("average", "Average", kind, measure=True), self._average),
            (ReportColumn("win_rate", "Win rate", Percent(), measure=True), self._win_rate),
            (ReportColumn("cycle", "Cycle", Length(), measure=True), self._cycle),
            (ReportColumn("velocity", "A day", kind, measure=True), self._velocity),
        ]

    def _average(self, group: Group) -> Stored | None:
        won = _valued(_at(group, self._won))
        return self._amounts.rounded(added(won), len(won))

    def _win_rate(self, group: Group) -> Stored | None:
        won = len(_at(group, self._won))
        return share(won, won + len(_at(group, self._lost)))

    def _cycle(self, group: Group) -> Stored | None:
        times = self._times(group)
        return None if not times else divided(sum(times), len(times) * 1000)

    def _times(self, group: Group) -> Sequence[int]:
        """Give how long it took to win each of a group, in microseconds: none is less than nothing."""
        both = [(self._moment(one.closed), self._moment(one.created)) for one in _at(group, self._won)]
        return [max(0, end - begin) for end, begin in both if end is not None and begin is not None]

    def _velocity(self, group: Group) -> Stored | None:
        """Work it out as one fraction, rounded once."""
        won, times = _at(group, self._won), self._times(group)
        over, valued = len(won) + len(_at(group, self._lost)), _valued(won)
        dividend = len(_at(group, self._open)) * added(valued) * len(won) * len(times) * _DAY
        return self._amounts.rounded(dividend, len(valued) * over * sum(times))


def _at(group: Group, stages: Container[str]) -> Sequence[Standing]:
    return [one for one in group.here if one.stage in stages]


def _valued(here: Sequence[Standing]) -> Sequence[Standing]:
    return [one for one in here if one.amount is not None]
