"""The changes that an operation is made of, their lines in the journal, and what they mean in a record's history.

A line is a JSON object whose first key is the verb and whose other keys are the change's data. Bulk creations are
ranges of ids: their values stand in the shards. A removal carries the full values, so that it can be taken back.
"""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any, TypeAlias

from crmcli.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from crmcli.store.merge_changes import Merged, Retold, Unmerged
    from crmcli.types.base import Stored

# An entry in a record's history: object, id, property with its old and new value; or "" with what happened, as `new`.
Event: TypeAlias = "tuple[str, int, str, Stored | None, Stored | None]"

Moment: TypeAlias = str  # ISO, UTC


@frozen
class Created:
    """Records `first` to `last` of an object came into being, both included."""

    object_name: str
    first: int
    last: int

    def line(self) -> dict[str, object]:
        """The change's journal line."""
        return {"created": self.object_name, "first": self.first, "last": self.last}

    def events(self) -> Iterator[Event]:
        """None: a range stands for its records."""
        return iter(())


@frozen
class Updated:
    """Properties of one record changed: name → (old, new), None where unset; `at` a past moment, "" for now.

    `places` is of a record that was rewritten for another schema: a property that went → the one that stood before it.
    """

    object_name: str
    id: int
    values: Mapping[str, tuple[Stored | None, Stored | None]]
    at: Moment = ""
    places: Mapping[str, str] | None = None

    def line(self) -> dict[str, object]:
        """The change's journal line."""
        values = {name: list(pair) for name, pair in self.values.items()}
        line: dict[str, object] = {"updated": self.object_name, "id": self.id, "values": values}
        if self.places is not None:
            line["places"] = self.places
        return {**line, "at": self.at} if self.at else line

    def events(self) -> Iterator[Event]:
        """One for each property."""
        return ((self.object_name, self.id, name, old, new) for name, (old, new) in self.values.items())


@frozen
class Past:
    """What one property held before the journal knew of it: (moment, value) in order; the record stays as it is.

    With `taken` these entries of the operation that is undone go out of the history again.
    """

    object_name: str
    id: int
    property_name: str
    values: Sequence[tuple[Moment, Stored | None]]
    taken: bool = False

    def line(self) -> dict[str, object]:
        """The change's journal line."""
        values = [list(pair) for pair in self.values]
        line = {"past": self.object_name, "id": self.id, "property": self.property_name, "values": values}
        return {**line, "taken": True} if self.taken else line

    def events(self) -> Iterator[Event]:
        """One for each value, in order."""
        before = [None, *(value for _, value in self.values)]
        for old, (_, new) in zip(before, self.values, strict=False):
            yield self.object_name, self.id, self.property_name, old, new


@frozen
class Removed:
    """One record went, leaving a tombstone of `kind`; `links` are its own associations: "object:id" → labels."""

    object_name: str
    id: int
    kind: str
    values: Mapping[str, object]
    links: Mapping[str, str] = {}

    def line(self) -> dict[str, object]:
        """The change's journal line."""
        rest = {"kind": self.kind, "values": self.values, "links": self.links}
        return {"removed": self.object_name, "id": self.id, **rest}

    def events(self) -> Iterator[Event]:
        """The removal."""
        yield self.object_name, self.id, "", None, {"event": self.kind}


@frozen
class Restored:
    """One record came back as it was when it went."""

    object_name: str
    id: int

    def line(self) -> dict[str, object]:
        """The change's journal line."""
        return {"restored": self.object_name, "id": self.id}

    def events(self) -> Iterator[Event]:
        """The return."""
        yield self.object_name, self.id, "", None, {"event": "restored"}


@frozen
class RangeRemoved:
    """Records `first` to `last` went with their whole shards, which stand in journal/removed/<operation>/."""

    object_name: str
    first: int
    last: int

    def line(self) -> dict[str, object]:
        """The change's journal line."""
        return {"range_removed": self.object_name, "first": self.first, "last": self.last}

    def events(self) -> Iterator[Event]:
        """One, at the first record, for all of them."""
        yield self.object_name, self.first, "", None, {"event": "undone", "last": self.last}


