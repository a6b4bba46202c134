"""What many records are associated with, the first few of each and how many there are: for pictures of a graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.store.reading import pieces, seen_from

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crmcli.model.objects import Pair
    from crmcli.store.index import Index


@frozen
class PairEnd:
    """One end of a pair: the owner's or the other's."""

    pair: Pair
    from_owner: bool


@frozen
class Neighbour:
    """One association as found from `id`: `near_is` says what that record is of the other, `far_is` the reverse.

    `total` is how many associations of the pair the record has at that end.
    """

    id: int
    other_id: int
    near_is: tuple[str, ...]
    far_is: tuple[str, ...]
    primary: bool
    total: int


def neighbours(
    index: Index, end: PairEnd, ids: Sequence[int], most: int, labels: Sequence[str] | None
) -> Iterator[Neighbour]:
    """Give at most `most` associations of each record at one end of a pair (0: all), primary ones first, then by id.

    `labels`: the declared names of which an association must have one; None: no matter.
    """
    near, far = ("owner", "other") if end.from_owner else ("other", "owner")
    labelled = ""
    if labels is not None:
        marks = ",".join("?" * len(labels))
        labelled = f" AND EXISTS (SELECT 1 FROM json_each(labels) WHERE json_each.value IN ({marks}))"
    for some in pieces(ids):
        rows = index.connection.execute(
            "SELECT near, far, is_primary, labels, total FROM ("
            f"SELECT {near} AS near, {far} AS far, is_primary, labels, count(*) OVER (PARTITION BY {near}) AS total,"
            f" row_number() OVER (PARTITION BY {near} ORDER BY is_primary DESC, {far}) AS rank FROM _association"
            f" WHERE pair = ? AND {near} IN ({','.join('?' * len(some))}){labelled}"
            ") WHERE ? = 0 OR rank <= ? ORDER BY near, rank",
            [end.pair.code, *some, *(labels or ()), most, most],
        )
        for here, there, primary, kept, total in rows:
            near_is = seen_from(end.pair, kept, from_owner=end.from_owner)
            far_is = seen_from(end.pair, kept, from_owner=not end.from_owner)
            yield Neighbour(here, there, near_is, far_is, bool(primary), total)
