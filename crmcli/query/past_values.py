"""What the journal knows of one property of all records of an object, as statements that read it in one go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.query.selection import Statement

if TYPE_CHECKING:
    from crmcli.model.objects import ObjectType, Property


def past_values(found: ObjectType, prop: Property, *, scan: bool) -> Statement:
    """Compile the changes of a property; rows are (id, moment, recorded, old, new).

    Moments are in microseconds, values JSON, NULL where there was none. `scan` goes through the history of all objects,
    faster than looking up that of one that has most of it: rows come as they were recorded, else by id, then in order
    of time.
    """
    how, order = ("NOT INDEXED", "rowid") if scan else ("INDEXED BY _history_record", "id, at, recorded, rowid")
    sql = f"SELECT id, at, recorded, old, new FROM _history {how} WHERE object = ? AND property = ? ORDER BY {order}"
    return Statement(sql, (found.name, prop.name), ())


def share_of_history(found: ObjectType) -> Statement:
    """Compile how much of the history is that of an object's records: one row, of theirs and, about, of all."""
    mine = "SELECT count(*) FROM _history WHERE object = ?"
    return Statement(f"SELECT ({mine}), (SELECT max(rowid) FROM _history)", (found.name,), ())


def undone_values(found: ObjectType, prop: Property) -> Statement:
    """Compile the same changes of those records of which an operation was undone, as `visits.in_force` takes them.

    Rows are (id, moment, recorded, number, old, new, operation, undone operation), in no order.
    """
    undone = (
        "SELECT DISTINCT h.id AS id FROM _operation o CROSS JOIN _history h ON h.op = o.id"
        " WHERE o.undoes IS NOT NULL AND h.object = ? AND h.property = ?"
    )
    sql = (
        "SELECT h.id, h.at, h.recorded, h.rowid, h.old, h.new, h.op, o.undoes"
        f" FROM ({undone}) u CROSS JOIN _history h ON h.object = ? AND h.id = u.id AND h.property = ?"
        " LEFT JOIN _operation o ON o.id = h.op"
    )
    return Statement(sql, (found.name, prop.name, found.name, prop.name), ())


def creations(found: ObjectType) -> Statement:
    """Compile when records were created here; rows are (first id, last id, moment), the greatest first id last."""
    return Statement("SELECT first, last, at FROM _creation WHERE object = ? ORDER BY first", (found.name,), ())
