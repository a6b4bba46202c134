"""Where many records stood and when: the changes of one property of them all, out of the journal, in one reading."""

from __future__ import annotations

import json
from bisect import bisect_right
from itertools import accumulate, groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from crmcli.query.past_values import creations, past_values, undone_values
from crmcli.query.visits import second, told_changes, visits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from crmcli.model.objects import ObjectType, Property
    from crmcli.query.visits import Visit
    from crmcli.services.workspace import Workspace

    Change = tuple[int, Any, Any]  # when, in microseconds and to the second, the old value, the new one


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
    rows, read = workspace.store.rows, _Read()
    known = {
        record_id: [(at - at % 1_000_000, read[old], read[new]) for _, at, old, new in several]
        for record_id, several in groupby(rows(past_values(found, prop)), itemgetter(0))
        if record_id in present
    }
    undone = sorted(rows(undone_values(found, prop)))
    for record_id, several in groupby(undone, itemgetter(0)):
        if record_id in present:
            history = [(*one[1:4], read[one[4]], read[one[5]], *one[6:]) for one in several]
            known[record_id] = told_changes(history, present[record_id])
    return known


def stays(
    workspace: Workspace, found: ObjectType, present: Iterable[tuple[int, str | None]]
) -> Iterator[tuple[int, list[Visit]]]:
    """Give the visits of stages by records of an object, whose present stage is given; moments in microseconds.

    A record is at its first stage since it was created here, or since the first change that the journal knows.
    """
    now = dict(present)
    moved = changes(workspace, found, found.properties[found.roles["stage"]], now)
    created = creation_of(workspace, found)
    for record_id, stage in now.items():
        yield record_id, visits(stage, created(record_id), moved.get(record_id, ()))


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
