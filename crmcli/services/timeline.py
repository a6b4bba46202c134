"""The timeline of a record: what is planned, soonest first, then what has been, newest first."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from crmcli.frozen import frozen, replace
from crmcli.services.activity_words import activity_objects, find_word
from crmcli.services.due import is_overdue
from crmcli.services.entries import Entry, Moment, entries_of, text_of
from crmcli.services.moments import read_moment
from crmcli.services.references import Ref, by_id, records_of
from crmcli.services.stages import is_over
from crmcli.services.titles import title_of
from crmcli.store.attached import attached

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from crmcli.model.objects import ObjectType, Property
    from crmcli.services.activity_words import ActivityWord
    from crmcli.services.history import HistoryLine
    from crmcli.services.workspace import Workspace
    from crmcli.types.base import Column, Context

_LAST = datetime.max.replace(tzinfo=UTC)  # where what has no date stands among what is planned
# Roles whose properties say when an activity is, whether it is over, and whose it is.
_READ = ("at", "completed", "status", "outcome", "owner")
# Roles whose changes stand on a timeline, where changes are asked for.
_TOLD = ("stage", "pipeline", "status", "lifecycle", "owner", "amount")


@frozen
class TimelineRequest:
    """Which activities of a record: of these kinds (words of `crm log`), of a user, with words, since when.

    Texts are as typed, "" and () leave them out. At most `limit` come, of those at most `upcoming` planned ones.
    `changes` adds what happened to the record itself.
    """

    ref: Ref
    kinds: tuple[str, ...] = ()
    user: str = ""
    text: str = ""
    since: str = ""
    limit: int | None = None
    upcoming: int | None = None
    changes: bool = False


@frozen
class Timeline:
    """A record's activities: `upcoming` soonest first, `past` newest first; `total` counts those that match.

    `pinned` is the one that stands above all; it stands in its place too. A thread is what was said in a conversation:
    all of it is `past`, oldest first.
    """

    ref: Ref
    title: str
    upcoming: tuple[Entry, ...]
    past: tuple[Entry, ...]
    total: int
    pinned: Entry | None = None
    is_thread: bool = False

    @property
    def shown(self) -> int:
        """How many of the activities are here."""
        return len(self.upcoming) + len(self.past)


def timeline(workspace: Workspace, request: TimelineRequest) -> Timeline:
    """Read a record's timeline. Raises UnknownReference, UnknownActivity and InvalidValue."""
    found = workspace.model.objects[request.ref.object_name]
    ref = by_id(workspace, found, request.ref.id)
    (record,) = records_of(workspace, [ref])
    pinned = str(record.values.get(found.roles.get("pinned", ""), ""))
    every = list(activities_of(workspace, ref, Wanted.read(workspace, request)))
    if request.text:
        every = _saying(workspace, every, request.text)
    changes = _changes(workspace, ref) if request.changes else []
    planned, past = _chosen(every, changes, request)
    known = [moment for moment in every if str(moment.ref) == pinned]
    wanted = [each for each in (*planned, *past, *known) if isinstance(each, Moment)]
    entries = {entry.ref: entry for entry in entries_of(workspace, wanted, ref, pinned=pinned)}
    return Timeline(
        ref=ref,
        title=title_of(workspace, record),
        upcoming=tuple(_as_entries(planned, entries)),
        past=tuple(_as_entries(past, entries)),
        total=len(every) + len(changes),
        pinned=entries.get(known[0].ref) if known else None,
    )


def thread(workspace: Workspace, ref: Ref, limit: int | None = None) -> Timeline:
    """Give the messages of a conversation: all that is on it, oldest first; the latest ones where there is a limit."""
    read = timeline(workspace, TimelineRequest(ref, limit=limit, upcoming=0))
    return replace(read, past=read.past[::-1], is_thread=True)


@frozen
class Wanted:
    """What activities are asked for: by object the columns that they must have (one set of them), whose, since when."""

    kinds: Mapping[str, Sequence[Mapping[str, Column]]]
    owner: str
    since: datetime | None

    @classmethod
    def read(cls, workspace: Workspace, request: TimelineRequest) -> Wanted:
        """Read what was typed. Raises UnknownActivity and InvalidValue."""
        kinds: dict[str, list[dict[str, Column]]] = {}
        for text in request.kinds:
            word = find_word(workspace, text)
            kinds.setdefault(word.object_name, []).append(_columns(workspace, word))
        return cls(
            kinds=kinds,
            owner=_owner(workspace, request.user) if request.user else "",
            since=read_moment(workspace.context, request.since) if request.since else None,
        )

    def takes(self, found: ObjectType, row: Mapping[str, Column], at: datetime | None) -> bool:
        """Say whether an activity is asked for."""
        if self.owner and row.get(found.roles.get("owner", "")) != self.owner:
            return False
        if self.since is not None and (at is None or at < self.since):
            return False
        sets = self.kinds.get(found.name, ())
        return not self.kinds or any(all(row.get(name) == c for name, c in wanted.items()) for wanted in sets)


def _columns(workspace: Workspace, word: ActivityWord) -> dict[str, Column]:
    """Give the columns that a word of `crm log` stands for."""
    from crmcli.services.assignments import parse_text  # a record page asks for no kinds and pays nothing for them

    found = workspace.model.objects[word.object_name]
    props = {found.role(name) or found.properties[name]: value for name, value in word.values}
    return {p.name: p.value_type.column(parse_text(workspace, p, value)) for p, value in props.items()}


