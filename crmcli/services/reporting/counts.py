"""How many records there are: of every object, of one, or of one by what a property holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.services.lists import count_records
from crmcli.services.reporting.table import Behind, ReportColumn, ReportRow, ReportTable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.model.objects import ObjectType, Summary
    from crmcli.services.reporting.request import ReportRequest
    from crmcli.services.workspace import Workspace
    from crmcli.types.base import ValueType

_EACH = "Count: how many records there are now, deleted and absorbed ones not among them."
_BY = (
    "Count: how many records have this value; – stands for those in which it is not set.",
    "A record with several values counts once for each.",
)


def counts(workspace: Workspace, request: ReportRequest) -> ReportTable:
    """Count records: of every object that has any; of one; or of one by a property or an expression, most first.

    Raises UnknownObject and the errors of expressions.
    """
    if not request.object_name:
        return _of_objects(workspace)
    found = workspace.object(request.object_name)
    if request.by:
        return _by_property(workspace, found, request)
    row = ReportRow(
        (found.name, count_records(workspace, found.name, request.where)), Behind(found.name, request.where)
    )
    return _table(ReportColumn("value", "Object", _objects([found])), (row,), (_EACH,))


def without_records(objects: int) -> str:
    """Say how many objects have no records, in the one line that they get."""
    return f"{objects} {'object' if objects == 1 else 'objects'} without records"


def _of_objects(workspace: Workspace) -> ReportTable:
    in_use = workspace.in_use()
    counted = [(found.name, workspace.store.count(found.name)) for found in in_use]
    rows = tuple(ReportRow((name, count), Behind(name)) for name, count in counted if count)
    empty = len(counted) - len(rows)
    column = ReportColumn("value", "Object", _objects(in_use))
    return _table(column, rows, (_EACH,), (without_records(empty),) if empty else ())


def _by_property(workspace: Workspace, found: ObjectType, request: ReportRequest) -> ReportTable:
    from crmcli.query import count_by
    from crmcli.types.text import String

    where = request.where or None
    statement = count_by(found, request.by, where, workspace.model, workspace.context)
    info = statement.columns[0]
    kind = info.value_type or String()
    lines = []
    for column, count in workspace.store.rows(statement):
        value = None if column is None else kind.stored(column)
        text = "" if value is None else kind.show(value, workspace.context)
        row = ReportRow((value, count), Behind(found.name, request.where, keys=((request.by, column),)))
        lines.append((-count, text, row))
    lines.sort(key=lambda line: line[:2])
    return _table(ReportColumn("value", info.heading, kind), tuple(row for *_, row in lines), _BY)


def _objects(named: Sequence[Summary | ObjectType]) -> ValueType:
    """Give the type whose values are objects, shown by their plurals."""
    from crmcli.model.properties import Option as Named
    from crmcli.types.choice import Option

    return Option([Named(each.name, each.plural) for each in named])


def _table(
    column: ReportColumn, rows: tuple[ReportRow, ...], definition: tuple[str, ...], notes: tuple[str, ...] = ()
) -> ReportTable:
    from crmcli.types.number import Number

    count = ReportColumn("count", "Count", Number(0), measure=True)
    return ReportTable("counts", "Records", (column, count), rows, definition, notes=notes, chart="bar")
