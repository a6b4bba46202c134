"""What a property held, when and how often, out of what the journal knows, in plain Python."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from crmcli.query.visits import in_force

if TYPE_CHECKING:
    from collections.abc import Sequence

_LATEST = 2**63


def was_held(wanted: str, present: int | None, past: str, first: int | None, after: int | None) -> int:
    """Count how often a property came to hold one of these values (JSON) from `first` up to and without `after`.

    `present` says whether it holds one now, `past` is as `visits.stage_time` has it. The value that it was created with
    counts as having come then; moments are in microseconds, None for no bound.
    """
    stays = _stays(wanted, present, past)
    return sum(1 for begin, _ in stays if (first is None or begin >= first) and (after is None or begin < after))


def held_during(wanted: str, present: int | None, past: str, first: int, after: int) -> int:
    """Say whether a property held one of these values at any time from `first` up to and without `after`."""
    return int(any(begin < after and end > first for begin, end in _stays(wanted, present, past)))


def changed(what: str, past: str, first: int | None, after: int | None) -> int | None:
    """Give how often a property changed within these bounds (`times`), or when it last did (`last`)."""
    moments = [
        at
        for at, _, _, old, new, *_ in _in_force(json.loads(past)[1])
        if old != new and (first is None or at >= first) and (after is None or at < after)
    ]
    return len(moments) if what == "times" else max(moments, default=None)


def _in_force(history: Sequence[Sequence[Any]]) -> Sequence[Sequence[Any]]:
    latest = max(history, key=lambda change: (change[0], change[1], change[2]), default=None)
    return in_force(history, latest[4] if latest else None)


def _stays(wanted: str, present: int | None, past: str) -> list[tuple[int, int]]:
    """Give the times within which a property held one of the values: (from, until), those that touch as one."""
    values = json.loads(wanted)
    created, history = json.loads(past)
    changes = _in_force(history)
    begun = bool(present) if not changes else _is(changes[0][3], values)
    held = {-_LATEST if created is None else min(created, changes[0][0]) if changes else created: begun}
    held |= {at: _is(new, values) for at, _, _, _, new, *_ in changes}  # the last of one moment counts
    moments = [*held, _LATEST]
    stays: list[tuple[int, int]] = []
    for begin, end in pairwise(moments):
        if held[begin] and stays and stays[-1][1] == begin:
            stays[-1] = stays[-1][0], end
        elif held[begin]:
            stays.append((begin, end))
    return stays


def _is(value: Any, wanted: Sequence[Any]) -> bool:  # noqa: ANN401 - as the journal has it
    if isinstance(value, list):
        return any(_is(one, wanted) for one in value)
    return (value.casefold() if isinstance(value, str) else value) in wanted
