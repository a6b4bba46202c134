"""How many records share values, and what values of theirs add up to: one row for each group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.query.compile import TABLE
from crmcli.query.fragments import Fragment, Measure, compose, quoted
from crmcli.query.scope import Frame, Scope
from crmcli.query.selection import Statement, column_of, where_of
from crmcli.query.syntax import Step

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.model.objects import Model, ObjectType
    from crmcli.query.selection import ColumnInfo
    from crmcli.types.base import Context

SUMMABLE = frozenset({"number", "money", "percent", "duration"})
# A sum comes in two parts, above this and below: one alone would not hold that of a million large amounts.
PART = 10**9


def totals(
    object_type: ObjectType,
    by: Sequence[str],
    summed: Sequence[str],
    where: str,
    surroundings: tuple[Model, Context],
) -> Statement:
    """Compile a count of records and sums of theirs, for each combination of the values of `by`.

    `by` and `summed` are properties, paths or expressions; `where` is a condition, "" for all records. Rows are (a
    column each of `by`, the count, two columns each of `summed`): a sum is the first times PART and the second, as the
    index has such values, and both are None where no record has one. Raises QueryError, also for what has no sum.
    """
    frame = Frame(*surroundings)
    groups = [column_of(text, object_type, frame) for text in by]
    added = [_added(text, object_type, frame) for text in summed]
    places = ", ".join(str(place) for place in range(1, len(groups) + 1))
    found = compose(
        f"SELECT {'{}, ' * len(groups)}count(*){{}} FROM {quoted(object_type.name)} {TABLE}{{}}"
        + (f" GROUP BY {places}" if groups else ""),
        *(group for _, group in groups),
        _sums([each for _, each in added]),
        where_of(where or None, object_type, frame),
    )
    return Statement(found.sql, found.parameters, tuple(info for info, _ in (*groups, *added)))


def _added(text: str, object_type: ObjectType, frame: Frame) -> tuple[ColumnInfo, Measure]:
    info, found = column_of(text, object_type, frame)
    if found.kind not in SUMMABLE:
        whole = Step(0, len(text), text)
        message = f"{found.kind} cannot be added up"
        raise Scope(object_type, TABLE, frame, text).wrong(
            message, whole, "sums are of numbers, money and lengths of time"
        )
    return info, found


def _sums(added: Sequence[Measure]) -> Fragment:
    parts = [compose(f", sum({{}} / {PART}), sum({{}} % {PART})", each, each) for each in added]
    return compose("{}" * len(parts), *parts)
