"""Finding duplicates in a file, and between it and the records that are there: nothing is written.

The file is read once, by column, as text: no value has to be one that a record could hold.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from crmcli.dedupe.table import Column
from crmcli.formats.opening import Reading, opened
from crmcli.frozen import frozen
from crmcli.services.duplicates.columns import Feed, feed
from crmcli.services.duplicates.file_columns import SaidOfFile, column_number, file_columns
from crmcli.services.duplicates.file_rows import Both, FileRows
from crmcli.services.duplicates.finding import search_fed, settings_of
from crmcli.services.importing.remarks import fitting, table_notes
from crmcli.services.mapping.columns import Sample
from crmcli.services.references import Ref

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import BinaryIO

    from crmcli.dedupe.search import Found, Group
    from crmcli.model.objects import ObjectType
    from crmcli.services.duplicates.file_columns import FileColumn
    from crmcli.services.workspace import Workspace


@frozen
class FindInFile:
    """Which file to look through, and how.

    `stream` is what "-" reads. `map_name` is a saved map, `ids` the heading of the column with the rows' ids,
    `meanings` heading (or #3) → what it means, "" to leave it out. `minimum` is the least probability of a group, the
    object's own where None; `where` is a condition on the records to compare with, all for ""; `reading`
    says how the file is read.
    """

    object_name: str
    path: str
    stream: BinaryIO | None = None
    map_name: str = ""
    ids: str = ""
    meanings: Mapping[str, str] = {}
    minimum: float | None = None
    where: str = ""
    reading: Reading = Reading()


@frozen
class FileGroup:
    """Rows of the file, by place from 0, and records that are there, which may be one; `found` is what it was."""

    rows: tuple[int, ...]
    refs: tuple[Ref, ...]
    found: Group

    @property
    def probability(self) -> float:
        """How probable it is that they are one."""
        return self.found.probability


@frozen
class FileDuplicates:
    """What was found: `ids` is what each row is called, by its own id or line; groups come the surest first.

    `records` is with how many of the CRM's records the rows were compared, `notes` what was found out about the file.
    """

    object_name: str
    label: str
    plural: str
    path: str
    columns: tuple[FileColumn, ...]
    ids: Sequence[str]
    records: int
    groups: tuple[FileGroup, ...]
    notes: tuple[str, ...]
    found: Found
    fed: Feed

    def name(self, row: int) -> str:
        """What a row of the search is called: those of the CRM's records come first, then those of the file."""
        place = row - self.records
        return f"{self.object_name}:{self.fed.ids[row]}" if place < 0 else self.ids[place]


def find_in_file(
    workspace: Workspace, request: FindInFile, progress: Callable[[int, int], None] | None = None
) -> FileDuplicates:
    """Find the groups within a file, and between it and the records of an object.

    Raises NotAProbability, NoSuchColumn, UnknownMeaning, NoSuchMap, DuplicateSettingsRefused, and what reading raises.
    """
    found = workspace.object(request.object_name)
    settings = settings_of(workspace, found, request.minimum)
    with ExitStack() as held:
        tables = held.enter_context(opened(request.path, request.stream, request.reading))
        table = fitting(tables, found)
        notes = table_notes(request.path, tables, table)
        first = next(table.blocks(), None)
        table.restart()
        cells = first.columns if first else [()] * len(table.header)
        sample = Sample(table.name, table.header, cells)
        columns = file_columns(workspace, found, sample, settings, _said(workspace, request))
        rows = FileRows(columns, column_number(request.ids, sample) if request.ids else None)
        for block in table.blocks():
            rows.take(block)
    if rows.ragged:
        several = "s" if rows.ragged > 1 else ""
        notes.append(f"{table.name}: {rows.ragged:,} row{several} with other cells than headings")
    fed = feed(workspace, found, settings, request.where)
    ids = rows.ids()
    together = _together(fed, found, rows.columns(), len(ids))
    done = search_fed(workspace, found, together, settings, progress)
    groups = (_group(each, fed, found.name) for each in done.groups)
    return FileDuplicates(
        found.name,
        found.label,
        found.plural,
        request.path,
        tuple(columns),
        ids,
        len(fed.ids),
        tuple(group for group in groups if group.rows),
        tuple(notes),
        done,
        together,
    )


def _said(workspace: Workspace, request: FindInFile) -> SaidOfFile:
    """Give what somebody said of the columns, and what a saved map says of them."""
    if not request.map_name:
        return SaidOfFile(request.ids, request.meanings)
    from crmcli.services.mapping.maps import saved_map

    parts = saved_map(workspace, request.map_name).parts
    usual = {heading: target for part in parts for heading, target in part.usual.items()}
    return SaidOfFile(request.ids, request.meanings, usual)


def _together(fed: Feed, found: ObjectType, columns: Sequence[Column], rows: int) -> Feed:
    """Put the rows of a file behind the records: columns of one name together."""
    records = len(fed.ids)
    there = {column.name: column for column in fed.columns}
    here = {column.name: column for column in columns}
    joined = [
        Column(
            name,
            (there.get(name) or here[name]).meaning,
            Both(there[name].values if name in there else records, here[name].values if name in here else rows),
        )
        for name in {**there, **here}
    ]
    labels = {name: found.properties[name].label if name in found.properties else name for name in here}
    return Feed(
        fed.ids,
        joined if records else columns,
        labels | dict(fed.labels),
        {name: name for name in here} | dict(fed.bases),
    )


def _group(group: Group, fed: Feed, object_name: str) -> FileGroup:
    records = len(fed.ids)
    return FileGroup(
        tuple(row - records for row in group.rows if row >= records),
        tuple(Ref(object_name, fed.ids[row]) for row in group.rows if row < records),
        group,
    )
