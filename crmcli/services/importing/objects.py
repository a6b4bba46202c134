"""One file with several objects: each row's records are made or found, and associated with each other.

The file is read once for each object, those first that others need, and a last time to associate what rows repeat and
to write the rows that were rejected. All of it is one operation.
"""

from __future__ import annotations

import io
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.formats.opening import STANDARD_INPUT, opened
from crmcli.frozen import replace
from crmcli.services.importing.groups import grouped, shares
from crmcli.services.importing.imports import import_files, planned_together
from crmcli.services.importing.operations import import_note
from crmcli.services.importing.partners import Partners
from crmcli.services.importing.parts import Part
from crmcli.services.importing.reading import readings
from crmcli.services.importing.rejects import RepairFile, repair_path
from crmcli.services.importing.table import Source, TableImport, accounts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from crmcli.formats.table import Table
    from crmcli.model.objects import ObjectType
    from crmcli.services.importing.imports import ImportRequest
    from crmcli.services.importing.parts import Identity
    from crmcli.services.importing.result import Imported, RowOutcome
    from crmcli.services.workspace import Workspace
    from crmcli.store.transaction import Transaction

BETWEEN = ","  # the words of several objects: contact,company


class NoMapOfSeveral(CrmError):
    """A map to go by, or to save, of a file whose rows hold several objects."""

    exit_code = ExitCode.USAGE

    def __init__(self, path: str) -> None:
        super().__init__(f'A map is of one object, and "{path}" is imported as several', "Leave the map out")


def import_all(
    workspace: Workspace,
    requests: Sequence[ImportRequest],
    *,
    progress: Callable[[int, int], None] | None = None,
    report: Callable[[RowOutcome], None] | None = None,
) -> tuple[Imported, ...]:
    """Import files as one operation, or one file whose rows hold several objects.

    Raises what `import_files` and `import_objects` raise.
    """
    if len(requests) > 1:
        return import_files(workspace, requests, progress=progress, report=report)
    request = _marked(workspace, requests[0])
    if BETWEEN in request.object_name:
        return import_objects(workspace, request, progress=progress, report=report)
    return import_files(workspace, [request], progress=progress, report=report)


def _marked(workspace: Workspace, request: ImportRequest) -> ImportRequest:
    """Give a request for all objects that a file's headings are marked with, where nobody says what its records are."""
    if request.object_name or request.map_name or request.path == STANDARD_INPUT:
        return request
    with opened(request.path, None, request.reading) as (table, *_):
        names = grouped(workspace, table.header)
    if not names:
        return request
    plurals = ", ".join(workspace.model.words[name].plural.lower() for name in names)
    note = f"{request.path}: its headings are those of {plurals}"
    return replace(request, object_name=BETWEEN.join(names), notes=[*request.notes, note])


def import_objects(
    workspace: Workspace,
    request: ImportRequest,
    *,
    progress: Callable[[int, int], None] | None = None,
    report: Callable[[RowOutcome], None] | None = None,
) -> tuple[Imported, ...]:
    """Import a file whose rows hold the properties of the objects that `request` names, joined by commas.

    The accounts are one for each object; rows are counted once for each record that they are the first about. Raises
    what `import_file` raises, NoColumns and NoMapOfSeveral.
    """
    if request.map_name or request.save_map:
        raise NoMapOfSeveral(request.path)
    rejected: dict[int, str] = {}

    def note(outcome: RowOutcome) -> None:
        if outcome.rejection:
            rejected[outcome.line] = f"{outcome.rejection.code}: {outcome.rejection.reason}"
        if report:
            report(outcome)

    with ExitStack() as held:
        tables = _tables(request, held)
        parts = _parts(workspace, request, tables, rejected)
        path = "" if request.dry_run or request.strict else request.repair_path or repair_path(request.path)
        repair = held.enter_context(RepairFile(path, tables[0].header, tables[0].delimiter))
        sources = [Source(_own(request, part), part.share.found, [part], part) for part in parts]
        plans = planned_together(workspace, sources)
        nothing = RepairFile("", (), tables[0].delimiter)
        runs = [TableImport(s, *plan, nothing, note) for s, plan in zip(sources, plans, strict=True)]
        intent = workspace.intent(force=request.force, note=import_note([request.path]))
        change = held.enter_context(workspace.store.write(intent, dry_run=request.dry_run))
        partners = Partners(workspace, change)
        for number, (run, part, (plan, _)) in enumerate(zip(runs, parts, plans, strict=True)):
            part.identify(plan, partners)
            tell = partial(_tell, progress, number, len(parts), part.size) if progress else None
            with readings(part, plan) as read:
                run.run(change, partners, read, tell, also=part.take)
            run.notes += _repeated(part)
        for run in runs:
            run.finish(change)
        _complete(change, parts, rejected, repair)
        repair.complete()
        *told, last = accounts(workspace, change, request, runs)
        return (*told, replace(last, repair_path=repair.path if repair.used else ""))


