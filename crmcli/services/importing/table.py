"""The import of one table within a transaction: its rows are taken block by block, and what they became is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from crmcli.frozen import frozen
from crmcli.services.importing.advice import (
    advice,
    keyless_notes,
    left_out_notes,
    lifecycle_notes,
    nothing_notes,
    understood_notes,
)
from crmcli.services.importing.companies import CompanyLinker
from crmcli.services.importing.finding import found_notes
from crmcli.services.importing.likely_rows import LikelyRows
from crmcli.services.importing.people import Addressed, PeopleLinker
from crmcli.services.importing.remarks import Remarks, table_notes
from crmcli.services.importing.result import Imported, Verdict
from crmcli.services.importing.rows import RowImport
from crmcli.services.importing.rules import RowRules
from crmcli.services.importing.tally import Tally
from crmcli.services.mapping.notes import mapping_notes
from crmcli.services.written import Account

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from crmcli.formats.table import Table
    from crmcli.model.objects import ObjectType
    from crmcli.services.importing.batch import Batch, Plan
    from crmcli.services.importing.imports import ImportRequest
    from crmcli.services.importing.links import Linker
    from crmcli.services.importing.partners import Partners
    from crmcli.services.importing.reading import Reading
    from crmcli.services.importing.rejects import RepairFile
    from crmcli.services.importing.result import RowOutcome
    from crmcli.services.workspace import Workspace
    from crmcli.services.written import Written
    from crmcli.store.transaction import Transaction


@frozen
class Source:
    """A table to import, of the tables of its file, and the object of its records.

    `note` says how that was guessed; `called` is what the file calls the columns of a part of it, () for its headings;
    `found_out` are the columns (`#3`) that were found to hold ids of its records, or of those in files beside it.
    """

    request: ImportRequest
    found: ObjectType
    tables: Sequence[Table]
    table: Table
    note: str = ""
    called: Sequence[str] = ()
    found_out: frozenset[str] = frozenset()


class Follower(Protocol):
    """What does something about the records that a block's rows became."""

    @property
    def notes(self) -> list[str]:
        """What is to be said of it, in sentences."""

    def take(self, batch: Batch) -> None:
        """Look at a block whose rows are written."""


class TableImport:
    """Takes a table's rows; `run` once, `finish` when the tables that belong to it have run as well."""

    def __init__(
        self,
        source: Source,
        plan: Plan,
        linker: Linker,
        repair: RepairFile,
        report: Callable[[RowOutcome], None] | None,
    ) -> None:
        """Prepare; nothing is read or written yet."""
        self.source = source
        self.notes: list[str] = [*source.request.notes, *filter(None, [source.note])]
        self.notes += table_notes(source.request.path, source.tables, source.table)
        self.notes += mapping_notes(plan.columns, plan.found, plan.blank)
        self.notes += found_notes(source.request.formats, plan.formats)
        self._plan = plan
        self._linker = linker
        self._repair = repair
        self._tally = Tally(plan.found.name, repair, report)
        self._likely = LikelyRows(plan, source.request.on_duplicate, source.request.path)

    def run(
        self,
        change: Transaction,
        partners: Partners,
        readings: Iterable[Reading],
        progress: Callable[[int], None] | None,
        also: Callable[[Batch], None] | None = None,
    ) -> None:
        """Take all rows; `progress` is told how many bytes of the table are read, `also` what became of each block."""
        plan, linker = self._plan, self._linker
        remarks = Remarks(self.source.table.name)
        followers = _followers(plan, change, asked=self.source.request.associate_companies)
        if isinstance(self.source.table, Addressed):
            followers.append(PeopleLinker(plan.workspace, change, plan.found, self.source.table))
        rules = RowRules(plan.workspace, change, plan.found.name)
        linker.rules = None if rules.idle else rules
        linker.partners = partners
        rows = RowImport(plan, change, linker, self._tally, self._likely)
        for reading in readings:
            batch = rows.take(reading.block, reading.values)
            remarks.take(reading.block)
            partners.remember(plan.found, batch)
            for follower in followers:
                follower.take(batch)
            if also:
                also(batch)
            if progress:
                progress(reading.position)
        self.notes += remarks.notes()
        self.notes += [note for follower in followers for note in follower.notes]

    def finish(self, change: Transaction) -> None:
        """Associate what waited for records further down, and do what is done once all records are there."""
        plan = self._plan
        self.notes += self._linker.finish(change)
        self.notes += understood_notes(self._tally.understood)
        self.notes += nothing_notes(self._tally.nothing, self._tally.dumped) + keyless_notes(self._tally.without_key)
        self.notes += left_out_notes(self._tally.skipped) + lifecycle_notes(plan.found, self._tally.not_lowered)
        self.notes += _by_rules(plan.workspace, change, plan.found)
        self._repair.complete()

    @property
    def rejected(self) -> int:
        """How many rows are rejected, duplicates among them."""
        return self._tally.counts[Verdict.REJECTED] + self._tally.counts[Verdict.DUPLICATE]

    def told(self, written: Written, *, refused: bool = False) -> Imported:
        """Give the account of it; `refused` says that nothing was written since a row is rejected."""
        tally = self._tally
        return Imported(
            object_name=self._plan.found.name,
            path=self.source.request.path,
            created=tally.counts[Verdict.CREATE],
            updated=tally.counts[Verdict.UPDATE],
            unchanged=tally.counts[Verdict.UNCHANGED],
            rejected=self.rejected,
            blank=tally.blank,
            columns=self._plan.columns,
            written=written,
            rejected_rows=tuple(tally.rejected),
            repair_path=self._repair.path if self._repair.used else "",
            notes=tuple(self.notes),
            advice=advice(self._plan, tally.refused),
            duplicates=tally.counts[Verdict.DUPLICATE],
            formats=self._plan.formats,
            refused=refused,
            likely=self._likely.count,
            warnings=tuple(self._likely.warnings(dry_run=written.dry_run)),
        )


def accounts(
    workspace: Workspace, change: Transaction, request: ImportRequest, runs: Sequence[TableImport]
) -> tuple[Imported, ...]:
    """Commit what tables became, unless this is a dry run or a row is rejected and all or none were wanted."""
    refused = request.strict and any(run.rejected for run in runs)
    if request.confirm:
        request.confirm()
    account = Account(workspace, notes=[note for run in runs for note in run.notes])
    written = account.finish(change, dry_run=request.dry_run or refused, checked=True)
    return tuple(run.told(written, refused=refused) for run in runs)


def _followers(plan: Plan, change: Transaction, *, asked: bool) -> list[Follower]:
    """Give what associates the rows' records with companies, where that is asked for or this CRM always does it."""
    always = plan.workspace.settings.associations
    if not asked and not (always.by_domain and "person" in plan.found.object_roles):
        return []
    create = asked or always.create_companies
    return [CompanyLinker(plan.workspace, change, plan.found, create=create, subdomains=always.by_domain_subdomains)]


def _by_rules(workspace: Workspace, change: Transaction, found: ObjectType) -> list[str]:
    """Associate the object's records by the rules that crm.toml has for it; people have found their company by now."""
    settings = workspace.settings.associations
    employs = settings.by_domain and "organisation" in found.object_roles
    if not employs and not any(found.name in (rule.from_object, rule.to_object) for rule in settings.rules):
        return []
    from crmcli.services.associate import associate_changed

    return associate_changed(workspace, change, imported=found)
