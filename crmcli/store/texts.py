"""Records as delimited text, put together by SQLite: a fifth of what it costs to make rows of them first.

Cells stand between control characters that say what is known of the cell behind them. What a text may hold is looked
at by whoever writes it: here nothing is quoted.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.store.columns import BLOCK
from crmcli.store.index import quoted
from crmcli.types.number import Number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from crmcli.model.objects import Pair
    from crmcli.store.reading import Reading
    from crmcli.types.base import ValueType

ANY = "\x1f"  # stands before a cell that may hold anything
PLAIN = "\x1d"  # before one that is a number, a date, yes or no, or references: it holds none of these characters
ROW = "\x1e"  # between records
_MOST_COLUMNS = 100  # SQLite's functions take 127 values


@frozen
class TextBlock:
    """Records as one text, how many, and what finds their ids: for those whose cells hold control characters."""

    text: str
    rows: int
    ids: Callable[[], Sequence[int]]


def text_blocks(
    store: Reading, object_name: str, names: Sequence[str], pairs: Sequence[Pair]
) -> Iterator[TextBlock] | None:
    """Give all records in order of id: reference, properties, and what they own associations of each pair with.

    None where SQLite cannot say it: a property of several values or JSON, an association with a label.
    """
    properties = store.model.objects[object_name].properties
    cells = [_cell(properties[name].value_type, quoted(name)) for name in names]
    if len(cells) + len(pairs) > _MOST_COLUMNS or any(mark is None for mark, _ in cells):
        return None
    if any(_labelled(store, pair) for pair in pairs):
        return None
    marks = "".join(f"{mark}%s" for mark, _ in cells) + f"{PLAIN}%s" * len(pairs)
    values = ", ".join(["id", *(sql for _, sql in cells), *(_references(pair) for pair in pairs)])
    line = f"SELECT id, printf('{object_name}:%d{marks}', {values}) AS line FROM {quoted(object_name)} AS record"
    store.require_sound(object_name)
    return _text_blocks(store, f"{line} WHERE id > ? ORDER BY id LIMIT {BLOCK}")


def _text_blocks(store: Reading, query: str) -> Iterator[TextBlock]:
    execute = store.index.connection.execute
    last = 0

    def ids(before: int) -> Sequence[int]:
        return [row[0] for row in execute(query, (before,))]

    while True:
        before = last
        text, rows, last = execute(
            f"SELECT group_concat(line, '{ROW}'), count(*), max(id) FROM ({query})", (before,)
        ).fetchone()
        if not rows:
            return
        yield TextBlock(text, rows, partial(ids, before))


def _cell(value_type: ValueType, column: str) -> tuple[str | None, str]:
    """Give the mark of a property's cells, and SQL for the text of its stored value, NULL where it is unset.

    The mark is None where that takes more than SQL.
    """
    name = value_type.name
    if value_type.several or name == "json":
        return None, ""
    if name == "bool":
        return PLAIN, f"CASE {column} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END"
    if name == "datetime":
        return PLAIN, _moment(column)
    if isinstance(value_type, Number):
        return PLAIN, _number(column, value_type.scale)
    if not value_type.stored_is_column:
        return None, ""
    return (ANY if value_type.sql == "TEXT" and name not in ("date", "phone") else PLAIN), column


def _moment(column: str) -> str:
    """Say microseconds since 1970 as ISO in UTC, with a fraction only where there is one."""
    fraction = f"((({column}) % 1000000 + 1000000) % 1000000)"
    whole = f"strftime('%Y-%m-%dT%H:%M:%S', ({column} - {fraction}) / 1000000, 'unixepoch')"
    return (
        f"CASE WHEN {column} % 1000000 = 0 THEN strftime('%Y-%m-%dT%H:%M:%SZ', {column} / 1000000, 'unixepoch')"
        f" ELSE {whole} || '.' || rtrim(printf('%06d', {fraction}), '0') || 'Z' END"
    )


def _number(column: str, scale: int) -> str:
    """Say a number that is kept as a whole one of its smallest unit."""
    unit = 10**scale
    return (
        f"CASE WHEN {column} % {unit} = 0 THEN {column} / {unit}"
        f" ELSE printf('%s%d.%s', CASE WHEN {column} < 0 THEN '-' ELSE '' END, abs({column}) / {unit},"
        f" rtrim(printf('%0{scale}d', abs({column}) % {unit}), '0')) END"
    )


def _labelled(store: Reading, pair: Pair) -> bool:
    query = "SELECT 1 FROM _association WHERE pair = ? AND labels IS NOT NULL LIMIT 1"
    return store.index.connection.execute(query, (pair.code,)).fetchone() is not None


def _references(pair: Pair) -> str:
    """Say what a record owns associations with: references, that of the primary one with a star."""
    return (
        f"(SELECT group_concat('{pair.other}:' || other || CASE WHEN is_primary THEN '*' ELSE '' END, '; ')"
        f" FROM _association WHERE pair = {pair.code} AND owner = record.id)"
    )
