"""How many records of an object there are, and what values of theirs add up to: in all, or for each of their groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import frozen, replace
from crmcli.services.money_columns import foreign_money, is_own_money

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import TypeAlias

    from crmcli.model.objects import ObjectType
    from crmcli.query import ColumnInfo
    from crmcli.services.workspace import Workspace
    from crmcli.types.base import Column, Stored

    # The values that the records of a group share, as the index has them.
    Group: TypeAlias = "tuple[Column, ...]"


@frozen
class TotalsRequest:
    """What is added up: `by` makes the groups, none of them one of all; `summed` are properties or expressions.

    With `each`, a record that has several values in the one property that groups are made by counts in each of these
    groups; else those that have the same values are a group.
    """

    by: tuple[str, ...] = ()
    summed: tuple[str, ...] = ()
    where: str = ""
    each: bool = False


@frozen
class Sum:
    """What the values of a column add up to, exactly: `by_currency` largest first, money alone has currencies.

    `shown` is how people read them, in that order; both are empty where no record has a value.
    """

    name: str
    heading: str
    by_currency: Mapping[str, Stored] = {}
    shown: tuple[str, ...] = ()


@frozen
class Total:
    """How many records a group has, and a sum for each column that was asked for."""

    count: int
    sums: tuple[Sum, ...] = ()


NOTHING = Total(0)


class OthersMoney(CrmError):
    """Money of other records is to be added up, which may be of several currencies."""

    exit_code = ExitCode.USAGE

    def __init__(self, text: str, plural: str) -> None:
        super().__init__(
            f'"{text}" is money of {plural}, which may be of several currencies',
            f"List {plural} with --sum, or bring it into one currency: converted(…)",
        )


def totals_by(workspace: Workspace, found: ObjectType, request: TotalsRequest) -> dict[Group, Total]:
    """Count and add up the records of each group; one group, `()`, where they are grouped by nothing.

    Groups without records are not among them. Raises OthersMoney and the errors of expressions.
    """
    from crmcli.query.totals import PART, totals

    currency = found.roles.get("currency")
    currencies = (currency,) if currency and request.summed else ()
    groups, counted = len(request.by), len(request.by) + len(currencies)
    statement = totals(
        found, (*request.by, *currencies), request.summed, request.where, (workspace.model, workspace.context)
    )
    columns = statement.columns[-len(request.summed) :] if request.summed else ()
    own = [_is_own(workspace, found, info) for info in columns]
    home = [workspace.context.currency if _is_money(info) else "" for info in columns]
    # All records are a group even where there are none.
    gathered: dict[Group, tuple[int, list[dict[str, int]]]] = {} if groups else {(): (0, [{} for _ in columns])}
    for row in workspace.store.rows(statement):
        shared, (*code, count), parts = row[:groups], row[groups : counted + 1], row[counted + 1 :]
        for group in _each(shared) if request.each else (shared,):
            before, held = gathered.get(group) or (0, [{} for _ in columns])
            for place, sums in enumerate(held):
                high, low = parts[2 * place : 2 * place + 2]
                if high is not None:
                    named = (code[0] if own[place] and code else None) or home[place]
                    sums[named] = sums.get(named, 0) + high * PART + low
            gathered[group] = before + count, held
    return {
        group: Total(count, tuple(_sum(workspace, info, sums) for info, sums in zip(columns, held, strict=True)))
        for group, (count, held) in gathered.items()
    }


def _each(group: Group) -> Sequence[Group]:
    """Give a group for each value of the JSON list that the one value of a group is."""
    import json

    return [(value,) for value in json.loads(str(group[0]))] if group[0] is not None else (group,)


def _is_money(info: ColumnInfo) -> bool:
    return info.value_type is not None and info.value_type.name == "money"


def _is_own(workspace: Workspace, found: ObjectType, info: ColumnInfo) -> bool:
    """Say whether a column's sums are parted by the records' currencies. Raises OthersMoney."""
    foreign = foreign_money(workspace.model, found, info) if _is_money(info) else ()
    if foreign:
        raise OthersMoney(info.name, workspace.model.objects[foreign[0]].plural.lower())
    return is_own_money(workspace.model, found, info)


def _sum(workspace: Workspace, info: ColumnInfo, sums: Mapping[str, int]) -> Sum:
    kind = info.value_type
    assert kind is not None  # noqa: S101 - what is added up has a type
    ordered = dict(sorted(sums.items(), key=lambda each: -each[1]))
    stored = {code: kind.stored(column) for code, column in ordered.items()}
    context = workspace.context
    shown = tuple(
        kind.show(value, replace(context, currency=code) if code else context) for code, value in stored.items()
    )
    return Sum(info.name, info.heading, stored, shown)
