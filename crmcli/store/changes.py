"""The changes that an operation is made of, and their lines in the journal.

A line is a JSON object whose first key is the verb and whose other keys are the change's data. Bulk creations are ranges of
ids: their values stand in the shards. A removal carries the full values, so that it can be taken back.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmcli.types.base import Stored


@dataclass(frozen=True, slots=True)
class Created:
    """Records `first` to `last` of an object came into being, both included."""

    object_name: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Updated:
    """Properties of one record changed: name → (old, new), None where unset."""

    object_name: str
    id: int
    values: Mapping[str, tuple[Stored | None, Stored | None]]


@dataclass(frozen=True, slots=True)
class Removed:
    """One record went, leaving a tombstone of `kind`; `links` are its own associations: "object:id" → labels."""

    object_name: str
    id: int
    kind: str
    values: Mapping[str, object]
    links: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Restored:
    """One record came back as it was when it went."""

    object_name: str
    id: int


@dataclass(frozen=True, slots=True)
class RangeRemoved:
    """Records `first` to `last` went with their whole shards, which stand in journal/removed/<operation>/."""

    object_name: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class RangeRestored:
    """Records `first` to `last` came back with the shards that operation `taken_from` had put aside."""

    object_name: str
    first: int
    last: int
    taken_from: str


@dataclass(frozen=True, slots=True)
class Linked:
    """An association changed at its owner: labels from `old` to `new`, None where there is none.

    Labels are the file's text: label names joined by "; ", "primary" first, "" for a plain association.
    """

    object_name: str
    id: int
    other: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class FileWritten:
    """A workspace file changed as a whole; None where it does not exist."""

    path: str
    old: str | None
    new: str | None


Change: TypeAlias = "Created | Updated | Removed | Restored | RangeRemoved | RangeRestored | Linked | FileWritten"


def to_line(change: Change) -> dict[str, object]:
    """Give the journal's JSON object for a change."""
    match change:
        case Created(name, first, last):
            return {"created": name, "first": first, "last": last}
        case Updated(name, record_id, values):
            return {"updated": name, "id": record_id, "values": {key: list(pair) for key, pair in values.items()}}
        case Removed(name, record_id, kind, values, links):
            return {"removed": name, "id": record_id, "kind": kind, "values": values, "links": links}
        case Restored(name, record_id):
            return {"restored": name, "id": record_id}
        case RangeRemoved(name, first, last):
            return {"range_removed": name, "first": first, "last": last}
        case RangeRestored(name, first, last, taken_from):
            return {"range_restored": name, "first": first, "last": last, "taken_from": taken_from}
        case Linked(name, record_id, other, old, new):
            return {"linked": name, "id": record_id, "other": other, "labels": [old, new]}
        case FileWritten(path, old, new):
            return {"file": path, "text": [old, new]}


def from_line(line: Mapping[str, object]) -> Change:
    """Read a change back from its journal line; KeyError for a line that is none."""
    verb, rest = next(iter(line)), dict(line)
    return _READERS[verb](rest.pop(verb), rest)


_READERS = {  # by verb: (the object or path, the other keys) → change
    "created": lambda name, rest: Created(name, **rest),
    "updated": lambda name, rest: Updated(name, rest["id"], {key: tuple(pair) for key, pair in rest["values"].items()}),
    "removed": lambda name, rest: Removed(name, **rest),
    "restored": lambda name, rest: Restored(name, **rest),
    "range_removed": lambda name, rest: RangeRemoved(name, **rest),
    "range_restored": lambda name, rest: RangeRestored(name, **rest),
    "linked": lambda name, rest: Linked(name, rest["id"], rest["other"], *rest["labels"]),
    "file": lambda path, rest: FileWritten(path, *rest["text"]),
}
