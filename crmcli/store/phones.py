"""Who has a phone number: found in the records themselves, by an SQLite index that the first look-up makes.

Phones are no keys, since two people may share one, and most imports bring two of them a record: an index that nobody
asked for would cost every one of them.
"""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from typing import TYPE_CHECKING

from crmcli.store.index import quoted
from crmcli.store.values import KeyHit

if TYPE_CHECKING:
    from crmcli.store.index import Index

_EXTENSION = " ext "


def find_phone(index: Index, number: str) -> list[KeyHit]:
    """The records of any object that have a canonical phone number, with whatever extension, in order of id."""
    properties = index.connection.execute(
        "SELECT object, property FROM _key_property WHERE kind = 'phone' ORDER BY object, property"
    ).fetchall()
    return [hit for name, prop in properties for hit in _holders(index, name, prop, number)]


def _holders(index: Index, name: str, prop: str, number: str) -> list[KeyHit]:
    column = quoted(prop)
    with suppress(sqlite3.OperationalError):  # another command is writing: a scan finds them too
        index.connection.execute(
            f"CREATE INDEX IF NOT EXISTS {quoted(f'_phone_{name}_{prop}')} ON {quoted(name)} ({column})"
            f" WHERE {column} IS NOT NULL"
        )
    rows = index.connection.execute(
        f"SELECT id FROM {quoted(name)} WHERE {column} = :number"
        f" OR ({column} >= :number || :extension AND {column} < :number || ' ext!') ORDER BY id",
        {"number": number, "extension": _EXTENSION},
    )
    return [KeyHit(name, record_id, prop, primary=True) for (record_id,) in rows]
