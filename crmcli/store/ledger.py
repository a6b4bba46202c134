"""The ledger of a transaction's keys: which it takes, which it gives up, and who holds one already.

A million new keys are remembered as hashes here and as lines of a temporary table, which is asked only when a hash
is met again: exact, and small enough.
"""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING

from crmcli.store.index import insert_rows
from crmcli.store.keys import DuplicateKey, KeyProperty, key_properties, keys_of
from crmcli.store.survivors import any_merged, held_keys, into_of, merged_into, standing_for
from crmcli.store.values import KeyHit
from crmcli.types.base import InvalidValue

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping, Sequence

    from crmcli.model.objects import ObjectType
    from crmcli.types.base import Stored

_AT_ONCE = 30_000  # bound values in one statement: SQLite takes 32,766


class KeyLedger:
    """The keys of one object within a transaction."""

    def __init__(self, connection: sqlite3.Connection, object_type: ObjectType) -> None:
        self._connection = connection
        self._object = object_type
        self.keys = key_properties(object_type)
        self._by_code = {key.code: key for key in self.keys}
        self._groups = {key.kind: [k.code for k in self.keys if k.kind == key.kind] for key in self.keys}
        self._taken: dict[str, set[int]] = {}  # by kind: hashes of keys taken here
        self._given_up: set[tuple[str, int, int]] = set()
        self._indexed = False
        self.merged: dict[int, int] = {}  # by record: the one that this transaction merges it into
        self.parted: set[int] = set()  # records that it takes out of others again
        self._any_before = connection.execute("SELECT EXISTS (SELECT 1 FROM _key)").fetchone()[0]
        self._any_merged = any_merged(connection, object_type.name)
        connection.execute(f"CREATE TEMP TABLE IF NOT EXISTS {self._table} (value TEXT, code INTEGER, id INTEGER)")

    @property
    def _table(self) -> str:
        return f'"_taken_{self._object.name}"'

    def conflicts(self, names: Sequence[str], columns: Sequence[Sequence[Stored | None]]) -> dict[int, DuplicateKey]:
        """The rows of a block whose keys are held by a record or by an earlier row; the first conflict of each."""
        found: dict[int, DuplicateKey] = {}
        for kind in self._groups:
            blocks = [
                (key, key.block(column, range(len(column))))
                for key in self.keys
                if key.kind == kind and key.property.name in names
                for column in (columns[names.index(key.property.name)],)
            ]
            self._block_conflicts(kind, blocks, found)
        return found

    def _block_conflicts(
        self, kind: str, blocks: Sequence[tuple[KeyProperty, list[tuple[str, int]]]], found: dict[int, DuplicateKey]
    ) -> None:
        """Put the conflicts of one kind of key into `found`; `blocks` are its properties with their (key, row)."""
        values = [pair for _, block in blocks for pair in block]
        held = self.held(kind, [value for value, _ in values])
        if not held and len(dict(values)) == len(values):
            return
        earlier = dict(sorted(values, key=_row, reverse=True))
        for key, block in blocks:
            for value, row in block:
                if row in found:
                    continue
                if value in held:
                    found[row] = DuplicateKey(key.property, value, held[value])
                elif earlier[value] != row:
                    found[row] = DuplicateInBlock(key.property, value, earlier[value])

    def check(self, record_id: int, values: Mapping[str, Stored | None]) -> None:
        """Raise DuplicateKey where one of a record's new values is held by another record."""
        for key in self.keys:
            if values.get(key.property.name) is not None:
                for value, holder in self.held(key.kind, key.values(values[key.property.name])).items():
                    if holder.id != record_id:
                        raise DuplicateKey(key.property, value, holder)

    def check_merged(self, record_id: int) -> None:
        """Raise DuplicateKey where a key of a record that was merged into this one is held by a third."""
        for each in merged_into(self._connection, self._object.name, record_id):
            for value, code in held_keys(self._connection, self._object.name, each):
                key = self._by_code.get(code)
                holder = self.held(key.kind, [value]).get(value) if key else None
                if key and holder and holder.id != record_id:
                    raise DuplicateKey(key.property, value, holder)

    def held(self, kind: str, values: Sequence[str]) -> dict[str, KeyHit]:
        """Which of these keys are held, and by whom, as this transaction would leave it."""
        found: dict[str, KeyHit] = {}
        codes = ", ".join(map(str, self._groups[kind]))
        for start in range(0, len(values) if self._any_before else 0, _AT_ONCE):
            some = values[start : start + _AT_ONCE]
            rows = self._connection.execute(
                f"SELECT value, code, id FROM _key WHERE code IN ({codes}) AND value IN ({', '.join('?' * len(some))})",
                list(some),
            )
            hits = ((row[0], self._hit(row)) for row in rows if row not in self._given_up)
            found.update((value, hit) for value, hit in hits if hit)
        taken = self._taken.get(kind)
        if taken:
            found.update(self._taken_here([v for v in values if hash(v) in taken and v not in found], codes))
        return found

    def _taken_here(self, values: Iterable[str], codes: str) -> Iterable[tuple[str, KeyHit]]:
        for value in values:
            if not self._indexed:
                name = self._object.name
                self._connection.execute(f'CREATE INDEX temp."_taken_value_{name}" ON {self._table} (value)')
                self._indexed = True
            row = self._connection.execute(
                f"SELECT value, code, id FROM {self._table} WHERE value = ? AND code IN ({codes})",
                (value,),
            ).fetchone()
            hit = self._hit(row) if row else None
            if hit:
                yield value, hit

    def _hit(self, row: tuple[str, int, int]) -> KeyHit | None:
        """Say who holds a key: of a merged record's, the one that stands for it; None where that is gone."""
        key, holder = self._by_code[row[1]], self._standing(row[2])
        return KeyHit(self._object.name, holder, key.property.name, key.primary) if holder else None

    def _standing(self, record_id: int) -> int | None:
        """The record that stands for a holder as this transaction has it."""
        if not self._any_merged and not self.merged:
            return record_id
        now, followed = record_id, set[int]()
        while now not in self.parted and now not in followed:
            followed.add(now)
            into = self.merged.get(now) or into_of(self._connection, self._object.name, now)
            if into is None:
                return now if now == record_id else standing_for(self._connection, self._object.name, now)
            now = into
        return now if now in self.parted else None

    def take(self, key: KeyProperty, pairs: Sequence[tuple[str, int]]) -> None:
        """Take keys: (value, record)."""
        self._taken.setdefault(key.kind, set()).update([hash(value) for value, _ in pairs])
        self._given_up.difference_update([(value, key.code, i) for value, i in pairs] if self._given_up else ())
        insert_rows(self._connection, self._table, f"(?, {key.code}, ?)", pairs)

    def take_block(self, ids: Sequence[int], names: Sequence[str], columns: Sequence[Sequence[Stored | None]]) -> None:
        """Take the keys of a block of new records."""
        for key in self.keys:
            if key.property.name in names:
                column = columns[names.index(key.property.name)]
                self.take(key, key.block(column, ids))

    def key_columns(self, rows: Sequence[Mapping[str, object]]) -> tuple[list[str], list[Sequence[Stored | None]]]:
        """The names and columns of the keys in records as data files have them; None for what their type refuses."""
        names: list[str] = []
        columns: list[Sequence[Stored | None]] = []
        for key in self.keys:
            values = [row.get(key.property.name) for row in rows]
            if values.count(None) < len(values):
                accepted = key.property.value_type.accept_many(values)
                names.append(key.property.name)
                columns.append([None if isinstance(value, InvalidValue) else value for value in accepted])
        return names, columns

    def give_up_block(self, ids: Sequence[int], rows: Sequence[Mapping[str, object]]) -> None:
        """Give up the keys of a block of records."""
        names, columns = self.key_columns(rows)
        for name, column in zip(names, columns, strict=True):
            key = next(key for key in self.keys if key.property.name == name)
            self._give_up(key, key.block(column, ids))

    def replace(self, record_id: int, old: Mapping[str, object], new: Mapping[str, object]) -> None:
        """Give up the keys of a record's old values and take those of its new ones."""
        for key in self.keys:
            before, after = old.get(key.property.name), new.get(key.property.name)
            if before != after:
                self._give_up(key, [(value, record_id) for _, value in keys_of((key,), old)])
                self.take(key, [(value, record_id) for _, value in keys_of((key,), new)])

    def _give_up(self, key: KeyProperty, pairs: Sequence[tuple[str, int]]) -> None:
        self._given_up.update([(value, key.code, record_id) for value, record_id in pairs])
        taken = self._taken.get(key.kind, ())
        self._connection.executemany(
            f"DELETE FROM {self._table} WHERE value = ? AND code = {key.code} AND id = ?",
            [pair for pair in pairs if hash(pair[0]) in taken],
        )

    def apply(self) -> None:
        """Bring the index's keys to what this transaction leaves, inside the transaction that is open."""
        self._connection.executemany("DELETE FROM _key WHERE value = ? AND code = ? AND id = ?", list(self._given_up))
        self._connection.execute(
            f"INSERT OR IGNORE INTO _key SELECT value, code, id FROM {self._table} ORDER BY 1, 2, 3"
        )

    def close(self) -> None:
        """Forget all of it."""
        self._connection.execute(f"DROP TABLE IF EXISTS temp.{self._table}")


_row = itemgetter(1)


class DuplicateInBlock(DuplicateKey):
    """A key that an earlier row of the same block holds; `row` is that row's place in the block."""

    def __init__(self, prop: object, value: str, row: int) -> None:
        super().__init__(prop, value, KeyHit("", 0, prop.name, primary=True))  # type: ignore[arg-type,attr-defined]
        self.row = row
