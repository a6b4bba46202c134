"""A transaction: one operation in the making, between the writers' lock and the commit point."""

from __future__ import annotations

import sqlite3
from collections import Counter
from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import replace
from crmcli.store.changes import Past, Removed, Restored, Updated, iso_moment
from crmcli.store.commit import Commit
from crmcli.store.creating import Creating
from crmcli.store.edits import Edits
from crmcli.store.ends import Ends
from crmcli.store.file_edits import FileEdits
from crmcli.store.ledger import KeyLedger
from crmcli.store.linking import Linking
from crmcli.store.merging import Merging
from crmcli.store.ranges import Ranges, tombstone_of
from crmcli.store.row_values import with_values
from crmcli.store.values import differ

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from types import TracebackType
    from typing import Self

    from crmcli.model.objects import Pair
    from crmcli.store.changes import Change
    from crmcli.store.keys import DuplicateKey
    from crmcli.store.shard import Row
    from crmcli.store.store import Store
    from crmcli.store.values import Intent, Operation
    from crmcli.types.base import Stored

End = tuple[str, int]  # an object's name and a record's id


class NoRecord(CrmError):
    """A record that is to be changed is not there."""

    exit_code = ExitCode.NOT_FOUND

    def __init__(self, object_name: str, record_id: int) -> None:
        super().__init__(
            f'there is no record "{object_name}:{record_id}"', f"see which there are: crm list {object_name}"
        )


class CannotWrite(CrmError):
    """The machine would not write: no space, no permission, a failing disk. Nothing was changed."""

    def __init__(self, error: OSError | sqlite3.Error) -> None:
        where = f'"{error.filename}": ' if isinstance(error, OSError) and error.filename else ""
        what = error.strerror or str(error) if isinstance(error, OSError) else f"the index: {error}"
        super().__init__(
            f"cannot write: {where}{what.lower()}",
            "nothing was changed; make room or give the permission, then run the command again",
        )


