"""The workspace as it was: `--as-of`."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from crmcli.frozen import replace
from crmcli.query.periods import day, from_micros, micros, midnight
from crmcli.services.moments import read_moment, shown_moment
from crmcli.services.past import NotYet
from crmcli.services.reporting.periods import UnknownPeriod, report_period
from crmcli.types.date import read_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from crmcli.query.periods import Period
    from crmcli.services.workspace import Workspace
    from crmcli.store.past_store import PastStore

_NAMED = 3  # things that a note names


def as_of(workspace: Workspace, text: str) -> Workspace:
    """Give a workspace as it was at a moment, or at the end of a day or longer period, as it is typed.

    "yesterday", "2026-09-30", "2026-Q3", "last month", "2026-09-30T12:00". Raises InvalidValue, and NotYet for what has
    not begun yet. See `workspace_at`.
    """
    return workspace_at(workspace, past_end(workspace, text))


def workspace_at(workspace: Workspace, at: datetime) -> Workspace:
    """Give a workspace as it was at an aware moment, for reading alone, with that moment as its own.

    What the journal does not know of that time is said in warnings of its store. While it is open, no other command
    brings the index up to date: close its store when it has been read. The given workspace stays as it is.
    """
    from crmcli.store.past_store import PastStore

    store = PastStore(workspace.store, micros(at))
    past = replace(workspace, store=store, context=replace(workspace.context, moment=at))
    store.warnings += _gaps(past, store)
    return past


def past_end(workspace: Workspace, text: str) -> datetime:
    """Read a moment, or the end of a day or period, though not beyond now. Raises InvalidValue and NotYet."""
    context = workspace.context
    period = _period(workspace, text)
    if period is None:
        at = begun = read_moment(context, text)
    else:
        begun = from_micros(midnight(period.first, context.zone))
        at = from_micros(midnight(period.after, context.zone)) - timedelta(microseconds=1)
    if begun > context.moment:
        raise NotYet(text, "--as-of")
    return min(at, context.moment)


def _period(workspace: Workspace, text: str) -> Period | None:
    """Read a period, or a day in any form that a property takes; None for what may be a moment."""
    try:
        return report_period(workspace, text)
    except UnknownPeriod:
        found = None if ":" in text else read_day(text, workspace.context)
        return None if found is None else day(found)


def _gaps(past: Workspace, store: PastStore) -> Iterator[str]:
    """Say what of the past this cannot know."""
    walk = store.walk
    first = store.first_operation()
    if first is None or first > past.context.moment:
        known = "" if first is None else f", before its first operation, of {shown_moment(past.context, first)}"
        yield f"nothing is known of this CRM then{known}"
    early = [f"{name}:{i}" for name, found in walk.records.objects.items() for i, r in found.items() if r.early]
    if early:
        yield (
            f"{_named(early)}: here by a history that was told later;"
            " what it does not tell is as it was when the record was created"
        )
    if walk.outside:
        yield (
            f"{_named(_said(past, *each) for each in sorted(walk.outside))}: changed outside crm since, at a time that"
            " nobody knows; shown is what an operation found later"
        )
    if walk.erased or walk.lost:
        yield f"erased since, and not known any more: {len(walk.erased) + walk.lost:,} of the records of that time"
    if walk.schema:
        yield "the schema was changed since: values are shown by the one of today"


def _said(past: Workspace, name: str, record_id: int, what: str) -> str:
    """Say what of a record was changed: a property, or the association with another record."""
    properties = past.model.objects[name].properties
    return f"{properties[what].label if what in properties else what} of {name}:{record_id}"


def _named(things: Iterable[str]) -> str:
    """Name the first few things, and how many more there are."""
    names = list(things)
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more:,} more" if more > 0 else "")
