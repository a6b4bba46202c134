"""The changes by which records are merged, and part again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crmcli.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crmcli.store.changes import Event

_MERGED, _UNMERGED = ("merged into", "merged with"), ("unmerged from", "parted from")  # at the one, at the survivor
MERGES = (*_MERGED, *_UNMERGED)  # what they are called in a history


@frozen
class Merged:
    """One record went into another; `tombstone` is what stands in its place, and keeps it whole."""

    object_name: str
    id: int
    tombstone: Mapping[str, object]

    def line(self) -> dict[str, object]:
        """The change's journal line."""
        return {"merged": self.object_name, "id": self.id, "tombstone": self.tombstone}

    def events(self) -> Iterator[Event]:
        """One at each of the two records."""
        return _events(self.object_name, self.id, self.tombstone, _MERGED)


@frozen
class Unmerged:
    """One record came back out of the one that it was merged into; `tombstone` stood in its place."""

    object_name: str
    id: int
    tombstone: Mapping[str, object]

    def line(self) -> dict[str, object]:
        """The change's journal line."""
        return {"unmerged": self.object_name, "id": self.id, "tombstone": self.tombstone}

    def events(self) -> Iterator[Event]:
        """One at each of the two records."""
        return _events(self.object_name, self.id, self.tombstone, _UNMERGED)


@frozen
class Retold:
    """What the tombstone of a merged record keeps changed, since one that was merged beside or below it came back."""

    object_name: str
    id: int
    old: Mapping[str, object]
    new: Mapping[str, object]

    def line(self) -> dict[str, object]:
        """The change's journal line."""
        return {"retold": self.object_name, "id": self.id, "tombstone": [self.old, self.new]}

    def events(self) -> Iterator[Event]:
        """None: the record is not there, and what it is when it comes back is told then."""
        return iter(())


def _events(name: str, record_id: int, tombstone: Mapping[str, object], words: tuple[str, str]) -> Iterator[Event]:
    into = int(str(tombstone["into"]))
    for here, there, word in ((record_id, into, words[0]), (into, record_id, words[1])):
        detail: dict[str, Any] = {"event": word, "other": f"{name}:{there}", "old": None, "new": None}
        yield name, here, "", None, detail
