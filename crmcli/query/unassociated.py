"""Records that are associated with nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.query.compile import TABLE
from crmcli.query.fragments import Fragment, compose, quoted
from crmcli.query.scope import Frame
from crmcli.query.selection import Statement, where_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.model.objects import Model, ObjectType, Pair
    from crmcli.types.base import Context


def unassociated(
    found: ObjectType, where: str, pairs: Sequence[Pair], surroundings: tuple[Model, Context]
) -> Statement:
    """Compile which records that meet a condition ("" for all) have no association of these pairs; rows are (id,).

    Raises QueryError.
    """
    chosen = where_of(where or "1 = 1", found, Frame(*surroundings))
    ends = [
        Fragment(
            f" AND NOT EXISTS (SELECT 1 FROM _association a WHERE a.pair = ? AND a.{end} = {TABLE}.id)", (pair.code,)
        )
        for pair in pairs
        for end, name in (("owner", pair.owner), ("other", pair.other))
        if name == found.name
    ]
    alone = compose("{}" * len(ends), *ends)
    rows = compose(f"SELECT {TABLE}.id FROM {quoted(found.name)} {TABLE}{{}}{{}} ORDER BY 1", chosen, alone)
    return Statement(rows.sql, rows.parameters, ())
