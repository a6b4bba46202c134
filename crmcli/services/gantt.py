"""A Gantt chart: records with two dates, as the stretches of time from one to the other."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.services.calendar import NoDates, date_column
from crmcli.services.lists import count_records
from crmcli.services.references import Ref
from crmcli.services.titles import titles

if TYPE_CHECKING:
    from crmcli.model.objects import ObjectType
    from crmcli.query import ColumnInfo
    from crmcli.services.lists import ListRequest
    from crmcli.services.workspace import Workspace
    from crmcli.types.base import Column

# The roles of the dates from which and to which a record stands, when none are named: the first that it has.
_STARTS, _ENDS = ("start", "at", "created"), ("until", "due", "closed")


@frozen
class GanttRequest:
    """Which dates the bars go from and to; those that have roles where none are named."""

    starts: str = ""
    ends: str = ""


@frozen
class Bar:
    """A record with the days from which and to which it stands; one of them may be None. `status` is as shown."""

    ref: Ref
    title: str
    begin: date | None
    end: date | None
    status: str = ""


@frozen
class Gantt:
    """Records as bars; `total` is how many have a date, `undated` how many meet the condition and have none."""

    object_name: str
    label: str
    plural: str
    starts: ColumnInfo
    ends: ColumnInfo
    bars: tuple[Bar, ...]
    total: int
    undated: int
    today: date


def span_columns(workspace: Workspace, found: ObjectType, asked: GanttRequest) -> tuple[ColumnInfo, ColumnInfo]:
    """Give the columns that say from when to when a record stands. Raises NoDate, NoDates and QueryError."""
    starts = asked.starts or next((found.roles[role] for role in _STARTS if role in found.roles), "")
    ends = asked.ends or next((found.roles[role] for role in _ENDS if role in found.roles), "")
    if not starts or not ends or (starts == ends and not (asked.starts and asked.ends)):
        raise NoDates(found.plural.lower(), "--from PROPERTY --to PROPERTY")
    return date_column(workspace, found, starts), date_column(workspace, found, ends)


def gantt(workspace: Workspace, request: ListRequest, asked: GanttRequest | None = None) -> Gantt:
    """Lay records out from one date to another, those that begin first at the top without a `sort`.

    Raises NoDate, NoDates, UnknownObject and the errors of expressions.
    """
    from crmcli.query import Selection, select

    found = workspace.object(request.object_name)
    starts, ends = span_columns(workspace, found, asked or GanttRequest())
    dated = f"(({starts.name}) is known or ({ends.name}) is known)"
    where = f"({request.where}) and {dated}" if request.where else dated
    status = found.roles.get("stage") or found.roles.get("status")
    selected = Selection(
        found,
        where=where,
        columns=(starts.name, ends.name, *((status,) if status else ())),
        sort=request.sort or (starts.name, ends.name),
        limit=request.limit,
        offset=request.offset,
    )
    statement = select(selected, workspace.model, workspace.context)
    rows = list(workspace.store.rows(statement))
    refs = [Ref(found.name, row[0]) for row in rows]
    named = titles(workspace, refs)
    bars = tuple(
        _bar(workspace, statement.columns, row[1:], (ref, named[ref])) for ref, row in zip(refs, rows, strict=True)
    )
    total = count_records(workspace, found.name, where)
    undated = count_records(workspace, found.name, request.where) - total
    today = workspace.context.moment.astimezone(workspace.context.zone).date()
    return Gantt(found.name, found.label, found.plural, starts, ends, bars, total, undated, today)


def _bar(workspace: Workspace, columns: tuple[ColumnInfo, ...], row: tuple[Column, ...], named: tuple[Ref, str]) -> Bar:
    begin, end = (_day(workspace, info, column) for info, column in zip(columns[:2], row[:2], strict=True))
    if len(row) < len(("begin", "end", "status")) or row[2] is None:
        return Bar(*named, begin, end)
    kind = columns[2].value_type
    return Bar(*named, begin, end, kind.show(kind.stored(row[2]), workspace.context) if kind else str(row[2]))


def _day(workspace: Workspace, info: ColumnInfo, column: Column) -> date | None:
    """Give the day of a date, or of a moment in the workspace's zone."""
    if column is None or info.value_type is None:
        return None
    kind = info.value_type
    return date.fromisoformat(kind.show(kind.stored(column), workspace.context)[: len("2026-11-23")])
