"""Adapting the index to a schema that changed, object by object, instead of making it anew.

A new property is a new column. A column whose values are of another kind now is made again, and the shards that hold
values of it are read again; so are those in which something stands that the former schema did not know. Words,
labels and columns of lists are not in the index: their change touches nothing.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeAlias

from crmcli.model.applied import layouts
from crmcli.store.building import object_columns, object_table, put_key_properties
from crmcli.store.declared import keep_declared
from crmcli.store.freshness import UNKNOWN, signature, stamps
from crmcli.store.in_use import shards_naming
from crmcli.store.index import insert_rows, quoted
from crmcli.store.keys import key_properties
from crmcli.store.shard import SHARD_SIZE
from crmcli.store.text_index import drop_texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from crmcli.model.objects import Model, ObjectType
    from crmcli.store.freshness import Stamp
    from crmcli.store.index import Index

    Layout: TypeAlias = dict[str, Any]

_KEY = ("unique", "additional_of", "type")
_KIND = ("type", "several", "scale")
_BLOCK = 10_000
_MOST = 4  # of a table of which more than a quarter is read again nothing is kept


def adapt(root: str, index: Index, model: Model) -> None:
    """Give the index the tables and columns that the model needs, inside the transaction that is open.

    What has to be read from files is signed as unknown, so that the refresh that follows reads it.
    """
    wanted = layouts(model.objects, model.pairs.values())
    present = index.layouts()
    for name in present.keys() - wanted.keys():
        _forget(index, name)
    for name, text in wanted.items():
        if name not in present:
            index.connection.execute(object_table(model.objects[name]))
            put_key_properties(index.connection, model.objects[name])
        elif present[name] != text:
            _Adapting(root, index, model.objects[name]).run(json.loads(present[name]), json.loads(text))
        if present.get(name) != text:
            keep_declared(index.connection, model.objects[name])
    _drop_associations(index, model)
    index.lay_out(wanted, model.layout)


def _forget(index: Index, name: str) -> None:
    """Take an object that the schema does not know any more out of the index; its files stay."""
    connection = index.connection
    _drop_keys(index, name, [row[0] for row in _codes(index, name)])
    _drop_text(index, name)
    connection.execute(f"DROP TABLE {quoted(name)}")
    for table in ("_key_property", "_tombstone", "_damaged", "_layout"):
        connection.execute(f"DELETE FROM {table} WHERE object = ?", (name,))
    connection.execute("DELETE FROM _folder WHERE path = ?", (name,))


def _codes(index: Index, name: str) -> Iterator[tuple[int, str]]:
    yield from index.connection.execute("SELECT code, property FROM _key_property WHERE object = ?", (name,)).fetchall()


def _drop_keys(index: Index, name: str, codes: Sequence[int]) -> None:
    if codes:
        marks = ", ".join("?" * len(codes))
        index.connection.execute(f"DELETE FROM _key WHERE code IN ({marks})", codes)
        index.connection.execute(f"DELETE FROM _key_property WHERE code IN ({marks}) AND object = ?", [*codes, name])


def _drop_text(index: Index, name: str) -> None:
    """Let the next search make the searched text anew."""
    drop_texts(index, name)
    index.connection.execute("DELETE FROM _stale_text WHERE object = ?", (name,))


def _drop_associations(index: Index, model: Model) -> None:
    codes = ", ".join(str(pair.code) for pair in model.pairs.values()) or "NULL"
    for table in ("_association", "_dangling"):
        known = [row[0] for row in index.connection.execute(_PAIRS.format(table=table))]
        gone = [(code,) for code in known if str(code) not in codes.split(", ")]
        index.connection.executemany(f"DELETE FROM {table} WHERE pair = ?", gone)


# The distinct pairs, each found by a step through the primary key and not by a scan.
_PAIRS = (
    "WITH RECURSIVE pairs (pair) AS (SELECT min(pair) FROM {table} UNION ALL SELECT"
    " (SELECT min(pair) FROM {table} WHERE pair > pairs.pair) FROM pairs WHERE pair IS NOT NULL)"
    " SELECT pair FROM pairs WHERE pair IS NOT NULL"
)


class _Adapting:
    """One object's table on its way to another layout."""

    def __init__(self, root: str, index: Index, object_type: ObjectType) -> None:
        self._root = root
        self._index = index
        self._connection = index.connection
        self._object = object_type
        self._table = quoted(object_type.name)

    def run(self, before: Layout, after: Layout) -> None:
        """Change columns, keys and searched text; sign the shards that have to be read as unknown."""
        old, new = before["properties"], after["properties"]
        remade = [name for name, kind in old.items() if name not in new or not _taken_over(kind, new[name])]
        met_anew = [name for name, kind in new.items() if name in remade or _more(old.get(name), kind)]
        affected = {*self._holding(remade), *self._mentioning(met_anew)}
        affected |= shards_naming(
            self._root, self._object.name, set(after["associations"]) - set(before["associations"])
        )
        seen = stamps(self._index.signature(self._object.name))
        if remade and len(affected) * _MOST > len(seen):
            self._start_over(seen)
            return
        if remade:
            self._copy([name for name in new if name in old and name not in remade])
        else:
            self._add([name for name in new if name not in old])
        keys = [name for name in {**old, **new} if _other_key(old.get(name), new.get(name)) or name in remade]
        if keys:
            self._take_keys(keys, remade)
        if keys or before["text"] != after["text"]:
            _drop_text(self._index, self._object.name)
        self._read_again(affected, seen)

    def _start_over(self, seen: dict[int, Stamp]) -> None:
        """Make the table anew and empty, where most shards are read again: new rows cost a third of changed ones."""
        _drop_keys(self._index, self._object.name, [code for code, _ in _codes(self._index, self._object.name)])
        _drop_text(self._index, self._object.name)
        self._connection.execute(f"DROP TABLE {self._table}")
        self._connection.execute(object_table(self._object))
        put_key_properties(self._connection, self._object)
        self._read_again(seen.keys(), seen)

    def _add(self, names: Iterable[str]) -> None:
        for name in names:
            kind = self._object.properties[name].value_type.sql
            self._connection.execute(f"ALTER TABLE {self._table} ADD COLUMN {quoted(name)} {kind}")

    def _holding(self, names: Iterable[str]) -> Iterator[int]:
        """The shards with a value of any of these columns."""
        held = " OR ".join(f"{quoted(name)} IS NOT NULL" for name in names)
        if held:
            rows = self._connection.execute(f"SELECT DISTINCT id / {SHARD_SIZE} FROM {self._table} WHERE {held}")
            yield from (row[0] for row in rows)

    def _mentioning(self, names: Sequence[str]) -> set[int]:
        """The shards in which one of these was not known, or had a value that was refused."""
        if not names:
            return set()
        found = self._connection.execute(f"SELECT id, _extra FROM {self._table} WHERE _extra IS NOT NULL")
        words = [json.dumps(name) for name in names]
        return {record_id // SHARD_SIZE for record_id, extra in found if any(word in extra for word in words)}

    def _copy(self, kept: Iterable[str]) -> None:
        """Make the table anew with these columns as they were, and all others empty."""
        names = ", ".join(["id", "_extra", *map(quoted, kept)])
        former = quoted(f"_former_{self._object.name}")
        self._connection.execute(f"ALTER TABLE {self._table} RENAME TO {former}")
        self._connection.execute(object_table(self._object))
        self._connection.execute(f"INSERT INTO {self._table} ({names}) SELECT {names} FROM {former}")
        self._connection.execute(f"DROP TABLE {former}")

    def _take_keys(self, changed: Sequence[str], remade: Sequence[str]) -> None:
        """Make the keys of these properties anew; those of remade columns come with their shards."""
        name = self._object.name
        _drop_keys(self._index, name, [code for code, prop in _codes(self._index, name) if prop in changed])
        put_key_properties(self._connection, self._object)
        columns = object_columns(self._object)
        for key in key_properties(self._object):
            prop = key.property
            if prop.name not in changed or prop.name in remade or prop.name not in columns:
                continue
            rows = self._connection.cursor().execute(
                f"SELECT id, {quoted(prop.name)} FROM {self._table} WHERE {quoted(prop.name)} IS NOT NULL"
            )
            while block := rows.fetchmany(_BLOCK):
                stored = [prop.value_type.stored(column) for _, column in block]
                keys = key.block(stored, [record_id for record_id, _ in block])
                insert_rows(self._connection, "_key", f"(?, {key.code}, ?)", keys)

    def _read_again(self, numbers: AbstractSet[int], seen: dict[int, Stamp]) -> None:
        """Sign these shards as unknown, so that the refresh reads them."""
        if numbers:
            seen |= dict.fromkeys(numbers & seen.keys(), UNKNOWN)
            self._index.sign(self._object.name, signature(seen))


def _taken_over(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether a column can stay: whatever was valid still is, and stands in the index as it did."""
    if _differ(_KIND, old, new):
        return False
    before, now = old.get("options"), new.get("options")
    return not now or (before is not None and set(before) <= set(now))


def _more(old: Mapping[str, Any] | None, new: Mapping[str, Any]) -> bool:
    """Whether something is valid now that was not."""
    return old is None or old.get("options") != new.get("options")


def _other_key(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> bool:
    """Whether a property is a key, or a phone by which records are found, and was none or another one; or was one."""
    return (_is_key(old) or _is_key(new)) and _differ(_KEY, old, new)


def _is_key(kind: Mapping[str, Any] | None) -> bool:
    return kind is not None and bool(kind.get("unique") or kind.get("additional_of") or kind["type"] == "phone")


def _differ(keys: Iterable[str], old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> bool:
    return old is None or new is None or any(old.get(key) != new.get(key) for key in keys)
