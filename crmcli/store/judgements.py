"""Judgements: what people said of pairs of records that may be one. They stand in the journal alone.

Nothing else holds them, so who said it, when, and taking it back come of themselves, and two clones' judgements meet
as their journals do. The index has one line for each; the last one of a pair counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.store.log import moment
from crmcli.store.values import HistoryEntry

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from crmcli.store.store import Store
    from crmcli.store.transaction import Transaction

_LAST = "ORDER BY o.sequence DESC, o.clone DESC LIMIT 1"


@frozen
class Verdict:
    """What was said last of a pair of records, `a` < `b`: by whom, when, and in which operation."""

    a: int
    b: int
    verdict: str
    at: datetime
    actor: str
    operation: str


def judge(store: Store, change: Transaction, object_name: str, pair: tuple[int, int], verdict: str) -> bool:
    """Say of a pair of records what they are, "" takes the verdict back; say whether that is new.

    One transaction judges a pair once.
    """
    a, b = sorted(pair)
    before = verdict_of(store, object_name, (a, b))
    if before == verdict:
        return False
    from crmcli.store.changes import Judged  # a record page asks for judgements, and pays nothing for this

    change.changes.append(Judged(object_name, a, b, before, verdict))
    change.counts["pair judged" if verdict else "judgement forgotten"] += 1
    return True


def verdict_of(store: Store, object_name: str, pair: tuple[int, int]) -> str:
    """What was said last of a pair, "" where nothing was or it was taken back."""
    row = store.index.connection.execute(
        "SELECT j.verdict FROM _judgement j JOIN _operation o ON o.id = j.op"
        f" WHERE j.object = ? AND j.a = ? AND j.b = ? {_LAST}",
        (object_name, *sorted(pair)),
    ).fetchone()
    return str(row[0]) if row else ""


def judged_objects(store: Store) -> Sequence[str]:
    """The objects of whose records pairs were judged, by name."""
    return [row[0] for row in store.index.connection.execute("SELECT DISTINCT object FROM _judgement ORDER BY 1")]


def said_of(store: Store, object_name: str, record_id: int) -> Sequence[HistoryEntry]:
    """The events of a record's history that are judgements of it and another, oldest first."""
    rows = store.index.connection.execute(
        "SELECT o.at, o.id, o.actor, j.verdict, j.a + j.b - :id FROM _judgement j JOIN _operation o ON o.id = j.op"
        " WHERE j.object = :object AND (j.a = :id OR j.b = :id) ORDER BY o.sequence, o.clone",
        {"object": object_name, "id": record_id},
    )
    found = []
    for at, operation, actor, verdict, other in rows:
        event, said = ("judged", f" [{verdict}]") if verdict else ("judgement forgotten", "")
        found.append(HistoryEntry(moment(at), moment(at), operation, actor, event, note=f"{object_name}:{other}{said}"))
    return found


def verdicts(store: Store, object_name: str) -> Sequence[Verdict]:
    """What was said of the pairs of an object, each as it stands now, in the order in which it was said."""
    rows = store.index.connection.execute(
        "SELECT j.a, j.b, j.verdict, o.at, o.actor, o.id FROM _judgement j JOIN _operation o ON o.id = j.op"
        " WHERE j.object = ? ORDER BY o.sequence, o.clone, j.a, j.b",
        (object_name,),
    )
    last: dict[tuple[int, int], Verdict] = {}
    for a, b, verdict, at, actor, operation in rows:
        last.pop((a, b), None)  # so that it comes in the place of its last word
        last[a, b] = Verdict(a, b, verdict, moment(at), actor, operation)
    return [each for each in last.values() if each.verdict]
