"""The journal's operations in the index: who did what when, and the history of every record and property."""

from __future__ import annotations

import json
import os
from datetime import datetime
from itertools import repeat
from typing import TYPE_CHECKING

from crmcli.store import journal, tokens
from crmcli.store.changes import Created, Judged, LinkedMany, Past, Updated
from crmcli.store.files import JOURNAL, journal_names
from crmcli.store.index import insert_rows

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator

    from crmcli.store.changes import Change
    from crmcli.store.journal import DamagedJournal, Entry

# object, id, property ("" for an event), at in microseconds, operation, old and new as JSON, recorded in microseconds
HistoryRow = tuple[str, int, str, int, str, "str | None", "str | None", int]
_BLOCK = 5_000


def micros(text: str) -> int:
    """Microseconds since 1970 of an ISO moment in UTC."""
    moment = datetime.fromisoformat(text)
    return int(moment.timestamp()) * 1_000_000 + moment.microsecond


def read_new(connection: sqlite3.Connection, root: str, *, leave_out: str = "") -> list[DamagedJournal]:
    """Take up what the journal files hold beyond what was read before.

    A file that shrank or changed before that point is read anew. `leave_out` names an operation that is not settled
    yet. Gives the damage of files that cannot be read, of which nothing new is taken up.
    """
    known = dict(connection.execute("SELECT name, read FROM _journal"))
    present = journal_names(root)
    damages: list[DamagedJournal] = []
    for name in known.keys() - set(present):
        _forget(connection, name)
    for name in present:
        path = os.path.join(root, JOURNAL, name)
        start = known.get(name, 0)
        if start and not _still_there(connection, path, name, start):
            _forget(connection, name)
            start = 0
        try:
            entries, end = journal.read(path, name, start)
        except journal.DamagedJournal as damage:
            damages.append(damage)
            continue
        if entries and entries[-1].commit["commit"] == leave_out:
            end = entries.pop().start
        for entry in entries:
            put(connection, name, entry, entry.changes())
        connection.execute("INSERT OR REPLACE INTO _journal VALUES (?, ?)", (name, end))
    return damages


def _still_there(connection: sqlite3.Connection, path: str, name: str, end: int) -> bool:
    """Whether the last operation that was read still ends where it did, so that only the file's tail can be new."""
    last = connection.execute("SELECT id, first FROM _operation WHERE journal = ? AND last = ?", (name, end)).fetchone()
    if last is None or os.stat(path).st_size < end:
        return False
    head = f'{{"operation":"{last[0]}"'.encode()
    with open(path, "rb") as file:
        file.seek(last[1])
        found = file.read(len(head))
        file.seek(end - 1)
        return found == head and file.read(1) == b"\n"


def _forget(connection: sqlite3.Connection, name: str) -> None:
    """Take a journal file's operations out of the index."""
    operations = "SELECT id FROM _operation WHERE journal = ?"
    connection.execute(f"DELETE FROM _history WHERE op IN ({operations})", (name,))
    connection.execute(f"DELETE FROM _creation WHERE op IN ({operations})", (name,))
    connection.execute(f"DELETE FROM _judgement WHERE op IN ({operations})", (name,))
    connection.execute("DELETE FROM _operation WHERE journal = ?", (name,))
    connection.execute("DELETE FROM _journal WHERE name = ?", (name,))


def put(connection: sqlite3.Connection, name: str, entry: Entry, changes: Iterable[Change]) -> None:
    """Put one operation of the journal file `name` and its history into the index."""
    head, commit = entry.head, entry.commit
    operation, at = str(head["operation"]), micros(str(head["at"]))
    connection.execute(
        "INSERT OR REPLACE INTO _operation VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            operation,
            head["sequence"],
            head["clone"],
            at,
            head["actor"],
            head["command"],
            json.dumps(commit["counts"]),
            head.get("undoes"),
            name,
            entry.start,
            entry.end,
            head.get("note"),
        ),
    )
    block: list[HistoryRow] = []
    for change in changes:
        if isinstance(change, Created):
            connection.execute(
                "INSERT INTO _creation VALUES (?, ?, ?, ?, ?)",
                (change.object_name, change.first, change.last, operation, at),
            )
        elif isinstance(change, Judged):
            pair = change.object_name, change.a, change.b
            connection.execute(
                "INSERT OR REPLACE INTO _judgement VALUES (?, ?, ?, ?, ?)", (*pair, operation, change.new)
            )
        if isinstance(change, Past) and change.taken:
            _take_past(connection, change, str(head.get("undoes")))
        elif not isinstance(change, Past) or not _is_undone(connection, operation):
            block.extend(_rows(change, operation, at))
        if len(block) >= _BLOCK:
            _put_history(connection, block)
            block.clear()
    _put_history(connection, block)


def _rows(change: Change, operation: str, recorded: int) -> Iterator[HistoryRow]:
    """The history of one change: true from its operation on, or from the past moments that it names."""
    if isinstance(change, LinkedMany):
        yield from _linked_rows(change, operation, recorded)
        return
    moments: Iterator[int] = repeat(recorded)
    if isinstance(change, Past):
        moments = iter([micros(at) for at, _ in change.values])
    elif isinstance(change, Updated) and change.at:
        moments = repeat(micros(change.at))
    for at, (name, record_id, prop, old, new) in zip(moments, change.events(), strict=False):
        yield name, record_id, prop, at, operation, _json(old), _json(new), recorded


def _linked_rows(change: LinkedMany, operation: str, at: int) -> Iterator[HistoryRow]:
    """The history of a block of associations: what is the same for all of it is said once."""
    name, far = change.object_name, change.other_object
    detail = tokens.compact({"event": "linked", "old": None, "new": change.new})[:-1]
    for owner, other in change.ends:
        mine, theirs = (
            f'{detail},"other":"{far}:{other}","end":"owner"}}',
            f'{detail},"other":"{name}:{owner}","end":"other"}}',
        )
        yield name, owner, "", at, operation, None, mine, at
        yield far, other, "", at, operation, None, theirs, at


def _take_past(connection: sqlite3.Connection, change: Past, operation: str) -> None:
    """Take an imported history out again, as the undo of the operation that brought it."""
    connection.execute(
        "DELETE FROM _history WHERE object = ? AND id = ? AND property = ? AND op = ?",
        (change.object_name, change.id, change.property_name, operation),
    )


def _is_undone(connection: sqlite3.Connection, operation: str) -> bool:
    """Whether the undo of an operation was taken up before it: two clones' files come in the order of their names."""
    row = connection.execute("SELECT 1 FROM _operation WHERE undoes = ? LIMIT 1", (operation,)).fetchone()
    return row is not None


def _put_history(connection: sqlite3.Connection, rows: list[HistoryRow]) -> None:
    insert_rows(connection, "_history", "(?, ?, ?, ?, ?, ?, ?, ?)", rows)


def _json(value: object) -> str | None:
    return None if value is None else tokens.compact(value)
