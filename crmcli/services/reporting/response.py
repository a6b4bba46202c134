"""How soon those who may become customers are contacted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.query.outreach import first_contacts
from crmcli.query.periods import micros
from crmcli.query.selection import Selection, select
from crmcli.services.reporting.conditions import asked
from crmcli.services.reporting.figures import average, in_order, median, moment_of, share
from crmcli.services.reporting.groupings import grouping
from crmcli.services.reporting.table import Behind, ReportColumn, ReportRow, ReportTable
from crmcli.types.duration import Length
from crmcli.types.number import Number, Percent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crmcli.model.objects import ObjectType
    from crmcli.services.reporting.request import ReportRequest
    from crmcli.services.workspace import Workspace
    from crmcli.types.base import Column, Stored

_MILLISECOND = 1000
_HOUR = 3_600_000
_DAY = 24 * _HOUR


def lead_response(workspace: Workspace, request: ReportRequest) -> ReportTable:
    """Say how soon new leads were contacted, by owner or what `by` says; of leads, else of people, or another object.

    Raises UnknownObject, UnknownPipeline, UnknownPeriod and QueryError.
    """
    found = workspace.object(request.object_name or _usual(workspace))
    by = grouping(workspace, found, request.by or ("owner" if "owner" in found.roles else "id"))
    where = asked(workspace, found, request)
    model, context = workspace.model, workspace.context
    statement = select(
        Selection(found, where=where or None, columns=(by.expression, found.roles["created"])), model, context
    )
    contacted = dict(workspace.store.rows(first_contacts(found, where, model, context)))
    groups: dict[Column | None, list[tuple[int, int | None]]] = {}
    for record_id, value, created in workspace.store.rows(statement):
        begun = moment_of(created, context.zone)
        if begun is not None and begun <= micros(context.moment):
            first = contacted.get(record_id)
            length = None if first is None else (first - begun) // _MILLISECOND
            groups.setdefault(by.group(value), []).append((record_id, length))
    column = by.column(statement.columns[0])
    kind = column.value_type
    rows = [
        ReportRow(
            (None if value is None else kind.stored(value), *_figures([length for _, length in groups[value]])),
            Behind(found.name, ids=tuple(record_id for record_id, _ in groups[value])),
        )
        for value in in_order(groups, kind, context)
    ]
    everyone = [length for records in groups.values() for _, length in records]
    return ReportTable(
        name="lead-response",
        title="Response to leads",
        columns=(column, *_columns(found)),
        rows=tuple(rows),
        definition=(
            f"Counted are {found.plural.lower()} created in the period.",
            "Contacted: those with a call, held meeting, e-mail or message of ours since their create date.",
            "Share: of all that are counted.",
            "Median and average: of the time from the create date to the first of these activities, by the clock.",
            "In 1h, in 1d: how many were contacted within an hour, within a day.",
        ),
        totals=ReportRow((None, *_figures(everyone))),
    )


def _usual(workspace: Workspace) -> str:
    """Give the object of those who may become customers; people, where none of them are kept apart."""
    kept = [name for name in workspace.model.objects_with("prospect") if workspace.store.has_records(name)]
    return next(iter((*kept, *workspace.model.objects_with("person"))))


def _columns(found: ObjectType) -> Sequence[ReportColumn]:
    return (
        ReportColumn("records", found.plural, Number(0), measure=True),
        ReportColumn("contacted", "Contacted", Number(0), measure=True),
        ReportColumn("share", "Share", Percent(3), measure=True),
        ReportColumn("median", "Median", Length(), measure=True),
        ReportColumn("average", "Average", Length(), measure=True),
        ReportColumn("in_an_hour", "In 1h", Number(0), measure=True),
        ReportColumn("in_a_day", "In 1d", Number(0), measure=True),
    )


def _figures(lengths: Sequence[int | None]) -> Iterator[Stored | None]:
    known = [length for length in lengths if length is not None]
    yield len(lengths)
    yield len(known)
    yield share(len(known), len(lengths))
    yield median(known)
    yield average(known)
    yield sum(length <= _HOUR for length in known)
    yield sum(length <= _DAY for length in known)
