"""Rows to records: what each row of a block is - new, a change, nothing new, rejected - and writing it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import CrmError
from crmcli.services.erasing.barring import ErasedBefore, barring
from crmcli.services.importing.batch import Batch
from crmcli.services.importing.creating import empty, fill, in_schema_order, problems
from crmcli.services.importing.matching import Match, match_keys, match_references, read_references
from crmcli.services.importing.result import ColumnKind
from crmcli.services.importing.same import same_values
from crmcli.services.importing.unchanged import unchanged
from crmcli.services.importing.updating import changed_values
from crmcli.services.importing.values import Refusal
from crmcli.services.lifecycle import lowers
from crmcli.services.references import Ref
from crmcli.services.rules import RuleBroken
from crmcli.services.validation import Validator

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from crmcli.formats.table import Block
    from crmcli.model.objects import Property
    from crmcli.services.importing.batch import Plan
    from crmcli.services.importing.likely_rows import LikelyRows
    from crmcli.services.importing.links import Linker
    from crmcli.services.importing.tally import Tally
    from crmcli.services.importing.values import Values
    from crmcli.services.rules import Broken
    from crmcli.store.keys import DuplicateKey
    from crmcli.store.transaction import Transaction
    from crmcli.store.values import Record
    from crmcli.types.base import Stored


# A row with a key of somebody who was erased, in the vocabulary of imports.
_ERASED = "GDPR_BLACKLISTED_EMAIL"


class RowImport:
    """Takes the blocks of a file in order, within one transaction."""

    def __init__(self, plan: Plan, change: Transaction, linker: Linker, tally: Tally, likely: LikelyRows) -> None:
        self._plan = plan
        self._likely = likely
        self._change = change
        self._linker = linker
        self._tally = tally
        self._validator = Validator(plan.workspace, plan.found, force=plan.force)
        self._bar = barring(plan.workspace, plan.found, allowed=plan.allow_erased)
        self._highest = 0  # id that a row was created with
        self._met = False  # whether the last block had rows whose records are there: the next one will, too

    def take(self, block: Block, values: Values) -> Batch:
        """Classify and write the rows of a block."""
        self._tally.words(values)
        if not self._plan.skip_invalid:
            self._tally.refused.update(one.column for row in values.refused.values() for one in row)
        batch = Batch(block, values, self._linker.read(block, values) if self._linker.columns else {})
        if self._plan.skip_invalid:
            self._tally.left_out(block.lines, values.refused)
            values.refused.clear()
        if self._met and self._plan.keys and self._plan.mode != "create" and self._plan.reference_column is None:
            self._settle(batch)
        self._match(batch)
        self._met = bool(batch.matches or batch.settled)
        for row, record_id in self._likely.take(batch):
            self._claim(batch, row, record_id)
        self._keep_mode(batch)
        self._update(batch)
        self._create(batch, self._fresh_rows(batch), exact=True)
        kept = batch.settled.keys() | batch.matches.keys() | batch.fresh.keys()
        for row in empty(self._plan.found, values, kept | batch.links.keys()):
            reason = f"none of its values goes into {self._plan.found.plural.lower()}"
            batch.refuse(row, "MISSING_REQUIRED_PROPERTY", reason)
        self._create(
            batch, [row for row in values.accepted() if row not in kept] if kept else values.accepted(), exact=False
        )
        self._reject(batch)
        self._tally.tell()
        return batch

    def _settle(self, batch: Batch) -> None:
        """Take the rows that say nothing new, but for records that an earlier row is about."""
        batch.settled = self._tally.settled(unchanged(self._plan, batch), batch.block.lines)
        batch.written.update(batch.settled)

    def _match(self, batch: Batch) -> None:
        """Find the rows whose records are there."""
        plan, values = self._plan, batch.values
        column = plan.reference_column
        referred: dict[int, int] = {}
        if column is not None:
            referred = read_references(batch.block.columns[column.number - 1], plan.found, values, column.heading)
            batch.matches, batch.fresh = match_references(plan.workspace, plan.found, referred, values, column.heading)
        known = referred or batch.settled
        rows = [row for row in values.accepted() if row not in known] if known else values.accepted()
        held = self._conflicts(values, rows)
        batch.all_new = not held and not referred
        if held:  # only rows whose keys are taken can mean a record that is there
            batch.matches |= match_keys(plan.workspace, plan.found, plan.keys, values, [rows[place] for place in held])
        if plan.mode != "create":
            same = same_values(plan, batch, [row for row in rows if row not in batch.matches], self._tally.line_of)
            batch.matches |= {row: Match(record_id) for row, record_id in same.items()}
            self._tally.without_key += len(same)
        for row, match in batch.matches.items():
            self._claim(batch, row, match.id)
        for row, record_id in list(batch.fresh.items()):
            self._claim(batch, row, record_id)

    def _claim(self, batch: Batch, row: int, record_id: int) -> None:
        """Let a record be meant by one row only."""
        if row in batch.values.refused:
            return
        earlier = self._tally.claim(record_id, batch.line(row))
        if earlier is not None:
            ref = Ref(self._plan.found.name, record_id)
            reason = f"line {earlier} is about {ref} already"
            batch.values.refuse(row, Refusal("DUPLICATE_RECORD_ID", reason, earlier=earlier))
            batch.fresh.pop(row, None)

    def _keep_mode(self, batch: Batch) -> None:
        if self._plan.mode == "create":
            for row, match in batch.matches.items():
                ref = Ref(self._plan.found.name, match.id)
                batch.refuse(row, "CREATE_ONLY_IMPORT", f"it is {ref}, which is there already")
        elif self._plan.mode == "update":
            for row in batch.values.accepted():
                if row not in batch.matches and row not in batch.settled:
                    batch.refuse(row, "UPDATE_ONLY_IMPORT", "no record is known by its keys")

    def _update(self, batch: Batch) -> None:
        """Write the rows whose records are there."""
        plan = self._plan
        rows = [row for row in batch.matches if row not in batch.values.refused]
        ids = sorted({batch.matches[row].id for row in rows})
        records = {record.id: record for record in plan.workspace.store.records(plan.found.name, ids)} if ids else {}
        for row in rows:
            record = records[batch.matches[row].id]
            try:
                changes = changed_values(record, batch, row, plan)
                lowered = lowers(plan.found, record.values, changes) if not plan.force else None
                if lowered:
                    del changes[lowered]
                    self._tally.not_lowered += 1
                barred = self._linker.barred(batch.links.get(row, ()), record_id=record.id)
                if barred:
                    batch.values.refuse(row, barred)
                    continue
                if changes:
                    changes = self._checked(record, changes)
                    self._change.set(plan.found.name, record.id, changes)
            except RuleBroken as refusal:
                self._refuse(batch, row, refusal.broken)
                continue
            except CrmError as refusal:
                batch.values.refuse(row, self._refusal(refusal, batch, ()))
                continue
            linked = self._linker.write(self._change, record.id, batch.links.get(row, ()), exact=False)
            old_and_new = {name: (record.values.get(name), value) for name, value in changes.items()}
            self._tally.kept(record.id, batch.line(row), old_and_new, linked=linked)
            batch.written[row] = record.id

    def _checked(self, record: Record, changes: Mapping[str, Stored | None]) -> dict[str, Stored | None]:
        """Give a record's new values with what follows from them; raise RuleBroken, ErasedBefore."""
        if self._bar:
            self._bar.check(changes)
        return self._validator.change(record, changes)

    def _fresh_rows(self, batch: Batch) -> list[int]:
        """Give the rows whose records get the ids that they had, in the order of these."""
        rows = sorted((row for row in batch.values.accepted() if row in batch.fresh), key=batch.fresh.__getitem__)
        for row in rows:
            if batch.fresh[row] <= self._highest:
                batch.refuse(row, "INVALID_RECORD_ID", "an earlier line has a higher id; sort the file by this column")
        return [row for row in rows if row not in batch.values.refused]

    def _create(self, batch: Batch, rows: Sequence[int], *, exact: bool) -> None:
        """Create the records of rows: filled and checked, or exactly as they are where they come from our export."""
        plan = self._plan
        columns = batch.values.of(rows)
        if not exact:
            columns = fill(self._validator, columns, len(rows))
            wrong = problems(self._validator, columns, len(rows))
            for place, broken in wrong.items():
                self._refuse(batch, rows[place], broken)
            rows, columns = _without(wrong, rows, columns)
        held = {} if batch.all_new else self._change.conflicts(plan.found.name, list(columns), list(columns.values()))
        for place, conflict in held.items():
            batch.values.refuse(rows[place], self._refusal(conflict, batch, rows))
        rows, columns = _without(held, rows, columns)
        erased = self._bar.rows(columns) if self._bar else {}
        for place, refusal in erased.items():
            batch.values.refuse(rows[place], self._refusal(refusal, batch, rows))
        rows, columns = _without(erased, rows, columns)
        rows, columns = _without(self._barred(batch, rows, columns), rows, columns)
        if not rows:
            return
        names, kept = in_schema_order(plan.found, columns)
        ids = [batch.fresh[row] for row in rows] if exact else None
        created = (
            self._change.create_many(plan.found.name, names, kept, ids)
            if ids
            else self._change.create_many(plan.found.name, names, kept)
        )
        lines = batch.block.lines if len(rows) == len(batch.block.lines) else [batch.line(row) for row in rows]
        self._tally.created(created, lines)
        self._highest = max(self._highest, created[-1])
        batch.written.update(zip(rows, created, strict=True))
        for row in rows if batch.links else ():
            self._linker.write(self._change, batch.written[row], batch.links.get(row, ()), exact=exact)

    def _barred(
        self, batch: Batch, rows: Sequence[int], columns: dict[str, Sequence[Stored | None]]
    ) -> Collection[int]:
        """Refuse the rows whose new records would break a rule of associations; give their places."""
        if self._linker.rules is None or not (batch.links or self._linker.rules.needs):
            return ()
        barred = []
        for place, row in enumerate(rows):
            present = [name for name, column in columns.items() if column[place] is not None]
            refusal = self._linker.barred(batch.links.get(row, ()), record_id=None, values=present)
            if refusal:
                batch.values.refuse(row, refusal)
                barred.append(place)
        self._linker.rules.forget()
        return barred

    def _conflicts(self, values: Values, rows: Sequence[int]) -> dict[int, DuplicateKey]:
        columns = values.of(rows)
        return self._change.conflicts(self._plan.found.name, list(columns), list(columns.values()))

    def _refuse(self, batch: Batch, row: int, broken: Iterable[Broken]) -> None:
        """Reject a row for the rules that it breaks, each with the cell that it is about."""
        columns = {column.target: column for column in self._plan.columns if column.kind is ColumnKind.PROPERTY}
        for each in broken:
            column = columns.get(each.name)
            heading, cell = (column.heading, batch.block.columns[column.number - 1][row]) if column else ("", "")
            batch.values.refuse(
                row, Refusal(each.code, each.message if heading else each.sentence, heading, cell, each.hint)
            )

    def _refusal(self, error: CrmError, batch: Batch, rows: Sequence[int]) -> Refusal:
        """Say a refusal of the store or a rule; a key that an earlier row holds is said with its line."""
        from crmcli.store.keys import DuplicateKey
        from crmcli.store.ledger import DuplicateInBlock

        if isinstance(error, ErasedBefore):
            reason = f'"{error.value}" is that of somebody who was erased'
            return Refusal(_ERASED, reason, self._heading(error.property), error.value, error.hint)
        if not isinstance(error, DuplicateKey):
            return Refusal("FAILED_VALIDATION", error.message, remedy=error.hint)
        line = (
            batch.line(rows[error.row]) if isinstance(error, DuplicateInBlock) else self._tally.line_of(error.holder.id)
        )
        reason = f'line {line} has the same {error.property.label}, "{error.value}"' if line else error.message
        heading = self._heading(error.property)
        return Refusal("DUPLICATE_UNIQUE_PROPERTY_VALUE", reason, heading, error.value, earlier=line or 0)

    def _heading(self, prop: Property) -> str:
        """Give the heading of a property's column, "" where it has none."""
        return next((column.heading for column in self._plan.columns if column.target == prop.name), "")

    def _reject(self, batch: Batch) -> None:
        """Count the rejected rows of a block in the order of the file."""
        faults = list(batch.block.faults)
        for row in sorted(batch.values.refused):
            while faults and faults[0].line < batch.line(row):
                self._tally.faulty_row(faults.pop(0))
            self._tally.rejected_row(batch.line(row), batch.block.row(row), batch.values.refused[row])
        for fault in faults:
            self._tally.faulty_row(fault)
        self._tally.blank += batch.block.blank
        self._linker.own_ids.difference_update(batch.fresh[row] for row in batch.values.refused if row in batch.fresh)


def _without(
    places: Iterable[int], rows: Sequence[int], columns: dict[str, Sequence[Stored | None]]
) -> tuple[Sequence[int], dict[str, Sequence[Stored | None]]]:
    """Give rows and columns less some places."""
    left_out = set(places)
    if not left_out:
        return rows, columns
    kept = [place for place in range(len(rows)) if place not in left_out]
    return [rows[place] for place in kept], {
        name: [column[place] for place in kept] for name, column in columns.items()
    }