class Transaction:
    """Collects changes; `commit` makes them one operation, leaving the `with` block without it makes none.

    Values are stored forms that their types have parsed. What is checked here are keys and ids. `counts` says what
    was changed, by "object verb": "contact created".
    """

    def __init__(self, store: Store, intent: Intent, *, dry_run: bool) -> None:
        """Begin; the caller holds the writers' lock (no lock for a dry run)."""
        self._store = store
        self.intent = intent
        self._dry_run = dry_run
        self.counts: Counter[str] = Counter()
        self.commitment = Commit(store, intent)
        self.edits = Edits(
            store.root, self.commitment.operation.id, store.modes, None if dry_run else self.commitment.index_edit
        )
        self.changes: list[Change] = []
        self._ledgers: dict[str, KeyLedger] = {}
        self.files = FileEdits(store.root, self.counts)
        self.creating = Creating(self, store, dry_run=dry_run)
        self.ends = Ends(store)
        self._linking = Linking(self, store.model)
        self._ranges = Ranges(self, store)
        self.merging = Merging(self, store)

    def ledger(self, object_name: str) -> KeyLedger:
        """The ledger of an object's keys."""
        if object_name not in self._ledgers:
            self._ledgers[object_name] = KeyLedger(self._store.index.connection, self._store.model.objects[object_name])
        return self._ledgers[object_name]

    def row(self, end: End) -> Row:
        """A record's values as this transaction has them; raise NoRecord."""
        object_name, record_id = end
        row = self.edits.of(object_name, record_id).shard.records.get(record_id)
        if row is None:
            raise NoRecord(object_name, record_id)
        return row

    def require(self, end: End) -> None:
        """Raise NoRecord where a record is not there."""
        if not self.there(end):
            raise NoRecord(*end)

    def there(self, end: End) -> bool:
        """Whether there is such a record, without a look at its data file where the index knows."""
        object_name, record_id = end
        edit = self.edits.open_one(object_name, record_id)
        there = record_id in edit.shard.records if edit else self._store.exists(object_name, record_id)
        return there or self.creating.made(object_name, record_id, record_id)

    def conflicts(
        self, object_name: str, names: Sequence[str], columns: Sequence[Sequence[Stored | None]]
    ) -> dict[int, DuplicateKey]:
        """The rows of a block of new records whose keys are held, by a record or by an earlier row; row → refusal."""
        return self.ledger(object_name).conflicts(names, columns)

    def create(self, object_name: str, values: Mapping[str, Stored], *, record_id: int | None = None) -> int:
        """Create one record and give its id; raise DuplicateKey or IdTaken."""
        names, columns = list(values), [[value] for value in values.values()]
        for refusal in self.conflicts(object_name, names, columns).values():
            raise refusal
        return self.create_many(object_name, names, columns, [record_id] if record_id else None)[0]

    def create_many(
        self,
        object_name: str,
        names: Sequence[str],
        columns: Sequence[Sequence[Stored | None]],
        ids: Sequence[int] | None = None,
    ) -> Sequence[int]:
        """Create a block of records from columns of equal length, whose keys `conflicts` has passed; give their ids.

        `ids`: the ids that they must get, ascending; raise IdTaken where one was used before.
        """
        return self.creating.create(object_name, names, columns, ids)

    def set(
        self, object_name: str, record_id: int, values: Mapping[str, Stored | None], *, at: datetime | None = None
    ) -> bool:
        """Set properties of a record, None clears; say whether anything changed. Raise NoRecord or DuplicateKey.

        `at`: the past moment, aware, from which on the history has the new values; the operation's own without it.
        """
        row = self.row((object_name, record_id))
        changed = {name: (row.get(name), value) for name, value in values.items() if differ(row.get(name), value)}
        if not changed:
            return False
        ledger = self.ledger(object_name)
        ledger.check(record_id, {name: new for name, (_, new) in changed.items()})
        merged = with_values(row, values, self._store.rank(object_name))
        ledger.replace(record_id, row, merged)
        edit = self.edits.of(object_name, record_id)
        edit.shard.records[record_id] = merged
        edit.touched.add(record_id)
        moment = iso_moment(at) if at else ""
        self.changes.append(Updated(object_name, record_id, changed, moment))  # type: ignore[arg-type]
        if None in values.values():
            self.ends.clear((object_name, record_id), [name for name, (_, new) in changed.items() if new is None])
        self.counts[f"{object_name} updated"] += 1
        return True

    def record_past(
        self, object_name: str, record_id: int, property_name: str, values: Sequence[tuple[datetime, Stored | None]]
    ) -> None:
        """Give a property a history from before: (aware moment, value from then on) in order of time.

        The record stays as it is: its present value is set, or created, beside. Raise NoRecord.
        """
        self.require((object_name, record_id))
        past = [(iso_moment(at), value) for at, value in values]
        self.changes.append(Past(object_name, record_id, property_name, past))
        self.counts[f"{object_name} backdated"] += 1

    def take_past(self, past: Past) -> None:
        """Take a recorded history away again, or give it back: as the undo of the operation that did the opposite."""
        self.changes.append(replace(past, taken=not past.taken))
        self.counts[f"{past.object_name} {'backdated' if past.taken else 'updated'}"] += 1

    def delete(self, object_name: str, record_id: int, *, kind: str = "deleted") -> None:
        """Take a record out and leave a tombstone; raise NoRecord."""
        row = self.row((object_name, record_id))
        edit = self.edits.of(object_name, record_id)
        links = edit.shard.associations.pop(record_id, {})
        self.ends.removed((object_name, record_id), links)
        del edit.shard.records[record_id]
        edit.shard.tombstones[record_id] = {"kind": kind, "operation": self.commitment.operation.id}
        edit.touched.add(record_id)
        edit.linked.add(record_id)
        edit.buried = True
        self.ledger(object_name).replace(record_id, row, {})
        self.changes.append(Removed(object_name, record_id, kind, row, links))  # type: ignore[arg-type]
        self.counts[f"{object_name} {kind}"] += 1

    def restore(self, object_name: str, record_id: int) -> None:
        """Bring a record back as it was when it went, with its associations; raise NoRecord or DuplicateKey."""
        edit = self.edits.of(object_name, record_id)
        first, tomb = tombstone_of(edit.shard.tombstones, record_id)
        if tomb is None:
            raise NoRecord(object_name, record_id)
        row, links = self._store.log.removed(object_name, record_id, str(tomb["operation"]))
        ledger = self.ledger(object_name)
        ledger.check(record_id, row)  # type: ignore[arg-type]
        ledger.check_merged(record_id)
        self._ranges.lift(edit, first, record_id)
        edit.shard.records[record_id] = dict(row)
        if links:
            edit.shard.associations[record_id] = dict(links)
        self.ends.restored((object_name, record_id), links)
        edit.touched.add(record_id)
        edit.linked.add(record_id)
        edit.buried = True
        ledger.replace(record_id, {}, row)
        self.changes.append(Restored(object_name, record_id))
        self.counts[f"{object_name} restored"] += 1

    def remove_range(self, object_name: str, first: int, last: int) -> None:
        """Take out all records from `first` to `last`, as the undo of their creation; whole shards are put aside."""
        self._ranges.remove(object_name, first, last)

    def restore_range(self, object_name: str, first: int, last: int, taken_from: str) -> None:
        """Bring back what operation `taken_from` removed from `first` to `last` in whole shards; raise DuplicateKey."""
        self._ranges.restore(object_name, first, last, taken_from)

    def link(self, a: End, b: End, *, label: str | None = None, primary: bool | None = None) -> bool:
        """Associate two records, "a is LABEL of b"; say whether anything changed.

        `primary`: None makes the first of a pair that has primaries primary; True takes it over from the present one.
        """
        return self._linking.link(a, b, label, primary=primary)

    def direction(self, a: str, b: str, label: str | None) -> tuple[Pair, bool, str | None]:
        """The pair of two objects, whether "a is LABEL of b" is written at a, and the label's first name."""
        return self._linking.direction(a, b, label)

    def link_many(self, pair: Pair, links: Sequence[tuple[int, int]], label: str | None = None) -> None:
        """Associate (owner, other) records in bulk; an owner's first becomes primary where the pair has primaries.

        `label`: the name of one that begins at the owner, or None. Nobody looks whether the records are there.
        """
        self._linking.link_many(pair, links, label)

    def unlink(self, a: End, b: End, *, label: str | None = None) -> bool:
        """Take an association, or one label of it, away; say whether there was any."""
        return self._linking.unlink(a, b, label)

    def put_labels(self, owner: End, other: str, text: str | None) -> None:
        """Write an association as its owner's file has it: labels joined by "; ", None for none."""
        self._linking.put(owner, other, text)

    def write_file(self, path: str, text: str | None) -> None:
        """Write a workspace file, or remove it (None), as part of the operation."""
        self.files.write(path, text)

    def commit(self) -> Operation | None:
        """Make it happen; give the operation, or None for a dry run and where nothing changed."""
        changes = [*self.creating.changes(), *self.changes, *self.files.changes()]
        if self._dry_run or not changes:
            return None
        return self.commitment.run(self, changes, self.files.contents, self._ledgers.values())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.commitment.abandon(self.edits, self._ledgers.values())
        self._store.end_write()
        if isinstance(error, OSError | sqlite3.Error) and not self.commitment.committed:
            raise CannotWrite(error) from error
