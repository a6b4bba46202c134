"""Undoing a merge, and undoing an unmerge: the records as they were before, or word of what stands in the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.services.references import Ref
from crmcli.store.merge_changes import Merged, Retold, Unmerged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmcli.store.transaction import Transaction


def take_merging_back(change: Transaction, done: Merged | Unmerged | Retold) -> Iterator[str]:
    """Do the opposite of such a change; give what was changed since by no operation, a sentence each."""
    name, ref = done.object_name, Ref(done.object_name, done.id)
    if isinstance(done, Retold):
        if change.merging.tombstone(name, done.id) != done.new:
            yield f"{ref} was changed outside crm"
        change.merging.retell(name, done.id, done.old)
        return
    into = int(str(done.tombstone["into"]))
    if isinstance(done, Unmerged):
        if change.row((name, done.id)) != done.tombstone["record"]:
            yield f"{ref} was changed since it came back"
        told = {key: part for key, part in done.tombstone.items() if key not in ("record", "associations")}
        change.merging.absorb(name, done.id, into, told)
        return
    if not change.there((name, into)):
        yield f"{Ref(name, into)}, into which {ref} was merged, is gone or was merged itself since"
    if change.merging.tombstone(name, done.id) != done.tombstone:
        yield f"{ref} was changed outside crm"
    change.merging.release(name, done.id)
