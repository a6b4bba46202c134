"""In how many records each property has a value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.query.compile import TABLE
from crmcli.query.fragments import Fragment, compose, quoted
from crmcli.query.scope import Frame
from crmcli.query.selection import Statement, where_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.model.objects import Model, ObjectType
    from crmcli.types.base import Context


def filled(found: ObjectType, names: Sequence[str], where: str, surroundings: tuple[Model, Context]) -> Statement:
    """Compile counts over the records that meet a condition ("" for all); its one row is (all, one a property).

    `names` are properties that are stored, not calculated. Raises QueryError.
    """
    counts = Fragment("".join(f", count({TABLE}.{quoted(name)})" for name in names), ())
    chosen = where_of(where or None, found, Frame(*surroundings))
    rows = compose(f"SELECT count(*){{}} FROM {quoted(found.name)} {TABLE}{{}}", counts, chosen)
    return Statement(rows.sql, rows.parameters, ())
