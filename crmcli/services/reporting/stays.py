"""Where many records stood and when: the changes of one property of them all, out of the journal, in one reading."""

from __future__ import annotations

import gc
import json
from bisect import bisect_right
from collections import defaultdict
from contextlib import contextmanager
from itertools import accumulate, groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from crmcli.query.past_values import creations, past_values, share_of_history, undone_values
from crmcli.query.visits import between, second, told_changes, visits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from crmcli.model.objects import ObjectType, Property
    from crmcli.query.visits import Visit
    from crmcli.services.workspace import Workspace

    _Told = tuple[int, int, int, str | None, str | None]  # id, when, recorded when, old and new as JSON
    Change = tuple[int, Any, Any]  # when, in microseconds and to the second, the old value, the new one


_FEW = 4  # of an object that has more than one in so many entries of the history, going through all of it is faster


class _Read(dict[str | None, Any]):
    """JSON texts and what they say, each read once: a property of stages has few."""

    def __missing__(self, text: str | None) -> object:
        self[text] = None if text is None else json.loads(text)
        return self[text]


def changes(
    workspace: Workspace, found: ObjectType, prop: Property, present: Mapping[int, Any]
) -> Mapping[int, Sequence[Change]]:
    """Give the changes that records have seen of a property, in order of time, without those that were undone.

    `present` is what each of the records has of it now, as the journal keeps it; those without changes are left out.
    """
    read = _Read()
    known = {
        record_id: [(second(at), read[old], read[new]) for _, at, _, old, new in several]
        for record_id, several in _told(workspace, found, prop).items()
        if record_id in present
    }
    return {**known, **_undone(workspace, found, prop, present)}


def _told(workspace: Workspace, found: ObjectType, prop: Property) -> Mapping[int, Sequence[_Told]]:
    """Give all changes of a property by record, in order of time."""
    ((own, every),) = workspace.store.rows(share_of_history(found))
    told: dict[int, list[_Told]] = defaultdict(list)
    mixed: set[int] = set()
    for row in workspace.store.rows(past_values(found, prop, scan=own * _FEW > (every or 0))):
        several = told[row[0]]
        if several and row[1] <= several[-1][1]:
            mixed.add(row[0])
        several.append(row)
    for record_id in mixed:
        told[record_id].sort(key=itemgetter(1, 2))
    return told


def _undone(
    workspace: Workspace, found: ObjectType, prop: Property, present: Mapping[int, Any]
) -> Mapping[int, Sequence[Change]]:
    """Give the changes that count of those records of which some were undone."""
    rows, read = sorted(workspace.store.rows(undone_values(found, prop))), _Read()
    return {
        record_id: told_changes(
            [(*one[1:4], read[one[4]], read[one[5]], *one[6:]) for one in several], present[record_id]
        )
        for record_id, several in groupby(rows, itemgetter(0))
        if record_id in present
    }


def stays(
    workspace: Workspace, found: ObjectType, present: Iterable[tuple[int, str | None]]
) -> Iterator[tuple[int, list[Visit]]]:
    """Give the visits of stages by records of an object, whose present stage is given; moments in microseconds.

    A record is at its first stage since it was created here, or since the first change that the journal knows.
    """
    now, created = dict(present), creation_of(workspace, found)
    with _uncollected():
        moved = _moved(workspace, found, now, created)
        for record_id, stage in now.items():
            yield record_id, moved[record_id] if record_id in moved else visits(stage, created(record_id), ())


def _moved(
    workspace: Workspace, found: ObjectType, now: Mapping[int, str | None], created: Callable[[int], int | None]
) -> Mapping[int, list[Visit]]:
    """Give the visits of those records that the journal knows to have moved: what `visits` makes of their changes."""
    prop, read = found.properties[found.roles["stage"]], _Read()
    undone = _undone(workspace, found, prop, now)
    moved = {record_id: visits(now[record_id], created(record_id), told) for record_id, told in undone.items()}
    for record_id, several in _told(workspace, found, prop).items():
        if record_id in now and record_id not in undone:
            steps = [(at - at % 1_000_000, read[new]) for _, at, _, _, new in several]  # `second`, without a call
            if (begun := created(record_id)) is not None:
                steps.insert(0, (min(begun, steps[0][0]), read[several[0][3]]))
            moved[record_id] = between(steps)
    return moved


@contextmanager
def _uncollected() -> Iterator[None]:
    """Let nobody look for circles among what is made meanwhile: a million small tuples have none, and take long."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def creation_of(workspace: Workspace, found: ObjectType) -> Callable[[int], int | None]:
    """Give what tells when a record was created here, in microseconds and to the second; None for who knows when."""
    ranges = [(first, last, second(at)) for first, last, at in workspace.store.rows(creations(found))]
    firsts = [first for first, *_ in ranges]
    reach = list(accumulate((last for _, last, _ in ranges), max))  # ids that any range up to here has

    def created(record_id: int) -> int | None:
        place = bisect_right(firsts, record_id) - 1
        while place >= 0 and reach[place] >= record_id:
            _, last, at = ranges[place]
            if last >= record_id:
                return at
            place -= 1
        return None

    return created
