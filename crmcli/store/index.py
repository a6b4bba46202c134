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
from crmcli.store.shard import DamagedFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from crmcli.model.objects import Model, ObjectType
    from crmcli.store.keys import KeyProperty
    from crmcli.types.base import Column

FORMAT = "7"
MINIMUM_SQLITE = (3, 34, 0)
FILE = "index.sqlite"
_LARGE_LOG = 4 << 20  # bytes: SQLite's own automatic checkpoints keep short commands below
_CACHE_KIB = 32 << 10  # for writing; reading is a fifth faster in SQLite's own, which a processor's cache holds
_USUAL_KIB = 2 << 10
_LINES_AT_ONCE = 100  # at most 32,766 values in all: SQLite's limit


class OldSqlite(CrmError):
    """The SQLite library of this Python is too old."""

    def __init__(self, found: str) -> None:
        super().__init__(
            f"SQLite {found} is too old; crm needs {'.'.join(map(str, MINIMUM_SQLITE))} or later",
            "use a newer Python",
        )


class Index:
    """An open index."""

    __slots__ = ("building", "connection")

    def __init__(self, connection: sqlite3.Connection, *, building: bool = False) -> None:
        """`building` says that it was empty when its transaction began: nothing in it can differ from the files."""
        self.connection = connection
        self.building = building

    def meta(self, name: str) -> object:
        """A remembered value, or None."""
        row = self.connection.execute("SELECT value FROM _meta WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def remember(self, name: str, value: object) -> None:
        """Remember a value, inside the transaction that is open."""
        self.connection.execute("INSERT OR REPLACE INTO _meta VALUES (?, ?)", (name, value))

    def fits(self, model: Model) -> bool:
        """Whether the tables are those of this model."""
        return self.meta("layout") == model.layout

    def layouts(self) -> dict[str, str]:
        """What each object's part is made of."""
        return dict(self.connection.execute("SELECT object, text FROM _layout"))

    def lay_out(self, layouts: Mapping[str, str], digest: str) -> None:
        """Remember what each object's part is made of, and the digest of the whole."""
        self.connection.executemany("INSERT OR REPLACE INTO _layout VALUES (?, ?)", layouts.items())
        self.remember("layout", digest)

    def signature(self, path: str) -> bytes:
        """The signature of a folder as last seen; empty where it never was."""
        row = self.connection.execute("SELECT signature FROM _folder WHERE path = ?", (path,)).fetchone()
        return row[0] if row else b""

    def signatures(self) -> dict[str, bytes]:
        """The signatures of all folders as last seen, by their paths."""
        return dict(self.connection.execute("SELECT path, signature FROM _folder"))

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

    def damaged_objects(self) -> list[str]:
        """The objects that have a data file that cannot be read."""
        return [row[0] for row in self.connection.execute("SELECT DISTINCT object FROM _damaged")]

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
        """Commit the transaction that is open."""
        self.connection.execute("COMMIT")
        self.shorten_log()

    def shorten_log(self) -> None:
        """Take a write-ahead log that grew large into the database.

        Whoever opens the index next would have to read all of it, since commands leave without closing.
        """
        path = self.connection.execute("PRAGMA database_list").fetchone()[2]
        with contextlib.suppress(OSError):
            if os.stat(f"{path}-wal").st_size > _LARGE_LOG:
                self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def begin(self) -> None:
        """Begin a transaction that may write, unless one is open."""
        if not self.connection.in_transaction:
            make_room(self.connection)
            self.connection.execute("BEGIN IMMEDIATE")

    def close(self) -> None:
        """Close the database."""
        self.connection.close()


def open_index(cache: str, workspace: str) -> Index | None:
    """Open the index in the cache folder; None where there is none, or it is damaged, or of another edition.

    `workspace` is the id in crm.toml: another workspace may once have stood in the same folder.
    """
    if sqlite3.sqlite_version_info < MINIMUM_SQLITE:
        raise OldSqlite(sqlite3.sqlite_version)
    path = os.path.join(cache, FILE)
    if not os.path.exists(path):
        return None
    try:
        index = Index(connect(path))
        if index.meta("edition") == edition(workspace):
            return index
        index.close()
    except sqlite3.DatabaseError:
        pass  # not a database, damaged, or without its tables: the same remedy
    return None


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


def connect(path: str) -> sqlite3.Connection:
    """Open the database of an index."""
    connection = sqlite3.connect(path, isolation_level=None, timeout=10)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA wal_autocheckpoint = 250")  # pages: what the next command has to read
    return connection


def make_room(connection: sqlite3.Connection) -> None:
    """Let a connection that is about to write much hold many pages."""
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")


def make_no_room(connection: sqlite3.Connection) -> None:
    """Let a connection that wrote much read again."""
    connection.execute(f"PRAGMA cache_size = -{_USUAL_KIB}")


def edition(workspace: str) -> str:
    """What an index must be of: this program's format, this workspace. Its tables adapt to the model."""
    return f"{FORMAT} {workspace}"
