"""Counts of records, by object or by what a property holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.services.lists import count_records

if TYPE_CHECKING:
    from crmcli.model.objects import ObjectType
    from crmcli.services.workspace import Workspace
    from crmcli.types.base import Stored


@frozen
class CountRow:
    """How many records share a value; `text` is it as shown, "" where the property is not set."""

    value: Stored | None
    text: str
    count: int


@frozen
class Counts:
    """A table of counts under a heading; `object_name` is "" when the objects themselves are counted."""

    object_name: str
    heading: str
    rows: tuple[CountRow, ...]
    total: int


def counts(workspace: Workspace, object_word: str | None = None, *, by: str | None = None, where: str = "") -> Counts:
    """Count records: of every object; of one; or of one by a property or an expression, the largest count first.

    A record with several values counts once for each of them, so `total` may be more than there are records.
    Raises UnknownObject and the errors of expressions.
    """
    if object_word is None:
        return _of_objects(workspace)
    found = workspace.object(object_word)
    if by is None:
        count = count_records(workspace, found.name, where)
        return Counts("", "Object", (CountRow(found.name, found.plural, count),), count)
    return _by_property(workspace, found, by, where)


def without_records(objects: int) -> str:
    """Say how many objects have no records, in the one line that they get."""
    return f"{objects} {'object' if objects == 1 else 'objects'} without records"


def _of_objects(workspace: Workspace) -> Counts:
    rows = tuple(CountRow(found.name, found.plural, workspace.store.count(found.name)) for found in workspace.in_use())
    return Counts("", "Object", rows, sum(row.count for row in rows))


def _by_property(workspace: Workspace, found: ObjectType, by: str, where: str) -> Counts:
    from crmcli.query import count_by

    statement = count_by(found, by, where or None, workspace.model, workspace.context)
    heading, value_type = statement.columns[0].heading, statement.columns[0].value_type
    rows = []
    for column, count in workspace.store.rows(statement):
        value = None if column is None else value_type.stored(column) if value_type else column
        text = "" if value is None else value_type.show(value, workspace.context) if value_type else str(value)
        rows.append(CountRow(value, text, count))
    rows.sort(key=lambda row: (-row.count, row.text))
    return Counts(found.name, heading, tuple(rows), sum(row.count for row in rows))
