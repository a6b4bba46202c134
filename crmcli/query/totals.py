"""How many records share values, and what an amount of theirs adds up to: one row for each group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.query.compile import TABLE, condition
from crmcli.query.fragments import Fragment, Measure, compose, quoted
from crmcli.query.parser import parse
from crmcli.query.scope import Frame, Scope
from crmcli.query.selection import Statement
from crmcli.query.syntax import Step

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.model.objects import Model, ObjectType, Property
    from crmcli.types.base import Context


def totals(
    object_type: ObjectType,
    by: Sequence[Property],
    amount: Property | None,
    where: str,
    surroundings: tuple[Model, Context],
) -> Statement:
    """Compile a count of records and the sum of an amount for each combination of values of `by`.

    Rows are (a column a property of `by`, the count, the sum as the index has the amount, None without one). `where` is
    a condition, "" for all records. Raises QueryError.
    """
    scope = Scope(object_type, TABLE, Frame(*surroundings), where)

    def measured(prop: Property) -> Measure:
        return scope.measure(prop, Step(0, 0, prop.name))

    groups = [measured(prop) for prop in by]
    total = measured(amount) if amount else Fragment("NULL", ())
    chosen = compose(" WHERE {}", condition(parse(where).root, scope)) if where else Fragment("", ())
    places = ", ".join(str(place) for place in range(1, len(groups) + 1))
    listed = ", ".join(["{}"] * len(groups))
    found = compose(
        f"SELECT {listed}, count(*), sum({{}}) FROM {quoted(object_type.name)} {TABLE}{{}} GROUP BY {places}",
        *groups,
        total,
        chosen,
    )
    return Statement(found.sql, found.parameters, ())
