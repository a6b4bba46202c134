"""A shard: one data file, at most 1,000 records of one object with the associations that they own.

The file is a TinyDB database: tables of whole-number keys and dict values. Its canonical text is the text that
`json.dumps(..., indent=2, ensure_ascii=False)` gives, ids ascending, so that plain TinyDB reads it and writes it
back the same. What the store does not know (foreign tables, number tokens, lone surrogates) goes through unchanged.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from json.encoder import encode_basestring
from typing import TYPE_CHECKING, Any

from crmcli.errors import CrmError

if TYPE_CHECKING:
    from collections.abc import Mapping

SHARD_SIZE = 1000
ASSOCIATIONS = "associations"
TOMBSTONES = "tombstones"

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


class NumberToken(str):
    """A JSON number kept as it was written, because Python would write it differently."""

    __slots__ = ()


@dataclass(slots=True)
class Shard:
    """The tables of one data file; mutable, private to one transaction."""

    object_name: str
    records: Table = field(default_factory=dict)
    associations: Table = field(default_factory=dict)
    tombstones: Table = field(default_factory=dict)
    foreign: dict[str, object] = field(default_factory=dict)

    def dumps(self) -> bytes:
        """Give the canonical text in UTF-8."""
        small = ((ASSOCIATIONS, self.associations), (TOMBSTONES, self.tombstones))
        tables = [(self.object_name, _table_text(self.records))]
        tables += [(name, _table_text(table)) for name, table in small if table]
        tables += [(name, _nested(content, 1)) for name, content in self.foreign.items()]
        return _encoded(
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


def _encoded(text: str) -> bytes:
    # A lone surrogate has no UTF-8: it stands as its escape, as it must have come in.
    return text.encode("utf-8", "backslashreplace")


def canonical(tables: Mapping[str, Mapping[Any, Any]]) -> bytes:
    """Give the canonical text of any TinyDB tables: rows ordered by their whole-number keys."""
    ordered = {
        name: {str(key): rows[key] for key in sorted(rows, key=lambda k: int(str(k)))} for name, rows in tables.items()
    }
    return _encoded(_nested(ordered, 0))


def number_of(record_id: int) -> int:
    """The number of the shard that holds a record."""
    return record_id // SHARD_SIZE


def parse(text: bytes, object_name: str, path: str) -> Shard:
    """Read a data file strictly: duplicate keys, ids outside the shard and damage are errors.

    Raises DamagedFile, whose `path` is the one given.
    """
    return _shard(loads(text, path), object_name, path)


def parse_fast(text: bytes, object_name: str, path: str) -> Shard:
    """Read a data file for the index: as `parse`, with orjson where that is proved to be equal.

    orjson keeps the last of duplicate keys in silence; in canonical text every row and every property begins a line of
    its own, so that counting those lines shows whether any got lost.
    """
    import orjson

    try:
        content = orjson.loads(text)
    except orjson.JSONDecodeError:
        return parse(text, object_name, path)
    if not isinstance(content, dict) or not _nothing_lost(text, content):
        return parse(text, object_name, path)
    return _shard(content, object_name, path)


def _nothing_lost(text: bytes, content: dict[str, object]) -> bool:
    tables = [table for table in content.values() if isinstance(table, dict)]
    rows = [row for table in tables for row in table.values()]
    return (
        text.count(b'\n  "') == len(content)
        and text.count(b'\n    "') == sum(map(len, tables))
        and text.count(b'\n      "') == sum(len(row) for row in rows if isinstance(row, dict))
        and text.count(b'\n          "') == 0  # properties with nested objects are read strictly
    )


def loads(text: bytes, path: str) -> dict[str, object]:
    """Read a data file's JSON with every number token kept; raise DamagedFile for what is no data file."""
    if not text.strip():
        raise DamagedFile(path, "it is empty")
    if b"\n<<<<<<< " in text or text.startswith(b"<<<<<<< "):
        line = text[: text.index(b"<<<<<<< ")].count(b"\n") + 1
        raise DamagedFile(path, f"it holds conflict markers of a merge (line {line})")
    try:
        content = json.loads(
            text.decode("utf-8"),
            object_pairs_hook=_unique,
            parse_int=_integer,
            parse_float=NumberToken,
            parse_constant=_refuse_constant,
        )
    except UnicodeDecodeError as error:
        raise DamagedFile(path, f"it is not UTF-8 (byte {error.start})") from None
    except json.JSONDecodeError as error:
        raise DamagedFile(path, f"line {error.lineno}, column {error.colno}: {error.msg}") from None
    except (ValueError, RecursionError) as error:
        raise DamagedFile(path, str(error) or "it is nested too deeply") from None
    if not isinstance(content, dict):
        raise DamagedFile(path, "it is not a JSON object of tables")
    return content


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f'the key "{twice}" stands twice in one object')
    return found


def _integer(token: str) -> int | NumberToken:
    number = int(token) if len(token) < 19 else None
    return number if number is not None and str(number) == token else NumberToken(token)


def _refuse_constant(token: str) -> object:
    raise ValueError(f"{token} is not JSON")


def _shard(content: dict[str, object], object_name: str, path: str) -> Shard:
    known = {name: _table(content.pop(name, {}), name, path) for name in (object_name, ASSOCIATIONS, TOMBSTONES)}
    return Shard(object_name, known[object_name], known[ASSOCIATIONS], known[TOMBSTONES], content)


def _table(rows: object, name: str, path: str) -> Table:
    if not isinstance(rows, dict) or not all(type(row) is dict for row in rows.values()):
        raise DamagedFile(path, f'table "{name}" is not an object of objects')
    try:
        table = {int(key): row for key, row in rows.items()}
    except ValueError:
        bad = next(key for key in rows if not key.isdecimal())
        raise DamagedFile(path, f'"{bad}" in table "{name}" is not a record id') from None
    if len(table) != len(rows):
        raise DamagedFile(path, f'table "{name}" has the same id in two spellings')
    first = number_in(path) * SHARD_SIZE
    outside = next((i for i in table if not first <= i < first + SHARD_SIZE or i == 0), None)
    if outside is not None:
        raise DamagedFile(
            path, f"record {outside} does not belong into this file ({max(first, 1)} to {first + SHARD_SIZE - 1})"
        )
    return table


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
        f"      {encode(name)}: {encode(value) if type(value) is str else _nested(value, 3)}"
        for name, value in row.items()
    ]
    return "{\n" + ",\n".join(lines) + "\n    }"


def _nested(value: object, level: int) -> str:
    """Say a JSON value as json.dumps with indent=2 would at this level of nesting."""
    match value:
        case NumberToken():
            return value
        case str():
            return encode_basestring(value)
        case dict() | list() if value:
            return _block(value, level)
        case _:
            return json.dumps(value)


def _block(value: dict[str, object] | list[object], level: int) -> str:
    pad, end = "  " * (level + 1), "  " * level
    if isinstance(value, dict):
        items = [f"{pad}{encode_basestring(str(key))}: {_nested(item, level + 1)}" for key, item in value.items()]
        return "{\n" + ",\n".join(items) + f"\n{end}}}"
    return "[\n" + ",\n".join(f"{pad}{_nested(item, level + 1)}" for item in value) + f"\n{end}]"
