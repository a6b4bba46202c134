"""Leaving HubSpot: a portal's exports, its API's answers or a warehouse's tables go in as they are, in one operation.

First what its records need (users, properties, options, pipelines with their stages), then the records, then how they
are associated and what they were before. Each file is accounted for, those that hold no records by saying so.
"""

from __future__ import annotations

import os
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.formats.opening import opened
from crmcli.frozen import frozen, replace
from crmcli.model.headings import words_of
from crmcli.services.importing.deleted import Living
from crmcli.services.importing.finding import OURS
from crmcli.services.importing.formats import Formats
from crmcli.services.importing.imports import ImportRequest, import_files, opened_source, planned
from crmcli.services.importing.rejects import repair_path
from crmcli.services.importing.relations import related
from crmcli.services.mapping.association_columns import ASSOCIATIONS
from crmcli.services.portal.definitions import joined, lines, people, person, pipelines, stages
from crmcli.services.portal.files import PortalFile, PortalKind
from crmcli.services.portal.folder import NoPortalFiles, portal_files, portal_folder
from crmcli.services.portal.links import PortalLinker, own_id
from crmcli.services.portal.schema import Drafts
from crmcli.services.portal.values import Unknown, stages_meant, with_places

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from crmcli.model.objects import ObjectType
    from crmcli.services.importing.partners import Partners
    from crmcli.services.importing.result import Imported
    from crmcli.services.workspace import Workspace
    from crmcli.store.transaction import Transaction
    from crmcli.types.base import User

PORTALS = ("hubspot",)


class UnknownPortal(CrmError):
    """A word for a system whose exports are not known."""

    exit_code = ExitCode.USAGE

    def __init__(self, word: str) -> None:
        super().__init__(f'Exports of "{word}" are not known', f"There is: --from {', '.join(PORTALS)}")


@frozen
class PortalRequest:
    """A folder or archive of a portal's files; `put` writes an entry into a schema file's text."""

    path: str
    portal: str
    put: Callable[..., str]
    dry_run: bool = False


@frozen
class FileTold:
    """What a file held and what became of its rows, in words."""

    name: str
    rows: int
    became: str


@frozen
class PortalImported:
    """A portal that was taken over: each file's account, the accounts of records, and what else is to be said."""

    files: tuple[FileTold, ...]
    imported: tuple[Imported, ...]
    notes: tuple[str, ...] = ()


@frozen
class _Looked:
    """What looking the records through has found: by file, how many are deleted there; by object, the stages meant."""

    deleted: Mapping[str, int] = {}
    stages: Mapping[str, Mapping[str, str]] = {}


def import_portal(workspace: Workspace, request: PortalRequest) -> PortalImported:
    """Import a portal in one operation.

    Raises UnknownPortal, NoPortalFiles, SchemaRefused, and what importing raises.
    """
    if request.portal not in PORTALS:
        raise UnknownPortal(request.portal)
    with portal_folder(request.path) as folder:
        files = list(portal_files(workspace, folder))
        if not any(file.kind is PortalKind.RECORDS for file in files):
            raise NoPortalFiles(request.path)
        told = {file.name: _left_out(file) for file in files if file.kind is PortalKind.NOTHING}
        drafts, notes = _declared(workspace, files, told)
        drafts, looked = _of_records(workspace, drafts, files, request)
        ready = drafts.applied(workspace, request.put, dry_run=request.dry_run)
        requests = _requests(ready, files, request, looked)
        requests[0] = replace(requests[0], files=drafts.files(workspace, request.put))
        imported = import_files(ready, requests, also=partial(_follow, ready, files, told))
        names = {file.path: file.name for file in files}
        imported = tuple(replace(one, path=names[one.path], notes=_own_notes(one)) for one in imported)
        told |= {one.path: _records_told(ready, one, looked.deleted.get(one.path, 0)) for one in imported}
        return PortalImported(tuple(told[file.name] for file in files), imported, notes)


def _left_out(file: PortalFile) -> FileTold:
    return FileTold(file.name, _count(file.path), f"left out: {file.why}")


