"""Importing a file: one pass that classifies every row and writes, as one operation; a dry run is the same pass.

Reading (`formats`), mapping (`import_mapping`), values (`import_values`), matching
(`import_matching`) and writing (`import_rows`) know nothing of one another's insides.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, BinaryIO

from crmcli.errors import CrmError, ExitCode
from crmcli.formats.opening import Reading, opened
from crmcli.frozen import frozen
from crmcli.services.import_advice import advice, left_out_notes, lifecycle_notes
from crmcli.services.import_announced import own_ids, own_keys
from crmcli.services.import_companies import CompanyLinker
from crmcli.services.import_links import Linker
from crmcli.services.import_mapping import map_columns, unmapped_note
from crmcli.services.import_matching import matching_keys
from crmcli.services.import_partners import Partners
from crmcli.services.import_reading import readings
from crmcli.services.import_rejects import RepairFile, repair_path
from crmcli.services.import_remarks import Remarks, fitting, table_notes
from crmcli.services.import_result import ColumnKind, Imported, Verdict
from crmcli.services.import_rows import Plan, RowImport
from crmcli.services.import_rules import RowRules
from crmcli.services.import_tally import Tally
from crmcli.services.written import Account

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from crmcli.formats.table import Table
    from crmcli.model.objects import ObjectType
    from crmcli.services.import_result import RowOutcome
    from crmcli.services.workspace import Workspace
    from crmcli.store.transaction import Transaction

MODES = ("upsert", "create", "update")


class UnknownMode(CrmError):
    """A word that is no mode of importing."""

    exit_code = ExitCode.USAGE

    def __init__(self, word: str) -> None:
        super().__init__(f'"{word}" is no mode of importing', f"There are {', '.join(MODES)}")


@frozen
class ImportRequest:
    """What to import, and how.

    `path` is the file's; "-" reads the binary `stream`, which the caller hands in. `columns` is what the user
    says about headings: heading (or `#3`, the third column) → property, "" to leave the column out. `key` is the
    property by which rows are matched with records; "" for the object's own keys. `reading` is what is said about the
    file; the rest is found out. `repair_path` is where rejected rows go; "" for beside the file. `skip_invalid_values`
    takes rows without the values that cannot be read, instead of rejecting them; `force` overrides what is required
    and the rules of pipelines, and sets lifecycle stages back.
    """

    object_name: str
    path: str
    stream: BinaryIO | None = None
    columns: Mapping[str, str] = {}
    key: str = ""
    mode: str = "upsert"  # one of MODES
    associate_companies: bool = False
    skip_invalid_values: bool = False
    force: bool = False
    dry_run: bool = False
    repair_path: str = ""
    reading: Reading = Reading()


def import_file(
    workspace: Workspace,
    request: ImportRequest,
    *,
    progress: Callable[[int, int], None] | None = None,
    report: Callable[[RowOutcome], None] | None = None,
) -> Imported:
    """Import a file in one operation: all rows that can be taken, or none where this raises.

    `progress` is told bytes read and bytes in all after each block of rows; `report` what becomes of each row.
    Raises the errors of reading (UnreadableFile, EmptyFile, UnknownEncoding …), of mapping (BadHeadings,
    UnknownProperty, NotAKey), RepairFileFailed, and what writing to the store raises.
    """
    if request.mode not in MODES:
        raise UnknownMode(request.mode)
    found = workspace.object(request.object_name)
    with opened(request.path, request.stream, request.reading) as tables:
        table = fitting(tables, found)
        remarks = Remarks(table.name)
        plan, linker = _planned(workspace, found, request, table)
        path = "" if request.dry_run else request.repair_path or repair_path(request.path)
        with RepairFile(path, table.header, table.delimiter) as repair:
            tally = Tally(plan.found.name, repair, report)
            account = Account(
                workspace,
                notes=[*table_notes(request.path, tables, table), *filter(None, [unmapped_note(plan.columns)])],
            )
            with (
                readings(table, plan) as read,
                workspace.store.write(workspace.intent(force=request.force), dry_run=request.dry_run) as change,
            ):
                companies = _companies(workspace, change, plan.found, asked=request.associate_companies)
                rules = RowRules(workspace, change, plan.found.name)
                linker.rules = None if rules.idle else rules
                linker.partners = Partners(workspace, change, linker.coming)
                rows = RowImport(plan, change, linker, tally)
                for reading in read:
                    batch = rows.take(reading.block, reading.values)
                    remarks.take(reading.block)
                    if companies:
                        companies.take(batch)
                    if progress:
                        progress(reading.position, table.size)
                account.notes += remarks.notes() + linker.finish(change) + (companies.notes if companies else [])
                account.notes += left_out_notes(tally.skipped) + lifecycle_notes(found, tally.not_lowered)
                account.notes += _by_rules(workspace, change, found)
                repair.complete()
                written = account.finish(change, dry_run=request.dry_run, checked=True)
    return Imported(
        object_name=plan.found.name,
        created=tally.counts[Verdict.CREATE],
        updated=tally.counts[Verdict.UPDATE],
        unchanged=tally.counts[Verdict.UNCHANGED],
        rejected=tally.counts[Verdict.REJECTED],
        blank=tally.blank,
        columns=plan.columns,
        written=written,
        rejected_rows=tuple(tally.rejected),
        repair_path=path if repair.used else "",
        notes=written.notes,
        advice=advice(plan, tally.refused),
    )


def _companies(workspace: Workspace, change: Transaction, found: ObjectType, *, asked: bool) -> CompanyLinker | None:
    """Give what associates the rows' records with companies, where that is asked for or this CRM always does it."""
    always = workspace.settings.associations
    if not asked and not (always.by_domain and "person" in found.object_roles):
        return None
    create = asked or always.create_companies
    return CompanyLinker(workspace, change, found, create=create, subdomains=always.by_domain_subdomains)


def _by_rules(workspace: Workspace, change: Transaction, found: ObjectType) -> list[str]:
    """Associate the object's records by the rules of equal properties that crm.toml has for it."""
    rules = [rule for rule in workspace.settings.associations.rules if found.name in (rule.from_object, rule.to_object)]
    if not rules:
        return []
    from crmcli.services.associate import associate_changed

    return associate_changed(workspace, change, by_domain=False)


def _planned(workspace: Workspace, found: ObjectType, request: ImportRequest, table: Table) -> tuple[Plan, Linker]:
    """Map the columns by the headings and the first block."""
    blocks = table.blocks()
    first = next(blocks, None)
    cells = first.columns if first else [()] * len(table.header)
    columns = map_columns(found, workspace.model, request.path, (table.header, cells), request.columns)
    mapped = {column.target for column in columns if column.kind is ColumnKind.PROPERTY}
    keys = matching_keys(found, mapped, request.key)
    plan = Plan(workspace, found, columns, keys, request.mode, request.skip_invalid_values, request.force)
    linked = [column for column in columns if column.kind in (ColumnKind.ASSOCIATION, ColumnKind.LABELS)]
    if plan.reference_column and any(column.target == found.name for column in linked):
        return plan, Linker(workspace, found, linked, own_ids(chain([first] if first else [], blocks), plan))
    return plan, Linker(workspace, found, linked, coming=own_keys(chain([first] if first else [], blocks), plan))
