"""The waterfall: from what stood open at one moment to what stands open at another, by what happened in between."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.services.as_of import past_end, workspace_at
from crmcli.services.moments import shown_moment
from crmcli.services.reporting.measures import COUNT, Amounts
from crmcli.services.reporting.periods import report_period
from crmcli.services.reporting.points import LOST, OPEN, WON, points, within
from crmcli.services.reporting.snapshots import snapshot_of
from crmcli.services.reporting.subject import DUE, subject
from crmcli.services.reporting.table import Behind, ReportColumn, ReportRow, ReportTable
from crmcli.types.text import String

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crmcli.query.periods import Period
    from crmcli.services.reporting.points import Point
    from crmcli.services.reporting.request import ReportRequest
    from crmcli.services.reporting.subject import Subject
    from crmcli.services.workspace import Workspace

_PERIOD = "this quarter"
# The steps in order; what each takes away is negative.
START, NEW, PULLED, REOPENED, MORE, LESS, PUSHED, WON_STEP, LOST_STEP, GONE, END = STEPS = (
    "Start", "New", "Pulled in", "Reopened", "Increased", "Decreased", "Pushed out", "Won", "Lost", "Gone", "End",
)  # fmt: skip


@frozen
class Moved:
    """What a record adds to a step of the waterfall."""

    step: str
    record_id: int
    amount: int


def waterfall(workspace: Workspace, request: ReportRequest) -> ReportTable:
    """Report how what stood open for a period came to be what stands open now, or at any two days.

    Raises NoRate, NoRole, NotYet, UnknownObject, NoPipelines, UnknownPipeline, UnknownPeriod and the errors of
    expressions.
    """
    words = request.period or _PERIOD
    period = report_period(workspace, words)
    about = subject(workspace, request)
    due, amounts = about.property(*DUE), Amounts(about)
    since, before = _read(about, request.since or (period.first - timedelta(days=1)).isoformat())
    until, after = _read(about, request.until)
    steps: dict[str, list[Moved]] = {step: [] for step in STEPS}
    for record_id in sorted(before.keys() | after.keys()):
        for moved in movements(record_id, (before.get(record_id), after.get(record_id)), period):
            steps[moved.step].append(moved)
    rows = tuple(
        ReportRow(
            (step, len(several), amounts.total(sum(moved.amount for moved in several))),
            Behind(about.found.name, ids=tuple(moved.record_id for moved in several)),
        )
        for step, several in steps.items()
    )
    columns = (
        ReportColumn("step", "Step", String()),
        ReportColumn("count", about.found.plural, COUNT, measure=True),
        ReportColumn("amount", "Amount", amounts.value_type, measure=True),
    )
    definition = (
        f"Start, End: the {about.plural} at a stage that is not closed, whose {due.label} is in the period ({words}).",
        "New: they were not there before. Pulled in, Pushed out: their date came into the period, or left it.",
        "Won, Lost: with a date in the period, those that came meanwhile too. Reopened: they had been closed.",
        "Increased, Decreased: by how much the amounts of the others changed. Gone: deleted, merged, or elsewhere.",
        "Amounts from Start to Gone add up to End; so do the numbers without Increased and Decreased.",
    )
    return ReportTable("waterfall", f"Waterfall of {about.plural}", columns, rows, definition, notes=(*since, *until))


def movements(record_id: int, ends: tuple[Point | None, Point | None], period: Period) -> Iterator[Moved]:
    """Say what a record adds to each step, given where it stood at both moments: None where it was not there."""
    before, after = ends
    first, last = (point if _counts(point, period) else None for point in ends)
    if first:
        yield Moved(START, record_id, first.amount)
        if after:
            yield from _changed(record_id, after.amount - first.amount)
    elif last:
        yield Moved(_entry(before), record_id, last.amount)
    elif after and after.state in (WON, LOST) and within(after, period) and (not before or before.state != after.state):
        yield Moved(_entry(before), record_id, after.amount)  # it came and was closed meanwhile
        yield Moved(_exit(after), record_id, -after.amount)
    if last:
        yield Moved(END, record_id, last.amount)
    elif first:
        yield Moved(_exit(after), record_id, -(after or first).amount)


def _counts(point: Point | None, period: Period) -> bool:
    return point is not None and point.state == OPEN and within(point, period)


def _changed(record_id: int, by: int) -> Iterator[Moved]:
    if by:
        yield Moved(MORE if by > 0 else LESS, record_id, by)


def _entry(before: Point | None) -> str:
    if before is None:
        return NEW
    return PULLED if before.state == OPEN else REOPENED


def _exit(after: Point | None) -> str:
    state = "" if after is None else after.state
    return {OPEN: PUSHED, WON: WON_STEP, LOST: LOST_STEP}.get(state, GONE)


def _read(about: Subject, text: str) -> tuple[Sequence[str], Mapping[int, Point]]:
    """Read where all stood at the end of a day, or at a moment, "" for now; and say in lines out of what.

    A snapshot of that day counts, unless a condition is asked of the records: those it does not know.
    """
    workspace = about.workspace
    if not text:
        return (f"Now: {shown_moment(workspace.context, workspace.context.moment)}",), points(about, workspace)
    moment = past_end(workspace, text)
    kept = None if about.where else snapshot_of(about, moment.astimezone(workspace.context.zone).date())
    if kept is not None:
        return (f"{text}: as it was kept in {kept[0]}",), kept[1]
    past = workspace_at(workspace, moment)
    try:
        said = (f"{text}: out of the history, at {shown_moment(workspace.context, moment)}", *past.store.warnings)
        return said, points(about, past)
    finally:
        past.store.close()