def _owner(workspace: Workspace, text: str) -> str:
    from crmcli.types.user import Owner

    return str(Owner().parse(text, workspace.context))


def activities_of(workspace: Workspace, ref: Ref, wanted: Wanted) -> Iterator[Moment]:
    """Give when each of a record's activities was or is to be, by object and id."""
    for name in wanted.kinds or activity_objects(workspace.model):
        found = workspace.model.objects[name]
        read = {prop.name for role in _READ if (prop := found.role(role)) is not None and not prop.formula}
        names = sorted(read.union(*wanted.kinds.get(name, ())))
        for record_id, *columns in _rows(workspace, ref, name, names):
            row = dict(zip(names, columns, strict=True))
            moment = _moment(workspace.context, found, Ref(name, record_id), row)
            if wanted.takes(found, row, moment.at):
                yield moment


def _rows(workspace: Workspace, ref: Ref, name: str, names: Sequence[str]) -> Iterable[tuple[Any, ...]]:
    """Give id and columns of an object's records on a record, and of messages those in its conversations; each once."""
    model = workspace.model
    ends = [ref]
    if "thread" in model.words[name].object_roles:
        for between in model.objects_with("conversation"):
            pair = model.pair(ref.object_name, between)
            there = workspace.store.associated(pair, (ref.id,), from_owner=pair.owner != between) if pair else ()
            ends += [Ref(between, one.other_id) for one in there]
    rows: dict[int, tuple[Any, ...]] = {}
    for end in ends:
        pair = model.pair(end.object_name, name)
        if pair is not None:
            found = attached(workspace.store, pair, end.id, names, from_owner=pair.owner != name)
            rows |= {row[0]: row for row in found}
    return rows.values()


def _moment(context: Context, found: ObjectType, ref: Ref, row: Mapping[str, Column]) -> Moment:
    at = _at(context, found.role("at"), row)
    if "task" in found.object_roles:
        if is_over(found, row):
            return Moment(ref, _at(context, found.role("completed"), row) or at, "past")
        return Moment(ref, at, "overdue" if at is not None and is_overdue(context, at) else "upcoming")
    planned = at is not None and at > context.moment and not is_over(found, row)
    return Moment(ref, at, "upcoming" if planned else "past")


def _at(context: Context, prop: Property | None, row: Mapping[str, Column]) -> datetime | None:
    """Read the column of a date or a date-time; a day is its first moment."""
    column = None if prop is None else row.get(prop.name)
    if prop is None or column is None:
        return None
    moment = datetime.fromisoformat(str(prop.value_type.stored(column)))
    return moment.replace(tzinfo=context.zone) if moment.tzinfo is None else moment


def _chosen(
    every: Sequence[Moment], changes: Sequence[Entry], request: TimelineRequest
) -> tuple[list[Moment], list[Moment | Entry]]:
    """Give the planned ones, soonest first, and what has been, newest first, as many as are asked for."""
    planned = sorted((one for one in every if one.state != "past"), key=lambda one: _place(one.at, one.ref))
    past: list[Moment | Entry] = [*(one for one in every if one.state == "past"), *changes]
    past.sort(key=lambda one: (one.at is not None, _place(one.at, one.ref)), reverse=True)
    planned = planned[: request.upcoming][: request.limit]
    return planned, past if request.limit is None else past[: request.limit - len(planned)]


def _place(at: datetime | None, ref: Ref) -> tuple[datetime, Ref]:
    return at or _LAST, ref


def _as_entries(chosen: Iterable[Moment | Entry], entries: Mapping[Ref, Entry]) -> Iterator[Entry]:
    for one in chosen:
        if isinstance(one, Entry):
            yield one
        elif one.ref in entries:
            yield entries[one.ref]


def _saying(workspace: Workspace, moments: Sequence[Moment], text: str) -> list[Moment]:
    """Keep the activities whose name or text holds all words, as a search reads them."""
    from crmcli.store.text_index import fold

    words = fold(text).split()
    said = {}
    for record in records_of(workspace, (moment.ref for moment in moments)):
        found = workspace.model.objects[record.object_name]
        name = record.values.get(found.roles.get("name", ""), "")
        said[Ref(record.object_name, record.id)] = fold(f"{name} {text_of(found, record.values)}")
    return [one for one in moments if all(word in said.get(one.ref, "") for word in words)]


def _changes(workspace: Workspace, ref: Ref) -> list[Entry]:
    """Give what happened to the record itself: that it was made, moved on, merged, given to someone else."""
    from crmcli.services.history import record_history
    from crmcli.store.merge_changes import MERGES

    found = workspace.model.objects[ref.object_name]
    told = {found.roles[role] for role in _TOLD if role in found.roles}
    return [
        Entry(ref, "", line.at, "past", who=line.actor, title=_told(line))
        for line in record_history(workspace, ref)
        if line.property in told or line.event in MERGES or (not line.property and not line.note)
    ]


def _told(line: HistoryLine) -> str:
    if line.property:
        return f"{line.label}: {line.old_text or '–'} → {line.new_text or '–'}"
    return f"{line.event.capitalize()} {line.note}".rstrip()
