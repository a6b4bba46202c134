"""Building an index: made empty beside the present one, filled from all files, then put in its place.

Readers of the old one go on reading that, and there never is a half-filled one to read. Until it is complete nothing
of it is worth keeping, so it is written without a log; its secondary indexes come last, in one sorted pass each.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from typing import TYPE_CHECKING

from crmcli.model.applied import layouts
from crmcli.store.declared import keep_declared
from crmcli.store.index import FILE, Index, connect, edition, make_room, quoted
from crmcli.store.keys import key_properties, phone_properties
from crmcli.store.resolving import FILED, resolve_all

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmcli.model.objects import Model, ObjectType

_TABLES = """
CREATE TABLE _meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE _layout (object TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE _folder (path TEXT PRIMARY KEY, signature BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE _damaged (object TEXT, shard INTEGER, path TEXT, what TEXT, PRIMARY KEY (object, shard)) WITHOUT ROWID;
CREATE TABLE _journal (name TEXT PRIMARY KEY, read INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE _operation (
    id TEXT PRIMARY KEY, sequence INTEGER, clone INTEGER, at INTEGER, actor TEXT, command TEXT, counts TEXT,
    undoes TEXT, journal TEXT, first INTEGER, last INTEGER, note TEXT) WITHOUT ROWID;
CREATE TABLE _key_property (code INTEGER PRIMARY KEY, kind TEXT, object TEXT, property TEXT, is_primary INTEGER);
CREATE TABLE _key (value TEXT, code INTEGER, id INTEGER, PRIMARY KEY (value, code, id)) WITHOUT ROWID;
CREATE TABLE _association (
    pair INTEGER, owner INTEGER, other INTEGER, is_primary INTEGER, labels TEXT, via INTEGER,
    PRIMARY KEY (pair, owner, other)) WITHOUT ROWID;
CREATE TABLE _stale_text (object TEXT, shard INTEGER, PRIMARY KEY (object, shard)) WITHOUT ROWID;
CREATE TABLE _dangling (
    pair INTEGER, owner INTEGER, other INTEGER, is_primary INTEGER, labels TEXT,
    PRIMARY KEY (pair, owner, other)) WITHOUT ROWID;
CREATE TABLE _tombstone (
    object TEXT, first INTEGER, last INTEGER, kind TEXT, operation TEXT, into_id INTEGER, keys TEXT,
    PRIMARY KEY (object, first)) WITHOUT ROWID;
CREATE TABLE _creation (object TEXT, first INTEGER, last INTEGER, op TEXT, at INTEGER);
CREATE TABLE _judgement (
    object TEXT, a INTEGER, b INTEGER, op TEXT, verdict TEXT, PRIMARY KEY (object, a, b, op)) WITHOUT ROWID;
CREATE TABLE _history (
    object TEXT, id INTEGER, property TEXT, at INTEGER, op TEXT, old TEXT, new TEXT, recorded INTEGER);
"""

_INDEXES = (
    "CREATE INDEX _operation_sequence ON _operation (sequence, clone)",
    # All columns: with one that is missing, SQLite rather goes through all associations of the pair.
    "CREATE INDEX _association_other ON _association (pair, other, is_primary DESC, owner, labels)",
    "CREATE INDEX _association_via ON _association (pair, via) WHERE via IS NOT NULL",
    "CREATE INDEX _dangling_other ON _dangling (pair, other)",
    "CREATE INDEX _tombstone_into ON _tombstone (object, into_id) WHERE into_id IS NOT NULL",
    "CREATE INDEX _creation_object ON _creation (object, first)",
    "CREATE INDEX _judgement_b ON _judgement (object, b)",
    "CREATE INDEX _history_record ON _history (object, id, property)",
    "CREATE INDEX _history_operation ON _history (op)",
)


def build_index(cache: str, model: Model, workspace: str, fill: Callable[[Index], object]) -> Index:
    """Build the index in the cache folder, in place of what may be there; for holders of the writers' lock.

    `fill` is given the empty index and fills it in one transaction. Where the cache cannot be written or is full, the
    index is built in memory, for this command alone.
    """
    path = os.path.join(cache, FILE)
    fresh = f"{path}.new"
    try:
        os.makedirs(cache, mode=0o700, exist_ok=True)
        _remove(fresh)
        connection = connect(fresh)
        make_room(connection)
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        _build(connection, model, workspace, fill)
        connection.close()
        os.chmod(fresh, 0o600)
        _remove(path)
        os.rename(fresh, path)
        return Index(connect(path))
    except (OSError, sqlite3.OperationalError):
        _remove(fresh)
        connection = connect(":memory:")
        _build(connection, model, workspace, fill)
        return Index(connection)


def _build(connection: sqlite3.Connection, model: Model, workspace: str, fill: Callable[[Index], object]) -> None:
    _define(connection, model, workspace)
    fill(Index(connection, building=True))
    for statement in _INDEXES:
        connection.execute(statement)
    for name, object_type in model.objects.items():
        keep_declared(connection, object_type)
        resolve_all(connection, model, name)


def _define(connection: sqlite3.Connection, model: Model, workspace: str) -> None:
    connection.executescript(_TABLES)
    connection.execute(FILED)
    for object_type in model.objects.values():
        connection.execute(object_table(object_type))
        put_key_properties(connection, object_type)
    connection.execute("INSERT INTO _meta VALUES ('edition', ?)", (edition(workspace),))
    Index(connection).lay_out(layouts(model.objects, model.pairs.values()), model.layout)


def object_table(object_type: ObjectType) -> str:
    """Give the statement that makes an object's table."""
    columns = "".join(f", {quoted(name)} {kind}" for name, kind in object_columns(object_type).items())
    return f"CREATE TABLE {quoted(object_type.name)} (id INTEGER PRIMARY KEY, _extra TEXT{columns})"


def object_columns(object_type: ObjectType) -> dict[str, str]:
    """Give the columns of an object's properties with their SQL types."""
    return {p.name: p.value_type.sql for p in object_type.properties.values() if not p.formula}


def put_key_properties(connection: sqlite3.Connection, object_type: ObjectType) -> None:
    """Say which properties of an object are keys."""
    keys = (*key_properties(object_type), *phone_properties(object_type))
    lines = [(key.code, key.kind, object_type.name, key.property.name, key.primary) for key in keys]
    connection.executemany("INSERT OR REPLACE INTO _key_property VALUES (?, ?, ?, ?, ?)", lines)


def _remove(path: str) -> None:
    for suffix in ("", "-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path + suffix)
