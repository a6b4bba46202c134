"""From data files to index rows: records column by column, associations, tombstones."""

from __future__ import annotations

import json
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any, TypeAlias

from crmcli.store import tokens
from crmcli.store.index import insert_records, quoted
from crmcli.store.keys import keys_of
from crmcli.types.base import InvalidValue

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping, Sequence

    from crmcli.model.objects import Model, ObjectType, Property
    from crmcli.store.keys import KeyProperty
    from crmcli.store.shard import Row, Table
    from crmcli.types.base import Column, Stored

PRIMARY = "primary"
_SEPARATOR = "; "
_ID_DIGITS = 18  # of any id that SQLite holds
_REMEMBERED = 20_000  # converted values kept per column: enough for cities and stages, bounded for e-mails


class RowWriter:
    """Puts records of one object into its table."""

    def __init__(self, object_type: ObjectType) -> None:
        self._object = object_type
        self._known: dict[str, dict[object, Column]] = {}  # by property: converted values met before

    def put(self, connection: sqlite3.Connection, ids: Sequence[int], rows: Sequence[Row]) -> None:
        """Insert or replace records as their data file has them: what a type refuses goes into `_extra` as it is."""
        names, columns = self.columns(ids, rows)
        insert_records(connection, self._object.name, names, zip(*columns, strict=True))

    def put_columns(
        self,
        connection: sqlite3.Connection,
        ids: Sequence[int],
        names: Sequence[str],
        columns: Sequence[Sequence[Stored | None]],
    ) -> None:
        """Insert new records from columns of stored values that their types parsed."""
        properties = self._object.properties
        converted = [self._converted(properties[name], column) for name, column in zip(names, columns, strict=True)]
        insert_records(connection, self._object.name, names, zip(ids, repeat(None), *converted))

    def columns(self, ids: Sequence[int], rows: Sequence[Row]) -> tuple[list[str], list[Sequence[Column]]]:
        """The names of the columns that occur in these records, and the index's columns: id, _extra, then those."""
        names: list[str] = []
        columns: list[Sequence[Column]] = []
        extras: list[dict[str, object] | None] = [None] * len(rows)
        for name, values in _transposed(rows):
            prop = self._object.properties.get(name)
            if prop is None or prop.formula:
                _leave_out(extras, name, values, range(len(rows)))
                continue
            stored = prop.value_type.accept_many(values)
            if any(issubclass(kind, InvalidValue) for kind in set(map(type, stored))):
                refused = [place for place, value in enumerate(stored) if isinstance(value, InvalidValue)]
                stored = [None if isinstance(value, InvalidValue) else value for value in stored]
                _leave_out(extras, name, values, refused)
            names.append(name)
            columns.append(self._converted(prop, stored))
        texts = [None if extra is None else tokens.compact(extra) for extra in extras]
        return names, [ids, texts, *columns]

    def _converted(self, prop: Property, stored: Sequence[object]) -> Sequence[Column]:
        if prop.value_type.stored_is_column:
            return stored  # type: ignore[return-value]
        convert = prop.value_type.column
        if prop.value_type.several or prop.value_type.name == "json":
            return [None if value is None else convert(value) for value in stored]  # type: ignore[arg-type]
        known = self._known.setdefault(prop.name, {None: None})
        column: list[Column] = []
        for value in stored:
            if value not in known:
                if len(known) >= _REMEMBERED:
                    known.clear()
                known[value] = None if value is None else convert(value)  # type: ignore[arg-type]
            column.append(known[value])
        return column


def _transposed(rows: Sequence[Row]) -> Iterable[tuple[str, Sequence[object]]]:
    """Each property that occurs in these records with its values, None where a record has none."""
    if not rows:
        return ()
    names = tuple(rows[0])
    if all(tuple(row) == names for row in rows):  # as after an import of full rows
        return zip(names, zip(*[row.values() for row in rows], strict=True), strict=True)
    return ((name, [row.get(name) for row in rows]) for name in dict.fromkeys(chain.from_iterable(rows)))


