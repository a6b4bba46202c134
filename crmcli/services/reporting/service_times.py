"""How long requests took: until somebody replied and until they were closed, in business hours without the pauses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.query.outreach import first_contacts
from crmcli.query.periods import from_micros, micros
from crmcli.query.selection import Selection, select
from crmcli.services.reporting.figures import moment_of
from crmcli.services.reporting.service_rules import ServiceRules, service_rules
from crmcli.services.reporting.stays import stays
from crmcli.types.text import String

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from crmcli.model.objects import ObjectType, Property
    from crmcli.query.visits import Visit
    from crmcli.services.workspace import Workspace
    from crmcli.types.base import Column, ValueType

_MILLISECOND = 1000


@frozen
class Span:
    """A stretch of time from a request's creation on, in milliseconds: by the clock, and of it what counts.

    What counts are business hours in stages in which we had to move.
    """

    clock: int
    counted: int


@frozen
class Request:
    """One request: the value that it is grouped by, as the index has it, and its times.

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
    heading: str
    kind: ValueType
    requests: tuple[Request, ...]
    undated: int


def read_requests(workspace: Workspace, by: str, where: Callable[[ObjectType], str]) -> Requests:
    """Read the requests that a condition is met by, grouped by an expression; `where` makes the condition.

    `by` "" groups by priority. Raises RulesRefused and QueryError.
    """
    rules = service_rules(workspace)
    found = workspace.model.objects[rules.object_name]
    condition = where(found)
    stage, priority, created, closed = (found.role(role) for role in ("stage", "priority", "created", "closed"))
    names = (by or _name(priority or stage), *map(_name, (stage, created, closed)))
    statement = select(Selection(found, where=condition or None, columns=names), workspace.model, workspace.context)
    rows = list(workspace.store.rows(statement))
    replies = dict(workspace.store.rows(first_contacts(found, condition, workspace.model, workspace.context)))
    clock, zone = _Clock(workspace, rules, found), workspace.context.zone
    requests = []
    for row, (_, visits) in zip(rows, stays(workspace, found, ((row[0], row[2]) for row in rows)), strict=True):
        begun = moment_of(row[3], zone) if created else None
        if begun is not None:
            requests.append(
                clock.request(row, visits, (begun, replies.get(row[0]), moment_of(row[4], zone) if closed else None))
            )
    info = statement.columns[0]
    undated = len(rows) - len(requests)
    return Requests(found, rules, info.heading, info.value_type or String(), tuple(requests), undated)


def _name(prop: Property | None) -> str:
    """Give what is selected for a property: something, where the object has none."""
    return prop.name if prop else "id"


class _Clock:
    """Measures the times of requests by the rules."""

    def __init__(self, workspace: Workspace, rules: ServiceRules, found: ObjectType) -> None:
        self.now = micros(workspace.context.moment)
        self.hours = rules.hours
        self.closed = frozenset(s.id for pipeline in found.pipelines for s in pipeline.stages if s.closed)
        self.resting = rules.pause | self.closed

    def request(self, row: Sequence[Any], visits: Sequence[Visit], ends: tuple[int, int | None, int | None]) -> Request:
        """Measure one request: its row begins with id, group and stage; `ends` are its creation, reply and closing."""
        begun, replied, closed = ends
        over = self._over(visits, closed) if row[2] in self.closed else None
        return Request(
            id=row[0],
            group=row[1],
            so_far=self._span(visits, begun, self.now if over is None else over),
            reply=None if replied is None else self._span(visits, begun, replied),
            closing=None if over is None else self._span(visits, begun, over),
        )

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
