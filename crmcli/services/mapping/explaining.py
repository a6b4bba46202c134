"""What an import would make of a file's columns, without reading on and without writing anything."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.services.importing.imports import opened_source
from crmcli.services.importing.remarks import table_notes
from crmcli.services.mapping.columns import Said, Sample, map_columns, samples
from crmcli.services.mapping.notes import mapping_notes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmcli.services.importing.imports import ImportRequest
    from crmcli.services.importing.result import MappedColumn
    from crmcli.services.workspace import Workspace


@frozen
class Explained:
    """How a file's columns are understood.

    `columns` are those of the file, then those of fixed values; `samples` are the first different values of each by its
    number. `labels` are those of the object's properties by internal name, `notes` what is told of it.
    """

    path: str
    object_name: str
    columns: tuple[MappedColumn, ...]
    samples: Mapping[int, tuple[str, ...]]
    labels: Mapping[str, str]
    notes: tuple[str, ...]


def explain(workspace: Workspace, request: ImportRequest) -> Explained:
    """Explain the mapping of a file, also where nothing is known. Raises what reading and mapping raise."""
    with ExitStack() as held:
        source = opened_source(workspace, request, held)
        request, table = source.request, source.table
        block = next(table.blocks(), None)
        cells = block.columns if block else [()] * len(table.header)
        said = Said(request.columns, request.usual, request.fixed)
        mapped = map_columns(workspace, source.found, Sample(request.path, table.header, cells), said)
        found = {number: samples(column) for number, column in enumerate(cells, start=1)}
        notes = [*filter(None, [source.note]), *table_notes(request.path, source.tables, table)]
        notes += mapping_notes(mapped.columns, source.found, [number for number, texts in found.items() if not texts])
        width = len(table.header)
        values = mapped.columns[len(mapped.columns) - len(request.fixed) :] if request.fixed else ()
        shown = (*mapped.columns[:width], *values)
        return Explained(
            request.path,
            source.found.name,
            shown,
            found,
            {name: prop.label for name, prop in source.found.properties.items()},
            tuple(notes),
        )
