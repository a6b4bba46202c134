"""How long requests took: until somebody replied and until they were closed, in business hours without the pauses."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmcli.frozen import frozen
from crmcli.query.outreach import first_contacts
from crmcli.query.periods import from_micros, micros
from crmcli.query.selection import Selection, select
from crmcli.services.reporting.figures import moment_of
from crmcli.services.reporting.groupings import grouping
from crmcli.services.reporting.service_rules import ServiceRules, service_rules
from crmcli.services.reporting.stays import stays

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from crmcli.model.objects import ObjectType
    from crmcli.query.visits import Visit
    from crmcli.services.reporting.groupings import Grouping
    from crmcli.services.reporting.table import ReportColumn
    from crmcli.services.workspace import Workspace
    from crmcli.types.base import Column

_MILLISECOND = 1000


class Span(NamedTuple):
    """A stretch of time from a request's creation on, in milliseconds: by the clock, and of it what counts.

    What counts are business hours in stages in which we had to move.
    """

    clock: int
    counted: int


class Request(NamedTuple):
    """One request: the value that it is grouped by, as the index has it, and its times. A tuple: there may be many.

    `reply` lasts until the first reply and `closing` until it was closed, None where that has not been; `so_far` lasts
    until it was closed, or else until now.
    """

    id: int
    group: Column | None
    so_far: Span
    reply: Span | None = None
    closing: Span | None = None


@frozen
class Requests:
    """Requests in order of id, what they are grouped by, and the rules; so many `undated` ones are left out."""

    found: ObjectType
    rules: ServiceRules
    column: ReportColumn
    requests: tuple[Request, ...]
    undated: int


def read_requests(workspace: Workspace, word: str, where: Callable[[ObjectType], str]) -> Requests:
    """Read the requests that meet a condition, which `where` makes, grouped by what a word says: a property, team.

    "" groups by priority. Raises RulesRefused, InactiveObject and QueryError.
    """
    rules = service_rules(workspace)
    found = workspace.object(rules.object_name)
    condition = where(found)
    by = grouping(workspace, found, word or found.roles.get("priority") or found.roles["stage"])
    names = (by.expression, *(found.roles[role] for role in ("stage", "created", "closed") if role in found.roles))
    statement = select(Selection(found, where=condition or None, columns=names), workspace.model, workspace.context)
    rows = list(workspace.store.rows(statement))
    replies = dict(workspace.store.rows(first_contacts(found, condition, workspace.model, workspace.context)))
    clock = _Clock(workspace, rules, found, by)
    timed = stays(workspace, found, ((row[0], row[2]) for row in rows))
    measured = [clock.request(row, visits, replies.get(row[0])) for row, (_, visits) in zip(rows, timed, strict=True)]
    requests = tuple(request for request in measured if request)
    return Requests(found, rules, by.column(statement.columns[0]), requests, len(rows) - len(requests))


class _Clock:
    """Measures the times of requests by the rules."""

    def __init__(self, workspace: Workspace, rules: ServiceRules, found: ObjectType, by: Grouping) -> None:
        self.group = by.group
        self.zone = workspace.context.zone
        self.now = micros(workspace.context.moment)
        self.hours = rules.hours
        self.closed = frozenset(s.id for pipeline in found.pipelines for s in pipeline.stages if s.closed)
        self.resting = rules.pause | self.closed

    def request(self, row: Sequence[Any], visits: Sequence[Visit], replied: int | None) -> Request | None:
        """Measure one request, its row being id, group, stage, creation and maybe closing; None without a creation."""
        record_id, group, stage, *ends = row
        begun, closed = (moment_of(end, self.zone) for end in (*ends, None)[:2])
        if begun is None:
            return None
        over = self._over(visits, closed) if stage in self.closed else None
        so_far = self._span(visits, begun, self.now if over is None else over)
        reply = None if replied is None else self._span(visits, begun, replied)
        return Request(record_id, self.group(group), so_far, reply, None if over is None else so_far)

    def _over(self, visits: Sequence[Visit], closed: int | None) -> int | None:
        """Say when a closed request was closed: as it says itself, or when it last came from an open stage."""
        if closed is not None:
            return closed
        since = None
        for stay in visits:
            since = None if stay.stage not in self.closed else stay.entered if since is None else since
        return since

    def _span(self, visits: Sequence[Visit], begun: int, until: int) -> Span:
        counted = self._hours(begun, until) - sum(self._rests(visits, begun, until))
        return Span(max(0, until - begun) // _MILLISECOND, counted // _MILLISECOND)

    def _rests(self, visits: Sequence[Visit], begun: int, until: int) -> Iterator[int]:
        for stay in visits:
            if stay.stage in self.resting:
                yield self._hours(max(stay.entered, begun), until if stay.left is None else min(stay.left, until))

    def _hours(self, start: int, end: int) -> int:
        if end <= start:
            return 0
        length = self.hours.between(from_micros(start), from_micros(end))
        return (length.days * 86_400 + length.seconds) * 1_000_000 + length.microseconds
