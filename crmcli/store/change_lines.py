"""Changes read back from their lines in the journal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crmcli.store.changes import (
    Created,
    Erased,
    FileWritten,
    Judged,
    LinesWritten,
    Linked,
    LinkedMany,
    Past,
    RangeRemoved,
    RangeRestored,
    Removed,
    Restored,
    Updated,
)
from crmcli.store.merge_changes import Merged, Retold, Unmerged

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from crmcli.store.changes import Change


def from_line(line: Mapping[str, Any]) -> Change:
    """Read a change back from its journal line; KeyError for a line that is none."""
    rest = dict(line)
    verb = next(iter(line))
    return _READERS[verb](rest.pop(verb), rest)


def _pairs(values: Mapping[str, Sequence[Any]]) -> dict[str, tuple[Any, Any]]:
    return {name: (old, new) for name, (old, new) in values.items()}


_READERS: dict[str, Callable[[str, dict[str, Any]], Change]] = {  # by verb: (object or path, the other keys) → change
    "created": lambda name, rest: Created(name, **rest),
    "updated": lambda name, rest: Updated(name, **{**rest, "values": _pairs(rest["values"])}),
    "past": lambda name, rest: Past(
        name, rest["id"], rest["property"], [(at, value) for at, value in rest["values"]], rest.get("taken", False)
    ),
    "removed": lambda name, rest: Removed(name, **rest),
    "restored": lambda name, rest: Restored(name, **rest),
    "range_removed": lambda name, rest: RangeRemoved(name, **rest),
    "range_restored": lambda name, rest: RangeRestored(name, **rest),
    "linked": lambda name, rest: Linked(name, rest["id"], rest["other"], *rest["labels"]),
    "linked_many": lambda name, rest: LinkedMany(
        name, rest["other"], rest["labels"], [(owner, other) for owner, other in rest["ends"]]
    ),
    "merged": lambda name, rest: Merged(name, **rest),
    "unmerged": lambda name, rest: Unmerged(name, **rest),
    "retold": lambda name, rest: Retold(name, rest["id"], *rest["tombstone"]),
    "judged": lambda name, rest: Judged(name, *rest["pair"], *rest["verdict"]),
    "erased": lambda name, rest: Erased(name, **rest),
    "file": lambda path, rest: FileWritten(path, *rest["text"]),
    "lines": lambda path, rest: LinesWritten(path, **rest),
}
