"""The records of an object as columns of text: what a search for duplicates compares."""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeAlias

from crmcli.dedupe.table import Column
from crmcli.frozen import frozen
from crmcli.model.duplicates import association_column
from crmcli.services.duplicates.texts import BLOCK, Texts

if TYPE_CHECKING:
    from array import array
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from crmcli.model.duplicate_settings import DuplicateSettings
    from crmcli.model.objects import ObjectType, Property
    from crmcli.services.workspace import Workspace
    from crmcli.types.base import Context

    # From what is read of the index for some records, their texts in each column that it becomes; () if all are empty.
    _Read: TypeAlias = Callable[[Sequence[Sequence[Any]]], Iterator[Sequence[str]]]

_CROSSWISE = ("email", "phone", "domain", "org")  # each value is compared with each
_ROWS = 32 * BLOCK  # that are read at once
_SEVERAL = 4  # values of a property that holds several, each a column of its own
_LONGEST = 300  # characters of a text
_DAY = 10  # characters of a date, with which a moment begins


@frozen
class Feed:
    """The records of a search: row n of every column is of the record `ids[n]`; columns without a value are left out.

    `labels` are what people call the columns; `bases` the properties and the like that they are made from.
    """

    ids: array[int]
    columns: Sequence[Column]
    labels: Mapping[str, str]
    bases: Mapping[str, str]


@frozen
class _Source:
    """Where a column, or several, comes from: what is read of the index, and how that becomes texts."""

    name: str
    label: str
    meaning: str
    paths: tuple[str, ...]
    read: _Read


def feed(workspace: Workspace, found: ObjectType, settings: DuplicateSettings, where: str = "") -> Feed:
    """Give the columns of the records that meet a condition, all for "". Raises the errors of expressions."""
    from array import array

    from crmcli.query import Selection, select

    known = (*_of_properties(found, settings, workspace.context), *_of_associations(workspace, found, settings))
    sources = [source for source in known if settings.rules.weights.get(source.name) != 0]
    paths = tuple(path for source in sources for path in source.paths)
    statement = select(Selection(found, where=where or None, columns=paths), workspace.model, workspace.context)
    ids = array("q")
    packed: dict[tuple[int, int], Texts] = {}  # by source and number
    rows = workspace.store.rows(statement)
    while block := list(islice(rows, _ROWS)):
        some, *values = zip(*block, strict=True)
        ids.extend(some)
        rest = iter(values)
        for place, source in enumerate(sources):
            for number, texts in enumerate(source.read([next(rest) for _ in source.paths])):
                column = packed.setdefault((place, number), Texts())
                if texts:
                    column.add(texts)
                else:
                    column.add_empty(len(some))
    filled = [(sources[place], number, texts) for (place, number), texts in packed.items() if texts.filled]
    return Feed(
        ids,
        [Column(_numbered(source.name, n), source.meaning, texts) for source, n, texts in filled],
        labels={_numbered(source.name, n): source.label for source, n, _ in filled},
        bases={_numbered(source.name, n): source.name for source, n, _ in filled},
    )


def _numbered(name: str, number: int) -> str:
    return f"{name} {number + 1}" if number else name


def _of_properties(found: ObjectType, settings: DuplicateSettings, context: Context) -> Iterator[_Source]:
    for name, meaning in settings.rules.meanings.items():
        if name in found.properties:  # a new name that is not applied to the data yet is not there
            prop = found.properties[name]
            yield _Source(name, prop.label, meaning, (name,), _reader(prop, meaning, context))


def _reader(prop: Property, meaning: str, context: Context) -> _Read:
    kind = prop.value_type
    if kind.several and meaning in _CROSSWISE:
        return _each
    if kind.stored_is_column and kind.sql == "TEXT":
        return _labelled({option.value: option.label for option in prop.options})

    def read(values: Sequence[Sequence[Any]]) -> Iterator[Sequence[str]]:
        stored = [None if value is None else kind.stored(value) for value in values[0]]
        if meaning == "date":  # that of the workspace's clock
            yield ["" if value is None else kind.show(value, context)[:_DAY] for value in stored]
        else:
            yield ["" if value is None else str(value)[:_LONGEST] for value in stored]

    return read


def _labelled(labels: Mapping[str, str]) -> _Read:
    """Give texts as they are, but options by their labels, as files have them."""

    def read(values: Sequence[Sequence[Any]]) -> Iterator[Sequence[str]]:
        if not any(values[0]):
            yield ()
        elif labels:
            yield [labels.get(value, value) if value else "" for value in values[0]]
        else:
            yield [value[:_LONGEST] if value else "" for value in values[0]]

    return read


def _each(values: Sequence[Sequence[Any]]) -> Iterator[Sequence[str]]:
    """Give the first, second … of several values, as JSON keeps them."""
    lists = [json.loads(value) if value else () for value in values[0]]
    most = min(max(map(len, lists)), _SEVERAL)
    for number in range(_SEVERAL):
        yield [str(held[number]) if number < len(held) else "" for held in lists] if number < most else ()


def _joined(values: Sequence[Sequence[Any]]) -> Iterator[Sequence[str]]:
    """Give the parts of a name as one."""
    yield [" ".join(filter(None, parts)) for parts in zip(*values, strict=True)]


def _of_associations(workspace: Workspace, found: ObjectType, settings: DuplicateSettings) -> Iterator[_Source]:
    """Give the names of associated records, of objects that any record is associated with."""
    model = workspace.model
    used = workspace.store.pairs_in_use()
    for other, meaning in settings.rules.associations.items():
        pair = model.pair(found.name, other)
        if pair is not None and pair.code in used:
            named = model.objects[other]
            paths = tuple(f"{other}.{name}" for name in named.display if named.properties[name].type == "string")
            if paths:
                yield _Source(association_column(other), named.label, meaning, paths, _joined)
