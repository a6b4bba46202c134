"""Which records have certain values: found by SQLite indexes that look-ups make, and that cost writing little.

Each index covers a segment, the records from one id to another. What was created since the last one is gone through;
where that has become much, the next look-up makes a segment of it, together with smaller ones before it. So an import
adds to no index, and a look-up after it sorts what came in, not all that was there.
"""

from __future__ import annotations

import sqlite3
import unicodedata
from contextlib import suppress
from typing import TYPE_CHECKING

from crmcli.store.index import make_room, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crmcli.store.index import Index

_UNSORTED = 2_000  # records that are gone through
_TIMES = 4  # a segment takes those before it in that have less than so many times its ids
_AT_ONCE = 500  # values that are looked up by one statement

Values = tuple[str, ...]


class Segments:
    """Looks up records of one object by one or more text properties together.

    Case is no difference, unless the texts are canonical ones of one property: these are found the fastest.
    """

    def __init__(self, index: Index, object_name: str, names: Sequence[str], *, canonical: bool = False) -> None:
        """Make the segments that are lacking, unless somebody else is writing; what is created later is not seen."""
        self._connection = index.connection
        self._table = quoted(object_name)
        self._object = object_name
        self._names = names
        self._canonical = canonical and len(names) == 1
        with suppress(sqlite3.OperationalError):
            self._extend()
        self._segments = [segment for segment in self._present() if self._holds_any(segment)]
        self._recent = self._gone_through()

    @property
    def empty(self) -> bool:
        """Whether no record has any of these properties, as far as that is known."""
        return not (self._segments or self._recent)

    def find(self, wanted: Sequence[Values], most: int) -> dict[Values, list[int]]:
        """Give the records that have these values, ids ascending; of values that more than `most` have, nobody's."""
        found: dict[Values, list[int]] = {}
        for start in range(0, len(wanted), _AT_ONCE):
            some = wanted[start : start + _AT_ONCE]
            for segment in self._segments:
                for values, ids in self._within(segment, some, most):
                    found.setdefault(values, []).extend(ids)
        for values in wanted:
            if recent := self._recent.get(tuple(map(_folded, values))):
                found.setdefault(values, []).extend(recent)
        return {values: sorted(ids) for values, ids in found.items() if len(ids) <= most}

    def _extend(self) -> None:
        """Make a segment of what was created since the last one, where that is much."""
        if self._connection.in_transaction:
            return
        segments = self._present()
        last = segments[-1][1] if segments else 0
        recent = f"SELECT id FROM {self._table} WHERE id > {last} ORDER BY id LIMIT 1 OFFSET {_UNSORTED}"
        if self._connection.execute(recent).fetchone() is None:
            return
        top = self._connection.execute(f"SELECT max(id) FROM {self._table}").fetchone()[0]
        first, taken = last, []
        while segments and segments[-1][1] - segments[-1][0] < _TIMES * (top - first):
            taken.append(segments.pop())
            first = taken[-1][0]
        collation = "BINARY" if self._canonical else "NOCASE"
        columns = ", ".join(f"{quoted(name)} COLLATE {collation}" for name in self._names)
        there = " AND ".join(f"{quoted(name)} IS NOT NULL" for name in self._names)
        make_room(self._connection)
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            self._connection.execute(
                f"CREATE INDEX {self._name(first, top)} ON {self._table} ({columns})"
                f" WHERE {_ids((first, top))} AND {there}"
            )
            for segment in taken:
                self._connection.execute(f"DROP INDEX {self._name(*segment)}")
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    @property
    def _prefix(self) -> str:
        return f"_{'exact' if self._canonical else 'segment'}_{self._object}_{'+'.join(self._names)}_"

    def _name(self, first: int, last: int) -> str:
        return quoted(f"{self._prefix}{first}_{last}")

    def _present(self) -> list[tuple[int, int]]:
        """Give the segments that there are, each by the id before its first and by its last."""
        names = self._connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = ?", (self._object,)
        )
        spans = [name.removeprefix(self._prefix).split("_") for (name,) in names if name.startswith(self._prefix)]
        return sorted((int(first), int(last)) for first, last in spans)

    def _gone_through(self) -> dict[Values, list[int]]:
        """Give the records behind the last segment, the newest where they are many."""
        last = self._segments[-1][1] if self._segments else 0
        columns = ", ".join(map(quoted, self._names))
        rows = self._connection.execute(
            f"SELECT id, {columns} FROM {self._table} WHERE id > {last} ORDER BY id DESC LIMIT {_UNSORTED}"
        )
        found: dict[Values, list[int]] = {}
        for record_id, *values in rows:
            if None not in values:
                found.setdefault(tuple(map(_folded, values)), []).append(record_id)
        return found

    def _holds_any(self, segment: tuple[int, int]) -> bool:
        there = " AND ".join(f"{quoted(name)} IS NOT NULL" for name in self._names)
        query = (
            f"SELECT 1 FROM {self._table} INDEXED BY {self._name(*segment)} WHERE {there} AND {_ids(segment)} LIMIT 1"
        )
        return self._connection.execute(query).fetchone() is not None

    def _within(
        self, segment: tuple[int, int], wanted: Sequence[Values], most: int
    ) -> Iterable[tuple[Values, list[int]]]:
        return (self._canonical and self._at_once(segment, wanted, most)) or self._one_by_one(segment, wanted, most)

    def _at_once(
        self, segment: tuple[int, int], wanted: Sequence[Values], most: int
    ) -> Sequence[tuple[Values, list[int]]]:
        """Give the records that have any of these texts; none where so many have that one is too frequent."""
        limit = len(wanted) + most
        (name,) = map(quoted, self._names)
        rows = self._connection.execute(
            f"SELECT {name}, id FROM {self._table} INDEXED BY {self._name(*segment)}"
            f" WHERE {name} IN ({','.join('?' * len(wanted))}) AND {_ids(segment)} LIMIT {limit}",
            [text for (text,) in wanted],
        ).fetchall()
        found: dict[Values, list[int]] = {}
        for text, record_id in rows:
            found.setdefault((text,), []).append(record_id)
        return list(found.items()) if len(rows) < limit else ()

    def _one_by_one(
        self, segment: tuple[int, int], wanted: Sequence[Values], most: int
    ) -> Iterator[tuple[Values, list[int]]]:
        names = [f"v{number}" for number in range(len(self._names))]
        marks = ", ".join([f"({', '.join('?' * len(names))})"] * len(wanted))
        collation = "" if self._canonical else " COLLATE NOCASE"
        same = " AND ".join(
            f"{quoted(name)} = wanted.{mine}{collation}" for name, mine in zip(self._names, names, strict=True)
        )
        rows = self._connection.execute(
            f"WITH wanted ({', '.join(names)}) AS (VALUES {marks}) SELECT {', '.join(names)}, (SELECT group_concat(id)"
            f" FROM (SELECT id FROM {self._table} INDEXED BY {self._name(*segment)}"
            f" WHERE {same} AND {_ids(segment)} LIMIT {most + 1})) FROM wanted",
            [value for values in wanted for value in values],
        )
        for *values, ids in rows:
            if ids is not None:
                yield tuple(values), [int(each) for each in str(ids).split(",")]


def _ids(segment: tuple[int, int]) -> str:
    """Give the condition of being in a segment, in the very words by which SQLite knows the index for it."""
    return f"id > {segment[0]} AND id <= {segment[1]}"


def _folded(text: str) -> str:
    """Give a text in small letters without accents; in segments SQLite folds the case of ASCII letters alone."""
    text = text.lower()
    if text.isascii():
        return text
    parts = unicodedata.normalize("NFKD", text)
    return "".join(character for character in parts if not unicodedata.combining(character))
