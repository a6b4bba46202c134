"""What the journal knows of one property of all records of an object, as statements that read it in one go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.query.selection import Statement

if TYPE_CHECKING:
    from crmcli.model.objects import ObjectType, Property


def past_values(found: ObjectType, prop: Property) -> Statement:
    """Compile the changes of a property; rows are (id, moment, old, new), of each record in order of time.

    Moments are in microseconds, values JSON, NULL where there was none.
    """
    sql = "SELECT id, at, old, new FROM _history WHERE object = ? AND property = ? ORDER BY id, at, recorded, rowid"
    return Statement(sql, (found.name, prop.name), ())


def undone_values(found: ObjectType, prop: Property) -> Statement:
    """Compile the same changes of those records of which an operation was undone, as `visits.in_force` takes them.

    Rows are (id, moment, recorded, number, old, new, operation, undone operation), in no order.
    """
    undone = (
        "SELECT h.id FROM _operation o JOIN _history h ON h.op = o.id"
        " WHERE o.undoes IS NOT NULL AND h.object = ? AND h.property = ?"
    )
    sql = (
        "SELECT h.id, h.at, h.recorded, h.rowid, h.old, h.new, h.op, o.undoes FROM _history h"
        f" LEFT JOIN _operation o ON o.id = h.op WHERE h.object = ? AND h.property = ? AND h.id IN ({undone})"
    )
    return Statement(sql, (found.name, prop.name, found.name, prop.name), ())


def creations(found: ObjectType) -> Statement:
    """Compile when records were created here; rows are (first id, last id, moment), the greatest first id last."""
    return Statement("SELECT first, last, at FROM _creation WHERE object = ? ORDER BY first", (found.name,), ())
