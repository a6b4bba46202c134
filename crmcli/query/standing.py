"""Columns of records together with where they stood: the stages of each, out of the history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.query.compile import TABLE
from crmcli.query.fragments import compose, quoted
from crmcli.query.scope import Frame, Scope
from crmcli.query.selection import Statement, column_of, where_of
from crmcli.query.stages import past

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.model.objects import Model, ObjectType
    from crmcli.types.base import Context


def standing(found: ObjectType, columns: Sequence[str], where: str, surroundings: tuple[Model, Context]) -> Statement:
    """Compile columns of the records that meet a condition ("" for all), in order of id.

    Rows are (id, one value a column, the present stage, its past as `visits.stays` reads it). Raises QueryError.
    """
    frame = Frame(*surroundings)
    scope = Scope(found, TABLE, frame, "")
    stage = found.properties[found.roles["stage"]]
    shown = [column_of(text, found, frame) for text in columns]
    listed = compose("".join(["{}, "] * len(shown)), *(measured for _, measured in shown))
    rows = compose(
        f"SELECT {TABLE}.id, {{}}{{}}, {{}} FROM {quoted(found.name)} {TABLE}{{}} ORDER BY {TABLE}.id",
        listed, scope.column(stage), past(scope, stage), where_of(where or None, found, frame),
    )  # fmt: skip
    return Statement(rows.sql, rows.parameters, tuple(info for info, _ in shown))
