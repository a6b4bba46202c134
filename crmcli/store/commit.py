"""The commit of an operation: stage, journal, publish, index, in the order that leaves nothing half-written.

Up to the journal's commit line nothing has happened; from it on the operation has, and whatever a crash interrupts
is finished by the next command (`staging.settle`). Three fsyncs for one shard: its temporary, its folder, the
journal.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
from typing import TYPE_CHECKING

from crmcli.frozen import replace
from crmcli.store import chronicle, journal
from crmcli.store.files import DATA, JOURNAL
from crmcli.store.freshness import journal_signature, signature, stamp, stamps
from crmcli.store.index import insert_rows
from crmcli.store.indexing import ASSOCIATION, RowWriter, association_rows, tombstone_rows
from crmcli.store.keys import key_properties
from crmcli.store.resolving import resolve_owners, resolve_soon
from crmcli.store.search import mark_stale
from crmcli.store.shard import number_in, shard_range
from crmcli.store.staging import Staged, digest, stage
from crmcli.store.survivors import put_tombstones
from crmcli.store.values import Operation

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from crmcli.model.objects import Pair
    from crmcli.store.changes import Change
    from crmcli.store.edits import Edit, Edits
    from crmcli.store.ledger import KeyLedger
    from crmcli.store.store import Store
    from crmcli.store.survivors import Range
    from crmcli.store.transaction import Transaction
    from crmcli.store.values import Intent
    from crmcli.types.base import Stored


class Commit:
    """One operation on its way to the disk."""

    def __init__(self, store: Store, intent: Intent) -> None:
        self._store = store
        self._connection = store.index.connection
        self._intent = intent
        self.clone = store.clone()
        sequence = store.log.last_sequence() + 1
        self.operation = Operation(
            store.new_id(sequence), sequence, self.clone, intent.at, intent.actor, intent.command, undoes=intent.undoes
        )
        self.asides: list[str] = []
        self._writers: dict[str, RowWriter] = {}
        self._indexing = True
        self._gone: dict[str, list[Range]] = {}  # by object: whose tombstones came or went
        self.committed = False

    def run(
        self,
        change: Transaction,
        changes: Sequence[Change],
        files: Mapping[str, tuple[bytes | None, bytes | None]],
        ledgers: Collection[KeyLedger],
    ) -> Operation:
        """Make it happen. Errors before the commit point leave everything as it was; later ones are warnings."""
        store, operation = self._store, self.operation
        staged = change.edits.stage_all()
        staged += [
            stage(store.root, path, (digest(before), after), operation.id, store.modes)
            for path, (before, after) in files.items()
        ]
        change.edits.close()
        change.edits.check_unchanged()
        head = journal.head_line(operation, self._intent)
        hashes = {one.path: (one.before, one.after) for one in staged}
        content, commit = journal.encode(head, changes, counts=change.counts, hashes=hashes)
        name = journal.file_name(operation.at, self.clone)
        with uninterrupted():
            start = journal.append(store.root, name, content, store.modes)
            self.committed = True
            store.committed = operation.id
            if self._publish(staged):
                entry = journal.Entry(head, commit, start, start + len(content), ())
                self._index(self._finish_index, staged, name, entry, changes, ledgers)
        return replace(operation, counts=dict(change.counts))

    def _publish(self, staged: Sequence[Staged]) -> bool:
        try:
            for one in staged:
                one.publish()
        except OSError as error:
            self._store.warnings.append(f"the operation is safe; the next command will finish it ({error.strerror})")
            self._rollback()
            return False
        return True

    def index_block(
        self, object_name: str, ids: Sequence[int], names: Sequence[str], columns: Sequence[Sequence[Stored | None]]
    ) -> None:
        """Put a block of new records into the index, in a transaction that the commit closes."""
        self._index(self._rows(object_name).put_columns, self._connection, ids, names, columns)

    def index_links(self, pair: Pair, links: Sequence[tuple[int, int]]) -> None:
        """Put the first associations of new owners into the index: primary ones, where the pair has primaries."""
        values = f"({pair.code}, ?, ?, {int(pair.primary)}, NULL)"
        self._index(insert_rows, self._connection, f"_association ({ASSOCIATION})", values, links)

    def index_edit(self, edit: Edit) -> None:
        """Bring the index to what a shard will be, in a transaction that the commit closes."""
        self._index(self._index_records, edit)
        self._index(self._index_links, edit)
        self._index(mark_stale, self._connection, edit.shard.object_name, edit.number)

    def _index(self, write: Callable[..., object], *arguments: object) -> None:
        """Write into the index's transaction; once that fails it is rolled back, and left alone from then on."""
        if not self._indexing:
            return
        try:
            self._store.index.begin()
            write(*arguments)
        except (sqlite3.Error, OSError) as error:  # the index is derived: it never fails an operation
            self._give_up_index(error)

    def _index_records(self, edit: Edit) -> None:
        name = edit.shard.object_name
        present = sorted(i for i in edit.touched if i in edit.shard.records)
        gone = [(i,) for i in edit.touched if i not in edit.shard.records]
        self._connection.executemany(f'DELETE FROM "{name}" WHERE id = ?', gone)
        rows = self._rows(name)
        rows.put(self._connection, present, [edit.shard.records[i] for i in present])

    def _rows(self, object_name: str) -> RowWriter:
        if object_name not in self._writers:
            self._writers[object_name] = RowWriter(self._store.model.objects[object_name])
        return self._writers[object_name]

    def _index_links(self, edit: Edit) -> None:
        name, shard, model = edit.shard.object_name, edit.shard, self._store.model
        if edit.linked and not edit.fresh:
            codes = [pair.code for pair in model.pairs_owned(name)]
            marks = ", ".join("?" * len(edit.linked))  # at most as many as a shard has records
            for table in ("_association", "_dangling"):
                for code in codes:
                    query = f"DELETE FROM {table} WHERE pair = ? AND owner IN ({marks})"
                    self._connection.execute(query, (code, *edit.linked))
        owners = {i: shard.associations[i] for i in sorted(edit.linked) if i in shard.associations}
        rows = association_rows(model, name, owners)
        insert_rows(self._connection, f"_association ({ASSOCIATION})", "(?, ?, ?, ?, ?)", rows)
        if edit.linked:
            resolve_owners(self._connection, model, name, (min(edit.linked), max(edit.linked)))
        if edit.buried:
            rows = tombstone_rows(name, shard.tombstones, key_properties(model.objects[name]))
            gone = put_tombstones(self._connection, name, shard_range(edit.number), rows)
            self._gone.setdefault(name, []).extend(row[1:3] for row in gone)

    def _finish_index(
        self,
        staged: Sequence[Staged],
        name: str,
        entry: journal.Entry,
        changes: Sequence[Change],
        ledgers: Collection[KeyLedger],
    ) -> None:
        index = self._store.index
        for ledger in ledgers:
            ledger.apply()
        # Once for all: what becomes one is moved once, from however many shards it comes.
        for object_name, gone in self._gone.items():
            resolve_soon(index, self._store.model, object_name, gone)
        chronicle.put(self._connection, name, entry, changes)
        self._connection.execute("INSERT OR REPLACE INTO _journal VALUES (?, ?)", (name, entry.end))
        self._sign_folders(staged)
        index.sign(JOURNAL, journal_signature(self._store.root))
        index.commit()

    def _sign_folders(self, staged: Sequence[Staged]) -> None:
        places = [one.path.split("/") for one in staged]
        for name in {place[1] for place in places if place[0] == DATA and len(place) > 2}:
            seen = stamps(self._store.index.signature(name))
            for one in staged:
                if one.path.startswith(f"{DATA}/{name}/"):
                    seen[number_in(one.path)] = stamp(os.stat(one.target))
            self._store.index.sign(name, signature(seen))

    def _give_up_index(self, error: sqlite3.Error | OSError) -> None:
        self._indexing = False
        self._store.warnings.append(
            f"the index could not be brought up to date now ({error}); the next command will do it"
        )
        self._rollback()

    def _rollback(self) -> None:
        if self._connection.in_transaction:
            with contextlib.suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")

    def abandon(self, edits: Edits, ledgers: Collection[KeyLedger]) -> None:
        """After the commit or instead of it: leave nothing staged, in the index or in memory."""
        edits.close()
        if not self.committed:
            edits.discard()
            self._rollback()
            self._drop_asides()
        for ledger in ledgers:
            with contextlib.suppress(sqlite3.Error):
                ledger.close()

    def _drop_asides(self) -> None:
        for path in self.asides:
            with contextlib.suppress(OSError):
                os.unlink(path)
        for folder in sorted({os.path.dirname(path) for path in self.asides}, reverse=True):
            with contextlib.suppress(OSError):
                os.removedirs(folder)


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """Hold back Ctrl-C and termination while the commit point is passed: they come right after."""
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
