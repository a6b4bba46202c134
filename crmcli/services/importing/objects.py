"""One file with several objects: each row's records are made or found, and associated with each other.

The file is read once for each object, those first that others need, and a last time to associate what rows repeat and
to write the rows that were rejected. All of it is one operation.
"""

from __future__ import annotations

import io
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING

from crmcli.formats.opening import STANDARD_INPUT, opened
from crmcli.frozen import replace
from crmcli.services.importing.divided import divided
from crmcli.services.importing.groups import grouped, shares
from crmcli.services.importing.imports import import_files, write_along
from crmcli.services.importing.operations import import_note
from crmcli.services.importing.partners import Partners
from crmcli.services.importing.parts import Part
from crmcli.services.importing.preparing import checked_mode, keyed, opened_source, planned_together
from crmcli.services.importing.reading import readings
from crmcli.services.importing.rejects import RepairFile, repair_path
from crmcli.services.importing.relations import related, with_named_ids
from crmcli.services.importing.table import Source, TableImport, accounts
from crmcli.services.mapping.maps import USUAL_MODE, called, saved_map

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from crmcli.model.objects import ObjectType
    from crmcli.services.importing.divided import Divided
    from crmcli.services.importing.imports import ImportRequest
    from crmcli.services.importing.parts import Identity
    from crmcli.services.importing.result import Imported, RowOutcome
    from crmcli.services.workspace import Workspace
    from crmcli.store.transaction import Transaction

BETWEEN = ","  # the words of several objects: contact,company


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
    """Give a request for all objects of its map, or that its headings are marked with, where nobody says any."""
    if request.object_name:
        return request
    if request.map_name:
        saved = saved_map(workspace, request.map_name)
        objects = BETWEEN.join(part.object_name for part in saved.parts)
        return replace(request, object_name=objects) if saved.in_one_row else request
    if request.path == STANDARD_INPUT:
        return request
    with opened(request.path, None, request.reading) as (table, *_):
        names = grouped(workspace, table.header)
    if not names:
        return request
    plurals = ", ".join(workspace.model.words[name].plural.lower() for name in names)
    note = f"{request.path}: its headings are those of {plurals}"
    return replace(request, object_name=BETWEEN.join(names), notes=[*request.notes, note])


def opened_sources(workspace: Workspace, requests: Sequence[ImportRequest], held: ExitStack) -> list[Source]:
    """Open what an import of these requests reads, with what is known of its columns before they are mapped.

    One file may give several: a part for each object that its rows hold. Raises what importing raises before it reads.
    """
    if len(requests) == 1:
        request = _marked(workspace, requests[0])
        if BETWEEN in request.object_name:
            return opened_parts(workspace, request, held)
        return [keyed(workspace, opened_source(workspace, request, held))]
    return related(workspace, [opened_source(workspace, request, held) for request in requests])


def import_objects(
    workspace: Workspace,
    request: ImportRequest,
    *,
    progress: Callable[[int, int], None] | None = None,
    report: Callable[[RowOutcome], None] | None = None,
) -> tuple[Imported, ...]:
    """Import a file whose rows hold the properties of the objects that `request` names, joined by commas.

    The accounts are one for each object; rows are counted once for each record that they are the first about. Raises
    what `import_file` raises, and NoColumns.
    """
    rejected: dict[int, str] = {}

    def note(outcome: RowOutcome) -> None:
        if outcome.rejection:
            rejected[outcome.line] = f"{outcome.rejection.code}: {outcome.rejection.reason}"
        if report:
            report(outcome)

    with ExitStack() as held:
        sources = opened_parts(workspace, request, held, rejected)
        parts = [source.table for source in sources if isinstance(source.table, Part)]
        table = parts[0].table
        path = "" if request.dry_run or request.strict else request.repair_path or repair_path(request.path)
        repair = held.enter_context(RepairFile(path, table.header, table.delimiter))
        plans = planned_together(workspace, sources)
        nothing = RepairFile("", (), table.delimiter)
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
        write_along(change, request, [(s, plan) for s, (plan, _) in zip(sources, plans, strict=True)], in_one_row=True)
        *told, last = accounts(workspace, change, request, runs)
        return (*told, replace(last, repair_path=repair.path if repair.used else ""))


def _tell(progress: Callable[[int, int], None], number: int, parts: int, size: int, position: int) -> None:
    progress(number * size + position, parts * size)


def opened_parts(
    workspace: Workspace, request: ImportRequest, held: ExitStack, rejected: Mapping[int, str] = {}
) -> list[Source]:
    """Open a file once for each object, so that each is read by itself, and divide its columns among the objects.

    Those come first that others are associated with. Rows on the lines in `rejected` are passed over. Raises NoColumns,
    UnknownMode, and what reading and a saved map raise.
    """
    checked_mode(replace(request, mode=request.mode or USUAL_MODE))
    words = [word.strip() for word in request.object_name.split(BETWEEN)]
    objects = [workspace.object(word) for word in words]
    saved = saved_map(workspace, request.map_name).parts if request.map_name else ()
    content = request.stream.read() if request.path == STANDARD_INPUT and request.stream else b""
    tables = [
        held.enter_context(opened(request.path, io.BytesIO(content) if content else None, request.reading))[0]
        for _ in objects
    ]
    header = tables[0].header
    said = divided(request, objects, header, {part.object_name: part for part in saved})
    ranked = sorted(zip(shares(workspace, said, header), tables, strict=True), key=lambda pair: _rank(pair[0].found))
    parts: list[Part] = []
    for share, table in ranked:
        others = [each for each in parts if workspace.model.pair(each.share.found.name, share.found.name)]
        parts.append(Part(table, share, others, rejected))
    names = called(header)
    sources = (
        Source(_own(said, part), part.share.found, [part], part, called=[names[place] for place in part.share.places])
        for part in parts
    )
    return list(map(with_named_ids, sources))


def _rank(found: ObjectType) -> int:
    """Organisations first, then people, then what has no parent, then what has."""
    return next((n for n, role in enumerate(("organisation", "person")) if role in found.object_roles), 2) + bool(
        found.parents
    )


def _own(said: Divided, part: Part) -> ImportRequest:
    request = said.request_of(part.share)
    notes = () if part.earlier else request.notes  # said once
    return replace(request, columns={**request.columns, **part.wishes}, notes=notes)


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
