"""Where every record of a pipeline stood at a moment: out of the workspace as it is or was, or out of a snapshot."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmcli.frozen import replace
from crmcli.model.forecasting import is_lost, is_won
from crmcli.query.periods import from_micros
from crmcli.services.reporting.subject import NoRate, standings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from crmcli.query.periods import Period
    from crmcli.services.reporting.subject import Subject
    from crmcli.services.workspace import Workspace

OPEN, WON, LOST, OVER = "open", "won", "lost", "over"  # over: closed, and neither won nor lost


class Point(NamedTuple):
    """A record at a moment: its state, its amount as the index has it, the day on which it is due or was closed."""

    state: str
    amount: int
    due: str | None


def points(about: Subject, moment: Workspace) -> Mapping[int, Point]:
    """Give the records in the pipelines of a subject as they stand in a workspace, by id.

    Raises NoRate, NoRole, and the errors of expressions.
    """
    there = replace(about, workspace=moment)
    here = standings(there, "amount", "due")
    foreign = sorted({one.currency for one in here if one.currency is not None})
    if foreign:
        raise NoRate(about.found, foreign, moment.context.currency)
    state_of, day = states(about), day_of(moment)
    return {one.id: Point(state_of[one.stage], one.amount or 0, day(one.due)) for one in here}


def states(about: Subject) -> Mapping[str, str]:
    """Give the state in which a record is at each stage."""

    def state(place: str) -> str:
        stage = about.stages[place]
        if not stage.closed:
            return OPEN
        return WON if is_won(stage) else LOST if is_lost(stage) else OVER

    return {place: state(place) for place in about.stages}


def day_of(workspace: Workspace) -> Callable[[str | int | None], str | None]:
    """Give what tells the day of a date or moment as the index has it."""
    zone = workspace.context.zone
    known: dict[int, str] = {}

    def day(column: str | int | None) -> str | None:
        if not isinstance(column, int):
            return column
        if column not in known:
            known[column] = from_micros(column).astimezone(zone).date().isoformat()
        return known[column]

    return day


def within(point: Point, period: Period) -> bool:
    """Say whether a record was due, or closed, in a period."""
    return point.due is not None and period.first.isoformat() <= point.due < period.after.isoformat()
