"""What merging a person brought to the records that they went into, and that these hold no more since they parted.

It stands in the history of those records: in the merge that brought it, the parting that took it, and between.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from crmcli.store import tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from crmcli.store.cleansing import End

_Values = dict[str, set[str]]  # by property: values as compact JSON


class Brought:
    """Takes up merges in the order of the journal, and takes what they brought out of later changes."""

    def __init__(self, ends: Collection[End], present: Callable[[End], Mapping[str, object]]) -> None:
        """`ends` are the person's records; `present` gives the values that another record holds now."""
        self._ends = frozenset(ends)
        self._present = present
        self._brought: dict[End, _Values] = {}

    def take_up(self, line: Mapping[str, Any]) -> End | None:
        """Remember what the merge of a `merged` line brought of the person; give the record that it went into."""
        name, tombstone = str(line["merged"]), line["tombstone"]
        source = name, int(line["id"])
        carried = self._brought.get(source)
        into = name, int(tombstone["into"])
        if into in self._ends or (source not in self._ends and carried is None):
            return None
        held = self._brought.setdefault(into, defaultdict(set))
        own = self._present(into)
        for prop, (old, new) in (tombstone.get("values") or {}).items():
            values = _items(new) - _items(old) - _items(own.get(prop))
            held[prop] |= values if carried is None else values & carried.get(prop, set())
        return into

    def less(self, line: Mapping[str, Any]) -> dict[str, Any] | None:
        """Give an `updated` line without what was brought; None where nothing is left of it."""
        held = self._brought.get((str(line["updated"]), int(line["id"])))
        if held is None:
            return dict(line)
        changes = {
            name: [_without(one, held.get(name, set())) for one in pair] for name, pair in line["values"].items()
        }
        kept = {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
        return {**line, "values": kept} if kept else None


def _items(value: object) -> set[str]:
    if value is None:
        return set()
    return {tokens.compact(one) for one in (value if isinstance(value, list) else [value])}


def _without(value: object, gone: Collection[str]) -> object:
    if isinstance(value, list):
        return [one for one in value if tokens.compact(one) not in gone] or None
    return None if value is not None and tokens.compact(value) in gone else value
