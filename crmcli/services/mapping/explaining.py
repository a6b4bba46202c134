"""What an import would make of the columns of files, without reading on and without writing anything."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from crmcli.frozen import frozen, replace
from crmcli.services.importing.objects import opened_sources
from crmcli.services.importing.remarks import table_notes
from crmcli.services.importing.result import ColumnKind
from crmcli.services.mapping.columns import Said, Sample, map_columns, samples
from crmcli.services.mapping.notes import mapping_notes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crmcli.services.importing.imports import ImportRequest
    from crmcli.services.importing.result import MappedColumn
    from crmcli.services.importing.table import Source
    from crmcli.services.workspace import Workspace


@frozen
class Explained:
    """How the columns of a file, or of the part of it that is about one object, are understood.

    `columns` are those of the file, then those of fixed values; `samples` are the first different values of each by its
    number. `labels` are those of the object's properties by internal name, `notes` what is told of it.
    """

    path: str
    object_name: str
    columns: tuple[MappedColumn, ...]
    samples: Mapping[int, tuple[str, ...]]
    labels: Mapping[str, str]
    notes: tuple[str, ...]


def explain(workspace: Workspace, requests: Sequence[ImportRequest]) -> tuple[Explained, ...]:
    """Explain the mapping of files that go in together, or of one, object by object, also where nothing is known.

    Raises what reading and mapping raise.
    """
    with ExitStack() as held:
        return tuple(_explained(workspace, source) for source in opened_sources(workspace, requests, held))


def _explained(workspace: Workspace, source: Source) -> Explained:
    request, table = source.request, source.table
    table.restart()
    block = next(table.blocks(), None)
    cells = block.columns if block else [()] * len(table.header)
    said = Said(request.columns, request.usual, request.fixed)
    mapped = map_columns(workspace, source.found, Sample(request.path, table.header, cells), said)
    width = len(source.called or table.header)
    values = mapped.columns[len(mapped.columns) - len(request.fixed) :] if request.fixed else ()
    shown = [
        replace(column, evidence="its own ids") if _is_found_out(source, column) else column
        for column in (*mapped.columns[:width], *values)
    ]
    found = {number: samples(column) for number, column in enumerate(cells, start=1)}
    notes = [*request.notes, *filter(None, [source.note]), *table_notes(request.path, source.tables, table)]
    notes += mapping_notes(shown, source.found, [number for number, texts in found.items() if not texts])
    return Explained(
        request.path,
        source.found.name,
        tuple(shown),
        found,
        {name: prop.label for name, prop in source.found.properties.items()},
        tuple(notes),
    )


def _is_found_out(source: Source, column: MappedColumn) -> bool:
    return column.kind is ColumnKind.PROPERTY and f"#{column.number}" in source.found_out
