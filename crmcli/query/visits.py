"""How long a record stood where: the visits of its stages, out of what the journal knows, in plain Python."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from typing import Any


class Visit(NamedTuple):
    """A stay at one stage; moments in microseconds, `left` None while it lasts. A tuple: reports make millions."""

    stage: str
    entered: int
    left: int | None


_new = tuple.__new__  # half the time of calling the class


def visits(current: str | None, created: int | None, changes: Sequence[tuple[int, Any, Any]]) -> list[Visit]:
    """Give the visits of a record in order of time.

    `changes` are (moment, old, new) in order; what the first of them changed, or the present stage where there is
    none, held since the creation. Of several values of one moment the last counts: a stay of no length is none.
    """
    steps = [(at, new) for at, _, new in changes]
    if created is not None:
        steps.insert(0, (min(created, changes[0][0]), changes[0][1]) if changes else (created, current))
    return between(steps)


def between(steps: Iterable[tuple[int, Any]]) -> list[Visit]:
    """Give the visits of a record that came to stages, None for nowhere, at these moments, in order of time."""
    found: list[Visit] = []
    stood, since = None, -1
    for at, stage in steps:
        if at == since:  # a stay of no length is none
            if found and found[-1].left == at and found[-1].stage == stage:
                since = found.pop().entered
            stood = stage
        elif stage != stood:
            if stood is not None:  # cleared meanwhile, it stood nowhere
                found.append(_new(Visit, (stood, since, at)))
            stood, since = stage, at
    if stood is not None:
        found.append(_new(Visit, (stood, since, None)))
    return found


def told(what: str, stays: Sequence[Visit], now: int) -> int | None:
    """Say one thing of these visits: `entered` and `exited` in microseconds, lengths in milliseconds."""
    ended = [(stay.entered, stay.left) for stay in stays if stay.left is not None]
    if what == "entered":
        return stays[-1].entered if stays else None
    if what == "exited":
        return ended[-1][1] if ended else None
    if what == "latest_time_in":
        return (ended[-1][1] - ended[-1][0]) // 1000 if ended else None
    if not stays:
        return None
    return sum(max(0, (now if stay.left is None else stay.left) - stay.entered) for stay in stays) // 1000


def stage_time(stages: str | None, what: str, current: str | None, past: str, now: int) -> int | None:
    """Say what of a record's visits of these stages (JSON), of the one that it is in for `[]`; None for none.

    `past` is JSON: when it was created and [moment, recorded, number, old, new, operation, undone operation] for each
    change, in any order. All is to the second: as fine as anyone reads.
    """
    if stages is None:
        return None
    found = stays(current, past)
    wanted: Collection[str] = json.loads(stages)
    chosen = [stay for stay in found if stay.stage in wanted] if wanted else [s for s in found[-1:] if s.left is None]
    return told(what, chosen, second(now))


def stays(current: str | None, past: str) -> list[Visit]:
    """Give a record's visits in order of time, to the second; `past` is as `stage_time` takes it."""
    created, history = json.loads(past)
    return visits(current, None if created is None else second(created), told_changes(history, current))


def told_changes(history: Sequence[Sequence[Any]], current: str | None) -> list[tuple[int, Any, Any]]:
    """Give the changes that count, as `visits` takes them; `history` is as `in_force` takes it."""
    return [(second(at), old, new) for at, _, _, old, new, *_ in in_force(history, current)]


def in_force(history: Sequence[Sequence[Any]], current: str | None) -> Sequence[Sequence[Any]]:
    """Give the changes in order of time without those that were undone, and without their undoing.

    All of them where that would not lead to where the record is now, as after an undo by force.
    """
    ordered = sorted(history, key=_when)
    operations = {change[5] for change in ordered}
    undone: set[str] = set()
    kept = []
    for change in sorted(history, key=_recorded, reverse=True):
        operation, undoes = change[5:]
        if operation in undone:
            continue
        if undoes in operations:
            undone.add(undoes)
        else:
            kept.append(change)
    kept.sort(key=_when)
    return kept if _leads_to(current, kept, ordered) else ordered


def _when(change: Sequence[Any]) -> tuple[int, ...]:
    return tuple(change[:3])


def _recorded(change: Sequence[Any]) -> tuple[int, ...]:
    return tuple(change[1:3])


def _leads_to(current: str | None, kept: Sequence[Sequence[Any]], ordered: Sequence[Sequence[Any]]) -> bool:
    """Whether these changes begin as all of them do and end at the present stage."""
    if not kept:
        return bool(ordered) and ordered[0][3] == current
    return bool(kept[-1][4] == current and kept[0][3] == ordered[0][3])


def second(moment: int) -> int:
    """Cut a moment in microseconds to the second."""
    return moment - moment % 1_000_000
