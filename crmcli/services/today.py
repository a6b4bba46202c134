"""What there is to do today: tasks that are due, meetings, deals to move, and whom to follow up."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.query import Selection, select
from crmcli.query.periods import from_micros
from crmcli.services.due import is_overdue
from crmcli.services.entries import Moment, entries_of
from crmcli.services.lookup import literal
from crmcli.services.references import Ref, records_of
from crmcli.services.stages import status_of
from crmcli.services.titles import record_context, shown_value, title_of
from crmcli.types.user import Owner

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date
    from typing import Any

    from crmcli.model.objects import ObjectType, Property
    from crmcli.model.segments import Segment
    from crmcli.services.entries import Entry
    from crmcli.services.workspace import Workspace
    from crmcli.store.values import Record

# What there is to do, in this order, each with its name for machines and for people.
GROUPS = {
    "overdue": "Overdue",
    "today": "Due today",
    "meetings": "Meetings",
    "to_move": "To move on",
    "follow_up": "To follow up",
}
_SALE = "sale"  # the object role of what is moved through its pipeline until it is won or lost
# Of a record's activities: those by which it was contacted after a day or will be, and the last contact.
_IN_TOUCH = "(contacting and at <= now and at > {since}) or (not closed and (object in ({tasks}) or at > now))"
_LAST = "max(activities, at, contacting and at <= now)"


@frozen
class TodayRequest:
    """Whose day (as typed; "" mine, everyone's where nobody is me), and how much of each group, None for all."""

    owner: str = ""
    everyone: bool = False
    limit: int | None = None


@frozen
class Item:
    """Something to do with a record: when, what it is called, what else is to be known, and on which records it is.

    `at` is when a task is due, a meeting begins, a sale was to close, or somebody was last in touch; None for never.
    """

    ref: Ref
    at: datetime | None
    title: str
    facts: tuple[str, ...] = ()
    also: tuple[tuple[Ref, str], ...] = ()


@frozen
class Group:
    """The items of one of GROUPS, the most urgent first; `total` counts those that are not here, too."""

    name: str
    items: tuple[Item, ...]
    total: int


@frozen
class Today:
    """The groups that have anything; `whose` is the name of a user, "" for everyone."""

    day: date
    whose: str
    groups: tuple[Group, ...]


def today(workspace: Workspace, request: TodayRequest) -> Today:
    """Say what there is to do today. Raises UnknownUser; RulesRefused and QueryError for a broken segment."""
    context = workspace.context
    owner = "" if request.everyone else context.me
    if request.owner:
        owner = str(Owner().parse(request.owner, context))
    whose = next((user.name for user in context.users if user.id == owner), owner)
    read = _Reader(workspace, owner, request.limit)
    groups = [*read.tasks(), read.meetings(), read.to_move(), read.to_follow_up()]
    return Today(context.moment.astimezone(context.zone).date(), whose, tuple(group for group in groups if group.items))


class _Reader:
    """Reads the groups of one user, "" for everyone."""

    def __init__(self, workspace: Workspace, owner: str, limit: int | None) -> None:
        self.workspace = workspace
        self.owner = owner
        self.limit = limit

    def tasks(self) -> Iterator[Group]:
        """Give the open tasks that should have been done, and those that are due later today."""
        moments = [moment for found in self._objects("task") for moment in self._moments(found, "<= today")]
        late = {moment.ref for moment in moments if moment.at and is_overdue(self.workspace.context, moment.at)}
        yield self._activities("overdue", [moment for moment in moments if moment.ref in late])
        yield self._activities("today", [moment for moment in moments if moment.ref not in late])

    def meetings(self) -> Group:
        """Give today's activities that last until some time, but those that are over or called off."""
        lasting = [found for found in self._objects("activity") if "until" in found.roles]
        moments = [moment for found in lasting for moment in self._moments(found, "= today")]
        return self._activities("meetings", moments)

    def to_move(self) -> Group:
        """Give the open sales that were to close by today."""
        items: list[Item] = []
        total = 0
        for found in self._objects(_SALE):
            due = found.role("due")
            if due is None or not found.pipelines:
                continue
            rows = self._rows(found, f"{due.name} <= today and {_is_open(found)}", (due.name,), (due.name,))
            items += [
                self._sale(found, self._moment(due, at), record) for record, at in self._records(found.name, rows)
            ]
            total += len(rows)
        return Group("to_move", tuple(items[: self.limit]), total)

    def _sale(self, found: ObjectType, at: datetime, record: Record) -> Item:
        context = record_context(found, record.values, self.workspace.context)
        told = [found.roles[role] for role in ("stage", "amount", "owner") if role in found.roles]
        facts = [shown_value(found, name, record.values, context) for name in told[: 2 if self.owner else 3]]
        return Item(Ref(found.name, record.id), at, title_of(self.workspace, record), tuple(filter(None, facts)))

    def _records(self, object_name: str, rows: Sequence[Any]) -> list[tuple[Record, Any]]:
        """Give the records of as many rows as are shown, in their order, with the row's column."""
        shown = rows[: self.limit]
        records = {record.id: record for record in self.workspace.store.records(object_name, [row[0] for row in shown])}
        return [(records[record_id], column) for record_id, column in shown]

    def to_follow_up(self) -> Group:
        """Give members of segments with a cadence whom nobody has contacted for so long, where nothing is planned.

        Each once, for the first segment by name that has it.
        """
        tasks = ", ".join(self.workspace.model.objects_with("task"))
        due: dict[Ref, tuple[datetime | None, str]] = {}
        for segment in self.workspace.model.segments.followed_up():
            found = self.workspace.any_object(segment.object_name)
            if not found.active:
                continue
            since = f"today - {_cadence(segment)}"
            in_touch = _IN_TOUCH.format(since=since, tasks=tasks)
            where = f"in segment({literal(segment.name)}) and not any(activities, {in_touch})"
            if "created" in found.roles:
                where += f" and {found.roles['created']} <= {since}"
            for record_id, at in self._rows(found, where, (_LAST,), (_LAST,)):
                moment = None if at is None else from_micros(at)
                due.setdefault(Ref(found.name, record_id), (moment, f"{segment.name}, every {segment.follow_up}"))
        urgent = sorted(due, key=lambda ref: (due[ref][0] is not None, str(due[ref][0]), ref))[: self.limit]
        records = {Ref(record.object_name, record.id): record for record in records_of(self.workspace, urgent)}
        items = [Item(ref, due[ref][0], title_of(self.workspace, records[ref]), (due[ref][1],)) for ref in urgent]
        return Group("follow_up", tuple(items), len(due))

    def _objects(self, role: str) -> Iterator[ObjectType]:
        """Give the objects with a role that have any records."""
        model, store = self.workspace.model, self.workspace.store
        active = (name for name in model.objects_with(role) if model.words[name].active)
        yield from (model.objects[name] for name in active if store.has_records(name))

    def _rows(self, found: ObjectType, where: str, columns: Sequence[str], sort: Sequence[str]) -> list[Any]:
        """Give id and columns of the user's records that meet a condition."""
        if self.owner and "owner" in found.roles:
            where = f"{found.roles['owner']} = {literal(self.owner)} and {where}"
        wanted = Selection(found, where=where, columns=tuple(columns), sort=tuple(sort))
        return list(self.workspace.store.rows(select(wanted, self.workspace.model, self.workspace.context)))

    def _moments(self, found: ObjectType, when: str) -> list[Moment]:
        """Give the activities that are not over, at some time, soonest first and the more important before."""
        at, priority = found.properties[found.roles["at"]], found.role("priority")
        sort = (at.name, *([f"-{priority.name}"] if priority else []))
        rows = self._rows(found, f"{at.name} {when} and {_is_open(found)}", (at.name,), sort)
        return [Moment(Ref(found.name, row[0]), self._moment(at, row[1]), "upcoming") for row in rows]

    def _activities(self, name: str, moments: Sequence[Moment]) -> Group:
        """Make a group of activities, with the records that those shown are on."""
        entries = entries_of(self.workspace, moments[: self.limit], Ref("", 0), pinned="")
        items = [Item(e.ref, e.at, e.title, self._facts(e), e.also) for e in entries]
        return Group(name, tuple(items), len(moments))

    def _facts(self, entry: Entry) -> tuple[str, ...]:
        """Say what is to be known of an activity, and whose it is among everyone's."""
        return (*entry.details.values(), *([entry.who] if entry.who and not self.owner else []))

    def _moment(self, prop: Property, column: str | int) -> datetime:
        """Read a column as a moment: a date is the beginning of its day."""
        moment = datetime.fromisoformat(str(prop.value_type.stored(column)))
        return moment if moment.tzinfo else moment.replace(tzinfo=self.workspace.context.zone)


def _cadence(segment: Segment) -> str:
    """Give how often the members of a segment are followed up. Raises RulesRefused."""
    from crmcli.services.segments.check import follow_up_problem

    wrong = follow_up_problem(segment.follow_up)
    if wrong:
        from crmcli.errors import Problem
        from crmcli.services.reporting.service_rules import RulesRefused

        raise RulesRefused([Problem(segment.place("follow_up"), wrong, "write it like 30d, 2w, 3m")])
    return segment.follow_up


def _is_open(found: ObjectType) -> str:
    """Give the condition that a record is not over: in words by which an index finds the few that are open."""
    if found.pipelines:
        stages = [stage.id for pipeline in found.pipelines for stage in pipeline.stages if not stage.closed]
        return f"{found.roles['stage']} in ({', '.join(map(literal, stages))})" if stages else "1 = 0"
    status = status_of(found)
    if status is None or not status.options:
        return "1 = 1"
    values = [option.value for option in status.options if not option.closed]
    return f"({status.name} is unknown or {status.name} in ({', '.join(map(literal, values))}))"
