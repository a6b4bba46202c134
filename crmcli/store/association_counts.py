"""How many associations there are, as the index has them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3

    from crmcli.model.objects import Model

_ALL = "SELECT pair, count(*) FROM _association GROUP BY pair"
# Labels of an object with itself may begin at both ends: one association, of which each end keeps its part.
_TWICE = (
    "SELECT pair, count(*) FROM json_each(?) JOIN _association AS there ON pair = value WHERE owner > other AND EXISTS"
    " (SELECT 1 FROM _association WHERE pair = there.pair AND owner = there.other AND other = there.owner) GROUP BY 1"
)
_LABELLED = "SELECT pair, value, count(*) FROM _association, json_each(labels) WHERE labels IS NOT NULL GROUP BY 1, 2"


def counted(connection: sqlite3.Connection, model: Model) -> tuple[dict[int, int], dict[tuple[int, str], int]]:
    """Count associations by the code of their pair, and those with a label by (code, label)."""
    totals = dict(connection.execute(_ALL))
    own = [pair.code for a, b in model.pairs if a == b and (pair := model.pairs[a, b]).code in totals]
    for code, twice in connection.execute(_TWICE, (json.dumps(own),)):
        totals[code] -= twice
    return totals, {(code, label): count for code, label, count in connection.execute(_LABELLED)}