@frozen
class RangeRestored:
    """Records `first` to `last` came back with the shards that operation `taken_from` had put aside."""

    object_name: str
    first: int
    last: int
    taken_from: str

    def line(self) -> dict[str, object]:
        """The change's journal line."""
        rest = {"first": self.first, "last": self.last, "taken_from": self.taken_from}
        return {"range_restored": self.object_name, **rest}

    def events(self) -> Iterator[Event]:
        """One, at the first record, for all of them."""
        yield self.object_name, self.first, "", None, {"event": "restored", "last": self.last}


@frozen
class Linked:
    """An association changed at its owner: labels from `old` to `new`, None where there is none.

    Labels are the file's text: label names joined by "; ", "primary" first, "" for a plain association.
    """

    object_name: str
    id: int
    other: str
    old: str | None
    new: str | None

    def line(self) -> dict[str, object]:
        """The change's journal line."""
        rest = {"other": self.other, "labels": [self.old, self.new]}
        return {"linked": self.object_name, "id": self.id, **rest}

    def events(self) -> Iterator[Event]:
        """One at each end."""
        event = "linked" if self.old is None else "unlinked" if self.new is None else "relabelled"
        detail: dict[str, Any] = {"event": event, "old": self.old, "new": self.new}
        other_object, _, other_id = self.other.rpartition(":")
        here = f"{self.object_name}:{self.id}"
        yield self.object_name, self.id, "", None, {**detail, "other": self.other, "end": "owner"}
        yield other_object, int(other_id), "", None, {**detail, "other": here, "end": "other"}


@frozen
class LinkedMany:
    """New associations of owners with records of one other object, all with the labels `new`: `ends` are their ids."""

    object_name: str
    other_object: str
    new: str
    ends: Sequence[tuple[int, int]]

    def line(self) -> dict[str, object]:
        """The change's journal line."""
        return {"linked_many": self.object_name, "other": self.other_object, "labels": self.new, "ends": self.ends}

    def each(self) -> Iterator[Linked]:
        """The same as one change an association."""
        return (Linked(self.object_name, i, f"{self.other_object}:{far}", None, self.new) for i, far in self.ends)

    def events(self) -> Iterator[Event]:
        """One at each end of each association."""
        return (event for one in self.each() for event in one.events())


@frozen
class Judged:
    """What somebody said of two records of one object, `a` < `b`, changed: a verdict, "" for none."""

    object_name: str
    a: int
    b: int
    old: str
    new: str

    def line(self) -> dict[str, object]:
        """The change's journal line."""
        return {"judged": self.object_name, "pair": [self.a, self.b], "verdict": [self.old, self.new]}

    def events(self) -> Iterator[Event]:
        """None: the records stay as they are, and undoing what made one of them loses nothing."""
        return iter(())


@frozen
class Erased:
    """A record was erased; or, with the verb `was` of what stood here, a change of it that nobody knows any more."""

    object_name: str
    id: int
    was: str = ""

    def line(self) -> dict[str, object]:
        """The change's journal line."""
        line: dict[str, object] = {"erased": self.object_name, "id": self.id}
        return {**line, "was": self.was} if self.was else line

    def events(self) -> Iterator[Event]:
        """That it went, or that something was done to it."""
        event = f"{self.was}, erased since" if self.was else "erased"
        yield self.object_name, self.id, "", None, {"event": event}


@frozen
class FileWritten:
    """A workspace file changed as a whole; None where it does not exist."""

    path: str
    old: str | None
    new: str | None

    def line(self) -> dict[str, object]:
        """The change's journal line."""
        return {"file": self.path, "text": [self.old, self.new]}

    def events(self) -> Iterator[Event]:
        """None: it happened to no record."""
        return iter(())


@frozen
class LinesWritten:
    """Lines of a workspace file of members went and came; one without lines is not there."""

    path: str
    gone: Sequence[str]
    come: Sequence[str]

    def line(self) -> dict[str, object]:
        """The change's journal line."""
        return {"lines": self.path, "gone": self.gone, "come": self.come}

    def events(self) -> Iterator[Event]:
        """None: being in a segment changes no record."""
        return iter(())


Change: TypeAlias = (
    "Created | Updated | Past | Removed | Restored | RangeRemoved | RangeRestored | Linked | LinkedMany | Judged"
    " | Merged | Unmerged | Retold | Erased | FileWritten | LinesWritten"
)


def iso_moment(at: datetime) -> Moment:
    """Give an aware moment as the journal writes it."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"
