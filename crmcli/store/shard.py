"""A shard: one data file, at most 1,000 records of one object with the associations that they own.

The file is a TinyDB database: tables of whole-number keys and dict values. Its canonical text is the text that
`json.dumps(..., indent=2, ensure_ascii=False)` gives, ids ascending, so that plain TinyDB reads it and writes it
back the same. What the store does not know (foreign tables, number tokens, lone surrogates) goes through unchanged.
"""

from __future__ import annotations

import json
from itertools import chain
from json.encoder import encode_basestring
from typing import TYPE_CHECKING, Any

from crmcli.errors import CrmError
from crmcli.store import tokens
from crmcli.store.tokens import encoded, indented

if TYPE_CHECKING:
    from collections.abc import Mapping

SHARD_SIZE = 1000
HIGHEST_ID = 10**15  # beyond any that a clone makes
_DEEPEST = 100  # objects and lists in one another: all that Python can write again, whoever called
_TOO_DEEP = "it is nested too deeply"
ASSOCIATIONS = "associations"
TOMBSTONES = "tombstones"
MERGED = "merged"  # the kind of a tombstone that leads to another record, and keeps what its own was:
_KEPT = ("record", "associations", "values", "links")

Row = dict[str, object]
Table = dict[int, Row]


class DamagedFile(CrmError):
    """A data file that cannot be read as one; names the file and the remedy."""

    def __init__(self, path: str, what: str) -> None:
        super().__init__(
            f'"{path}" is damaged: {what}',
            "nothing was changed; crm doctor says more, crm doctor --fix mends what can be mended,"
            " and git or a backup has earlier versions",
        )
        self.path = path
        self.what = what


class Shard:
    """The tables of one data file; mutable, private to one transaction. `foreign` holds tables that are not ours.

    `plain` says that orjson wrote the file as it was: what it holds comes out of `dumps_fast` as out of `dumps`.
    """

    __slots__ = ("associations", "foreign", "object_name", "plain", "records", "tombstones")

    def __init__(
        self,
        object_name: str,
        records: Table | None = None,
        associations: Table | None = None,
        tombstones: Table | None = None,
    ) -> None:
        self.object_name = object_name
        self.records = records or {}
        self.associations = associations or {}
        self.tombstones = tombstones or {}
        self.foreign: dict[str, object] = {}
        self.plain = False

    def dumps(self) -> bytes:
        """Give the canonical text in UTF-8."""
        small = ((ASSOCIATIONS, self.associations), (TOMBSTONES, self.tombstones))
        tables = [(self.object_name, _table_text(self.records))]
        tables += [(name, _table_text(table)) for name, table in small if table]
        tables += [(name, indented(content, 1)) for name, content in self.foreign.items()]
        return encoded(
            "{\n" + ",\n".join(f"  {encode_basestring(name)}: {content}" for name, content in tables) + "\n}"
        )

    def dumps_fast(self) -> bytes:
        """Give the same text by way of orjson, for a shard whose values all came from types in this process."""
        import orjson

        if self.foreign:
            return self.dumps()
        small = ((ASSOCIATIONS, self.associations), (TOMBSTONES, self.tombstones))
        tables = {self.object_name: self.records} | {name: table for name, table in small if table}
        rows = {name: {str(i): table[i] for i in sorted(table)} for name, table in tables.items()}
        try:
            return orjson.dumps(rows, option=orjson.OPT_INDENT_2)
        except TypeError:  # a lone surrogate, or a whole number beyond 64 bits
            return self.dumps()


def canonical(tables: Mapping[str, Mapping[Any, Any]]) -> bytes:
    """Give the canonical text of any TinyDB tables: rows ordered by their whole-number keys."""
    ordered = {
        name: {str(key): rows[key] for key in sorted(rows, key=lambda k: int(str(k)))} for name, rows in tables.items()
    }
    return encoded(indented(ordered, 0))


def number_of(record_id: int) -> int:
    """The number of the shard that holds a record."""
    return record_id // SHARD_SIZE


def shard_range(number: int) -> tuple[int, int]:
    """The first and the last id of a shard."""
    return number * SHARD_SIZE, number * SHARD_SIZE + SHARD_SIZE - 1


def parse(text: bytes, object_name: str, path: str) -> Shard:
    """Read a data file strictly: duplicate keys, ids outside the shard and damage are errors.

    Raises DamagedFile, whose `path` is the one given.
    """
    content = loads(text, path)
    if _deeper(content, _DEEPEST):
        raise DamagedFile(path, _TOO_DEEP)
    return _shard(content, object_name, path)


def parse_fast(text: bytes, object_name: str, path: str) -> Shard:
    """Read a data file for the index: as `parse`, with orjson where that is proved to be equal.

    What orjson writes back the same had no key twice and no number that it changes; only fractions come as numbers
    where `parse` gives their tokens.
    """
    import orjson

    try:
        content = orjson.loads(text)
        same = orjson.dumps(content, option=orjson.OPT_INDENT_2) == text
    except (ValueError, TypeError):  # no JSON to orjson, or nested more deeply than it writes
        same = False
    if same and _plain(content, object_name):
        shard = _shard(content, object_name, path)
        shard.plain = True
        return shard
    return parse(text, object_name, path)


