"""Importing a file: one pass that classifies every row and writes, as one operation; a dry run is the same pass.

Reading (`formats`), the columns (`mapping`), `values`, `matching` and writing (`rows`) know nothing of one another's
insides.
"""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING, BinaryIO

from crmcli.formats.opening import Reading
from crmcli.frozen import frozen, replace
from crmcli.services.importing.announced import announced
from crmcli.services.importing.formats import Formats
from crmcli.services.importing.operations import import_note
from crmcli.services.importing.partners import Partners
from crmcli.services.importing.preparing import opened_source, plans_of
from crmcli.services.importing.reading import readings
from crmcli.services.importing.rejects import RepairFile, repair_path
from crmcli.services.importing.relations import in_order
from crmcli.services.importing.table import TableImport, accounts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from crmcli.services.importing.batch import Plan
    from crmcli.services.importing.formats import Question
    from crmcli.services.importing.result import Imported, RowOutcome
    from crmcli.services.importing.table import Source
    from crmcli.services.mapping.columns import Choose
    from crmcli.services.mapping.maps import MapKeeper
    from crmcli.services.workspace import Workspace
    from crmcli.store.transaction import Transaction


@frozen
class ImportRequest:
    """What to import, and how.

    `object_name` is "" to be guessed, or said by the map. `path` is the file's; "-" reads the binary `stream`, which
    the caller hands in. `columns` is what the user says about headings: heading (or `#3`, the third column) → property,
    "" to leave the column out; `usual` what a saved map says about those that are there, and `fixed` property → the
    value of every row; see `mapping.columns.Said`. `key` is the property by which rows are matched with records; "" for
    the object's own keys. `reading` is what is said about the file; the rest is found out. `repair_path` is where
    rejected rows go; "" for beside the file. `skip_invalid_values` takes rows without the values that cannot be read,
    instead of rejecting them; `force` overrides what is required and the rules of pipelines, and sets lifecycle stages
    back; `allow_erased` takes keys of who was erased. `choose_column` asks what a doubtful column is, `choose_object`
    which of some objects the records are of, "" for none; None where nobody can be asked. `map_name` is the saved map
    to go by, `save_map` keeps the mapping, `notes` are told first, `files` are texts to write along. `formats` is how
    values are written, as far as that is said; `choose` asks about what the values leave open, None where nobody can be
    asked. `keep_existing` sets only properties that are not set yet. `deleted` are headings, squeezed, of columns whose
    yes leaves a row out. `strict` imports nothing where any row is rejected. `confirm` is called before anything is
    written, and may raise. `on_duplicate` is what is done about new rows that look like records which are there.
    """

    object_name: str
    path: str
    stream: BinaryIO | None = None
    columns: Mapping[str, str] = {}
    usual: Mapping[str, str] = {}
    fixed: Mapping[str, str] = {}
    key: str = ""
    mode: str = "upsert"  # one of MODES
    associate_companies: bool = False
    skip_invalid_values: bool = False
    force: bool = False
    allow_erased: bool = False
    dry_run: bool = False
    repair_path: str = ""
    reading: Reading = Reading()
    formats: Formats = Formats()
    choose: Callable[[Question], str] | None = None
    choose_column: Choose | None = None
    choose_object: Callable[[Sequence[str]], str] | None = None
    map_name: str = ""
    save_map: MapKeeper | None = None
    files: Mapping[str, str] = {}
    notes: Sequence[str] = ()
    keep_existing: bool = False
    deleted: Sequence[str] = ()
    strict: bool = False
    confirm: Callable[[], None] | None = None
    on_duplicate: str = "warn"  # one of duplicates.likely.ON_DUPLICATE


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
    return import_files(workspace, [request], progress=progress, report=report)[0]


def import_files(
    workspace: Workspace,
    requests: Sequence[ImportRequest],
    *,
    progress: Callable[[int, int], None] | None = None,
    report: Callable[[RowOutcome], None] | None = None,
    also: Callable[[Transaction, Partners], None] | None = None,
) -> tuple[Imported, ...]:
    """Import files in one operation, each as `import_file` does; rows may name records of the other files.

    `also` does what belongs to it when all records are there. The first request says for all whether this is a dry run
    and forced. The accounts come in the order in which the files were taken: those that others refer to first.
    """
    first = requests[0]
    with ExitStack() as held:
        sources = [opened_source(workspace, request, held) for request in requests]
        ordered = in_order(plans_of(workspace, sources))
        coming = announced([(source.table, plan) for source, plan, _ in ordered])
        names = [each[0].request.path if len(ordered) > 1 else "" for each in ordered]
        runs = [
            TableImport(*each, _repair(each[0], held), _of_file(report, name))
            for each, name in zip(ordered, names, strict=True)
        ]
        read = [held.enter_context(readings(source.table, plan)) for source, plan, _ in ordered]
        intent = workspace.intent(force=first.force, note=import_note([request.path for request in requests]))
        change = held.enter_context(workspace.store.write(intent, dry_run=first.dry_run))
        partners = Partners(workspace, change, coming)
        done, total = 0, sum(source.table.size for source, _, _ in ordered)
        for run, blocks in zip(runs, read, strict=True):
            run.run(change, partners, blocks, partial(_tell, progress, done, total) if progress else None)
            done += run.source.table.size
        for run in runs:
            run.finish(change)
        if also:
            also(change, partners)
        write_along(change, first, [(source, plan) for source, plan, _ in ordered])
        return accounts(workspace, change, first, runs)


def write_along(
    change: Transaction, request: ImportRequest, planned: Sequence[tuple[Source, Plan]], *, in_one_row: bool = False
) -> None:
    """Write what goes with an import, in its operation: files, and the map of what was planned."""
    for path, text in request.files.items():
        change.write_file(path, text)
    if request.save_map:
        request.save_map.write(change, planned, in_one_row=in_one_row)


def _of_file(report: Callable[[RowOutcome], None] | None, name: str) -> Callable[[RowOutcome], None] | None:
    """Let what is told of rows say of which file they are, where several are imported."""
    if report is None or not name:
        return report
    return lambda outcome: report(replace(outcome, file=name))


def _tell(progress: Callable[[int, int], None], before: int, total: int, position: int) -> None:
    progress(before + position, total)


def _repair(source: Source, held: ExitStack) -> RepairFile:
    request, table = source.request, source.table
    path = "" if request.dry_run or request.strict else request.repair_path or repair_path(request.path)
    return held.enter_context(RepairFile(path, table.header, table.delimiter))