def _leave_out(
    extras: list[dict[str, object] | None], name: str, values: Sequence[object], places: Iterable[int]
) -> None:
    for place in places:
        if values[place] is not None:
            extra = extras[place]
            if extra is None:
                extra = extras[place] = {}
            extra[name] = values[place]


def labels_text(labels: Iterable[str], *, primary: bool) -> str:
    """Say an association's labels as the data file does: names joined by "; ", "primary" first."""
    return _SEPARATOR.join([PRIMARY, *labels] if primary else labels)


def read_labels(text: str) -> tuple[tuple[str, ...], bool]:
    """Read a data file's labels: the names, and whether the association is primary."""
    words = [word.strip() for word in text.split(";") if word.strip()]
    return tuple(word for word in words if word != PRIMARY), PRIMARY in words


ASSOCIATION = "pair, owner, other, is_primary, labels"  # as data files have them; labels as JSON
AssociationRow: TypeAlias = "tuple[int, int, int, int, str | None]"


# object, first, last, kind, operation, into_id, keys as JSON
TombstoneRow: TypeAlias = "tuple[Any, ...]"


def association_rows(model: Model, object_name: str, table: Table) -> list[AssociationRow]:
    """The index rows of a shard's associations; those of unknown objects are left to doctor."""
    codes = {pair.other: pair.code for pair in model.pairs_owned(object_name)}
    ends: dict[str, tuple[int, int] | None] = {}  # met before: a company is many people's
    rows: list[AssociationRow] = []
    for owner, links in table.items():
        for other, text in links.items():
            end = ends[other] if other in ends else ends.setdefault(other, _end(codes, other))
            if end and isinstance(text, str):
                rows.append((end[0], owner, end[1], *(_PLAIN.get(text) or _flags(text))))
    return rows


def _end(codes: Mapping[str, int], other: str) -> tuple[int, int] | None:
    other_object, _, other_id = other.rpartition(":")
    return (codes[other_object], int(other_id)) if other_object in codes and _is_id(other_id) else None


_PLAIN: dict[str, tuple[int, str | None]] = {"": (0, None), PRIMARY: (1, None)}


def _flags(text: str) -> tuple[int, str | None]:
    labels, primary = read_labels(text)
    return (int(primary), json.dumps(labels) if labels else None)


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= _ID_DIGITS


def tombstone_rows(object_name: str, table: Table, keys: Sequence[KeyProperty]) -> list[TombstoneRow]:
    """The index rows of a shard's tombstones; `keys` are the object's, of which merged records hold theirs."""
    return [
        (
            object_name,
            first,
            row.get("last", first),
            row.get("kind"),
            row.get("operation"),
            row.get("into"),
            _keys_text(keys, row.get("record")),
        )
        for first, row in table.items()
    ]


def _keys_text(keys: Sequence[KeyProperty], record: object) -> str | None:
    """The keys that a merged record holds, as JSON: [value, code] each."""
    held = [[value, key.code] for key, value in keys_of(keys, record)] if isinstance(record, dict) else []
    return json.dumps(held) if held else None


def merged_keys(rows: Iterable[TombstoneRow]) -> list[tuple[str, int, int]]:
    """The lines of the key table of merged records: they are theirs still."""
    return [(value, code, row[1]) for row in rows if row[6] for value, code in json.loads(row[6])]


def existing_rows(
    connection: sqlite3.Connection, object_name: str, names: Sequence[str], first: int, last: int
) -> Mapping[int, tuple[Column, ...]]:
    """The index's lines (id, _extra, columns…) of the records from `first` to `last`, by id."""
    columns = ", ".join(["id", "_extra", *map(quoted, names)])
    found = connection.execute(
        f"SELECT {columns} FROM {quoted(object_name)} WHERE id BETWEEN ? AND ?",
        (first, last),
    )
    return {row[0]: row for row in found}
