"""What a portal's files declare, or need to be declared: users, properties, pipelines with their stages, labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.formats.opening import opened
from crmcli.frozen import frozen
from crmcli.services.portal.definitions import joined, lines, people, pipelines, stages
from crmcli.services.portal.files import FileTold, PortalFile, PortalKind, rows_in
from crmcli.services.portal.naming import each_said, namings, new_labels
from crmcli.services.portal.schema import Drafts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crmcli.services.workspace import Workspace

_PIPELINES = (PortalKind.PIPELINES, PortalKind.STAGES)


@frozen
class Declared:
    """What files declare: drafts, what became of each file, what else is to be said, labels by ends and number."""

    drafts: Drafts
    told: Mapping[str, FileTold]
    notes: tuple[str, ...]
    labels: Mapping[tuple[str, str, str], str]


def declared(workspace: Workspace, files: Sequence[PortalFile]) -> Declared:
    """Read the files of definitions."""
    from crmcli.services.property_definitions import read_definitions

    of_records = {file.ends[0] for file in files if file.kind is PortalKind.RECORDS}
    inactive = tuple(sorted(name for name in of_records if not workspace.model.words[name].active))
    drafts, notes = Drafts(active=inactive), list[str]()
    told: dict[str, FileTold] = {}
    labels: dict[tuple[str, str, str], str] = {}
    options = next((file for file in files if file.kind is PortalKind.OPTIONS), None)
    for file in files:
        became = ""
        if file.kind is PortalKind.PEOPLE:
            before = len(drafts.users)
            drafts = drafts.with_users(workspace, people(file.path))
            became = f"new users: {len(drafts.users) - before:,}"
        elif file.kind is PortalKind.PROPERTIES:
            found = read_definitions(file.path, options.path if options else "")
            drafts, said = drafts.with_definitions(workspace, found, file.ends[0] if file.ends else "")
            became = said[0]
            notes += said[1:]
        elif file.kind is PortalKind.LABELS and len(file.ends) > 1:
            numbers = _labels(file)
            drafts = drafts.with_labels(workspace, (file.ends[0], file.ends[1]), numbers.values())
            labels |= {(file.ends[0], file.ends[1], number): name for number, name in numbers.items()}
            became = f"labels: {len(numbers):,}"
        elif file.kind in (PortalKind.OPTIONS, PortalKind.LABELS):
            options_too = file.kind is PortalKind.OPTIONS
            became = "with the properties" if options_too else "left out: it names no two objects"
        if became:
            told[file.name] = FileTold(file.name, rows_in(file.path), became)
    ordered = [file for file in files if file.kind in _PIPELINES and file.ends]
    for name in dict.fromkeys(file.ends[0] for file in ordered):
        drafts = _with_pipelines(workspace, drafts, [file for file in ordered if file.ends[0] == name], told)
    return Declared(drafts, told, tuple(notes), labels)


def labelled(
    workspace: Workspace, ready: Workspace, drafts: Drafts, files: Sequence[PortalFile]
) -> tuple[Drafts, tuple[str, ...]]:
    """Add the labels that associations have and nothing declares, and say which.

    `ready` is the workspace with the drafts so far.
    """
    found: dict[tuple[str, str], dict[str, None]] = {}
    for file in files:
        if file.kind not in (PortalKind.LINKS, PortalKind.RECORDS):
            continue
        with opened(file.path) as (table, *_):
            ways = [each for each in namings(ready.model, file, table.header) if all(each.ends) and each.says]
            for block in table.blocks() if ways else ():
                for row in zip(*block.columns, strict=True):
                    for naming in ways:
                        for _, said in each_said(naming, row):
                            new = new_labels(ready.model, *naming.ends, said)
                            found.setdefault(naming.ends, {}).update(dict.fromkeys(new))
    notes = []
    for ends, names in found.items():
        drafts = drafts.with_labels(workspace, ends, names)
        called = " and ".join(ready.model.words[end].plural.lower() for end in ends)
        notes += [f'New label between {called}: "{name}"' for name in names]
    return drafts, tuple(notes)


def _labels(file: PortalFile) -> dict[str, str]:
    """Read labels by the numbers of their types."""
    return {line.first("typeid"): line.first("label") for line in lines(file.path) if line.first("label")}


def _with_pipelines(
    workspace: Workspace, drafts: Drafts, files: Sequence[PortalFile], told: dict[str, FileTold]
) -> Drafts:
    own = [pipeline for file in files if file.kind is PortalKind.PIPELINES for pipeline in pipelines(file.path)]
    others = [stage for file in files if file.kind is PortalKind.STAGES for stage in stages(file.path)]
    found = joined(own, others)
    count = sum(len(pipeline.stages) for pipeline in found)
    for file in files:
        became = f"pipelines: {len(found):,}" if file.kind is PortalKind.PIPELINES else f"stages: {count:,}"
        told[file.name] = FileTold(file.name, rows_in(file.path), became)
    return drafts.with_pipelines(workspace, workspace.model.objects[files[0].ends[0]], found)
