"""The searched text of an object in two FTS5 tables of trigrams: the names of its records, and all that is searched.

They are made on the first search and kept: a write marks the shards that it touches, the next search reads those again.
In names and texts each word has a blank before and behind it, so that the beginning of a word, and a short word as a
whole, are trigrams too. Every e-mail, domain and phone is searched, and what activities say.

References:
    https://www.sqlite.org/fts5.html#the_trigram_tokenizer
"""

from __future__ import annotations

import sqlite3
import unicodedata
from typing import TYPE_CHECKING

from crmcli.store.index import quoted
from crmcli.store.keys import key_properties, phone_properties
from crmcli.store.shard import SHARD_SIZE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crmcli.model.objects import ObjectType
    from crmcli.store.index import Index
    from crmcli.store.store import Store

_EDITION = 3  # raised when what is in the tables changes
_BLOCK = 2_000
_NAMES, _TEXTS = "_name_", "_text_"
_TELLING = "text"  # the role of what was said or written


def fold(text: str) -> str:
    """Text without case and accents, as it is searched."""
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def names_table(object_name: str) -> str:
    """The table with the names of an object's records, quoted."""
    return quoted(f"{_NAMES}{object_name}")


def texts_table(object_name: str) -> str:
    """The table with all of their searched text, quoted."""
    return quoted(f"{_TEXTS}{object_name}")


def searched(object_type: ObjectType) -> list[str]:
    """The properties of an object whose text is searched, those of its records' names first."""
    keys = [key.property.name for key in (*key_properties(object_type), *phone_properties(object_type))]
    telling = [object_type.roles[_TELLING]] if _TELLING in object_type.roles else []
    names = dict.fromkeys([*object_type.display, *object_type.search, *keys, *telling])
    return [name for name in names if name in object_type.properties]


def bring_up_to_date(store: Store, name: str) -> None:
    """Make the object's tables, or read again the shards that changed since; a locked index stays as it was."""
    connection = store.index.connection
    made = store.index.meta(f"text {name}") == _EDITION
    stale = connection.execute("SELECT shard FROM _stale_text WHERE object = ?", (name,)).fetchall()
    if made and not stale:
        return
    try:
        store.index.begin()
        _write(store, name, None if not made else [number for (number,) in stale])
        connection.execute("DELETE FROM _stale_text WHERE object = ?", (name,))
        store.index.commit()
    except sqlite3.OperationalError:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        if not made:
            raise
        store.warnings.append("another command is writing; the newest changes are not searched yet")


def drop_texts(index: Index, name: str) -> None:
    """Let the next search make the tables of an object anew."""
    for table in (names_table(name), texts_table(name)):
        index.connection.execute(f"DROP TABLE IF EXISTS {table}")
    index.connection.execute("DELETE FROM _meta WHERE name = ?", (f"text {name}",))


def _write(store: Store, name: str, shards: Sequence[int] | None) -> None:
    """Write the text of these shards again, or of all into new tables."""
    connection, object_type = store.index.connection, store.model.objects[name]
    if shards is None:
        drop_texts(store.index, name)
        for table in (names_table(name), texts_table(name)):
            connection.execute(f"CREATE VIRTUAL TABLE {table} USING fts5 (content, tokenize = 'trigram')")
        _put(connection, object_type, _rows(connection, object_type, "", ()))
        store.index.remember(f"text {name}", _EDITION)
        return
    for number in shards:
        within = (number * SHARD_SIZE, (number + 1) * SHARD_SIZE - 1)
        for table in (names_table(name), texts_table(name)):
            connection.execute(f"DELETE FROM {table} WHERE rowid BETWEEN ? AND ?", within)
        _put(connection, object_type, _rows(connection, object_type, "WHERE id BETWEEN ? AND ?", within))


def _put(connection: sqlite3.Connection, object_type: ObjectType, rows: Iterable[list[tuple[int, str, str]]]) -> None:
    names, texts = (table(object_type.name) for table in (names_table, texts_table))
    for block in rows:
        named = [(record_id, name) for record_id, name, _ in block if name.strip()]
        connection.executemany(f"INSERT INTO {names} (rowid, content) VALUES (?, ?)", named)
        told = [(record_id, text) for record_id, _, text in block]
        connection.executemany(f"INSERT INTO {texts} (rowid, content) VALUES (?, ?)", told)


def _rows(
    connection: sqlite3.Connection, object_type: ObjectType, clause: str, parameters: Sequence[int]
) -> Iterator[list[tuple[int, str, str]]]:
    """The searched text of records in blocks: id, name, all of it."""
    properties = searched(object_type)
    told = object_type.roles.get(_TELLING)  # a note, which its text stands for, has no name
    named = [place for place, each in enumerate(properties) if each in object_type.display and each != told]
    columns = ", ".join(["id", *map(quoted, properties)])
    rows = connection.cursor().execute(f"SELECT {columns} FROM {quoted(object_type.name)} {clause}", parameters)
    while block := rows.fetchmany(_BLOCK):
        yield [(row[0], _spaced([row[place + 1] for place in named]), _spaced(row[1:])) for row in block]


def _spaced(values: Sequence[object]) -> str:
    words = fold(" ".join([str(value) for value in values if value is not None])).split()
    return f" {' '.join(words)} "
