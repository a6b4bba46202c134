"""Full-text search: any part of any word, case and accents apart, in what the schema says is searched.

One FTS5 table of trigrams an object, made on the first search and kept: a write marks the shards that it touches, the
next search reads those again. Words under three letters, which trigrams cannot find, are looked for by a scan. Every
e-mail, domain and phone is searched too, a phone in any spelling.

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
from crmcli.store.values import Hit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crmcli.model.objects import ObjectType
    from crmcli.store.store import Store

_TRIGRAM = 3
_DIAL_SIGNS = frozenset("+0123456789()-./ ")
_DIGITS_OF_A_PHONE = 5
_BLOCK = 2_000


def search(store: Store, text: str, object_names: Sequence[str], limit: int) -> list[Hit]:
    """Records that hold all words of the text; those where the first word stands earliest (in the name) come first."""
    words = query_words(text)
    if not words:
        return []
    found: list[tuple[int, int, Hit]] = []
    for order, name in enumerate(object_names):
        if store.index.connection.execute(f"SELECT 1 FROM {quoted(name)} LIMIT 1").fetchone() is None:
            continue  # most objects have no records; a text table costs its opening
        _bring_up_to_date(store, name)
        rows = store.index.connection.execute(*_statement(name, words, limit))
        found += [(place, order, Hit(name, record_id)) for record_id, place in rows]
    return [hit for *_, hit in sorted(found, key=lambda one: one[:2])][:limit]


def query_words(text: str) -> list[str]:
    """The folded words to look for; what looks like a phone number is one word: its digits without leading zeros."""
    digits = "".join(filter(str.isdigit, text))
    if len(digits) >= _DIGITS_OF_A_PHONE and _DIAL_SIGNS.issuperset(text):
        return [digits.lstrip("0") or digits]
    return fold(text).split()


def fold(text: str) -> str:
    """Text without case and accents, as it is searched."""
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def mark_stale(connection: sqlite3.Connection, object_name: str, number: int) -> None:
    """Remember that a shard changed, inside the transaction that is open; no cost before the first search."""
    connection.execute("INSERT OR IGNORE INTO _stale_text VALUES (?, ?)", (object_name, number))


def _statement(name: str, words: Sequence[str], limit: int) -> tuple[str, list[object]]:
    long = [word for word in words if len(word) >= _TRIGRAM]
    short = [word for word in words if len(word) < _TRIGRAM]
    conditions = ["content MATCH ?"] if long else []
    parameters: list[object] = [words[0]]
    if long:
        parameters.append(" ".join('"' + word.replace('"', '""') + '"' for word in long))
    conditions += ["instr(content, ?) > 0"] * len(short)
    table = quoted(_table(name))
    sql = f"SELECT rowid, instr(content, ?) AS place FROM {table} WHERE {' AND '.join(conditions)}"
    return f"{sql} ORDER BY place, rowid LIMIT ?", [*parameters, *short, limit]


def _table(object_name: str) -> str:
    return f"_text_{object_name}"


def _bring_up_to_date(store: Store, name: str) -> None:
    """Make the object's text table, or read again the shards that changed since; a locked index stays as it was."""
    connection = store.index.connection
    made = store.index.meta(f"text {name}")
    stale = connection.execute("SELECT shard FROM _stale_text WHERE object = ?", (name,)).fetchall()
    if made and not stale:
        return
    object_type = store.model.objects[name]
    try:
        store.index.begin()
        if made:
            for (number,) in stale:
                first = number * SHARD_SIZE
                _read_again(connection, object_type, first, first + SHARD_SIZE - 1)
        else:
            connection.execute(
                f"CREATE VIRTUAL TABLE {quoted(_table(name))} USING fts5 (content, tokenize = 'trigram')"
            )
            _put(connection, object_type, _texts(connection, object_type, "", ()))
            store.index.remember(f"text {name}", 1)
        connection.execute("DELETE FROM _stale_text WHERE object = ?", (name,))
        store.index.commit()
    except sqlite3.OperationalError:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        if not made:
            raise
        store.warnings.append("another command is writing; the newest changes are not searched yet")


def _read_again(connection: sqlite3.Connection, object_type: ObjectType, first: int, last: int) -> None:
    connection.execute(f"DELETE FROM {quoted(_table(object_type.name))} WHERE rowid BETWEEN ? AND ?", (first, last))
    _put(connection, object_type, _texts(connection, object_type, "WHERE id BETWEEN ? AND ?", (first, last)))


def _put(connection: sqlite3.Connection, object_type: ObjectType, texts: Iterable[tuple[int, str]]) -> None:
    connection.executemany(f"INSERT INTO {quoted(_table(object_type.name))} (rowid, content) VALUES (?, ?)", texts)


def _texts(
    connection: sqlite3.Connection, object_type: ObjectType, clause: str, parameters: Sequence[int]
) -> Iterator[tuple[int, str]]:
    """The searched text of records: display properties first, so that a match in the name is met early."""
    keys = [key.property.name for key in (*key_properties(object_type), *phone_properties(object_type))]
    names = [
        n for n in dict.fromkeys([*object_type.display, *object_type.search, *keys]) if n in object_type.properties
    ]
    columns = ", ".join(["id", *map(quoted, names)])
    rows = connection.cursor().execute(f"SELECT {columns} FROM {quoted(object_type.name)} {clause}", parameters)
    while block := rows.fetchmany(_BLOCK):
        for record_id, *values in block:
            yield record_id, fold("\n".join(str(value) for value in values if value is not None))
