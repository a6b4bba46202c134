"""Statements that last a day: the values of one record's properties, whichever record and whatever the hour.

Compiling takes longer than asking. What is compiled for a day can be kept, and needs no module of the compiler then.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from crmcli.frozen import frozen, replace
from crmcli.query.fragments import Fragment, compose, quoted
from crmcli.types.date import EPOCH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.model.objects import Model, ObjectType
    from crmcli.types.base import Column, Context

_MICROSECOND = timedelta(microseconds=1)


@frozen
class Lasting:
    """A statement without its record and its moment; `moments` are the places of those values that are the moment."""

    sql: str
    parameters: tuple[Column, ...]
    moments: tuple[int, ...]

    def of(self, record_id: int, at: datetime) -> Fragment:
        """Give the statement for a record at a moment (aware) of the day; its one row has a column a property."""
        values = [*self.parameters, record_id]
        for place in self.moments:
            values[place] = _micros(at)
        return Fragment(self.sql, tuple(values))


def compile_lasting(names: Sequence[str], object_type: ObjectType, model: Model, context: Context) -> Lasting | None:
    """Compile properties for any record, for the day of the context; None where one depends on more than the day.

    That is the hour otherwise than by what time it is, or who is in a segment. They are compiled for the day's first
    and its last moment: as time goes by values only grow or stand still, so what is the same at both is the same in
    between, and what is not must be the moment itself. Raises QueryError.
    """
    day = datetime.combine(context.moment.astimezone(context.zone).date(), time(), context.zone)
    ends = day.astimezone(UTC), (day + timedelta(days=1)).astimezone(UTC) - _MICROSECOND
    first, last = (_compiled(names, object_type, model, replace(context, moment=end)) for end in ends)
    if first is None or last is None or first.sql != last.sql:
        return None
    apart = {
        place: pair
        for place, pair in enumerate(zip(first.parameters, last.parameters, strict=True))
        if pair[0] != pair[1]
    }
    if any(pair != tuple(map(_micros, ends)) for pair in apart.values()):
        return None
    return Lasting(first.sql, first.parameters, tuple(apart))


def _compiled(names: Sequence[str], object_type: ObjectType, model: Model, context: Context) -> Fragment | None:
    from crmcli.query.compile import TABLE
    from crmcli.query.scope import Frame, Scope
    from crmcli.query.syntax import Step

    scope = Scope(object_type, TABLE, Frame(model, context), "")
    values = [scope.measure(object_type.properties[name], Step(0, len(name), name)) for name in names]
    if scope.frame.members:
        return None
    columns = ", ".join(["{}"] * len(values))
    return compose(f"SELECT {columns} FROM {quoted(object_type.name)} {TABLE} WHERE {TABLE}.id = ?", *values)


def _micros(moment: datetime) -> int:
    return (moment - EPOCH) // _MICROSECOND
