"""Importing a file: one pass that classifies every row and writes, as one operation; a dry run is the same pass.

Reading (`formats`), the columns (`mapping`), `values`, `matching` and writing (`rows`) know nothing of one another's
insides.
"""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, BinaryIO

from crmcli.errors import CrmError, ExitCode
from crmcli.formats.opening import Reading, opened
from crmcli.frozen import frozen, replace
from crmcli.services.importing.announced import announced, own_ids
from crmcli.services.importing.batch import Plan
from crmcli.services.importing.deleted import without_deleted
from crmcli.services.importing.finding import OURS, Look, find_formats, ours
from crmcli.services.importing.formats import Formats
from crmcli.services.importing.keys import completed, own_headings
from crmcli.services.importing.links import Linker
from crmcli.services.importing.matching import matching_keys
from crmcli.services.importing.operations import import_note
from crmcli.services.importing.partners import Partners
from crmcli.services.importing.people import with_people
from crmcli.services.importing.reading import readings
from crmcli.services.importing.rejects import RepairFile, repair_path
from crmcli.services.importing.relations import in_order, related, with_own_ids
from crmcli.services.importing.remarks import fitting
from crmcli.services.importing.result import ColumnKind
from crmcli.services.importing.table import Source, TableImport, accounts
from crmcli.services.mapping.columns import Said, Sample, asked_columns, map_columns
from crmcli.services.mapping.guessing import guessed_source
from crmcli.services.mapping.maps import saved_map
from crmcli.services.mapping.wishes import NothingMapped

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from crmcli.formats.table import Table
    from crmcli.services.importing.formats import Question
    from crmcli.services.importing.result import Imported, RowOutcome
    from crmcli.services.mapping.columns import Choose
    from crmcli.services.mapping.maps import MapKeeper
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
    written, and may raise.
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
        ordered = in_order(_plans(workspace, sources))
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
        for path, text in first.files.items():
            change.write_file(path, text)
        if first.save_map:
            first.save_map.write(change, *ordered[0][:2])
        return accounts(workspace, change, first, runs)


def _plans(workspace: Workspace, sources: Sequence[Source]) -> list[tuple[Source, Plan, Linker]]:
    """Plan the import of each table; those that go in together refer to each other."""
    if len(sources) == 1:
        return [_alone(workspace, sources[0])]
    headings = own_headings(sources)
    planned_all = []
    for source in related(workspace, sources):
        plan, linker = planned(workspace, source)
        planned_all.append((source, completed(source, plan, headings), linker))
    return planned_all


def _alone(workspace: Workspace, source: Source) -> tuple[Source, Plan, Linker]:
    """Plan the import of one table: where no column is a key, the ids that its own system gave its records are."""
    known = with_own_ids(workspace, source)
    if known is source or source.request.key or _has_key(_mapped(workspace, _unasked(source))[0]):
        return (source, *planned(workspace, source))
    plan, linker = planned(workspace, known)
    return known, completed(known, plan, ()), linker


def _has_key(plan: Plan) -> bool:
    return bool(plan.keys or plan.reference_column)


def _unasked(source: Source) -> Source:
    return replace(source, request=replace(source.request, choose_column=None))


def _of_file(report: Callable[[RowOutcome], None] | None, name: str) -> Callable[[RowOutcome], None] | None:
    """Let what is told of rows say of which file they are, where several are imported."""
    if report is None or not name:
        return report
    return lambda outcome: report(replace(outcome, file=name))


def _tell(progress: Callable[[int, int], None], before: int, total: int, position: int) -> None:
    progress(before + position, total)


def opened_source(workspace: Workspace, request: ImportRequest, held: ExitStack) -> Source:
    """Open a file and choose the table of it that holds such records.

    Raises UnknownMode, what a saved map raises, and UnclearObject where nobody says what the records are.
    """
    if request.map_name:
        request = saved_map(workspace, request.map_name).completed(request)
    if request.mode not in MODES:
        raise UnknownMode(request.mode)
    tables = held.enter_context(opened(request.path, request.stream, request.reading))
    if not request.object_name:
        return guessed_source(workspace, request, tables)
    found = workspace.object(request.object_name)
    source = Source(request, found, tables, fitting(tables, found))
    return with_people(workspace, without_deleted(source, request.deleted))


def _repair(source: Source, held: ExitStack) -> RepairFile:
    request, table = source.request, source.table
    path = "" if request.dry_run or request.strict else request.repair_path or repair_path(request.path)
    return held.enter_context(RepairFile(path, table.header, table.delimiter))


def planned(workspace: Workspace, source: Source) -> tuple[Plan, Linker]:
    """Map the columns by the headings and the first block, and find out how the values are written."""
    return planned_together(workspace, [source])[0]


def planned_together(workspace: Workspace, sources: Sequence[Source]) -> list[tuple[Plan, Linker]]:
    """Plan tables that are parts of one file, whose values are written in one way."""
    mapped = [_mapped(workspace, source) for source in sources]
    formats = _formats(sources, [plan for plan, _ in mapped])
    return [(replace(plan, formats=formats), linker) for plan, linker in mapped]


def _mapped(workspace: Workspace, source: Source) -> tuple[Plan, Linker]:
    """Map the columns by the headings and the first block."""
    request, found, table = source.request, source.found, source.table
    table.restart()
    blocks = table.blocks()
    first = next(blocks, None)
    cells = first.columns if first else [()] * len(table.header)
    sample, said = Sample(request.path, table.header, cells), Said(request.columns, request.usual, request.fixed)
    try:
        mapping = asked_columns(workspace, found, sample, said, request.choose_column)
    except NothingMapped:
        if not table.kind:
            raise
        mapping = map_columns(workspace, found, sample, said)  # these headings nobody can mend: the rows are rejected
    columns = mapping.columns
    mapped = {column.target for column in columns if column.kind is ColumnKind.PROPERTY}
    plan = Plan(
        workspace,
        found,
        columns,
        keys=matching_keys(found, mapped, request.key),
        mode=request.mode,
        skip_invalid=request.skip_invalid_values,
        force=request.force,
        allow_erased=request.allow_erased,
        keep_existing=request.keep_existing,
        made=mapping.made,
        blank=frozenset(number for number, column in enumerate(cells, start=1) if not any(map(str.strip, column))),
    )
    linked = [column for column in columns if column.kind in (ColumnKind.ASSOCIATION, ColumnKind.LABELS)]
    return plan, Linker(workspace, found, linked, own_ids(chain([first] if first else [], blocks), plan))


def _formats(sources: Sequence[Source], plans: Sequence[Plan]) -> Formats:
    """Say how the values of a file's tables are written; numbers of typed cells are as our types read them."""
    request, typed = sources[0].request, sources[0].table.typed
    said = replace(request.formats, numbers=OURS) if typed else request.formats
    exported = any(plan.reference_column for plan in plans)
    tables = [_look(source.table, plan) for source, plan in zip(sources, plans, strict=True)]
    found = find_formats(said, tables, ours(request.choose) if exported else request.choose)
    return replace(found, numbers="") if typed else found


def _look(table: Table, plan: Plan) -> Look:
    table.restart()
    return Look(table.name, len(table.header), plan.found, plan.columns, table.blocks())
