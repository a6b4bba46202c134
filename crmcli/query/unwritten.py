"""Conditions of records that are not written yet, or not so: asked of rows of values instead of the object's table.

What a condition says of associated records or of the past, it says of those that the index has for the row's id.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.query.compile import TABLE, condition
from crmcli.query.fragments import Fragment, compose, quoted
from crmcli.query.parser import parse
from crmcli.query.scope import Frame, Scope
from crmcli.query.selection import Statement

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crmcli.model.objects import Model, ObjectType
    from crmcli.types.base import Column, Context, Stored


@frozen
class Conditions:
    """Conditions compiled once, to be asked of many rows; `names` are the properties that they read."""

    object: ObjectType
    conditions: Fragment
    names: tuple[str, ...]

    def of(self, rows: Sequence[tuple[int | None, Mapping[str, Stored | None]]]) -> Statement:
        """Give the statement that asks them of rows: (id or None, values).

        Its rows come in the same order; each has 1, 0 or None (unknown) for every condition.
        """
        import json

        types = [self.object.properties[name].value_type for name in self.names]

        def column(value: Stored | None, place: int) -> Column:
            return None if value is None else types[place].column(value)

        lines = [[i, *(column(values.get(name), n) for n, name in enumerate(self.names))] for i, values in rows]
        parts = "".join(f", json_extract(value, '$[{n}]') AS {quoted(name)}" for n, name in enumerate(self.names, 1))
        table = f"(SELECT key AS _row, json_extract(value, '$[0]') AS id{parts} FROM json_each(?))"
        found = compose(
            f"SELECT {{}} FROM {{}} {TABLE} ORDER BY {TABLE}._row",
            self.conditions,
            Fragment(table, (json.dumps(lines),)),
        )
        return Statement(found.sql, found.parameters, ())


def compile_conditions(texts: Sequence[str], object_type: ObjectType, model: Model, context: Context) -> Conditions:
    """Compile conditions to be asked of rows of values of an object. Raises QueryError."""
    frame = Frame(model, context)
    found = [condition(parse(text).root, Scope(object_type, TABLE, frame, text)) for text in texts]
    together = compose(", ".join(["{}"] * len(found)), *found)
    names = tuple(name for name in object_type.properties if f"{TABLE}.{quoted(name)}" in together.sql)
    return Conditions(object_type, together, names)
