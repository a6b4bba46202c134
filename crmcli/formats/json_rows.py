"""JSON as tables: an array of objects, lines of objects (JSONL), or an object with such lists in it.

Numbers keep the digits that they are written with, whatever their size. An object within an object becomes columns
with a dot in their headings, a list one cell with semicolons; of a record as HubSpot's API gives it, the properties
stand without the word `properties` before them.
"""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

from crmcli.errors import CrmError
from crmcli.formats.json_text import WrongJson, decoded, lines_of, values_of
from crmcli.formats.row_table import Row, RowTable, Shape
from crmcli.formats.table import EmptyFile, Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import BinaryIO

_WRAPPERS = ("results", "records", "data", "items", "value", "rows")  # what interfaces call the list of an answer
_DEEPEST = 32  # objects within objects
_MOST_HEADINGS = 5_000


class NoObjects(CrmError):
    """JSON without a list of objects in it."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f'"{name}" holds no objects that could be records',
            "A list of objects is read, one object a line, or an object with such a list in it",
        )


class TooManyHeadings(CrmError):
    """Objects that each have names of their own, so that they make no table."""

    def __init__(self, name: str, limit: int) -> None:
        super().__init__(
            f'The objects of "{name}" have more than {limit:,} different names in them',
            "They make no table: reshape them",
        )


def json_tables(file: BinaryIO, name: str) -> Sequence[RowTable]:
    """Give the lists of objects of an open JSON document, most often one.

    An array is read object by object, so memory does not grow with it; an object is read whole. Raises EmptyFile,
    NoObjects, TooManyHeadings or UnreadableJson.
    """
    text = decoded(file, name)
    first = next((character for line in text for character in line if not character.isspace()), "")
    if not first:
        raise EmptyFile(name)
    if first == "[":
        return [_table(file, name, partial(values_of, file, name))]
    documents = [value for _, value in values_of(file, name)]
    if len(documents) > 1:
        return [_table(file, name, partial(values_of, file, name))]
    value = documents[0]
    found = _lists(value)
    if not found:
        if not isinstance(value, dict) or any(value.get(word) == [] for word in _WRAPPERS):
            raise NoObjects(name)
        found = {"": [value]}
    return [
        _table(file, name if len(found) == 1 else f"{name}[{key}]", partial(_numbered, values))
        for key, values in found.items()
    ]


def json_line_tables(file: BinaryIO, name: str) -> Sequence[RowTable]:
    """Give the one table of an open file with an object on each line; a line that is none is a fault."""
    return [_table(file, name, partial(lines_of, file, name))]


def _numbered(values: Sequence[Any]) -> Iterator[tuple[int, Any]]:
    """Give values with their places, where their lines are not known."""
    return iter(list(enumerate(values, start=1)))


def _table(file: BinaryIO, name: str, read: Callable[[], Iterator[tuple[int, Any]]]) -> RowTable:
    header = _headings(read(), name)
    shape = Shape(name, list(header), notes=["JSON"])
    return RowTable(shape, partial(_rows, read, header), file)


def _rows(read: Callable[[], Iterator[tuple[int, Any]]], header: Mapping[str, None]) -> Iterator[Row | Fault]:
    for line, value in read():
        if isinstance(value, WrongJson):
            yield Fault(line, "COULD_NOT_PARSE_ROW", value.reason, [value.text])
            continue
        try:
            cells = flattened(value)
        except WrongJson as error:
            yield Fault(line, "COULD_NOT_PARSE_ROW", error.reason, [json.dumps(value, ensure_ascii=False)[:1000]])
            continue
        yield Row(line, [cells.get(heading, "") for heading in header])


def _headings(values: Iterator[tuple[int, Any]], name: str) -> dict[str, None]:
    """Give the headings of all objects, in the order in which they come first; no value is kept."""
    headings: dict[str, None] = {}
    found = False
    for _, value in values:
        if isinstance(value, dict):
            found = True
            try:
                headings |= dict.fromkeys(flattened(value))
            except WrongJson:
                continue  # a fault, when it is read
            if len(headings) > _MOST_HEADINGS:
                raise TooManyHeadings(name, _MOST_HEADINGS)
    if not found:
        raise NoObjects(name)
    return headings


def flattened(value: object) -> dict[str, str]:
    """Give an object as cells by heading; raise WrongJson where it is no object, or too deep."""
    if not isinstance(value, dict):
        raise WrongJson("it is no object with names and values")
    if set(map(type, value.values())) <= {str}:
        return value
    cells: dict[str, str] = {}
    _flatten(value, "", cells, _DEEPEST)
    inner = value.get("properties")
    if isinstance(inner, dict) and "id" in value:  # a record of HubSpot's API
        cells = _without_prefix(cells, "properties.")
    return cells


def _flatten(value: dict[str, Any], prefix: str, cells: dict[str, str], depth: int) -> None:
    if not depth:
        raise WrongJson(f"its objects are nested deeper than {_DEEPEST} levels")
    for key, held in value.items():
        if isinstance(held, str):
            cells[f"{prefix}{key}"] = held
        elif isinstance(held, dict) and held:
            _flatten(held, f"{prefix}{key}.", cells, depth - 1)
        elif isinstance(held, list) and held and all(isinstance(item, dict) for item in held):
            _flatten_list(held, f"{prefix}{key}", cells, depth - 1)
        else:
            cells[f"{prefix}{key}"] = _cell(held)


def _flatten_list(values: list[dict[str, Any]], heading: str, cells: dict[str, str], depth: int) -> None:
    """Give the values that the objects of a list have under each name, in one cell: `results.id` is `1;2`."""
    parts = []
    for value in values:
        part: dict[str, str] = {}
        _flatten(value, f"{heading}.", part, depth)
        parts.append(part)
    for name in dict.fromkeys(name for part in parts for name in part):
        cells[name] = _joined([part.get(name, "") for part in parts])


def _cell(value: Any) -> str:  # noqa: ANN401 - any JSON
    """Give the text of a value: strings and numbers as they are, a list with semicolons between its values."""
    if isinstance(value, str):
        return value
    if value is None or value in ({}, []):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if all(not isinstance(item, dict | list) for item in value):
        return _joined([_cell(item) for item in value])
    return json.dumps(value, ensure_ascii=False)


def _joined(texts: Sequence[str]) -> str:
    """Put texts into one cell, so that they can be told apart again."""
    if any(";" in text or text.strip() != text for text in texts) and len(texts) > 1:
        return json.dumps(list(texts), ensure_ascii=False)
    return ";".join(texts) if any(texts) else ""


def _without_prefix(cells: Mapping[str, str], prefix: str) -> dict[str, str]:
    """Give cells with a prefix taken off their headings, but where two would have the same one."""
    bare = {heading: heading.removeprefix(prefix) for heading in cells}
    return {
        heading if other != heading and other in cells else other: cells[heading] for heading, other in bare.items()
    }


def _lists(value: object, depth: int = 3) -> dict[str, list[Any]]:
    """Give the lists of objects within an object, by name: the one that answers are wrapped in, else all."""
    if not isinstance(value, dict) or not depth:
        return {}
    lists = {key: held for key, held in value.items() if isinstance(held, list) and _are_objects(held)}
    for word in _WRAPPERS:
        if word in lists:
            return {word: lists[word]}
    if lists and not _looks_like_record(value):
        return lists
    for key, held in value.items():
        if key in _WRAPPERS or len(value) == 1:
            found = _lists(held, depth - 1)
            if found:
                return found
    return {}


def _looks_like_record(value: Mapping[str, Any]) -> bool:
    """Whether an object with a list in it is one record all the same: what it says itself is more than lists."""
    plain = sum(not isinstance(held, list | dict) for held in value.values())
    return plain > len(value) - plain


def _are_objects(values: list[Any]) -> bool:
    return bool(values) and all(isinstance(value, dict) for value in values)