def _plain(content: object, object_name: str) -> bool:
    """Whether there are our own tables alone, in them no fraction, and in records nothing nested but plain lists."""
    if not isinstance(content, dict) or not content.keys() <= {object_name, ASSOCIATIONS, TOMBSTONES}:
        return False
    tombs = content.get(TOMBSTONES, {})
    if not isinstance(tombs, dict) or not _simple(tombs):
        return False
    tables = (table for name, table in content.items() if name != TOMBSTONES)
    rows = [row for table in tables if isinstance(table, dict) for row in table.values()]
    if not {dict}.issuperset(map(type, rows)):
        return False
    kinds = set(map(type, chain.from_iterable(map(dict.values, rows))))
    if list in kinds:
        lists = (value for row in rows for value in row.values() if type(value) is list)
        if not {float, dict, list}.isdisjoint(map(type, chain.from_iterable(lists))):
            return False
    return kinds.isdisjoint((float, dict))


def _simple(value: object) -> bool:
    """Whether there is no fraction in a value, however nested: a tombstone may keep a whole record."""
    if isinstance(value, dict | list):
        return all(map(_simple, value.values() if isinstance(value, dict) else value))
    return type(value) is not float


def loads(text: bytes, path: str) -> dict[str, object]:
    """Read a data file's JSON with every number token kept; raise DamagedFile for what is no data file."""
    if not text.strip():
        raise DamagedFile(path, "it is empty")
    if b"\n<<<<<<< " in text or text.startswith(b"<<<<<<< "):
        line = text[: text.index(b"<<<<<<< ")].count(b"\n") + 1
        raise DamagedFile(path, f"it holds conflict markers of a merge (line {line})")
    try:
        content = tokens.loads(text.decode("utf-8"), _unique)
    except UnicodeDecodeError as error:
        raise DamagedFile(path, f"it is not UTF-8 (byte {error.start})") from None
    except json.JSONDecodeError as error:
        raise DamagedFile(path, f"line {error.lineno}, column {error.colno}: {error.msg}") from None
    except RecursionError:
        raise DamagedFile(path, _TOO_DEEP) from None
    except ValueError as error:
        raise DamagedFile(path, str(error)) from None
    if not isinstance(content, dict):
        raise DamagedFile(path, "it is not a JSON object of tables")
    return content


def _deeper(value: dict[str, object] | list[object], levels: int) -> bool:
    """Whether objects and lists are nested more deeply than this."""
    items = value.values() if isinstance(value, dict) else value
    return any(not levels or _deeper(item, levels - 1) for item in items if isinstance(item, dict | list))


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f'the key "{twice}" stands twice in one object')
    return found


def _shard(content: dict[str, object], object_name: str, path: str) -> Shard:
    known = {name: _table(content.pop(name, {}), name, path) for name in (object_name, ASSOCIATIONS, TOMBSTONES)}
    bad = next((i for i, row in known[TOMBSTONES].items() if not _is_tombstone(i, row)), None)
    if bad is not None:
        raise DamagedFile(path, f"the tombstone of record {bad} does not say what became of it")
    shard = Shard(object_name, known[object_name], known[ASSOCIATIONS], known[TOMBSTONES])
    shard.foreign = content
    return shard


def _table(rows: object, name: str, path: str) -> Table:
    if not isinstance(rows, dict) or not all(type(row) is dict for row in rows.values()):
        raise DamagedFile(path, f'table "{name}" is not an object of objects')
    try:
        table = {int(key): row for key, row in rows.items()}
    except ValueError:
        bad = next((key for key in rows if not key.isdecimal()), "a long number")
        raise DamagedFile(path, f'"{bad}" in table "{name}" is not a record id') from None
    if len(table) != len(rows):
        raise DamagedFile(path, f'table "{name}" has the same id in two spellings')
    first = number_in(path) * SHARD_SIZE
    if table and not max(first, 1) <= min(table) <= max(table) < first + SHARD_SIZE:
        outside = next(i for i in table if not max(first, 1) <= i < first + SHARD_SIZE)
        raise DamagedFile(
            path, f"record {outside} does not belong into this file ({max(first, 1)} to {first + SHARD_SIZE - 1})"
        )
    return table


def _is_tombstone(first: int, row: Row) -> bool:
    last, into, words = row.get("last", first), row.get("into", 1), (row.get("kind"), row.get("operation"))
    return (
        all(isinstance(word, str) and word.isascii() for word in words)
        and type(last) is int
        and first <= last < (number_of(first) + 1) * SHARD_SIZE
        and type(into) is int
        and 0 < into < HIGHEST_ID
        and ("into" in row) is (row["kind"] == MERGED)
        and all(type(row.get(kept, {})) is dict for kept in _KEPT)
    )


def number_in(path: str) -> int:
    """The shard number that a path names: data/<object>/00042.json → 42."""
    return int(path.rpartition("/")[2].removesuffix(".json"))


def _table_text(table: Table) -> str:
    if not table:
        return "{}"
    ids = sorted(table)
    return "{\n" + ",\n".join([f'    "{i}": {_row_text(table[i])}' for i in ids]) + "\n  }"


def _row_text(row: Row) -> str:
    if not row:
        return "{}"
    encode = encode_basestring
    lines = [
        f"      {encode(name)}: {encode(value) if type(value) is str else indented(value, 3)}"
        for name, value in row.items()
    ]
    return "{\n" + ",\n".join(lines) + "\n    }"
