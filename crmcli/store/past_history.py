"""The history as it was known, or as is known now, of the time up to a moment: operations and what they changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.query.visits import in_force
from crmcli.store import tokens

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence

    from crmcli.store.turning_back import TurningBack

_LATER = "SELECT id FROM _operation WHERE at > :at"
_TOLD = (  # what was true before the moment and written down after it, and stands
    "h.property <> '' AND h.at <= :at AND h.op NOT IN (SELECT op FROM temp._undone)"
    " AND h.op NOT IN (SELECT id FROM _operation WHERE undoes IS NOT NULL)"
)


class PastHistory:
    """What the journal knows of the time since a moment, in microseconds since 1970."""

    def __init__(self, connection: sqlite3.Connection, at: int) -> None:
        """Find what was undone; inside the transaction that is open."""
        self._connection = connection
        self._at = at
        execute = connection.execute
        undoing = execute("SELECT id, undoes, at FROM _operation WHERE undoes IS NOT NULL").fetchall()
        by_target: dict[str, list[str]] = {}
        for operation, target, _ in undoing:
            by_target.setdefault(target, []).append(operation)

        def is_undone(operation: str) -> bool:
            return any(not is_undone(one) for one in by_target.get(operation, ()))

        execute("CREATE TEMP TABLE _undone (op TEXT PRIMARY KEY) WITHOUT ROWID")
        execute("CREATE TEMP TABLE _kept (undo TEXT PRIMARY KEY, op TEXT) WITHOUT ROWID")
        undone = [(target,) for target in by_target if is_undone(target)]
        connection.executemany("INSERT INTO temp._undone VALUES (?)", undone)
        later = [(undo, target) for undo, target, done in undoing if done > at and not is_undone(undo)]
        connection.executemany("INSERT INTO temp._kept VALUES (?, ?)", later)
        execute("DELETE FROM temp._kept WHERE op NOT IN (SELECT id FROM _operation WHERE at <= ?)", (at,))

    def _execute(self, sql: str) -> sqlite3.Cursor:
        return self._connection.execute(sql, {"at": self._at})

    def kept(self) -> set[tuple[str, int, str]]:
        """What undos of operations before the moment changed: object, id, and the property or the other record."""
        rows = self._execute(
            "SELECT object, id, CASE property WHEN '' THEN json_extract(new, '$.other') ELSE property END"
            " FROM _history WHERE op IN (SELECT undo FROM temp._kept)"
        )
        return {(name, record_id, what) for name, record_id, what in rows if what}

    def early(self) -> dict[str, set[int]]:
        """The records of which something is told of the time before, and was written down later, by object."""
        found: dict[str, set[int]] = {}
        for name, record_id in self._execute(
            f"SELECT DISTINCT h.object, h.id FROM _history h WHERE h.op IN ({_LATER}) AND {_TOLD}"
        ):
            found.setdefault(name, set()).add(record_id)
        return found

    def later(self) -> Iterator[tuple[str, str, int, int]]:
        """The operations to turn back, the last one first: id, journal file, and the place of their bytes there."""
        yield from self._execute(
            f"SELECT id, journal, first, last FROM _operation WHERE id IN ({_LATER})"
            " AND id NOT IN (SELECT undo FROM temp._kept) ORDER BY sequence DESC, clone DESC"
        ).fetchall()

    def told(self, walk: TurningBack) -> None:
        """Give the properties that have a history from elsewhere the values that it tells."""
        for name, record_id, prop in walk.past:
            record = walk.records.of((name, record_id))
            if record.row is None:
                continue
            now = None if record.now is None else record.now.get(prop)
            entries = in_force(self._entries(name, record_id, prop), now)  # type: ignore[arg-type]
            before = [new for at, _, _, _, new, *_ in entries if at <= self._at]
            if not before and not record.early:
                continue
            value = before[-1] if before else entries[0][3]
            record.row.pop(prop, None)
            if value is not None:
                record.row[prop] = value

    def _entries(
        self, name: str, record_id: int, prop: str
    ) -> Sequence[tuple[int, int, int, object, object, str, str]]:
        rows = self._connection.execute(
            "SELECT h.at, h.recorded, h.rowid, h.old, h.new, h.op, o.undoes"
            " FROM _history h LEFT JOIN _operation o ON o.id = h.op WHERE h.object = ? AND h.id = ? AND h.property = ?",
            (name, record_id, prop),
        )
        return [
            (*row[:3], *(None if text is None else tokens.loads(text) for text in row[3:5]), *row[5:]) for row in rows
        ]

    def forget(self) -> None:
        """Take out what was not known then and is not told of the time before, and what was undone."""
        self._execute(
            "DELETE FROM _history WHERE op IN (SELECT op FROM temp._kept) AND EXISTS (SELECT 1 FROM _history u"
            " WHERE u.op = (SELECT undo FROM temp._kept k WHERE k.op = _history.op) AND u.object = _history.object"
            " AND u.id = _history.id AND u.property = _history.property"
            " AND json_extract(u.new, '$.other') IS json_extract(_history.new, '$.other'))"
        )
        self._execute(f"UPDATE _history AS h SET recorded = h.at WHERE h.op IN ({_LATER}) AND {_TOLD}")
        self._execute(f"DELETE FROM _history WHERE op IN ({_LATER}) AND recorded > :at")
        self._execute("DELETE FROM _creation WHERE at > :at")
        self._execute(f"DELETE FROM _judgement WHERE op IN ({_LATER})")
        self._execute(
            "DELETE FROM _operation WHERE at > :at AND NOT EXISTS (SELECT 1 FROM _history h WHERE h.op = _operation.id)"
        )
