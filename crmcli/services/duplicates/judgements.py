"""Judgements of pairs of records that may be one: the same, different, or unsure; kept with who said it and when.

A record that was merged into another stands for its survivor in them; unmerged, it is itself again.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import frozen
from crmcli.model.names import UnknownObject
from crmcli.services.references import Ref, resolve
from crmcli.services.titles import titles
from crmcli.services.written import Account
from crmcli.store.judgements import judge as judge_pair
from crmcli.store.judgements import judged_objects, verdicts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from crmcli.services.workspace import Workspace
    from crmcli.services.written import Written
    from crmcli.store.judgements import Verdict
    from crmcli.store.store import Store

SAME, DIFFERENT, UNSURE = VERDICTS = ("same", "different", "unsure")
_IDS = tuple[int, int]


class UnknownVerdict(CrmError):
    """A word that is no verdict."""

    exit_code = ExitCode.USAGE

    def __init__(self, word: str) -> None:
        super().__init__(f'"{word}" is no verdict', f"One of: {', '.join(VERDICTS)}")


class NoPair(CrmError):
    """Records that cannot be judged together: one and itself, or two of different objects."""

    exit_code = ExitCode.USAGE

    def __init__(self, a: Ref, b: Ref) -> None:
        why = "one record" if a == b else "of different objects"
        super().__init__(f"{a} and {b} are {why}", "Judge two records of one object")


class NotJudged(CrmError):
    """Nobody judged these two records."""

    exit_code = ExitCode.NOT_FOUND

    def __init__(self, a: Ref, b: Ref) -> None:
        super().__init__(f"There is no judgement of {a} and {b}", f"See which there are: crm judgements list {a}")


@frozen
class Judgement:
    """What was said of two records, who said it and when, in which operation (its short id).

    `a` and `b` are the records that stand for them now, `said_of` those that were judged; `titles` are theirs now.
    """

    a: Ref
    b: Ref
    titles: tuple[str, str]
    verdict: str
    said_of: tuple[Ref, Ref]
    at: datetime
    actor: str
    operation: str


@frozen
class Judged:
    """The pairs of ids of an object's records by verdict, each (lower, higher), as they stand now."""

    same: frozenset[_IDS]
    different: frozenset[_IDS]
    unsure: frozenset[_IDS]


def judge(workspace: Workspace, refs: Sequence[Ref], verdict: str, *, dry_run: bool = False) -> Written:
    """Say of records of one object that each two of them are the same, different, or that this is unsure.

    Raises UnknownVerdict and NoPair.
    """
    pairs = list(combinations(refs, 2)) if refs[1:] else [(refs[0], refs[0])]
    return judge_pairs(workspace, pairs, verdict, dry_run=dry_run)


def judge_pairs(
    workspace: Workspace, pairs: Sequence[tuple[Ref, Ref]], verdict: str, *, dry_run: bool = False
) -> Written:
    """Say of pairs of records what they are; raise as `judge` does."""
    if verdict not in VERDICTS:
        raise UnknownVerdict(verdict)
    with workspace.store.write(workspace.intent(), dry_run=dry_run) as change:
        for a, b in pairs:
            _check(a, b)
            judge_pair(workspace.store, change, a.object_name, (a.id, b.id), verdict)
        refs = dict.fromkeys(ref for pair in pairs for ref in pair)
        return Account(workspace, refs=list(refs)).finish(change, dry_run=dry_run)


def forget(workspace: Workspace, a: Ref, b: Ref, *, dry_run: bool = False) -> Written:
    """Take back what was said of two records, and of those that were merged into them. Raises NotJudged and NoPair."""
    _check(a, b)
    with workspace.store.write(workspace.intent(), dry_run=dry_run) as change:
        found = [said for pair, said in _standing(workspace, a.object_name) if pair == _ordered(a.id, b.id)]
        if not found:
            raise NotJudged(a, b)
        for said in found:
            judge_pair(workspace.store, change, a.object_name, (said.a, said.b), "")
        return Account(workspace, refs=[a, b]).finish(change, dry_run=dry_run)


def judgements(workspace: Workspace, object_name: str, ref: Ref | None = None) -> tuple[Judgement, ...]:
    """Give the judgements of an object's records, or of one of them, in the order in which they were made."""
    found = [
        (Ref(object_name, a), Ref(object_name, b), said)
        for (a, b), said in _standing(workspace, object_name)
        if ref is None or ref.id in (a, b)
    ]
    named = titles(workspace, [ref for a, b, _ in found for ref in (a, b)])
    return tuple(
        Judgement(
            a,
            b,
            (named.get(a, ""), named.get(b, "")),
            said.verdict,
            (Ref(object_name, said.a), Ref(object_name, said.b)),
            said.at,
            said.actor,
            workspace.store.log.short_id(said.operation),
        )
        for a, b, said in found
    )


def judged_apart(workspace: Workspace, refs: Sequence[Ref]) -> tuple[Judgement, ...]:
    """Give the judgements by which some of these records, all of one object, are not the same."""
    said = judgements(workspace, refs[0].object_name)
    return tuple(each for each in said if each.verdict == DIFFERENT and each.a in refs and each.b in refs)


def judgements_about(workspace: Workspace, text: str) -> tuple[Judgement, ...]:
    """Give the judgements of an object's records, of one record, or with "" all, by object.

    Raises as resolving a reference does.
    """
    if not text:
        names = [name for name in judged_objects(workspace.store) if name in workspace.model.objects]
        return tuple(each for name in names for each in judgements(workspace, name))
    try:
        return judgements(workspace, workspace.any_object(text).name)
    except UnknownObject:
        ref = resolve(workspace, text)
        return judgements(workspace, ref.object_name, ref)


def judged(workspace: Workspace, object_name: str) -> Judged:
    """Give the pairs of an object's records that were judged; where two merged records were, the last word counts."""
    last = {pair: said.verdict for pair, said in _standing(workspace, object_name)}
    return Judged(*(frozenset(pair for pair, said in last.items() if said == verdict) for verdict in VERDICTS))


def _standing(workspace: Workspace, object_name: str) -> Iterator[tuple[_IDS, Verdict]]:
    """Give each judgement with the ids that stand for its records now; not those of records that are gone or one."""
    said = verdicts(workspace.store, object_name)
    now = _survivors(workspace.store, object_name, {i for each in said for i in (each.a, each.b)})
    for each in said:
        a, b = now.get(each.a), now.get(each.b)
        if a and b and a != b:
            yield _ordered(a, b), each


def _survivors(store: Store, object_name: str, ids: set[int]) -> Mapping[int, int]:
    """Give the record that stands for each id: itself, or what it was merged into; those that are gone are left out."""
    present = store.present(object_name, sorted(ids))
    now = {i: i for i in present}
    for start in ids - present:
        followed = [start]
        while followed[-1] not in now:
            gone = store.tombstone(object_name, followed[-1])
            if gone is None or gone.into is None or gone.into in followed:
                break
            followed.append(gone.into)
            if store.exists(object_name, gone.into):
                now[gone.into] = gone.into
        else:
            now.update(dict.fromkeys(followed, now[followed[-1]]))
    return now


def _check(a: Ref, b: Ref) -> None:
    if a == b or a.object_name != b.object_name:
        raise NoPair(a, b)


def _ordered(a: int, b: int) -> _IDS:
    return min(a, b), max(a, b)
