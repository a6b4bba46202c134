"""The derived index: an SQLite database in the user's cache, made from data files and journal, never the other way.

One table an object, one typed column a property; keys, associations, tombstones, history and operations beside
them. A damaged, old or missing index is made again. Tables of the store's own begin with "_", which no object's
name does.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from itertools import chain, islice
from typing import TYPE_CHECKING

from crmcli.errors import CrmError
from crmcli.store.keys import key_properties, phone_properties
from crmcli.store.shard import DamagedFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crmcli.model.objects import Model, ObjectType
    from crmcli.store.keys import KeyProperty
    from crmcli.types.base import Column

FORMAT = "1"
MINIMUM_SQLITE = (3, 34, 0)
FILE = "index.sqlite"
_LARGE_LOG = 4 << 20  # bytes: SQLite's own automatic checkpoints keep short commands below
_CACHE_KIB = 32 << 10
_LINES_AT_ONCE = 100  # at most 32,766 values in all: SQLite's limit

_TABLES = """
CREATE TABLE _meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE _folder (path TEXT PRIMARY KEY, signature BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE _damaged (object TEXT, shard INTEGER, path TEXT, what TEXT, PRIMARY KEY (object, shard)) WITHOUT ROWID;
CREATE TABLE _journal (name TEXT PRIMARY KEY, read INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE _operation (
    id TEXT PRIMARY KEY, sequence INTEGER, clone INTEGER, at INTEGER, actor TEXT, command TEXT, counts TEXT,
    undoes TEXT, journal TEXT, first INTEGER, last INTEGER) WITHOUT ROWID;
CREATE INDEX _operation_sequence ON _operation (sequence, clone);
CREATE TABLE _key_property (code INTEGER PRIMARY KEY, kind TEXT, object TEXT, property TEXT, is_primary INTEGER);
CREATE TABLE _key (value TEXT, code INTEGER, id INTEGER, PRIMARY KEY (value, code, id)) WITHOUT ROWID;
CREATE TABLE _association (
    pair INTEGER, owner INTEGER, other INTEGER, is_primary INTEGER, labels TEXT,
    PRIMARY KEY (pair, owner, other)) WITHOUT ROWID;
CREATE INDEX _association_other ON _association (pair, other, owner);
CREATE TABLE _stale_text (object TEXT, shard INTEGER, PRIMARY KEY (object, shard)) WITHOUT ROWID;
CREATE TABLE _dangling (
    pair INTEGER, owner INTEGER, other INTEGER, is_primary INTEGER, labels TEXT,
    PRIMARY KEY (pair, owner, other)) WITHOUT ROWID;
CREATE TABLE _tombstone (
    object TEXT, first INTEGER, last INTEGER, kind TEXT, operation TEXT, into_id INTEGER,
    PRIMARY KEY (object, first)) WITHOUT ROWID;
CREATE TABLE _creation (object TEXT, first INTEGER, last INTEGER, op TEXT, at INTEGER);
CREATE INDEX _creation_object ON _creation (object, first);
CREATE TABLE _history (
    object TEXT, id INTEGER, property TEXT, at INTEGER, op TEXT, old TEXT, new TEXT);
CREATE INDEX _history_record ON _history (object, id, property);
CREATE INDEX _history_operation ON _history (op);
"""


class OldSqlite(CrmError):
    """The SQLite library of this Python is too old."""

    def __init__(self, found: str) -> None:
        super().__init__(
            f"SQLite {found} is too old; crm needs {'.'.join(map(str, MINIMUM_SQLITE))} or later",
            "use a newer Python",
        )


class Index:
    """An open index."""

    __slots__ = ("connection",)

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def meta(self, name: str) -> object:
        """A remembered value, or None."""
        row = self.connection.execute("SELECT value FROM _meta WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def remember(self, name: str, value: object) -> None:
        """Remember a value, inside the transaction that is open."""
        self.connection.execute("INSERT OR REPLACE INTO _meta VALUES (?, ?)", (name, value))

    def signature(self, path: str) -> bytes:
        """The signature of a folder as last seen; empty where it never was."""
        row = self.connection.execute("SELECT signature FROM _folder WHERE path = ?", (path,)).fetchone()
        return row[0] if row else b""

    def sign(self, path: str, signature: bytes) -> None:
        """Remember a folder's signature, inside the transaction that is open."""
        self.connection.execute("INSERT OR REPLACE INTO _folder VALUES (?, ?)", (path, signature))

    def damaged(self, object_name: str, number: int, damage: DamagedFile) -> None:
        """Remember that a shard cannot be read, inside the transaction that is open."""
        self.connection.execute(
            "INSERT OR REPLACE INTO _damaged VALUES (?, ?, ?, ?)", (object_name, number, damage.path, damage.what)
        )

    def sound(self, object_name: str, number: int) -> None:
        """Remember that a shard can be read, inside the transaction that is open."""
        self.connection.execute("DELETE FROM _damaged WHERE object = ? AND shard = ?", (object_name, number))

    def damage(self, object_name: str, number: int | None = None) -> DamagedFile | None:
        """The damage of a shard, or of any shard of an object; None where there is none."""
        row = self.connection.execute(
            "SELECT path, what FROM _damaged WHERE object = ? AND shard = coalesce(?, shard) LIMIT 1",
            (object_name, number),
        ).fetchone()
        return DamagedFile(*row) if row else None

    def drop_records(self, object_type: ObjectType, keys: Sequence[KeyProperty], ids: Sequence[int]) -> None:
        """Take records and their keys out, inside the transaction that is open."""
        names = ", ".join(["id", *(quoted(key.property.name) for key in keys)])
        for record_id in ids:
            row = self.connection.execute(
                f"SELECT {names} FROM {quoted(object_type.name)} WHERE id = ?",
                (record_id,),
            ).fetchone()
            if row is None:
                continue
            stored = [
                None if c is None else k.property.value_type.stored(c) for k, c in zip(keys, row[1:], strict=True)
            ]
            self.connection.executemany(
                "DELETE FROM _key WHERE value = ? AND code = ? AND id = ?",
                [(v, k.code, record_id) for k, one in zip(keys, stored, strict=True) for v in k.values(one)],
            )
            self.connection.execute(f"DELETE FROM {quoted(object_type.name)} WHERE id = ?", (record_id,))

    def commit(self) -> None:
        """Commit the transaction that is open.

        A write-ahead log that grew large is taken into the database at once: whoever opens the index next would have
        to read all of it, since commands leave without closing.
        """
        self.connection.execute("COMMIT")
        path = self.connection.execute("PRAGMA database_list").fetchone()[2]
        with contextlib.suppress(OSError):
            if os.stat(f"{path}-wal").st_size > _LARGE_LOG:
                self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def begin(self) -> None:
        """Begin a transaction that may write, unless one is open."""
        if not self.connection.in_transaction:
            self.connection.execute("BEGIN IMMEDIATE")

    def close(self) -> None:
        """Close the database."""
        self.connection.close()


def open_index(cache: str, model: Model, workspace: str) -> Index | None:
    """Open the index in the cache folder; None where there is none, or it is damaged, or of another edition.

    `workspace` is the id in crm.toml: another workspace may once have stood in the same folder.
    """
    if sqlite3.sqlite_version_info < MINIMUM_SQLITE:
        raise OldSqlite(sqlite3.sqlite_version)
    path = os.path.join(cache, FILE)
    if not os.path.exists(path):
        return None
    try:
        index = Index(_connect(path))
        if index.meta("edition") == _edition(model, workspace):
            return index
        index.close()
    except sqlite3.DatabaseError:
        pass  # not a database, damaged, or without its tables: the same remedy
    return None


def make_index(cache: str, model: Model, workspace: str) -> Index:
    """Make an empty index in place of what may be there; in memory where the cache cannot be written.

    It is made beside and renamed over, so that readers of the old one go on reading that. For holders of the
    writers' lock.
    """
    path = os.path.join(cache, FILE)
    fresh = f"{path}.new"
    try:
        os.makedirs(cache, mode=0o700, exist_ok=True)
        _remove(fresh)
        connection = _connect(fresh)
        _define(connection, model, workspace)
        connection.close()
        os.chmod(fresh, 0o600)
        _remove(path)
        os.rename(fresh, path)
        return Index(_connect(path))
    except (OSError, sqlite3.OperationalError):
        connection = _connect(":memory:")
        _define(connection, model, workspace)
        return Index(connection)


def quoted(name: str) -> str:
    """Quote an object's or property's name for SQL."""
    return '"' + name.replace('"', '""') + '"'


def insert_rows(connection: sqlite3.Connection, into: str, values: str, lines: Iterable[Sequence[Column]]) -> None:
    """Insert lines, many with each statement, which costs half of a statement each.

    `into` is a table with its columns, `values` the marks of one line: "_key (value, id)", "(?, ?)".
    """
    rest = iter(lines)
    while block := list(islice(rest, _LINES_AT_ONCE)):
        marks = ", ".join([values] * len(block))
        connection.execute(f"INSERT OR REPLACE INTO {into} VALUES {marks}", list(chain.from_iterable(block)))


def insert_records(
    connection: sqlite3.Connection, object_name: str, columns: Sequence[str], lines: Iterable[Sequence[Column]]
) -> None:
    """Insert lines of id, _extra and these columns into an object's table, in place of what is there."""
    names = "".join(f", {quoted(column)}" for column in columns)
    into, values = f"{quoted(object_name)} (id, _extra{names})", f"(?, ?{', ?' * len(columns)})"
    insert_rows(connection, into, values, lines)


def _connect(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, timeout=10)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    connection.execute("PRAGMA wal_autocheckpoint = 250")  # pages: what the next command has to read
    return connection


def _edition(model: Model, workspace: str) -> str:
    return f"{FORMAT} {model.fingerprint} {workspace}"


def _define(connection: sqlite3.Connection, model: Model, workspace: str) -> None:
    connection.executescript(_TABLES)
    for object_type in model.objects.values():
        connection.execute(_object_table(object_type))
        connection.executemany(
            "INSERT INTO _key_property VALUES (?, ?, ?, ?, ?)",
            [
                (k.code, k.kind, object_type.name, k.property.name, k.primary)
                for k in (*key_properties(object_type), *phone_properties(object_type))
            ],
        )
    connection.execute("INSERT INTO _meta VALUES ('edition', ?)", (_edition(model, workspace),))


def _object_table(object_type: ObjectType) -> str:
    columns = "".join(
        f", {quoted(p.name)} {p.value_type.sql}" for p in object_type.properties.values() if not p.formula
    )
    return f"CREATE TABLE {quoted(object_type.name)} (id INTEGER PRIMARY KEY, _extra TEXT{columns})"


def _remove(path: str) -> None:
    for suffix in ("", "-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path + suffix)
