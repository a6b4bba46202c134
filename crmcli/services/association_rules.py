"""The rules of associations, kept on every path alike.

An operation is looked at as a whole, just before it is committed and under the store's lock: what it takes apart and
what it puts in its place count together. An excess that was there before the operation is left alone.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from crmcli.services.association_limits import Checker, far_object
from crmcli.services.references import Ref

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crmcli.model.objects import Pair
    from crmcli.services.association_refusals import AssociationRule
    from crmcli.services.workspace import Workspace
    from crmcli.store.ends import Touched
    from crmcli.store.transaction import Transaction


def check(workspace: Workspace, change: Transaction) -> list[str]:
    """Refuse an operation that breaks a rule of associations; give what it breaks and may, a sentence each.

    `--force` overrides what is needed, never a limit or a circle. An undo brings back what there was, whatever the
    rules say now: it is never refused for them. Raises TooMany, Circle, StillNeeded ….
    """
    allowed = []
    for error in broken(workspace, change):
        if not change.intent.undoes and not (error.forcible and change.intent.force):
            raise error
        allowed.append(error.message)
    return list(dict.fromkeys(allowed))


def broken(workspace: Workspace, change: Transaction) -> Iterator[AssociationRule]:
    """Find what an operation breaks."""
    checker = Checker(workspace, change)
    came: dict[tuple[Pair, int, bool], None] = {}
    left: dict[Ref, Touched] = {}
    for touched in change.ends.touched():
        if touched.new is None:
            left.update((ref, touched) for ref in _needy(touched))
            continue
        came |= {(touched.pair, touched.owner, True): None, (touched.pair, touched.other, False): None}
        yield from checker.circles(touched)
        yield from checker.lacking(touched)
    for pair, record_id, from_owner in came:
        yield from checker.excess(pair, record_id, from_owner=from_owner)
    yield from checker.alone(left)
    for end, names in change.ends.cleared.items():
        yield from checker.cleared(Ref(*end), names)
    for ref in chain(_made(change), (Ref(*end) for end in sorted(change.ends.back))):
        yield from checker.needs(ref)


def with_dependants(change: Transaction, refs: Iterable[Ref]) -> list[Ref]:
    """Give records and those whose one parent they are, which go with them; each once."""
    found: dict[Ref, None] = {}
    waiting = list(refs)[::-1]
    while waiting:
        ref = waiting.pop()
        if ref not in found:
            found[ref] = None
            waiting += _children(change, ref)[::-1]
    return list(found)


def went_with(workspace: Workspace, refs: Iterable[Ref]) -> list[Ref]:
    """Give the deleted records that went because one of these did, in the operation that deleted it."""
    from crmcli.store.changes import Removed

    found: dict[Ref, None] = {}
    operations: dict[str, list[Removed]] = {}
    waiting = list(refs)
    while waiting:
        ref = waiting.pop()
        pairs = [p for p in workspace.model.pairs_of(ref.object_name) if p.parent == ref.object_name]
        tombstone = workspace.store.tombstone(ref.object_name, ref.id) if pairs else None
        if tombstone is None:
            continue
        if tombstone.operation not in operations:
            log = workspace.store.log
            changes = log.changes(log.operation(tombstone.operation))
            operations[tombstone.operation] = [change for change in changes if isinstance(change, Removed)]
        removed = operations[tombstone.operation]
        own = next((each.links for each in removed if (each.object_name, each.id) == (ref.object_name, ref.id)), {})
        names = {far_object(pair, ref.object_name) for pair in pairs}
        some = [Ref(each.object_name, each.id) for each in removed if each.object_name in names
                and (str(ref) in each.links or f"{each.object_name}:{each.id}" in own)]  # fmt: skip
        still = [each for each in some if each not in found and _gone_by(workspace, each, tombstone.operation)]
        found |= dict.fromkeys(still)
        waiting += still
    return list(found)


def _gone_by(workspace: Workspace, ref: Ref, operation: str) -> bool:
    tombstone = workspace.store.tombstone(ref.object_name, ref.id)
    return tombstone is not None and tombstone.operation == operation


def _children(change: Transaction, ref: Ref) -> list[Ref]:
    """Give the records whose one parent a record is."""
    found = []
    for far, pair in change.ends.watched(ref.object_name).items():
        if pair.parent == ref.object_name and far != ref.object_name:
            from_owner = pair.owner == ref.object_name
            found += [Ref(far, i) for i in change.ends.at(pair, ref.id, from_owner=from_owner)]
    return sorted(found)


def _needy(touched: Touched) -> Iterator[Ref]:
    """Give the ends of an association that may need it."""
    pair = touched.pair
    if pair.needed or pair.parent == pair.other:
        yield Ref(pair.owner, touched.owner)
    if pair.parent == pair.owner:
        yield Ref(pair.other, touched.other)


def _made(change: Transaction) -> Iterator[Ref]:
    """Give the records that an operation makes, of objects that need any partner."""
    for made in change.creating.changes():
        if any(pair.needed_by(made.object_name) for pair in change.ends.watched(made.object_name).values()):
            yield from (Ref(made.object_name, i) for i in range(made.first, made.last + 1))
