"""Reports on service: what is open and how old, how soon we replied and closed, and what of it was in time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.services.reporting.conditions import asked, both
from crmcli.services.reporting.figures import average, in_order, median, share
from crmcli.services.reporting.service_times import read_requests
from crmcli.services.reporting.table import Behind, ReportColumn, ReportRow, ReportTable
from crmcli.types.duration import BusinessTime, Length
from crmcli.types.number import Number, Percent
from crmcli.types.text import String

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import TypeAlias

    from crmcli.services.reporting.request import ReportRequest
    from crmcli.services.reporting.service_times import Request, Requests, Span
    from crmcli.services.workspace import Workspace
    from crmcli.types.base import Column, Stored

    # What a report says of the requests of one row, a value a column.
    Figures: TypeAlias = Callable[[Sequence[Request]], Iterator[Stored | None]]

_DAY = 86_400_000
# Ages up to and without so many days; what is older is in the last column.
_AGES = (
    (1, "below_1_day", "< 1d"),
    (3, "below_3_days", "1–2d"),
    (7, "below_7_days", "3–6d"),
    (30, "below_30_days", "7–29d"),
)
_BUSINESS = (
    "Business time: what of it lies within the business hours, less the stays in stages that pause or are closed."
)
_REPLY = (
    "First reply: the first call, held meeting, e-mail or message of ours on it since its create date.",
    _BUSINESS,
)


def backlog(workspace: Workspace, request: ReportRequest) -> ReportTable:
    """Count what is open by stage, or what `by` says, and by age. Raises RulesRefused and QueryError."""
    read = read_requests(
        workspace, request.by or "stage", lambda found: both("not closed()", asked(workspace, found, request))
    )
    columns = (
        read.column,
        *(_count(name, heading) for _, name, heading in _AGES),
        _count("older", "30d +"),
        _count("open", "Open"),
        ReportColumn("oldest", "Oldest", Length(), measure=True),
    )
    return ReportTable(
        name="backlog",
        title=f"Open {read.found.plural.lower()} by age",
        columns=columns,
        rows=tuple(_rows(workspace, read, _ages)),
        definition=(
            f"Open: {read.found.plural.lower()} in a stage that is not closed.",
            "Age: the time since the create date, by the clock; a column counts those of its age in whole days.",
            "Oldest: the age of the oldest.",
        ),
        totals=_totals(read, _ages),
        notes=_notes(read),
    )


def _ages(requests: Sequence[Request]) -> Iterator[Stored | None]:
    days = [request.so_far.clock // _DAY for request in requests]
    below = 0
    for limit, *_ in _AGES:
        yield sum(below <= each < limit for each in days)
        below = limit
    yield sum(each >= below for each in days)
    yield len(requests)
    yield max((request.so_far.clock for request in requests), default=None)


def first_reply(workspace: Workspace, request: ReportRequest) -> ReportTable:
    """Say how soon requests were replied to, by priority or what `by` says. Raises RulesRefused and QueryError."""
    read = read_requests(workspace, request.by, lambda found: asked(workspace, found, request))
    columns = (
        read.column,
        _count("requests", read.found.plural),
        _count("replied", "Replied"),
        _count("waiting", "Waiting"),
        _count("closed", "Closed without"),
        *_LENGTHS,
    )
    return ReportTable(
        name="first-reply",
        title="First reply",
        columns=columns,
        rows=tuple(_rows(workspace, read, _replies)),
        definition=(
            *_REPLY,
            f"Counted are {read.found.plural.lower()} created in the period.",
            "Waiting: open, and no reply yet. Closed without: closed, and nobody replied.",
            "Median and average are of business time, of those that were replied to. By clock: the median of all time.",
            *read.rules.lines,
        ),
        totals=_totals(read, _replies),
        notes=_notes(read),
    )


def _replies(requests: Sequence[Request]) -> Iterator[Stored | None]:
    without = [each for each in requests if each.reply is None]
    yield len(requests)
    yield len(requests) - len(without)
    yield sum(each.closing is None for each in without)
    yield sum(each.closing is not None for each in without)
    yield from _lengths([each.reply for each in requests if each.reply])


def time_to_close(workspace: Workspace, request: ReportRequest) -> ReportTable:
    """Say how long closed requests took, by priority or what `by` says. Raises RulesRefused and QueryError."""
    read = read_requests(
        workspace, request.by, lambda found: both("closed()", asked(workspace, found, request, "closed"))
    )
    return ReportTable(
        name="time-to-close",
        title="Time to close",
        columns=(read.column, _count("requests", "Closed"), *_LENGTHS),
        rows=tuple(_rows(workspace, read, _closings)),
        definition=(
            f"Counted are {read.found.plural.lower()} that are closed, and were closed in the period.",
            "Time to close: from the create date to the close date; without one, to when a closed stage was reached.",
            _BUSINESS,
            "Median and average are of business time. By clock: the median of all time.",
            *read.rules.lines,
        ),
        totals=_totals(read, _closings),
        notes=_notes(read),
    )


def _closings(requests: Sequence[Request]) -> Iterator[Stored | None]:
    yield len(requests)
    yield from _lengths([each.closing for each in requests if each.closing])


def _lengths(spans: Sequence[Span]) -> Iterator[int | None]:
    counted = [span.counted for span in spans]
    yield median(counted)
    yield average(counted)
    yield median([span.clock for span in spans])


def sla(workspace: Workspace, request: ReportRequest) -> ReportTable:
    """Say which targets of first reply and closing were met, by priority. Raises RulesRefused and QueryError."""
    read = read_requests(workspace, "", lambda found: asked(workspace, found, request))
    rows = [row for group, requests in _grouped(workspace, read) for row in _target_rows(read, group, requests)]
    columns = (
        read.column,
        ReportColumn("target", "Target", String()),
        ReportColumn("within", "Within", BusinessTime()),
        _count("met", "Met"),
        _count("missed", "Missed"),
        _count("running", "Running"),
        ReportColumn("attained", "Attained", Percent(3), measure=True),
    )
    met, missed, running = (sum(int(str(row.cells[place])) for row in rows) for place in (3, 4, 5))
    return ReportTable(
        name="sla",
        title="Service level",
        columns=columns,
        rows=tuple(rows),
        definition=(
            *_REPLY,
            f"Counted are {read.found.plural.lower()} created in the period, by the target of their priority.",
            "Met: replied to, or closed, within the target. What was closed without a reply was replied to by that.",
            "Missed: later than that, or not yet and the time is over. Running: not yet, and there is time left.",
            "Attained: met, of met and missed.",
            "The records behind a row are those that missed the target; --fail-over counts them.",
            *read.rules.lines,
        ),
        totals=ReportRow((None, None, None, met, missed, running, share(met, met + missed))),
        notes=_notes(read),
        findings=missed,
    )


def _target_rows(read: Requests, group: Column | None, requests: Sequence[Request]) -> Iterator[ReportRow]:
    target = read.rules.target(group)
    for name, within, ended in (("First reply", target.first_reply, _answered), ("Close", target.close, _closed)):
        if within is None:
            continue
        missed = [each.id for each in requests if (ended(each) or each.so_far).counted > within]
        running = sum(ended(each) is None and each.so_far.counted <= within for each in requests)
        met = len(requests) - len(missed) - running
        cells = (_cell(read, group), name, within, met, len(missed), running, share(met, met + len(missed)))
        yield ReportRow(cells, Behind(read.found.name, ids=tuple(missed)))


def _answered(request: Request) -> Span | None:
    """Give the time until somebody replied, or closed it without a word."""
    spans = [span for span in (request.reply, request.closing) if span is not None]
    return min(spans, key=lambda span: span.clock, default=None)


def _closed(request: Request) -> Span | None:
    return request.closing


def _grouped(workspace: Workspace, read: Requests) -> Iterator[tuple[Column | None, list[Request]]]:
    groups: dict[Column | None, list[Request]] = {}
    for request in read.requests:
        groups.setdefault(request.group, []).append(request)
    for group in in_order(groups, read.column.value_type, workspace.context):
        yield group, groups[group]


def _rows(workspace: Workspace, read: Requests, figures: Figures) -> Iterator[ReportRow]:
    for group, requests in _grouped(workspace, read):
        behind = Behind(read.found.name, ids=tuple(request.id for request in requests))
        yield ReportRow((_cell(read, group), *figures(requests)), behind)


def _totals(read: Requests, figures: Figures) -> ReportRow:
    return ReportRow((None, *figures(read.requests)))


def _cell(read: Requests, group: Column | None) -> Stored | None:
    return None if group is None else read.column.value_type.stored(group)


def _count(name: str, heading: str) -> ReportColumn:
    return ReportColumn(name, heading, Number(0), measure=True)


_LENGTHS = (
    ReportColumn("median", "Median", BusinessTime(), measure=True),
    ReportColumn("average", "Average", BusinessTime(), measure=True),
    ReportColumn("by_clock", "By clock", Length(), measure=True),
)


def _notes(read: Requests) -> tuple[str, ...]:
    if not read.undated:
        return ()
    return (f"{read.undated:,} {read.found.plural.lower()} without a create date are left out",)
