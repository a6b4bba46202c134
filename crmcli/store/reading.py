"""Reading records, keys and associations: all of it from the index."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from crmcli.frozen import replace
from crmcli.store import tokens
from crmcli.store.index import quoted
from crmcli.store.keys import PHONE
from crmcli.store.shard import number_of
from crmcli.store.survivors import any_merged, standing_hits
from crmcli.store.values import Association, KeyHit, Record, Tombstone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import Any, TypeVar

    from crmcli.model.objects import Model, ObjectType, Pair
    from crmcli.store.index import Index
    from crmcli.store.neighbours import Neighbour, PairEnd
    from crmcli.types.base import Stored

    _T = TypeVar("_T")

_AT_ONCE = 10_000


class Reading:
    """The reading half of the store; `index` is open and fresh."""

    model: Model
    index: Index

    def record(self, object_name: str, record_id: int) -> Record | None:
        """One record, or None. Raises DamagedFile where its data file cannot be read."""
        damage = self.index.damage(object_name, number_of(record_id))
        if damage:
            raise damage
        found = self._records(object_name, "WHERE id = ?", (record_id,))
        return next(found, None)

    def records(self, object_name: str, ids: Sequence[int], names: Sequence[str] | None = None) -> list[Record]:
        """Records by id, in id order; those that are not there are left out. Raises DamagedFile.

        `names`: the properties to read, where the others are not needed.
        """
        self.require_sound(object_name, ids)
        found: list[Record] = []
        for some in pieces(sorted(set(ids))):
            clause = f"WHERE id IN ({','.join('?' * len(some))}) ORDER BY id"
            found += self._records(object_name, clause, some, names)
        return found

    def stream(self, object_name: str, names: Sequence[str] | None = None) -> Iterator[Record]:
        """All records of an object in id order, with all properties or these. Raises DamagedFile."""
        self.require_sound(object_name)
        return self._records(object_name, "ORDER BY id", (), names)

    def _records(
        self, object_name: str, clause: str, parameters: Sequence[object], names: Sequence[str] | None = None
    ) -> Iterator[Record]:
        object_type = self.model.objects[object_name]
        columns = "*" if names is None else ", ".join(["id", "_extra", *map(quoted, names)])
        cursor = self.index.connection.execute(f"SELECT {columns} FROM {quoted(object_name)} {clause}", parameters)
        names = [column[0] for column in cursor.description]
        readers: dict[str, Callable[[str | int], Stored] | None] = {}
        for row in cursor:
            yield Record(object_name, row[0], *_values(object_type, names, row, readers))

    def exists(self, object_name: str, record_id: int) -> bool:
        """Whether there is such a record. Raises DamagedFile where its data file cannot be read."""
        damage = self.index.damage(object_name, number_of(record_id))
        if damage:
            raise damage
        query = f"SELECT 1 FROM {quoted(object_name)} WHERE id = ?"
        return self.index.connection.execute(query, (record_id,)).fetchone() is not None

    def present(self, object_name: str, ids: Sequence[int]) -> set[int]:
        """Which of these ids are records of an object. Raises DamagedFile."""
        self.require_sound(object_name)
        found: set[int] = set()
        for some in pieces(ids):
            marks = ",".join("?" * len(some))
            query = f"SELECT id FROM {quoted(object_name)} WHERE id IN ({marks})"
            found.update(row[0] for row in self.index.connection.execute(query, some))
        return found

    def require_sound(self, object_name: str, ids: Sequence[int] | None = None) -> None:
        """Raise DamagedFile where a data file of an object, or of these records of it, cannot be read."""
        damage = self.index.damage(object_name)
        if damage and ids is not None:
            numbers = sorted(set(map(number_of, ids)))
            damage = next(filter(None, (self.index.damage(object_name, number) for number in numbers)), None)
        if damage:
            raise damage

    def damaged_objects(self) -> list[str]:
        """The objects that have a data file that cannot be read."""
        return self.index.damaged_objects()

    def count(self, object_name: str) -> int:
        """How many records an object has. Raises DamagedFile."""
        self.require_sound(object_name)
        row = self.index.connection.execute(f"SELECT count(*) FROM {quoted(object_name)}").fetchone()
        return int(row[0])

    def has_records(self, object_name: str) -> bool:
        """Whether an object has any records. Raises DamagedFile."""
        self.require_sound(object_name)
        return bool(self.index.connection.execute(f"SELECT 1 FROM {quoted(object_name)} LIMIT 1").fetchone())

    def find_key(self, kind: str, value: str) -> list[KeyHit]:
        """The records of any object that hold a canonical key of a kind; primary holders first."""
        if kind == PHONE:
            from crmcli.store.phones import find_phone

            return find_phone(self.index, value)
        rows = self.index.connection.execute(
            "SELECT p.object, k.id, p.property, p.is_primary FROM _key k JOIN _key_property p ON p.code = k.code"
            " WHERE k.value = ? AND p.kind = ? ORDER BY p.is_primary DESC, p.object, k.id",
            (value, kind),
        )
        hits = [KeyHit(name, record_id, prop, bool(primary)) for name, record_id, prop, primary in rows]
        return standing_hits(self.index.connection, hits)

    def find_keys(self, kind: str, values: Sequence[str], object_name: str) -> dict[str, list[KeyHit]]:
        """The records of one object that hold any of many keys of a kind: value → holders; unheld ones are left out."""
        codes = [
            (code, prop, bool(primary))
            for code, prop, primary in self.index.connection.execute(
                "SELECT code, property, is_primary FROM _key_property WHERE kind = ? AND object = ?",
                (kind, object_name),
            )
        ]
        found: dict[str, list[KeyHit]] = {}
        for code, prop, primary in codes:
            for some in pieces(values):
                rows = self.index.connection.execute(
                    f"SELECT value, id FROM _key WHERE code = ? AND value IN ({','.join('?' * len(some))})",
                    [code, *some],
                )
                for value, record_id in rows:
                    found.setdefault(value, []).append(KeyHit(object_name, record_id, prop, primary))
        if not found or not any_merged(self.index.connection, object_name):
            return found
        standing = {value: standing_hits(self.index.connection, hits) for value, hits in found.items()}
        return {value: hits for value, hits in standing.items() if hits}

    def associations(self, object_name: str, record_id: int) -> list[Association]:
        """A record's associations, read from its end, by object, primary ones first.

        Two records of one object whose labels begin at either of them have one association, with all of these.
        """
        found: list[Association] = []
        for pair in self.model.pairs_of(object_name, self.pairs_in_use()):
            if pair.owner == object_name:
                found += self.associated(pair, (record_id,), from_owner=True)
            if pair.other == object_name:
                found += self.associated(pair, (record_id,), from_owner=False)
        merged: dict[tuple[str, int], Association] = {}
        for one in found:
            other = merged.get((one.other_object, one.other_id))
            labels = one.labels if other is None else tuple(dict.fromkeys((*other.labels, *one.labels)))
            merged[one.other_object, one.other_id] = one if other is None else replace(one, labels=labels)
        return sorted(merged.values(), key=lambda a: (a.other_object, not a.primary, a.other_id))

    def pairs_in_use(self) -> frozenset[int]:
        """The codes of the pairs that have any association: one seek each, however many there are of each."""
        rows = self.index.connection.execute(
            "WITH RECURSIVE used (pair) AS (SELECT min(pair) FROM _association UNION ALL"
            " SELECT (SELECT min(a.pair) FROM _association a WHERE a.pair > used.pair) FROM used"
            " WHERE used.pair IS NOT NULL) SELECT pair FROM used WHERE pair IS NOT NULL"
        )
        return frozenset(pair for (pair,) in rows)

    def associated(self, pair: Pair, ids: Sequence[int], *, from_owner: bool) -> list[Association]:
        """The associations of a pair that records at one end have, read from that end."""
        here, there = ("owner", "other") if from_owner else ("other", "owner")
        name, other_name = (pair.owner, pair.other) if from_owner else (pair.other, pair.owner)
        found: list[Association] = []
        for some in pieces(ids):
            rows = self.index.connection.execute(
                f"SELECT {here}, {there}, is_primary, labels FROM _association"
                f" WHERE pair = ? AND {here} IN ({','.join('?' * len(some))})",
                [pair.code, *some],
            )
            found += [
                Association(name, a, other_name, b, seen_from(pair, labels, from_owner=from_owner), bool(primary))
                for a, b, primary, labels in sorted(rows)  # ordered by SQLite, it goes through all of the pair
            ]
        return found

    def having(self, pair: Pair, ids: Sequence[int], *, from_owner: bool) -> set[int]:
        """Which of these records at one end of a pair have any association of it."""
        here = "owner" if from_owner else "other"
        query = f"SELECT DISTINCT {here} FROM _association WHERE pair = ? AND {here} IN"
        found: set[int] = set()
        for some in pieces(ids):
            rows = self.index.connection.execute(f"{query} ({','.join('?' * len(some))})", [pair.code, *some])
            found.update(row[0] for row in rows)
        return found

    def neighbours(
        self, end: PairEnd, ids: Sequence[int], most: int = 0, labels: Sequence[str] | None = None
    ) -> Iterator[Neighbour]:
        """The first associations that records at one end of a pair have, and how many there are; see `neighbours`."""
        from crmcli.store.neighbours import neighbours

        return neighbours(self.index, end, ids, most, labels)

    def any_associated(self, pair: Pair, ids: Sequence[int] | None = None) -> bool:
        """Whether any record of a pair's owner, or of these, owns an association of that pair."""
        query = "SELECT 1 FROM _association WHERE pair = ?"
        for some in [None] if ids is None else pieces(ids):
            where = "" if some is None else f" AND owner IN ({','.join('?' * len(some))})"
            if self.index.connection.execute(f"{query}{where} LIMIT 1", [pair.code, *(some or ())]).fetchone():
                return True
        return False

    def column_values(
        self, object_name: str, name: str, ids: Sequence[int] | None, values: Sequence[object] | None = None
    ) -> Iterator[tuple[int, object]]:
        """The records of an object, or of these, that have a value of a property, or one of these: (id, as indexed).

        At most one of `ids` and `values` is given. Raises DamagedFile.
        """
        self.require_sound(object_name)
        column, wanted = ("id", ids) if ids is not None else (quoted(name), values)
        query = f"SELECT id, {quoted(name)} FROM {quoted(object_name)} WHERE {quoted(name)} IS NOT NULL"
        for some in [None] if wanted is None else pieces(wanted):
            where = "" if some is None else f" AND {column} IN ({','.join('?' * len(some))})"
            yield from self.index.connection.execute(query + where, some or ()).fetchall()

    def association_counts(self) -> tuple[dict[int, int], dict[tuple[int, str], int]]:
        """How many associations there are: by a pair's code, and of those with a label by (code, label)."""
        from crmcli.store.association_counts import counted

        return counted(self.index.connection, self.model)

    def tombstone(self, object_name: str, record_id: int) -> Tombstone | None:
        """What became of a record that is gone, or None."""
        row = self.index.connection.execute(
            "SELECT kind, operation, into_id FROM _tombstone WHERE object = ? AND first <= ? AND last >= ?"
            " ORDER BY last - first LIMIT 1",
            (object_name, record_id, record_id),
        ).fetchone()
        return Tombstone(object_name, record_id, *row) if row else None


