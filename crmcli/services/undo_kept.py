"""What the undo of an import leaves alone: what people changed since, and the records that they changed it of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import replace
from crmcli.store.changes import Created, FileWritten, Linked, Past, RangeRestored, Updated

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crmcli.store.changes import Change
    from crmcli.store.values import LaterChange


class Kept:
    """The later changes of what an operation changed; none keep nothing."""

    def __init__(self, later: Iterable[LaterChange], changes: Iterable[Change]) -> None:
        """Sort them by record; `changes` are the operation's own."""
        self._properties: dict[tuple[str, int], set[str]] = {}  # "" for associations, deletion and restoration
        for each in later:
            self._properties.setdefault((each.object_name, each.id), set()).add(each.property_name)
        ranges = [done for done in changes if isinstance(done, Created)] if self._properties else []
        self._made = {
            (name, record_id)
            for name, record_id in self._properties
            if any(done.object_name == name and done.first <= record_id <= done.last for done in ranges)
        }

    def less(self, done: Change) -> Iterator[Change]:
        """Give a change less what of it is kept: a record that was made and changed since stays, with what it has."""
        if isinstance(done, Updated):
            kept = self._properties.get((done.object_name, done.id), ())
            values = {name: pair for name, pair in done.values.items() if name not in kept}
            if values:
                yield replace(done, values=values)
        elif isinstance(done, Created | RangeRestored):
            yield from self._ranges(done)
        elif not self._stays(done):
            yield done

    def _stays(self, done: Change) -> bool:
        match done:
            case Past(name, record_id, property_name):
                return property_name in self._properties.get((name, record_id), ())
            case Linked(name, record_id, other, _, _):
                far, _, number = other.rpartition(":")
                ends = (name, record_id), (far, int(number))
                return any(end in self._made or "" in self._properties.get(end, ()) for end in ends)
            case FileWritten():  # what stays may have properties that the schema got by this
                return bool(self._properties)
        return False

    def _ranges(self, done: Created | RangeRestored) -> Iterator[Change]:
        """Give the ranges of records between those that stay."""
        first = done.first
        kept = sorted(i for name, i in self._properties if name == done.object_name and first <= i <= done.last)
        for record_id in kept:
            if first < record_id:
                yield replace(done, first=first, last=record_id - 1)
            first = record_id + 1
        if first <= done.last:
            yield replace(done, first=first)
