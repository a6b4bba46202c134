"""What the store hands out and takes: records, keys, associations, operations, history, as frozen values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from crmcli.types.base import Stored


def differ(a: object, b: object) -> bool:
    """Whether two stored values are not the same; 1 and true are not, though Python calls them equal."""
    return a != b or isinstance(a, bool) is not isinstance(b, bool)


@frozen
class Record:
    """One record as last committed; unset properties are absent from `values`.

    `extra` is what the schema does not know, or what a property's type refuses: kept as found.
    """

    object_name: str
    id: int
    values: Mapping[str, Stored]
    extra: Mapping[str, object] = {}


@frozen
class Held:
    """What records hold: the properties that any has a value of, in schema order, and how many have an `extra`."""

    properties: tuple[str, ...]
    with_extra: int


@frozen
class KeyHit:
    """A record that holds a key, and in which property; `primary` is no for additional addresses."""

    object_name: str
    id: int
    property_name: str
    primary: bool


@frozen
class Association:
    """One association as read from `object_name:id`; `labels` say what this record is of the other."""

    object_name: str
    id: int
    other_object: str
    other_id: int
    labels: tuple[str, ...] = ()
    primary: bool = False


@frozen
class Tombstone:
    """What became of a record that is gone: deleted, undone, merged (`into` the survivor) or erased."""

    object_name: str
    id: int
    kind: str
    operation: str
    into: int | None = None


@frozen
class Intent:
    """Who writes what, when and why: the head of an operation. `at` is aware, in UTC; `note` is the writer's words."""

    command: str
    actor: str
    at: datetime
    undoes: str = ""
    force: bool = False
    note: str = ""


@frozen
class Operation:
    """One command's whole change, as the journal has it; `counts` by "object verb", `note` the writer's words."""

    id: str
    sequence: int
    clone: int
    at: datetime
    actor: str
    command: str
    counts: Mapping[str, int] = {}
    undoes: str = ""
    undone_by: str = ""
    note: str = ""

    @property
    def summary(self) -> str:
        """What it did in a few words: "3 contacts created"-like, objects by internal name."""
        return ", ".join(f"{count} {what}" for what, count in self.counts.items())

    @property
    def erases(self) -> bool:
        """Whether it erased somebody, which nothing takes back."""
        return any(what.endswith(" erased") for what in self.counts)


@frozen
class HistoryEntry:
    """One event in a record's life.

    `at` is when it was true, `recorded` when its operation was written. `event` is created, set, deleted, undone,
    restored, linked, unlinked, relabelled, judged or "changed outside crm"; `old` and `new` are stored values, None
    where unset.
    """

    at: datetime
    recorded: datetime
    operation: str
    actor: str
    event: str
    property_name: str = ""
    old: Stored | None = None
    new: Stored | None = None
    note: str = ""


@frozen
class LaterChange:
    """Something that another operation changed since, which an undo would lose."""

    object_name: str
    id: int
    property_name: str
    operation: str
    at: datetime


@frozen
class Hit:
    """A record found by full-text search."""

    object_name: str
    id: int