def pieces(values: Sequence[_T], size: int = _AT_ONCE) -> Iterator[Sequence[_T]]:
    """Cut what is bound to a statement into pieces that it takes."""
    return (values[start : start + size] for start in range(0, len(values), size))


def _values(
    object_type: ObjectType,
    names: Sequence[str],
    row: Sequence[Any],
    readers: dict[str, Callable[[str | int], Stored] | None],
) -> tuple[Mapping[str, Stored], Mapping[str, object]]:
    """Give a row's values and what no schema knows; `readers` keeps how columns are read, from row to row."""
    values: dict[str, Stored] = {}
    held = [(name, column) for name, column in zip(names[2:], row[2:], strict=True) if column is not None]
    for name, column in held:
        if name not in readers:
            value_type = object_type.properties[name].value_type
            readers[name] = None if value_type.stored_is_column else value_type.stored
        read = readers[name]
        values[name] = column if read is None else read(column)
    extra: Mapping[str, object] = tokens.loads(row[1]) if isinstance(row[1], str) else {}
    return values, extra


def seen_from(pair: Pair, labels: str | None, *, from_owner: bool) -> tuple[str, ...]:
    """The labels of an association as they read from one end: what the record there is of the other."""
    if labels is None:
        return ()
    name = pair.owner if from_owner else pair.other
    declared = {label.name: label for label in pair.labels}
    words = []
    for word in json.loads(labels):
        label = declared.get(word)
        forward = from_owner if pair.owner == pair.other else label is None or label.from_object == name
        words.append(word if label is None or forward else label.inverse)
    return tuple(words)
