"""What many records are associated with, the first few of each and how many there are: for pictures of a graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.query.fragments import Fragment
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
    condition = _condition(end, labels)
    also = f"(SELECT labels FROM {_TWIN})" if _of_one_object(end.pair) else "NULL"
    # From the end that has many, this is the order of the index: however many there are, only the first are read.
    first = (
        f"SELECT {far}, is_primary, labels, {also} FROM _association WHERE pair = ? AND {near} = ?{condition.sql}"
        f" ORDER BY is_primary DESC, {far} LIMIT ?"
    )
    for here, total in _totals(index, end.pair, near, ids, condition):
        rows = index.connection.execute(first, [end.pair.code, here, *condition.parameters, most or -1])
        for there, primary, kept, begun_there in rows:
            near_is, far_is = (
                seen_from(end.pair, kept, from_owner=at_owner)
                + seen_from(end.pair, begun_there, from_owner=not at_owner)
                for at_owner in (end.from_owner, not end.from_owner)
            )
            yield Neighbour(here, there, near_is, far_is, bool(primary), total)


# Of an object with itself, labels may begin at both ends: the other of the two records of one association.
_TWIN = (
    "_association AS twin WHERE twin.pair = _association.pair AND twin.owner = _association.other"
    " AND twin.other = _association.owner"
)


def _of_one_object(pair: Pair) -> bool:
    return pair.owner == pair.other


def _condition(end: PairEnd, labels: Sequence[str] | None) -> Fragment:
    """Give the condition for what is seen from an end; what is seen from the owner's end is not seen again."""
    mine, twin = _labelled("_association", labels), _labelled("twin", labels)
    if end.from_owner or not _of_one_object(end.pair):
        return mine
    once = f"{mine.sql} AND NOT EXISTS (SELECT 1 FROM {_TWIN}{twin.sql})"
    return Fragment(once, (*mine.parameters, *twin.parameters))


def _labelled(table: str, labels: Sequence[str] | None) -> Fragment:
    if labels is None:
        return Fragment("", ())
    marks = ",".join("?" * len(labels))
    text = f" AND EXISTS (SELECT 1 FROM json_each({table}.labels) WHERE json_each.value IN ({marks}))"
    return Fragment(text, tuple(labels))


def _totals(index: Index, pair: Pair, near: str, ids: Sequence[int], condition: Fragment) -> Iterator[tuple[int, int]]:
    """Give which of these records have associations at that end, and how many."""
    for some in pieces(ids):
        yield from index.connection.execute(
            f"SELECT {near}, count(*) FROM _association"
            f" WHERE pair = ? AND {near} IN ({','.join('?' * len(some))}){condition.sql} GROUP BY {near}",
            [pair.code, *some, *condition.parameters],
        ).fetchall()
