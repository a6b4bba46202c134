"""Reading the journal: operations, their changes, and the history of records."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from sqlite3 import DatabaseError
from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.store import tokens
from crmcli.store.files import JOURNAL
from crmcli.store.shard import SHARD_SIZE
from crmcli.store.values import HistoryEntry, LaterChange, Operation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from sqlite3 import Cursor

    from crmcli.store.changes import Change, Removed
    from crmcli.store.shard import Row
    from crmcli.store.store import Store

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SELECT = "SELECT id, sequence, clone, at, actor, command, counts, undoes, note FROM _operation"
_NEWEST = "ORDER BY sequence DESC, clone DESC"
_SHORTEST = 4


class UnknownOperation(CrmError):
    """No operation has this id."""

    exit_code = ExitCode.NOT_FOUND

    def __init__(self, prefix: str) -> None:
        super().__init__(f'there is no operation "{prefix}"', "see them: crm history")


class AmbiguousOperation(CrmError):
    """Several operations begin with this id."""

    exit_code = ExitCode.CONFLICT

    def __init__(self, prefix: str, candidates: list[str]) -> None:
        super().__init__(f'several operations begin with "{prefix}": {", ".join(candidates)}', "give more of the id")


class Log:
    """What the index knows of the journal, and the journal itself where that is not enough."""

    def __init__(self, store: Store) -> None:
        """Read from a store that is open."""
        self._store = store
        self._removed: tuple[str, dict[tuple[str, int], Removed]] | None = None  # of the operation last asked for

    def _execute(self, sql: str, parameters: Sequence[object] | Mapping[str, object] = ()) -> Cursor:
        return self._store.index.connection.execute(sql, parameters)

    def operations(self, limit: int | None = None) -> list[Operation]:
        """The operations, newest first."""
        rows = self._execute(f"{_SELECT} {_NEWEST} LIMIT ?", (-1 if limit is None else limit,)).fetchall()
        return [self._operation(row) for row in rows]

    def operation(self, prefix: str) -> Operation:
        """The operation whose id begins so; raise UnknownOperation or AmbiguousOperation."""
        if not prefix.isalnum():
            raise UnknownOperation(prefix)
        rows = self._execute(f"{_SELECT} WHERE id GLOB ? LIMIT 10", (f"{prefix.lower()}*",)).fetchall()
        if not rows:
            raise UnknownOperation(prefix)
        if len(rows) > 1:
            raise AmbiguousOperation(prefix, [self.short_id(row[0]) for row in rows])
        return self._operation(rows[0])

    def _operation(self, row: tuple[object, ...]) -> Operation:
        identity, sequence, clone, at, actor, command, counts, undoes, note = row
        undone = self._execute(f"SELECT id FROM _operation WHERE undoes = ? {_NEWEST} LIMIT 1", (identity,)).fetchone()
        undone_by = undone[0] if undone and not self._undone(undone[0]) else ""
        return Operation(
            str(identity),
            int(str(sequence)),
            int(str(clone)),
            moment(int(str(at))),
            str(actor),
            str(command),
            json.loads(str(counts)),
            str(undoes or ""),
            undone_by,
            str(note or ""),
        )

    def _undone(self, operation: str) -> bool:
        """Whether an operation has been taken back, and that has not been taken back itself."""
        rows = self._execute("SELECT id FROM _operation WHERE undoes = ?", (operation,)).fetchall()
        return any(not self._undone(row[0]) for row in rows)

    def short_id(self, operation: str) -> str:
        """The shortest beginning of an operation's id that no other has, of 4 letters at least.

        The whole id where the index cannot say: it is asked for right after the commit, which must not fail any more.
        """
        with suppress(DatabaseError):
            for length in range(_SHORTEST, len(operation)):
                start = operation[:length]
                rows = self._execute("SELECT count(*) FROM _operation WHERE id GLOB ?", (f"{start}*",))
                if rows.fetchone()[0] <= 1:
                    return start
        return operation

    def changes(self, operation: Operation) -> Iterator[Change]:
        """The changes of an operation, in order; those of a block one by one."""
        from crmcli.store import journal
        from crmcli.store.changes import LinkedMany

        name, first, last = self._execute(
            "SELECT journal, first, last FROM _operation WHERE id = ?", (operation.id,)
        ).fetchone()
        entry = journal.read_entry(os.path.join(self._store.root, JOURNAL, name), name, first, last)
        for change in entry.changes():
            if isinstance(change, LinkedMany):
                yield from change.each()
            else:
                yield change

    def removed(self, object_name: str, record_id: int, operation: str) -> tuple[Row, Row]:
        """The values and associations with which an operation removed a record."""
        from crmcli.store.changes import Removed

        if self._removed is None or self._removed[0] != operation:
            changes = self.changes(self.operation(operation))
            self._removed = (operation, {(c.object_name, c.id): c for c in changes if isinstance(c, Removed)})
        change = self._removed[1].get((object_name, record_id))
        if change is not None:
            return dict(change.values), dict(change.links)
        from crmcli.store.ranges import put_aside

        return put_aside(self._store.root, object_name, record_id, operation)

    def last_sequence(self) -> int:
        """The highest sequence number of any operation."""
        return int(self._execute("SELECT coalesce(max(sequence), 0) FROM _operation").fetchone()[0])

    def history(self, object_name: str, record_id: int, property_name: str | None = None) -> list[HistoryEntry]:
        """What happened to a record, or to one property of it, oldest first by when it was true."""
        # An event of a range stands at its first record, in the same shard: only that far must be looked back.
        rows = self._execute(
            "SELECT h.at, o.at, o.id, o.actor, h.property, h.old, h.new, o.note"
            " FROM _history h JOIN _operation o ON o.id = h.op"
            " WHERE h.object = :object AND (h.id = :id OR (h.property = ''"
            "   AND h.id BETWEEN :start AND :id - 1"
            "   AND json_extract(h.new, '$.last') >= :id)) AND (:property IS NULL OR h.property = :property)"
            " ORDER BY h.at, o.sequence, o.clone, h.rowid",
            {
                "object": object_name,
                "id": record_id,
                "start": record_id - record_id % SHARD_SIZE,
                "property": property_name,
            },
        ).fetchall()
        entries = [_entry(row) for row in rows]
        if property_name is not None:
            return entries
        from crmcli.store.judgements import said_of

        creation = self._creation(object_name, record_id)
        more = [*([creation] if creation else ()), *said_of(self._store, object_name, record_id)]
        if more:
            entries += more
            entries.sort(key=lambda entry: (entry.at, entry is not creation))
        return entries

    def _creation(self, object_name: str, record_id: int) -> HistoryEntry | None:
        row = self._execute(
            "SELECT c.at, o.id, o.actor FROM _creation c JOIN _operation o ON o.id = c.op"
            " WHERE c.object = ? AND c.first <= ? AND c.last >= ?",
            (object_name, record_id, record_id),
        ).fetchone()
        return HistoryEntry(moment(row[0]), moment(row[0]), row[1], row[2], "created") if row else None

    def later_changes(self, operation: Operation) -> list[LaterChange]:
        """What operations after this one changed in what it changed, those aside that were taken back again.

        For records that it created any change counts, for others a change of the same properties or associations, and
        their going and coming back where it made them go or come. What was erased is nobody's to lose any more.
        """
        rows = self._execute(
            "WITH later AS (SELECT id, undoes FROM _operation WHERE sequence > :sequence)"
            " SELECT h.object, h.id, h.property, h.op, h.at, l.undoes"
            " FROM later l CROSS JOIN _history h ON h.op = l.id"  # this way round: there are few later ones as a rule
            " WHERE (h.property <> '' OR json_extract(h.new, '$.event') NOT LIKE '%erased%') AND (EXISTS ("
            "   SELECT 1 FROM _creation c WHERE c.op = :op AND c.object = h.object AND h.id BETWEEN c.first AND c.last)"
            " OR EXISTS (SELECT 1 FROM _history m WHERE m.op = :op AND m.object = h.object AND m.id = h.id"
            "   AND m.property = h.property"
            "   AND (h.property <> '' OR json_extract(m.new, '$.other') IS json_extract(h.new, '$.other'))))"
            " ORDER BY h.rowid",
            {"op": operation.id, "sequence": operation.sequence},
        ).fetchall()
        return [
            LaterChange(name, record_id, prop, op, moment(at))
            for name, record_id, prop, op, at, undoes in rows
            if not self._undone(op) and not self._takes_back_later(undoes, operation)
        ]

    def _takes_back_later(self, undoes: str | None, operation: Operation) -> bool:
        """Whether an operation's target came after `operation` too: the two then cancel each other."""
        if not undoes:
            return False
        row = self._execute("SELECT sequence FROM _operation WHERE id = ?", (undoes,)).fetchone()
        return bool(row) and row[0] > operation.sequence


def moment(micros: int) -> datetime:
    """The moment of microseconds since 1970, in UTC."""
    return _EPOCH + timedelta(microseconds=micros)


def _entry(row: tuple[int, int, str, str, str, str | None, str | None, str | None]) -> HistoryEntry:
    at, recorded, operation, actor, prop, old, new, why = row
    if prop:
        before, after = (None if text is None else tokens.loads(text) for text in (old, new))
        return HistoryEntry(moment(at), moment(recorded), operation, actor, "set", prop, before, after, why or "")
    event: Mapping[str, str | None] = json.loads(new or "{}")
    note = f"{event['other']} [{event['new'] or event['old'] or ''}]".removesuffix(" []") if "other" in event else ""
    return HistoryEntry(moment(at), moment(recorded), operation, actor, str(event["event"]), note=note)
