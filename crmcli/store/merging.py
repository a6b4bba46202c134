"""Merging within a transaction: one record's own data go into a tombstone, whole, and come back out of it.

What the survivor gets by it is set on the survivor as any other change is; the tombstone says what that was, so that
it can be taken back at any time (`services.merging`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crmcli.errors import CrmError, ExitCode
from crmcli.store.merge_changes import Merged, Retold, Unmerged
from crmcli.store.shard import MERGED
from crmcli.store.survivors import any_merged, standing_for

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmcli.store.shard import Row
    from crmcli.store.store import Store
    from crmcli.store.transaction import End, Transaction


class NotMerged(CrmError):
    """A record that is to come back was not merged into another."""

    exit_code = ExitCode.CONFLICT

    def __init__(self, object_name: str, record_id: int) -> None:
        ref = f"{object_name}:{record_id}"
        super().__init__(f"{ref} is not merged into another record", f"See it: crm show {ref}")


class Merging:
    """Merges and unmerges records of one transaction."""

    def __init__(self, change: Transaction, store: Store) -> None:
        self._change = change
        self._store = store
        self._any: dict[str, bool] = {}

    def any(self, object_name: str) -> bool:
        """Whether any record of an object was merged into another."""
        if object_name not in self._any:
            self._any[object_name] = any_merged(self._store.index.connection, object_name)
        return self._any[object_name]

    def standing(self, end: End) -> int | None:
        """The record that stands for an end of an association, None where it is gone, as the last operation left it."""
        return standing_for(self._store.index.connection, *end) if self.any(end[0]) else None

    def expect(self, object_name: str, survivors: Mapping[int, int]) -> None:
        """Let the keys of these records be those of the ones that they are about to be merged into."""
        ledger = self._change.ledger(object_name)
        ledger.merged.update(survivors)
        ledger.parted.difference_update(survivors)

    def absorb(self, object_name: str, record_id: int, into: int, told: Mapping[str, object]) -> None:
        """Take a record out and leave a tombstone that keeps it, with what is `told` of the survivor; raise NoRecord.

        Its keys stay taken: they lead to the survivor.
        """
        self.expect(object_name, {record_id: into})
        row = self._change.row((object_name, record_id))
        edit = self._change.edits.of(object_name, record_id)
        links = edit.shard.associations.pop(record_id, {})
        self._change.ends.merged((object_name, record_id), into, links)
        del edit.shard.records[record_id]
        operation = self._change.commitment.operation.id
        tombstone = {"kind": MERGED, "into": into, "operation": operation, "record": row, "associations": links, **told}
        self._bury(object_name, record_id, tombstone)
        self._change.changes.append(Merged(object_name, record_id, tombstone))
        self._change.counts[f"{object_name} merged"] += 1

    def release(self, object_name: str, record_id: int, *, without: tuple[str, ...] = ()) -> None:
        """Bring a merged record back as it was, less these properties; raise NotMerged or DuplicateKey."""
        tombstone = self.tombstone(object_name, record_id)
        row: Row = {name: value for name, value in dict(tombstone["record"]).items() if name not in without}
        ledger = self._change.ledger(object_name)
        ledger.merged.pop(record_id, None)
        ledger.parted.add(record_id)
        ledger.check(record_id, row)  # type: ignore[arg-type]
        ledger.replace(record_id, tombstone["record"], row)
        edit = self._change.edits.of(object_name, record_id)
        edit.shard.records[record_id] = row
        if tombstone["associations"]:
            edit.shard.associations[record_id] = dict(tombstone["associations"])
        self._bury(object_name, record_id, None)
        self._change.changes.append(Unmerged(object_name, record_id, tombstone))
        self._change.counts[f"{object_name} unmerged"] += 1

    def retell(self, object_name: str, record_id: int, tombstone: Mapping[str, Any]) -> None:
        """Change what a tombstone keeps, but not into what its record was merged; raise NotMerged."""
        before = self.tombstone(object_name, record_id)
        if tombstone == before:
            return
        self._change.ledger(object_name).replace(record_id, before["record"], tombstone["record"])
        self._bury(object_name, record_id, dict(tombstone))
        self._change.changes.append(Retold(object_name, record_id, before, tombstone))

    def tombstone(self, object_name: str, record_id: int) -> dict[str, Any]:
        """What stands in the place of a merged record, as this transaction has it; raise NotMerged."""
        found = self._change.edits.of(object_name, record_id).shard.tombstones.get(record_id, {})
        if found.get("kind") != MERGED:
            raise NotMerged(object_name, record_id)
        return {**found, "record": found.get("record") or {}, "associations": found.get("associations") or {}}

    def _bury(self, object_name: str, record_id: int, tombstone: Mapping[str, object] | None) -> None:
        edit = self._change.edits.of(object_name, record_id)
        if tombstone is None:
            del edit.shard.tombstones[record_id]
        else:
            edit.shard.tombstones[record_id] = dict(tombstone)
        edit.touched.add(record_id)
        edit.linked.add(record_id)
        edit.buried = True