def _follow(
    workspace: Workspace,
    files: Sequence[PortalFile],
    told: dict[str, FileTold],
    change: Transaction,
    partners: Partners,
) -> None:
    """Take what is said of records that are there by now."""
    linker = PortalLinker(workspace, change, partners)
    for file in files:
        if file.kind is PortalKind.LINKS:
            rows, became = linker.associate(file)
            told[file.name] = FileTold(file.name, rows, f"associations: {became}")
        elif file.kind is PortalKind.HISTORY:
            rows, became = linker.remember(file)
            told[file.name] = FileTold(file.name, rows, f"history: {became}")


def _declared(
    workspace: Workspace, files: Sequence[PortalFile], told: dict[str, FileTold]
) -> tuple[Drafts, tuple[str, ...]]:
    """Read the files of definitions."""
    from crmcli.services.property_definitions import read_definitions

    of_records = {file.ends[0] for file in files if file.kind is PortalKind.RECORDS}
    inactive = tuple(sorted(name for name in of_records if not workspace.model.words[name].active))
    drafts, notes = Drafts(active=inactive), list[str]()
    options = next((file for file in files if file.kind is PortalKind.OPTIONS), None)
    for file in files:
        if file.kind is PortalKind.PEOPLE:
            before = len(drafts.users)
            drafts = drafts.with_users(workspace, people(file.path))
            told[file.name] = FileTold(file.name, _count(file.path), f"new users: {len(drafts.users) - before:,}")
        elif file.kind is PortalKind.PROPERTIES:
            found = read_definitions(file.path, options.path if options else "")
            drafts, said = drafts.with_definitions(workspace, found, file.ends[0] if file.ends else "")
            told[file.name] = FileTold(file.name, _count(file.path), said[0])
            notes += said[1:]
        elif file.kind is PortalKind.LABELS and len(file.ends) > 1:
            names = [line.first("label") for line in lines(file.path) if line.first("label")]
            drafts = drafts.with_labels(workspace, (file.ends[0], file.ends[1]), names)
            told[file.name] = FileTold(file.name, _count(file.path), f"labels: {len(names):,}")
        elif file.kind in (PortalKind.OPTIONS, PortalKind.LABELS):
            became = "with the properties" if file.kind is PortalKind.OPTIONS else "left out: it names no two objects"
            told[file.name] = FileTold(file.name, _count(file.path), became)
    ordered = [file for file in files if file.kind in _PIPELINES and file.ends]
    for name in dict.fromkeys(file.ends[0] for file in ordered):
        drafts = _with_pipelines(workspace, drafts, [file for file in ordered if file.ends[0] == name], told)
    return drafts, tuple(notes)


_ABOUT_THE_COPY = ("fivetransynced", "portalid")
_DELETED = ("isdeleted", "fivetrandeleted", "archived")
_PIPELINES = (PortalKind.PIPELINES, PortalKind.STAGES)


def _with_pipelines(
    workspace: Workspace, drafts: Drafts, files: Sequence[PortalFile], told: dict[str, FileTold]
) -> Drafts:
    own = [pipeline for file in files if file.kind is PortalKind.PIPELINES for pipeline in pipelines(file.path)]
    others = [stage for file in files if file.kind is PortalKind.STAGES for stage in stages(file.path)]
    found = joined(own, others)
    count = sum(len(pipeline.stages) for pipeline in found)
    for file in files:
        became = f"pipelines: {len(found):,}" if file.kind is PortalKind.PIPELINES else f"stages: {count:,}"
        told[file.name] = FileTold(file.name, _count(file.path), became)
    return drafts.with_pipelines(workspace, workspace.model.objects[files[0].ends[0]], found)


