"""Creation within a transaction: ids, keys, data files and index, a block of records at a time."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.store.changes import Created
from crmcli.store.clones import SHARDS_PER_CLONE, clone_of_id
from crmcli.store.shard import SHARD_SIZE, number_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crmcli.store.shard import Row
    from crmcli.store.store import Store
    from crmcli.store.transaction import Transaction
    from crmcli.types.base import Stored


class IdTaken(CrmError):
    """A record is to be created under an id that was used before: ids are never reused."""

    exit_code = ExitCode.CONFLICT

    def __init__(self, object_name: str, record_id: int) -> None:
        super().__init__(
            f'"{object_name}:{record_id}" was used before, and ids are never used twice',
            "leave the id out to get a new one",
        )


class Creating:
    """Creates records of one transaction."""

    def __init__(self, change: Transaction, store: Store, *, dry_run: bool) -> None:
        self._change = change
        self._store = store
        self._dry_run = dry_run
        self._made: dict[str, list[list[int]]] = {}  # by object: first and last id of each run
        self._next: dict[str, int] = {}
        self._filled: dict[str, int] = {}  # by object: the shard below which this transaction leaves no gap

    def create(
        self,
        object_name: str,
        names: Sequence[str],
        columns: Sequence[Sequence[Stored | None]],
        ids: Sequence[int] | None = None,
    ) -> Sequence[int]:
        """Create a block of records whose keys have been checked, under these ids or new ones; give the ids."""
        count = len(columns[0]) if columns else 1  # no columns are one record without values
        ids = self._claim(object_name, ids) if ids else self._new_ids(object_name, count)
        self._change.ledger(object_name).take_block(ids, names, columns)
        self._change.counts[f"{object_name} created"] += count
        self._note_created(object_name, ids)
        if self._dry_run:
            return ids
        rank = self._store.rank(object_name)
        order = sorted(range(len(names)), key=lambda place: rank.get(names[place], len(rank)))
        ordered = [names[place] for place in order]
        lines = zip(*(columns[place] for place in order), strict=True) if columns else [()]
        if any(None in column for column in columns):
            rows = [{n: value for n, value in zip(ordered, line, strict=True) if value is not None} for line in lines]
        else:
            rows = [dict(zip(ordered, line, strict=True)) for line in lines]
        self._change.commitment.index_block(object_name, ids, names, columns)
        for _, block in groupby(zip(ids, rows, strict=True), key=lambda pair: number_of(pair[0])):
            self._put_new(object_name, dict(block))
        return ids

    def _put_new(self, object_name: str, rows: dict[int, Row]) -> None:
        edit = self._change.edits.of(object_name, next(iter(rows)))
        edit.shard.records.update(rows)
        edit.created += len(rows)

    def _new_ids(self, object_name: str, count: int) -> range:
        first = self._next.get(object_name) or self._store.next_id(object_name, self._change.commitment.clone)
        self._next[object_name] = first + count
        return range(first, first + count)

    def _claim(self, object_name: str, ids: Sequence[int]) -> Sequence[int]:
        made = (i for i in ids if self.made(object_name, i, i))
        taken = next(made, None) or self._store.used(object_name, ids)
        if taken is not None:
            raise IdTaken(object_name, taken)
        clone = self._change.commitment.clone
        first = self._next.get(object_name) or self._store.next_id(object_name, clone)
        own = [i + 1 for i in ids if clone_of_id(i) == clone]  # another copy's ids do not move ours
        self._next[object_name] = max([first, *own])
        self._fill_gaps(object_name, ids)
        return ids

    def _fill_gaps(self, object_name: str, ids: Sequence[int]) -> None:
        """Make the empty shards below those of the ids that are not there: a clone's files have no gap."""
        for number in dict.fromkeys(map(number_of, ids)):
            first = max(self._filled.get(object_name, 0), number // SHARDS_PER_CLONE * SHARDS_PER_CLONE)
            for missing in self._store.missing_shards(object_name, range(first, number)):
                self._change.edits.of(object_name, missing * SHARD_SIZE).filler = True
            self._filled[object_name] = number + 1

    def _note_created(self, object_name: str, ids: Sequence[int]) -> None:
        ranges = self._made.setdefault(object_name, [])
        runs = [[ids[0], ids[-1]]] if ids[-1] - ids[0] == len(ids) - 1 else [[i, i] for i in ids]
        for run in runs:
            if ranges and ranges[-1][1] + 1 == run[0]:
                ranges[-1][1] = run[1]
            else:
                ranges.append(run)

    def made(self, object_name: str, first: int, last: int) -> bool:
        """Whether this transaction created these records: their associations then stand in the shard alone."""
        return any(begin <= first and last <= end for begin, end in self._made.get(object_name, ()))

    def changes(self) -> Iterator[Created]:
        """What was created, for the journal."""
        return (Created(name, *run) for name, runs in self._made.items() for run in runs)
