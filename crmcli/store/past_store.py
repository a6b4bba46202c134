"""A store as it was at a moment: the index, turned back by the journal in a transaction that is never committed.

So every statement runs on the very tables that it runs on today, with their keys and indexes, whatever it asks, and
what it costs is what changed since. (Views over the changes would be as right and not as fast: SQLite does not look
through a union below a join or an ordered subquery.) What an undo took back does not count, though it was there for a
time; what was said to have been true before it was written down counts from then. Nobody else sees any of it, and
nothing of it stays.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, nullcontext, suppress
from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.store import journal
from crmcli.store.files import JOURNAL
from crmcli.store.index import Index, connect, make_no_room, make_room
from crmcli.store.log import moment
from crmcli.store.past_history import PastHistory
from crmcli.store.past_tables import PastTables
from crmcli.store.store import Store
from crmcli.store.turning_back import TurningBack

if TYPE_CHECKING:
    from datetime import datetime

    from crmcli.store.transaction import Transaction
    from crmcli.store.values import Intent

_PATIENCE = 500  # milliseconds


class PastIsFixed(CrmError):
    """Something was to be changed in a workspace as it was."""

    exit_code = ExitCode.USAGE

    def __init__(self) -> None:
        super().__init__("what was cannot be changed", "leave out --as-of")


class PastIndex(Index):
    """An index that was turned back; what is written into it stays in the transaction that is open."""

    __slots__ = ()

    def commit(self) -> None:
        """Commit nothing."""

    def begin(self) -> None:
        """Begin nothing: a transaction is open."""

    def close(self) -> None:
        """Let what was go, and the room that it took."""
        with suppress(sqlite3.ProgrammingError):  # closed before
            self.connection.set_authorizer(None)
            self.connection.execute("ROLLBACK")
            self.shorten_log()
        super().close()


class PastStore(Store):
    """A store as it was at a moment, in microseconds since 1970, for reading alone."""

    def __init__(self, store: Store, at: int) -> None:
        """Turn the index of an open store back, for this store alone; what it gives is released by `close`."""
        super().__init__(store.root, store.cache, store.model, store.settings, config="")
        self.index = PastIndex(_opened(store.index))
        self.index.connection.set_authorizer(_never_ends)
        self._first = self.index.connection.execute("SELECT min(at) FROM _operation").fetchone()[0]
        history = PastHistory(self.index.connection, at)
        walk = TurningBack(self, at, history.kept(), history.early())
        for operation, name, first, last in history.later():
            entry = journal.read_entry(os.path.join(self.root, JOURNAL, name), name, first, last)
            walk.operation(operation, list(entry.changes()))
        history.told(walk)
        PastTables(self, walk.records).put()
        history.forget()
        make_no_room(self.index.connection)
        self.walk = walk

    def first_operation(self) -> datetime | None:
        """The moment of the first operation that is known today; None where there is none."""
        return None if self._first is None else moment(self._first)

    def write(self, intent: Intent, *, dry_run: bool = False) -> Transaction:  # noqa: ARG002
        """Refuse: raise PastIsFixed."""
        raise PastIsFixed


def _opened(index: Index) -> sqlite3.Connection:
    """Open an index once more and begin to write; where somebody else does, or nobody may, a copy of it."""
    path = index.connection.execute("PRAGMA database_list").fetchone()[2]
    if path:  # "": an index in memory
        with suppress(sqlite3.OperationalError):
            connection = connect(path)
            make_room(connection)
            connection.execute(f"PRAGMA busy_timeout = {_PATIENCE}")
            connection.execute("BEGIN IMMEDIATE")
            return connection
    copy = sqlite3.connect("", isolation_level=None)  # on the disk, without a name, gone with its connection
    with closing(connect(path)) if path else nullcontext(index.connection) as source:
        source.backup(copy)  # by a connection of its own: out of one that writes, as that of the past, it never ends
    copy.execute("BEGIN IMMEDIATE")
    return copy


def _never_ends(action: int, what: str | None, *_rest: str | None) -> int:
    """Let nobody end the transaction: what was would become what is."""
    ends = action == sqlite3.SQLITE_TRANSACTION and what != "BEGIN"
    return sqlite3.SQLITE_DENY if ends else sqlite3.SQLITE_OK
