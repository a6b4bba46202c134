"""What an import does before its first row: files are opened, columns mapped, and found out how values are written."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.formats.opening import opened
from crmcli.frozen import replace
from crmcli.services.importing.announced import own_ids
from crmcli.services.importing.batch import Plan
from crmcli.services.importing.deleted import without_deleted
from crmcli.services.importing.finding import OURS, Look, find_formats, ours
from crmcli.services.importing.keys import completed, own_headings
from crmcli.services.importing.links import Linker
from crmcli.services.importing.matching import matching_keys
from crmcli.services.importing.option_words import option_words
from crmcli.services.importing.people import with_people
from crmcli.services.importing.relations import NoObjectNamed, object_of_path, related, with_own_ids
from crmcli.services.importing.remarks import fitting, holds
from crmcli.services.importing.result import ColumnKind
from crmcli.services.importing.table import Source
from crmcli.services.mapping.columns import Said, Sample, asked_columns, map_columns
from crmcli.services.mapping.guessing import guessed_source
from crmcli.services.mapping.maps import NotInMap, saved_map
from crmcli.services.mapping.wishes import NothingMapped

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import ExitStack

    from crmcli.formats.table import Table
    from crmcli.services.importing.formats import Formats
    from crmcli.services.importing.imports import ImportRequest
    from crmcli.services.workspace import Workspace

MODES = ("upsert", "create", "update")


class UnknownMode(CrmError):
    """A word that is no mode of importing."""

    exit_code = ExitCode.USAGE

    def __init__(self, word: str) -> None:
        super().__init__(f'"{word}" is no mode of importing', f"There are {', '.join(MODES)}")


def opened_source(workspace: Workspace, request: ImportRequest, held: ExitStack) -> Source:
    """Open a file and choose the table of it that holds such records.

    Raises UnknownMode, what a saved map raises, and UnclearObject where nobody says what the records are.
    """
    request = checked_mode(_by_map(workspace, request) if request.map_name else request)
    tables = held.enter_context(opened(request.path, request.stream, request.reading))
    if not request.object_name:
        return guessed_source(workspace, request, tables)
    found = workspace.object(request.object_name)
    source = Source(request, found, tables, fitting(tables, found))
    return with_people(workspace, without_deleted(source, request.deleted))


def checked_mode(request: ImportRequest) -> ImportRequest:
    """Give the request. Raises UnknownMode."""
    if request.mode not in MODES:
        raise UnknownMode(request.mode)
    return request


def _by_map(workspace: Workspace, request: ImportRequest) -> ImportRequest:
    """Give the request with what its map says of its object, which the map or the file's name says where nobody does.

    Raises NotInMap, and what reading the map raises.
    """
    saved = saved_map(workspace, request.map_name)
    if len(saved.parts) == 1:
        return saved.parts[0].completed(request)
    part = saved.of(_meant(workspace, request))
    if part is None:
        raise NotInMap(saved.name, request.path, [each.object_name for each in saved.parts])
    return part.completed(request)


def _meant(workspace: Workspace, request: ImportRequest) -> str:
    """Give the object that is said, or that the file's name means, "" for none."""
    if request.object_name:
        return workspace.object(request.object_name).name
    try:
        return object_of_path(workspace, request.path).name
    except NoObjectNamed:
        return ""


def plans_of(workspace: Workspace, sources: Sequence[Source]) -> list[tuple[Source, Plan, Linker]]:
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
    """Plan the import of one table."""
    known = keyed(workspace, source)
    plan, linker = planned(workspace, known)
    return known, plan if known is source else completed(known, plan, ()), linker


def keyed(workspace: Workspace, source: Source) -> Source:
    """Give a table with the ids that its own system gave its records as their key, where no other column is one."""
    known = with_own_ids(workspace, source)
    if known is source or source.request.key:
        return source
    try:
        plan, _ = mapped_plan(workspace, unasked(source))
    except NothingMapped:
        return known
    return source if plan.keys or plan.reference_column else known


def unasked(source: Source) -> Source:
    """Give a source whose doubtful columns nobody is asked about."""
    return replace(source, request=replace(source.request, choose_column=None))


def planned(workspace: Workspace, source: Source) -> tuple[Plan, Linker]:
    """Map the columns by the headings and the first block, and find out how the values are written."""
    return planned_together(workspace, [source])[0]


def planned_together(workspace: Workspace, sources: Sequence[Source]) -> list[tuple[Plan, Linker]]:
    """Plan tables that are parts of one file, whose values are written in one way."""
    mapped = [mapped_plan(workspace, source) for source in sources]
    formats = _formats(sources, [plan for plan, _ in mapped])
    return [(replace(plan, formats=formats), linker) for plan, linker in mapped]


def mapped_plan(workspace: Workspace, source: Source) -> tuple[Plan, Linker]:
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
        if not holds(table, found):
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
        words=option_words(workspace, found, columns),
        blank=frozenset(number for number, column in enumerate(cells, start=1) if not any(map(str.strip, column))),
    )
    linked = [column for column in columns if column.kind in (ColumnKind.ASSOCIATION, ColumnKind.LABELS)]
    return plan, Linker(workspace, found, linked, own_ids(chain([first] if first else [], blocks), plan))


def _formats(sources: Sequence[Source], plans: Sequence[Plan]) -> Formats:
    """Say how the values of a file's tables are written; numbers of typed cells are as our types read them."""
    request, typed = sources[0].request, sources[0].table.typed
    said = replace(request.formats, numbers=OURS) if typed else request.formats
    exported = any(plan.exported for plan in plans)
    tables = [_look(source.table, plan) for source, plan in zip(sources, plans, strict=True)]
    found = find_formats(said, tables, ours(request.choose) if exported else request.choose)
    return replace(found, numbers="" if typed else found.numbers, exact=exported)


def _look(table: Table, plan: Plan) -> Look:
    table.restart()
    return Look(table.name, len(table.header), plan.found, plan.columns, table.blocks())
