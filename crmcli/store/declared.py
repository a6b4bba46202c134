"""Declared indexes in the index: made when a schema declares them, dropped when it does not any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.query.fragments import CASELESS
from crmcli.store.index import quoted

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping

    from crmcli.model.objects import ObjectType

_PREFIX = "_declared_"


def keep_declared(connection: sqlite3.Connection, object_type: ObjectType) -> None:
    """Let an object's table have the indexes that it declares and no others, inside the transaction that is open."""
    wanted, present = _wanted(object_type), _present(connection, object_type)
    for name in present.keys() - wanted.keys():
        connection.execute(f"DROP INDEX {quoted(name)}")
    for name in wanted.keys() - present.keys():
        connection.execute(wanted[name])


def declared_problems(connection: sqlite3.Connection, object_type: ObjectType) -> Iterator[str]:
    """Say which declared indexes of an object are missing, too many, or do not hold what its table holds."""
    wanted, present = _wanted(object_type), _present(connection, object_type)
    for name in sorted(wanted.keys() ^ present.keys()):
        yield f"{name.removeprefix(_PREFIX)}, a declared index, is {'missing' if name in wanted else 'not declared'}"
    if wanted:
        found = connection.execute(f"PRAGMA integrity_check({quoted(object_type.name)})").fetchone()[0]
        if found != "ok":
            yield f"the declared indexes of {object_type.name} are damaged: {found}"


def _wanted(object_type: ObjectType) -> dict[str, str]:
    """Give the statements that make an object's declared indexes, by their names."""
    made = {}
    for names in object_type.indexes:
        columns = [(name, object_type.properties[name].value_type.name in CASELESS) for name in names]
        terms = ", ".join(quoted(name) + (" COLLATE NOCASE" if caseless else "") for name, caseless in columns)
        # The collation is a part of the name, so that a property that is a text now has its index made anew.
        word = "+".join(f"{name}~" if caseless else name for name, caseless in columns)
        index = f"{_PREFIX}{object_type.name}_{word}"
        made[index] = f"CREATE INDEX {quoted(index)} ON {quoted(object_type.name)} ({terms})"
    return made


def _present(connection: sqlite3.Connection, object_type: ObjectType) -> Mapping[str, str]:
    rows = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ?", (object_type.name,)
    )
    return {name: sql for name, sql in rows if name.startswith(_PREFIX)}