def _tell(progress: Callable[[int, int], None], number: int, parts: int, size: int, position: int) -> None:
    progress(number * size + position, parts * size)


def _tables(request: ImportRequest, held: ExitStack) -> list[Table]:
    """Open the file once for each object, so that each is read by itself."""
    content = request.stream.read() if request.path == STANDARD_INPUT and request.stream else b""
    count = len(request.object_name.split(BETWEEN))
    return [
        held.enter_context(opened(request.path, io.BytesIO(content) if content else None, request.reading))[0]
        for _ in range(count)
    ]


def _parts(
    workspace: Workspace, request: ImportRequest, tables: Sequence[Table], rejected: dict[int, str]
) -> list[Part]:
    """Divide the columns among the objects, those first that others are associated with."""
    words = [word.strip() for word in request.object_name.split(BETWEEN)]
    objects = [workspace.object(word) for word in words]
    parts: list[Part] = []
    for share, table in zip(shares(workspace, request.path, objects, tables[0].header), tables, strict=True):
        parts.append(Part(table, share, (), rejected))
    parts.sort(key=lambda part: _rank(part.share.found))
    for number, part in enumerate(parts):
        others = [each for each in parts[:number] if workspace.model.pair(each.share.found.name, part.share.found.name)]
        parts[number] = Part(part.table, part.share, others, rejected)
    return parts


def _rank(found: ObjectType) -> int:
    """Organisations first, then people, then what has no parent, then what has."""
    return next((n for n, role in enumerate(("organisation", "person")) if role in found.object_roles), 2) + bool(
        found.parents
    )


def _own(request: ImportRequest, part: Part) -> ImportRequest:
    return replace(request, object_name=part.share.found.name, columns={**request.columns, **part.wishes})


def _repeated(part: Part) -> Iterator[str]:
    if part.repeated:
        rows = "1 row says" if part.repeated == 1 else f"{part.repeated:,} rows say"
        yield f"{rows} something else of a {part.share.found.label.lower()} than the first about it, which stands"


def _complete(change: Transaction, parts: Sequence[Part], rejected: dict[int, str], repair: RepairFile) -> None:
    """Associate the records that later rows repeat, and write the rejected rows as they came."""
    table = parts[0].table
    table.restart()
    for block in table.blocks():
        identities = [part.identities(block) for part in parts]
        for row, line in enumerate(block.lines):
            if line in rejected:
                repair.add(block.row(row), rejected[line])
                continue
            _associate(change, [(part, each[row]) for part, each in zip(parts, identities, strict=True)], line)
        for fault in block.faults:
            repair.add(fault.cells, f"{fault.code}: {fault.reason}")


def _associate(change: Transaction, row: Sequence[tuple[Part, Identity | None]], line: int) -> None:
    """Associate the records of a row, but for one that the row was the first about: that has been done."""
    known = [(part, identity) for part, identity in row if identity is not None and identity in part.records]
    for part, identity in known:
        mine = (part.share.found.name, part.records[identity])
        others = [] if part.lines[identity] == line else [each for each in known if each[0] in part.earlier]
        for other, theirs in others:
            change.link(mine, (other.share.found.name, other.records[theirs]))
