"""The index view of an object: chosen records, chosen columns, in a chosen order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import frozen, replace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crmcli.model.objects import ObjectType
    from crmcli.query import ColumnInfo
    from crmcli.services.list_totals import Group, Total
    from crmcli.services.workspace import Workspace
    from crmcli.types.base import Column, Stored

# The roles of the properties that say most of a record.
_TELLING = ("owner", "status", "amount", "priority", "due", "at", "created")


@frozen
class ListRequest:
    """Which records of an object, and what of them.

    `columns` are properties, paths or expressions, the object's default columns where none are given; `sort`
    the same, with "-" before what is to descend; `where` is a condition, "" for all records. `ids` and `keys` choose
    records by their ids and by the very values of expressions, as query.Selection has them. `spare` are further
    columns, `group_by` is what the records are grouped by, `summed` what is added up of all that meet the condition.
    """

    object_name: str
    where: str = ""
    columns: tuple[str, ...] = ()
    sort: tuple[str, ...] = ()
    limit: int | None = None
    offset: int = 0
    ids: tuple[int, ...] | None = None
    keys: tuple[tuple[str, Column], ...] = ()
    spare: tuple[str, ...] = ()
    group_by: tuple[str, ...] = ()
    summed: tuple[str, ...] = ()


@frozen
class Grouping:
    """What records are grouped by, and what each group comes to, by its values as the index has them."""

    columns: tuple[ColumnInfo, ...]
    totals: Mapping[Group, Total]


@frozen
class Listing:
    """The records of a list: each row is the id, then one stored value a column, None where unset.

    The amounts of a record that has a currency of its own know it (types.money.Amount). The last `spare` columns were
    asked for only where there is room. With a `grouping` each row ends with the values of its group, as the index has
    them. `total` is what all records come to, None where nothing is added up. `called` names the columns that a record
    goes by.

    `rows` can be read once, and reads the index as it goes.
    """

    object_name: str
    label: str
    plural: str
    columns: tuple[ColumnInfo, ...]
    rows: Iterator[tuple[Stored | None, ...]]
    spare: int = 0
    grouping: Grouping | None = None
    total: Total | None = None
    called: tuple[str, ...] = ()


def list_records(workspace: Workspace, request: ListRequest) -> Listing:
    """List records; raise UnknownObject, UnknownProperty and the errors of expressions."""
    from crmcli.query import Selection, select

    found = workspace.object(request.object_name)
    columns = (*(request.columns or found.columns or found.display), *request.spare)
    own, groups = len(columns), len(request.group_by)
    currency = found.roles.get("currency")
    selected = Selection(
        found,
        where=request.where or None,
        columns=(*columns, *request.group_by, *((currency,) if currency else ())),
        sort=(*_grouped_first(request), *request.sort),
        limit=request.limit,
        offset=request.offset,
        ids=request.ids,
        keys=request.keys,
    )
    statement = select(selected, workspace.model, workspace.context)
    infos = statement.columns[:own]
    rows = _stored_rows(workspace.store.rows(statement), infos)
    if currency:
        rows = _in_currency(rows, _own_money(workspace, found, infos))
    totals, total = _totals(workspace, found, request)
    grouping = Grouping(statement.columns[own : own + groups], totals) if groups else None
    return Listing(
        found.name, found.label, found.plural, infos, rows, len(request.spare), grouping, total, found.display
    )


def spare_columns(found: ObjectType) -> tuple[str, ...]:
    """Give the properties that say most of a record besides the usual columns, for who has room for them.

    None of them is calculated: what only may be shown costs nothing.
    """
    columns = found.columns or found.display
    roles = (found.roles.get(role, "") for role in _TELLING)
    telling = dict.fromkeys(name for name in (*found.secondary, *roles, *found.keys) if name and name not in columns)
    modified = found.roles.get("modified")
    return tuple(name for name in telling if not found.properties[name].formula and name != modified)


def _grouped_first(request: ListRequest) -> Iterator[str]:
    """Give what to sort by so that groups stand together: the way that the request sorts by the same, if it does."""
    for text in request.group_by:
        yield f"-{text}" if f"-{text}" in request.sort else text


def _totals(
    workspace: Workspace, found: ObjectType, request: ListRequest
) -> tuple[Mapping[Group, Total], Total | None]:
    """Give what each group comes to, and what all records do where something is added up."""
    if not request.group_by and not request.summed:
        return {}, None
    from crmcli.services.list_totals import TotalsRequest, totals_by

    asked = TotalsRequest(request.group_by, request.summed, request.where)
    groups = totals_by(workspace, found, asked) if request.group_by else {}
    total = totals_by(workspace, found, replace(asked, by=()))[()] if request.summed else None
    return groups, total


def count_records(workspace: Workspace, object_name: str, where: str = "") -> int:
    """Count an object's records that meet a condition; all of them for ""."""
    from crmcli.query import count_by

    found = workspace.object(object_name)
    if not where:
        return workspace.store.count(found.name)
    ((_, count),) = workspace.store.rows(count_by(found, None, where, workspace.model, workspace.context))
    return int(count)


def _own_money(workspace: Workspace, found: ObjectType, infos: Sequence[ColumnInfo]) -> list[int]:
    """Give the places in a row of the amounts of the listed records themselves, which are in their own currency."""
    from crmcli.services.money_columns import is_own_money

    return [place for place, info in enumerate(infos, start=1) if is_own_money(workspace.model, found, info)]


def _in_currency(
    rows: Iterator[tuple[Stored | None, ...]], places: Sequence[int]
) -> Iterator[tuple[Stored | None, ...]]:
    """Take the currency off the end of each row and tell the amounts at these places, where there is one."""
    from crmcli.types.money import Amount

    for *values, currency in rows:
        if currency is not None:
            for place in places:
                if values[place] is not None:
                    values[place] = Amount(str(values[place]), str(currency))
        yield tuple(values)


def _stored_rows(
    rows: Iterator[tuple[Column, ...]], columns: Sequence[ColumnInfo]
) -> Iterator[tuple[Stored | None, ...]]:
    """Turn index columns into stored values, looking only at the columns where the two differ."""
    differing = [
        (place, info.value_type.stored)
        for place, info in enumerate(columns, start=1)
        if info.value_type is not None and not info.value_type.stored_is_column
    ]
    if not differing:
        yield from rows
        return
    for row in rows:
        values: list[Stored | None] = list(row)
        for place, stored in differing:
            column = row[place]
            if column is not None:
                values[place] = stored(column)
        yield tuple(values)