def _of_records(
    workspace: Workspace, drafts: Drafts, files: Sequence[PortalFile], request: PortalRequest
) -> tuple[Drafts, _Looked]:
    """Read the records through for stages, options and people that nothing declares."""
    names = {file.path: file.name for file in files}
    deleted: dict[str, int] = {}
    ready = drafts.applied(workspace, request.put, dry_run=True)
    unknown = Unknown()
    with ExitStack() as held:
        sources = [opened_source(ready, each, held) for each in _requests(ready, files, request, _Looked())]
        for source in related(ready, sources) if len(sources) > 1 else sources:
            unknown.look(source.table, planned(ready, source)[0])
            if isinstance(source.table, Living):
                deleted[names[source.request.path]] = source.table.left_out
    drafts = drafts.with_users(workspace, filter(None, map(_person, unknown.people)))
    for (name, prop), texts in unknown.options.items():
        drafts = drafts.with_options(ready.model.objects[name], prop, texts) if texts else drafts
    stages: dict[str, dict[str, str]] = {}
    for name, places in unknown.places.items():
        known = ready.model.objects[name].pipelines
        meant = stages[name] = stages_meant(known, [stage.strip() for _, stage in places])
        wanted = with_places(known, [(pipeline, meant.get(stage.strip(), stage)) for pipeline, stage in places])
        if wanted != list(known):
            drafts = drafts.with_pipelines(workspace, workspace.model.objects[name], wanted)
    return drafts, _Looked(deleted, stages)


def _person(text: str) -> User | None:
    """Make a user of what a record calls its owner: an id, an e-mail address or a name."""
    if text.isdigit():
        return person(f"Owner {text}", text)
    return person(text, email=text if "@" in text else "")


def _requests(
    workspace: Workspace, files: Sequence[PortalFile], request: PortalRequest, looked: _Looked
) -> list[ImportRequest]:
    return [
        ImportRequest(
            file.ends[0],
            file.path,
            columns=_columns(workspace, file),
            skip_invalid_values=True,
            formats=Formats(numbers=OURS, options=_options(workspace.model.objects[file.ends[0]], looked)),
            deleted=_DELETED,
            repair_path=repair_path(os.path.basename(file.path)),
            dry_run=request.dry_run,
        )
        for file in files
        if file.kind is PortalKind.RECORDS
    ]


def _options(found: ObjectType, looked: _Looked) -> dict[str, Mapping[str, str]]:
    """Say what cells mean that name a stage with its pipeline."""
    meant = looked.stages.get(found.name)
    return {found.roles["stage"]: meant} if meant else {}


def _columns(workspace: Workspace, file: PortalFile) -> dict[str, str]:
    """Say what the columns are that only a portal has: ids of activities, what an answer of the API is nested in."""
    found = workspace.model.objects[file.ends[0]]
    plurals = {"".join(words_of(each.plural)): each.name for each in workspace.model.words.values()}
    roles = {"ownerid": "owner", f"{found.name}pipelineid": "pipeline", f"{found.name}pipelinestageid": "stage"}
    columns: dict[str, str] = {}
    with opened(file.path) as (table, *_):
        for number, heading in enumerate(table.header, 1):
            squeezed = "".join(words_of(heading))
            nested = heading.removeprefix(ASSOCIATIONS).split(".") if heading.startswith(ASSOCIATIONS) else []
            if squeezed in (*_DELETED, *_ABOUT_THE_COPY):
                columns[f"#{number}"] = ""
            elif squeezed == "engagementid":
                columns[f"#{number}"] = own_id(found).name
            elif squeezed in roles and roles[squeezed] in found.roles:
                columns[f"#{number}"] = found.roles[roles[squeezed]]
            elif nested:
                other = plurals.get("".join(words_of(nested[0])), "")
                able = nested[-1] == "id" and workspace.model.pair(found.name, other) is not None
                known = own_id(workspace.model.objects[other]).name if able else ""
                columns[f"#{number}"] = f"{ASSOCIATIONS}{other}.{known}" if able else ""
    return columns


def _own_notes(one: Imported) -> tuple[str, ...]:
    """Give the notes of a file, but for how it is written, and for flags that a portal's files do not take."""
    return tuple(note.partition(" (say which")[0] for note in one.notes if not note.startswith(f"{one.path}: "))


def _records_told(workspace: Workspace, one: Imported, deleted: int) -> FileTold:
    plural = workspace.model.words[one.object_name].plural.lower()
    counts = {"created": one.created, "updated": one.updated, "unchanged": one.unchanged, "rejected": one.rejected}
    counts |= {"doubles": one.duplicates, "deleted there": deleted}
    said = ", ".join(f"{count:,} {what}" for what, count in counts.items() if count)
    return FileTold(one.path, sum(counts.values()), f"{plural}: {said or 'none'}")


def _count(path: str) -> int:
    with opened(path) as tables:
        return sum(len(block.lines) + len(block.faults) for table in tables for block in table.blocks())
