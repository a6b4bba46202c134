"""Which differences of a schema touch data that is there.

Asked once when a schema file changed, of the index as the last command left it. A change that touches nothing is in
force at once; where the index cannot tell, the change counts as one that does.
"""

from __future__ import annotations

import json
import os
import sqlite3
import zlib
from typing import TYPE_CHECKING

from crmcli.model.differences import What
from crmcli.store.files import DATA, read_if_there, shard_path
from crmcli.store.freshness import look
from crmcli.store.index import FILE, connect, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from crmcli.model.differences import Difference


def in_use(root: str, cache: str, found: Sequence[Difference]) -> list[Difference]:
    """Give those of these differences that touch a value, an association or a record."""
    with_files = [each for each in found if _has_files(root, each.object_name)]
    path = os.path.join(cache, FILE)
    if not with_files or not os.path.exists(path):
        return with_files
    try:
        connection = connect(path)
    except sqlite3.DatabaseError:
        return with_files
    try:
        return [each for each in with_files if _touches(connection, each) or _stands_in_files(root, connection, each)]
    finally:
        connection.close()


def _has_files(root: str, object_name: str) -> bool:
    try:
        return bool(os.listdir(os.path.join(root, DATA, object_name)))
    except OSError:
        return False


def _touches(connection: sqlite3.Connection, each: Difference) -> bool:
    try:
        statement, parameters = _STATEMENTS[each.what](connection, each)
        return bool(connection.execute(f"SELECT EXISTS ({statement})", parameters).fetchone()[0])
    except sqlite3.DatabaseError:  # an index without this table
        return True


def _stands_in_files(root: str, connection: sqlite3.Connection, each: Difference) -> bool:
    """Whether associations of a kind that the index was made without are in the data files."""
    if each.what is not What.ASSOCIATION_REMOVED:
        return False
    found = connection.execute("SELECT text FROM _layout WHERE object = ?", (each.object_name,)).fetchone()
    known = json.loads(found[0])["associations"] if found else ()
    return each.name not in known and bool(shards_naming(root, each.object_name, {each.name}))


def shards_naming(root: str, object_name: str, others: Collection[str]) -> set[int]:
    """Give the shards of an object in which references to any of these objects stand, as associations have them."""
    marks = [f'"{other}:'.encode() for other in others]
    found = set()
    for number in look(os.path.join(root, DATA, object_name)) if marks else ():
        content = read_if_there(os.path.join(root, shard_path(object_name, number))) or b""
        if any(mark in content for mark in marks):
            found.add(number)
    return found


def holding(each: Difference) -> tuple[str, Sequence[object]]:
    """Give the condition for records that hold what a difference is about, with what is bound to it."""
    column = quoted(each.was or each.name)
    if each.what is not What.OPTIONS:
        return f"{column} IS NOT NULL", ()
    options = json.dumps(each.new.get("options", ()))
    if each.old.get("several"):
        held = f"EXISTS (SELECT 1 FROM json_each({column}) WHERE value NOT IN (SELECT value FROM json_each(?)))"
        return f"{column} IS NOT NULL AND {held}", (options,)
    return f"{column} NOT IN (SELECT value FROM json_each(?))", (options,)


def associated(each: Difference) -> tuple[str, Sequence[object]]:
    """Give the condition for associations that a difference is about, with what is bound to it."""
    code = zlib.crc32(f"{each.object_name}:{each.name}".encode())
    if each.what is not What.LABELS:
        return "pair = ?", (code,)
    labels = "EXISTS (SELECT 1 FROM json_each(labels) WHERE value IN (SELECT value FROM json_each(?)))"
    return f"pair = ? AND labels IS NOT NULL AND {labels}", (code, json.dumps(each.values))


def _of_records(connection: sqlite3.Connection, each: Difference) -> tuple[str, Sequence[object]]:
    """Look for values, those that the schema does not know or refuses at present among them."""
    name = each.was or each.name
    table = f"SELECT 1 FROM {quoted(each.object_name)} WHERE"
    refused = f"{table} _extra IS NOT NULL AND instr(_extra, ?)"
    columns = connection.execute("SELECT name FROM pragma_table_info(?)", (each.object_name,))
    if (name,) not in columns.fetchall():  # SQLite would take its name for a text
        return refused, (json.dumps(name),)
    condition, parameters = holding(each)
    return f"{table} {condition} UNION ALL {refused}", (*parameters, json.dumps(name))


def _of_associations(_: sqlite3.Connection, each: Difference) -> tuple[str, Sequence[object]]:
    condition, parameters = associated(each)
    return f"SELECT 1 FROM _association WHERE {condition}", parameters


def _of_object(_: sqlite3.Connection, each: Difference) -> tuple[str, Sequence[object]]:
    return f"SELECT 1 FROM {quoted(each.object_name)}", ()


_STATEMENTS: dict[What, Callable[[sqlite3.Connection, Difference], tuple[str, Sequence[object]]]] = {
    What.OBJECT_REMOVED: _of_object,
    What.PROPERTY_REMOVED: _of_records,
    What.RENAMED: _of_records,
    What.TYPE: _of_records,
    What.UNIQUE: _of_records,
    What.NOT_UNIQUE: _of_records,
    What.OPTIONS: _of_records,
    What.ASSOCIATION_REMOVED: _of_associations,
    What.LABELS: _of_associations,
}
