"""Leaving HubSpot: a portal's exports, its API's answers or a warehouse's tables go in as they are, in one operation.

First what its records need (users, properties, options, pipelines with their stages), then the records, then how they
are associated and what they were before. Each file is accounted for, those that hold no records by saying so.
"""

from __future__ import annotations

import os
from contextlib import ExitStack
from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.formats.opening import opened
from crmcli.frozen import frozen, replace
from crmcli.model.headings import words_of
from crmcli.services.importing.deleted import Living
from crmcli.services.importing.finding import OURS
from crmcli.services.importing.formats import Formats
from crmcli.services.importing.imports import ImportRequest, import_files
from crmcli.services.importing.preparing import opened_source, planned
from crmcli.services.importing.rejects import repair_path
from crmcli.services.importing.relations import related
from crmcli.services.mapping.association_columns import ASSOCIATIONS
from crmcli.services.mapping.wishes import NothingMapped
from crmcli.services.portal.declaring import declared, labelled
from crmcli.services.portal.definitions import person
from crmcli.services.portal.files import FileTold, PortalFile, PortalKind, rows_in
from crmcli.services.portal.folder import NoPortalFiles, portal_files, portal_folder
from crmcli.services.portal.following import Following, PortalProgress
from crmcli.services.portal.links import own_id
from crmcli.services.portal.values import Unknown, stages_meant, with_places

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from crmcli.model.objects import ObjectType
    from crmcli.services.importing.result import Imported
    from crmcli.services.portal.schema import Drafts
    from crmcli.services.workspace import Workspace
    from crmcli.types.base import User

PORTALS = ("hubspot",)
_ABOUT_THE_COPY = ("fivetransynced", "portalid")
_DELETED = ("isdeleted", "fivetrandeleted", "archived")


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
class PortalImported:
    """A portal that was taken over: each file's account, the accounts of records, and what else is to be said."""

    files: tuple[FileTold, ...]
    imported: tuple[Imported, ...]
    notes: tuple[str, ...] = ()


@frozen
class _Looked:
    """What looking the records through has found: by file, how many are deleted there; by object, the stages meant.

    `strange` are the paths of files of which no column is known.
    """

    deleted: Mapping[str, int] = {}
    stages: Mapping[str, Mapping[str, str]] = {}
    strange: frozenset[str] = frozenset()


def import_portal(
    workspace: Workspace, request: PortalRequest, *, progress: Callable[[int, int], None] | None = None
) -> PortalImported:
    """Import a portal in one operation; `progress` is told bytes read and bytes in all.

    Raises UnknownPortal, NoPortalFiles, SchemaRefused, and what importing raises.
    """
    if request.portal not in PORTALS:
        raise UnknownPortal(request.portal)
    with portal_folder(request.path) as folder:
        files = list(portal_files(workspace, folder))
        _require_records(files, request.path)
        made = declared(workspace, files)
        bar = PortalProgress(progress, files) if progress else None
        drafts, looked = _of_records(workspace, made.drafts, files, request, bar)
        files = [_unknown(file) if file.path in looked.strange else file for file in files]
        _require_records(files, request.path)
        told = {file.name: _left_out(file) for file in files if file.kind is PortalKind.NOTHING}
        ready = drafts.applied(workspace, request.put, dry_run=request.dry_run)
        drafts, new_labels = labelled(workspace, ready, drafts, files)
        if new_labels:
            ready = drafts.applied(workspace, request.put, dry_run=request.dry_run)
        requests = _requests(ready, files, request, looked)
        requests[0] = replace(requests[0], files=drafts.files(workspace, request.put))
        following = Following(ready, files, made.labels)
        imported = import_files(ready, requests, progress=bar.records if bar else None, also=following.take)
        if bar:
            bar.end()
        names = {file.path: file.name for file in files}
        imported = tuple(replace(one, path=names[one.path], notes=_own_notes(one)) for one in imported)
        told |= {**made.told, **following.told}
        told |= {one.path: _records_told(ready, one, looked, following.beside) for one in imported}
        return PortalImported(tuple(told[file.name] for file in files), imported, (*made.notes, *new_labels))


def _require_records(files: Iterable[PortalFile], path: str) -> None:
    if not any(file.kind is PortalKind.RECORDS for file in files):
        raise NoPortalFiles(path)


def _unknown(file: PortalFile) -> PortalFile:
    return replace(file, kind=PortalKind.NOTHING, why="no column of it is known", rows=rows_in(file.path))


def _left_out(file: PortalFile) -> FileTold:
    return FileTold(file.name, file.rows, f"left out: {file.why}")


def _of_records(
    workspace: Workspace,
    drafts: Drafts,
    files: Sequence[PortalFile],
    request: PortalRequest,
    bar: PortalProgress | None,
) -> tuple[Drafts, _Looked]:
    """Read the records through for stages, options and people that nothing declares."""
    names = {file.path: file.name for file in files}
    deleted: dict[str, int] = {}
    ready = drafts.applied(workspace, request.put, dry_run=True)
    unknown = Unknown()
    strange: set[str] = set()
    with ExitStack() as held:
        sources = [opened_source(ready, each, held) for each in _requests(ready, files, request, _Looked())]
        for source in related(ready, sources) if len(sources) > 1 else sources:
            if bar:
                bar.looked(source.request.path)
            try:
                plan, _ = planned(ready, source)
            except NothingMapped:
                strange.add(source.request.path)
                continue
            unknown.look(source.table, plan)
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
    return drafts, _Looked(deleted, stages, frozenset(strange))


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
    roles = {"ownerid": "owner", f"{found.name}pipelineid": "pipeline", f"{found.name}pipelinestageid": "stage"}
    columns: dict[str, str] = {}
    with opened(file.path) as (table, *_):
        for number, heading in enumerate(table.header, 1):
            squeezed = "".join(words_of(heading))
            if squeezed in (*_DELETED, *_ABOUT_THE_COPY):
                columns[f"#{number}"] = ""
            elif squeezed == "engagementid":
                columns[f"#{number}"] = own_id(found).name
            elif squeezed in roles and roles[squeezed] in found.roles:
                columns[f"#{number}"] = found.roles[roles[squeezed]]
            elif heading.startswith(ASSOCIATIONS):  # they are associated when all records are there
                columns[f"#{number}"] = ""
    return columns


def _own_notes(one: Imported) -> tuple[str, ...]:
    """Give the notes of a file, but for how it is written, and for flags that a portal's files do not take."""
    return tuple(note.partition(" (say which")[0] for note in one.notes if not note.startswith(f"{one.path}: "))


def _records_told(workspace: Workspace, one: Imported, looked: _Looked, links: Mapping[str, str]) -> FileTold:
    plural = workspace.model.words[one.object_name].plural.lower()
    counts = {"created": one.created, "updated": one.updated, "unchanged": one.unchanged, "rejected": one.rejected}
    counts |= {"doubles": one.duplicates, "deleted there": looked.deleted.get(one.path, 0)}
    said = ", ".join(f"{count:,} {what}" for what, count in counts.items() if count) or "none"
    linked = f"; associations: {links[one.path]}" if one.path in links else ""
    return FileTold(one.path, sum(counts.values()), f"{plural}: {said}{linked}")
