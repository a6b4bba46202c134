"""One entry of a timeline: what an activity was, when, whose, what was said, and with whom else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.services.activity_words import came_in
from crmcli.services.moments import shown_moment
from crmcli.services.references import Ref, records_of
from crmcli.services.titles import record_context, shown_value, titles_or_damage

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from crmcli.model.objects import ObjectType
    from crmcli.services.workspace import Workspace
    from crmcli.store.values import Record
    from crmcli.types.base import Context, Stored

_DAY = len("2026-12-01")
# What is said of an activity in a few words, by role and in this order, where it has it.
_DETAILS = ("direction", "outcome", "status", "kind", "until", "duration", "priority", "queue", "repeat")


@frozen
class Moment:
    """Where an activity stands on a timeline: when it was or is to be (None: nobody said), and whether it is over.

    `state` is "upcoming", "overdue" (a task that is not done) or "past".
    """

    ref: Ref
    at: datetime | None
    state: str


@frozen
class Entry:
    """One activity as shown, or one change of the record itself: then `kind` is "" and `title` says it.

    `details` are values by role: direction, outcome … `also` are the other records that it is on, with their titles.
    """

    ref: Ref
    kind: str
    at: datetime | None
    state: str
    who: str = ""
    title: str = ""
    text: str = ""
    details: Mapping[str, str] = {}
    also: tuple[tuple[Ref, str], ...] = ()
    pinned: bool = False


def entries_of(workspace: Workspace, moments: Sequence[Moment], seen_from: Ref, *, pinned: str) -> tuple[Entry, ...]:
    """Give the entries of activities, in their order, as on the timeline of `seen_from`.

    `pinned` is the reference of the one that is pinned there, or "".
    """
    records = {Ref(r.object_name, r.id): r for r in records_of(workspace, (moment.ref for moment in moments))}
    others = _others(workspace, records, seen_from)
    named = titles_or_damage(workspace, {ref for refs in others.values() for ref in refs})
    return tuple(
        _entry(
            workspace,
            records[moment.ref],
            moment,
            also=tuple((ref, named.get(ref, str(ref))) for ref in others.get(moment.ref, ())),
            pinned=str(moment.ref) == pinned,
        )
        for moment in moments
        if moment.ref in records
    )


def text_of(found: ObjectType, values: Mapping[str, Stored]) -> str:
    """Give what was said in an activity, as it stands in its text property; "" where there is none."""
    return str(values.get(found.roles.get("text", ""), ""))


def _entry(
    workspace: Workspace, record: Record, moment: Moment, *, also: tuple[tuple[Ref, str], ...], pinned: bool
) -> Entry:
    found = workspace.model.objects[record.object_name]
    context = record_context(found, record.values, workspace.context)

    def shown(role: str) -> str:
        name = found.roles.get(role)
        text = shown_value(found, name, record.values, context) if name else ""
        return _until(text, moment, context) if role == "until" and text else text

    details = {role: shown(role) for role in _DETAILS if not _is_usual(found, role, record.values)}
    return Entry(
        ref=moment.ref,
        kind=shown("channel") or found.label,
        at=moment.at,
        state=moment.state,
        who=shown("from") or ("" if came_in(found, record.values) else shown("owner")),
        title=shown("name"),
        text=text_of(found, record.values),
        details={role: text for role, text in details.items() if text},
        also=also,
        pinned=pinned,
    )


def _until(text: str, moment: Moment, context: Context) -> str:
    """Say until when something is: the time alone where it ends on the day on which it begins."""
    day = "" if moment.at is None else shown_moment(context, moment.at)[:_DAY]
    return f"until {text.removeprefix(day).strip()}"


def _is_usual(found: ObjectType, role: str, values: Mapping[str, Stored]) -> bool:
    """Say whether a role's value need not be said: it is what its property begins with, or the outcome says it."""
    prop = found.role(role)
    if prop is None or (role == "status" and found.role("outcome") is not None):
        return True
    return prop.default != "" and values.get(prop.name) == prop.default


def _others(workspace: Workspace, refs: Iterable[Ref], seen_from: Ref) -> dict[Ref, list[Ref]]:
    """Give the records that activities are on, other than the one whose timeline it is."""
    by_object: dict[str, list[int]] = {}
    for ref in refs:
        by_object.setdefault(ref.object_name, []).append(ref.id)
    found: dict[Ref, list[Ref]] = {}
    used = workspace.store.pairs_in_use()
    for name, ids in by_object.items():
        for pair in workspace.model.pairs_of(name, used):
            for one in workspace.store.associated(pair, ids, from_owner=pair.owner == name):
                other = Ref(one.other_object, one.other_id)
                if other != seen_from:
                    found.setdefault(Ref(name, one.id), []).append(other)
    return found
