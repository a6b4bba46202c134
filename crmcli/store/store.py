"""The store of a workspace: data files, journal and index behind one object."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from functools import cached_property
from sqlite3 import DatabaseError, OperationalError
from typing import TYPE_CHECKING, Any

from crmcli.store.files import DATA, Modes, make_folder
from crmcli.store.freshness import look, stale
from crmcli.store.index import open_index, quoted
from crmcli.store.lock import LOCK_NOTE, READER_PATIENCE, WRITER_PATIENCE, StoreLock, StoreLocked
from crmcli.store.reading import Reading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from crmcli.errors import Problem
    from crmcli.model.files import Stamp
    from crmcli.model.objects import Model
    from crmcli.model.settings import Settings
    from crmcli.query.fragments import Fragment
    from crmcli.store.index import Index
    from crmcli.store.journal import DamagedJournal
    from crmcli.store.log import Log
    from crmcli.store.search import Only
    from crmcli.store.transaction import Transaction
    from crmcli.store.values import Hit, Intent

_BEHIND = "another command is writing; this answers from what was there before it began"


def random_id(_sequence: int) -> str:
    """An operation id: 64 random bits in hexadecimal."""
    return os.urandom(8).hex()


class Store(Reading):
    """An open store. Reads see the last committed state; the first one brings the index up to date.

    `warnings` collects lines for stderr. `new_id(sequence)` makes operation ids; `committed` is the last that was done.
    """

    def __init__(self, root: str, cache: str, model: Model, settings: Settings, *, config: str) -> None:
        """Remember where everything is; nothing is read before `open`. `config`: the user's configuration folder."""
        self.root = root
        self.cache = cache
        self.model = model
        self.settings = settings
        self.modes = Modes(settings.shared)
        self.warnings: list[str] = []
        self.committed = ""
        self.new_id: Callable[[int], str] = random_id
        self.clock_ns: Callable[[], int] = time.time_ns
        self._config = config
        self._lock = StoreLock(root, os.path.join(cache, LOCK_NOTE))
        self._schema: Stamp | None = None  # of data/schema.json when this store last wrote, or compared, it
        self._functions = False
        self._ranks: dict[str, dict[str, int]] = {}

    def open(self) -> None:
        """Open the index and bring it up to date; raise StoreLocked where that is needed and another command writes."""
        index = open_index(self.cache, self.settings.id)
        if index is None:
            self._acquire_to_read(WRITER_PATIENCE)
            with self._lock:  # another reader may have built it meanwhile
                index = open_index(self.cache, self.settings.id)
                if index is None:
                    self.rebuild()
                    return
        self.index = index
        try:
            if not index.fits(self.model):
                self._adapt()
            elif stale(self.root, self.index, self.model.objects):
                self._catch_up()
        except DatabaseError:  # damaged beyond its first page
            with self.exclusive("read"):
                self.rebuild()

    def remodelled(self, model: Model) -> Store:
        """Give a store of the same files by another model, which the schema files are about to have."""
        store = open_store(self.root, self.cache, model, self.settings, config=self._config)
        store.new_id, store.clock_ns, store.warnings = self.new_id, self.clock_ns, [*self.warnings, *store.warnings]
        return store

    def _adapt(self) -> None:
        """Bring tables and columns to what the schema says now, under the writers' lock."""
        from crmcli.store.adapting import adapt

        self._acquire_to_read(WRITER_PATIENCE)
        with self._lock:
            try:
                self.index.begin()
                if not self.index.fits(self.model):  # another reader may have done it meanwhile
                    adapt(self.root, self.index, self.model)
                self.refresh_now()
            except OperationalError:  # the cache cannot be written
                self.index.close()
                self.rebuild()

    def _catch_up(self) -> None:
        """Refresh under the writers' lock; without it, answer from the index as it is."""
        try:
            self._acquire_to_read(READER_PATIENCE)
        except StoreLocked:
            self.warnings.append(_BEHIND)
            return
        try:
            with self._lock:
                self.refresh_now()
        except OperationalError as error:  # the disk of the cache is full
            self.warnings.append(f"the index cannot be brought up to date ({error}); this answers from what it has")

    def rebuild(self) -> None:
        """Build the index anew from all files; for the holder of the lock."""
        from crmcli.store.building import build_index

        self.index = build_index(self.cache, self.model, self.settings.id, self._refresh)

    def exclusive(self, command: str) -> StoreLock:
        """Take the writers' lock for a `with` block; raise StoreLocked."""
        self._acquire(command, WRITER_PATIENCE)
        return self._lock

    def _acquire_to_read(self, patience: float) -> None:
        """Take the lock to read, as far as that can be: who may not make or lock the folder may read it still."""
        with suppress(OSError):
            self._acquire("crm, reading", patience)

    def _acquire(self, command: str, patience: float) -> None:
        folder = os.path.join(self.root, DATA)
        if not os.path.isdir(folder):
            make_folder(folder, self.modes)
        self._lock.acquire(command, patience)

    def refresh_now(self, *, to_write: bool = False) -> None:
        """Bring the index up to date; for the holder of the lock.

        A damaged journal costs its history and a line of warning; writing needs all of it: raises DamagedJournal.
        """
        damages = self._refresh(self.index)
        if to_write and damages:
            raise damages[0]

    def _refresh(self, index: Index) -> Sequence[DamagedJournal]:
        from crmcli.store.refresh import Refresh
        from crmcli.store.staging import unsettled

        refresh = Refresh(self.root, index, self.model, self.clock_ns)
        refresh.run(unsettled=unsettled(self.root))
        self.warnings += [*refresh.warnings, *(damage.message for damage in refresh.damages)]
        return refresh.damages

    @cached_property
    def log(self) -> Log:
        """The operations and the history of records."""
        from crmcli.store.log import Log

        return Log(self)

    def write(self, intent: Intent, *, dry_run: bool = False) -> Transaction:
        """Begin an operation: take the lock, finish what a crash left, refresh. Raises StoreLocked.

        Use it in a `with` block. A dry run takes no lock and its `commit` writes nothing.
        """
        from crmcli.store.transaction import CannotWrite, Transaction

        if not dry_run:
            try:
                self._acquire(intent.command, WRITER_PATIENCE)
                self._prepare()
                return Transaction(self, intent, dry_run=False)
            except OSError as error:
                self._lock.release()
                raise CannotWrite(error) from error
            except BaseException:
                self._lock.release()
                raise
        return Transaction(self, intent, dry_run=True)

    def _prepare(self) -> None:
        from crmcli.store.applying import keep_schema
        from crmcli.store.staging import settle

        settle(self.root, self.clone())
        self._schema = keep_schema(self.root, self.model, self._schema, self.modes)
        if stale(self.root, self.index, self.model.objects):
            self.refresh_now(to_write=True)
        self.warnings = [warning for warning in self.warnings if warning != _BEHIND]  # it is up to date now

    def end_write(self) -> None:
        """Give the lock back."""
        self._lock.release()

    def clone(self) -> int:
        """The number of this copy of the workspace; the first is 1. Given at the first write, under the lock."""
        if self._lock.held:
            from crmcli.store.clones import own_number

            return own_number(self.root, self.settings.id, self._config, _draw)
        return 1

    def next_id(self, object_name: str, clone: int) -> int:
        """The first id of an object that this clone has not used yet."""
        from crmcli.store.clones import IDS_PER_CLONE, first_id

        self.require_sound(object_name)
        first = first_id(clone)
        beyond = (first // IDS_PER_CLONE + 1) * IDS_PER_CLONE - 1
        row = self.index.connection.execute(
            f"SELECT max((SELECT coalesce(max(id), 0) FROM {quoted(object_name)} WHERE id BETWEEN :first AND :last),"
            " (SELECT coalesce(max(last), 0) FROM _tombstone"
            "  WHERE object = :object AND last BETWEEN :first AND :last),"
            " (SELECT coalesce(max(last), 0) FROM (SELECT last FROM _creation"
            "  WHERE object = :object AND first BETWEEN :first AND :last ORDER BY first DESC LIMIT 1)))",
            {"first": first, "last": beyond, "object": object_name},
        ).fetchone()
        return int(row[0]) + 1 if row[0] else first

    def used(self, object_name: str, ids: Sequence[int]) -> int | None:
        """The first of these ids, ascending, that is or was a record's; None where all are free."""
        taken = self.present(object_name, ids)
        for first, last in self.index.connection.execute(
            "SELECT first, last FROM _tombstone WHERE object = ? AND first <= ? AND last >= ?",
            (object_name, ids[-1], ids[0]),
        ):
            taken.update(i for i in ids if first <= i <= last)
        return min(taken, default=None)

    def missing_shards(self, object_name: str, numbers: range) -> Sequence[int]:
        """Which of these shards have no file."""
        found = look(os.path.join(self.root, DATA, object_name)) if numbers else {}
        return [number for number in numbers if number not in found]

    def rank(self, object_name: str) -> Mapping[str, int]:
        """The place of each property in the schema, by which new ones are ordered in a data file."""
        if object_name not in self._ranks:
            self._ranks[object_name] = {name: i for i, name in enumerate(self.model.objects[object_name].properties)}
        return self._ranks[object_name]

    def rows(self, statement: Fragment) -> Iterator[tuple[Any, ...]]:
        """The rows of a query's statement; raise what the query layer makes of a calculation that fails.

        Raises DamagedFile where a data file of an object that the statement reads cannot be read.
        """
        from crmcli.query.functions import FUNCTIONS, refusal

        for name in self.damaged_objects():
            if any(f"{word} {quoted(name)}" in statement.sql for word in ("FROM", "JOIN")):
                self.require_sound(name)
        if not self._functions:
            for name, (arity, function) in FUNCTIONS.items():
                self.index.connection.create_function(name, arity, function, deterministic=True)  # type: ignore[arg-type]
            self._functions = True
        try:
            yield from self.index.connection.execute(statement.sql, statement.parameters)
        except OperationalError as error:
            raise refusal(str(error)) or error from None

    def search(self, text: str, names: Sequence[str], limit: int, only: Only = None) -> list[Hit]:
        """Records whose searched text holds all words, best first; `only` has conditions by object (alias t)."""
        from crmcli.store.search import search

        return search(self, text, names, limit, only)

    def doctor(self) -> list[Problem]:
        """Prove shards, keys, associations, journal and index against each other; every finding."""
        from crmcli.store.doctor import examine

        return examine(self)

    def mend(self) -> list[str]:
        """Mend what can be mended without losing anything and say what was done, line by line."""
        from crmcli.store.mending import mend

        return mend(self)

    def close(self) -> None:
        """Close the index."""
        self.index.close()


def _draw(below: int) -> int:
    return int.from_bytes(os.urandom(8)) % below


def open_store(root: str, cache: str, model: Model, settings: Settings, *, config: str) -> Store:
    """Open the store of the workspace in `root`; index and lock note are in the folder `cache`.

    `config` is the user's configuration folder, where this copy's clone number is remembered. Raises StoreLocked,
    OldSqlite.
    """
    store = Store(root, cache, model, settings, config=config)
    store.open()
    return store
