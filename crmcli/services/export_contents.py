"""What an export holds: its columns, and its rows block by block."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.services.association_cells import LinkedTo
from crmcli.types.document import compact

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from crmcli.model.objects import ObjectType, Pair
    from crmcli.query import ColumnInfo
    from crmcli.services.workspace import Workspace
    from crmcli.store import Record
    from crmcli.types.base import Stored, ValueType

BLOCK = 1_000  # rows


@frozen
class ExportColumn:
    """One column of values: its internal name or expression, its label, and how a value stands in a cell."""

    name: str
    label: str
    text: Callable[[Stored], str]


@frozen
class ExportRow:
    """One record: its id, a value for each column, and its associations for each associated object."""

    id: int
    values: Sequence[Stored | None]
    links: Sequence[Sequence[LinkedTo]] = ()


@frozen
class Contents:
    """Columns and rows; `referenced` says that rows begin with their reference. The rows can be read once."""

    object_name: str
    referenced: bool
    columns: tuple[ExportColumn, ...]
    associated: tuple[str, ...]  # objects, a column of associations each
    blocks: Iterator[list[ExportRow]]
    notes: tuple[str, ...] = ()


def whole_records(workspace: Workspace, found: ObjectType, ids: Sequence[int] | None) -> Contents:
    """Give whole records, of these ids in this order or all: the properties and associations that occur."""
    held = workspace.store.held(found.name, ids)
    pairs = [
        pair
        for pair in workspace.model.pairs.values()
        if pair.owner == found.name and workspace.store.any_associated(pair, ids)
    ]
    properties = [found.properties[name] for name in held.properties]
    columns = tuple(ExportColumn(prop.name, prop.label, cell_text(prop.value_type)) for prop in properties)
    unknown = f"{held.with_extra} records of {found.name} hold values that the schema does not know: see crm doctor"
    rows = _whole_rows(workspace, columns, pairs, _blocks(workspace, found, ids, held.properties))
    return Contents(
        object_name=found.name,
        referenced=True,
        columns=columns,
        associated=tuple(pair.other for pair in pairs),
        blocks=rows,
        notes=(unknown,) if held.with_extra else (),
    )


def chosen_columns(
    found: ObjectType, columns: tuple[ColumnInfo, ...], rows: Iterator[Any], *, referenced: bool
) -> Contents:
    """Give the rows of a query: the id, then an index column for each of `columns`."""
    made = tuple(ExportColumn(info.name, info.heading, cell_text(info.value_type)) for info in columns)
    stored = [
        None if info.value_type is None or info.value_type.stored_is_column else info.value_type.stored
        for info in columns
    ]
    return Contents(found.name, referenced, made, (), _chosen_rows(rows, stored))


def cell_text(value_type: ValueType | None) -> Callable[[Stored], str]:
    """Give the function that says a stored value so that the type's `parse` of it gives the same value."""
    if value_type is None:
        return str
    if value_type.name == "json":
        return compact
    if value_type.several:
        return _several_text
    return _bool_text if value_type.name == "bool" else str


def _several_text(value: Stored) -> str:
    """Join values by semicolons; a JSON list where that would read differently."""
    values = [str(one) for one in value] if isinstance(value, list) else [str(value)]
    text = ";".join(values)
    plain = not text.startswith("[") and all(one and one == one.strip() and ";" not in one for one in values)
    return text if plain else compact(value)


def _bool_text(value: Stored) -> str:
    return "true" if value else "false"


def _blocks(
    workspace: Workspace, found: ObjectType, ids: Sequence[int] | None, names: Sequence[str]
) -> Iterator[list[Record]]:
    if ids is None:
        stream = workspace.store.stream(found.name, names)
        while block := list(islice(stream, BLOCK)):
            yield block
        return
    for start in range(0, len(ids), BLOCK):
        wanted = ids[start : start + BLOCK]
        records = {record.id: record for record in workspace.store.records(found.name, wanted, names)}
        yield [records[record_id] for record_id in wanted if record_id in records]


def _whole_rows(
    workspace: Workspace, columns: Sequence[ExportColumn], pairs: Sequence[Pair], blocks: Iterator[list[Record]]
) -> Iterator[list[ExportRow]]:
    names = [column.name for column in columns]
    for records in blocks:
        ids = [record.id for record in records]
        links = [_links(workspace, pair, ids) for pair in pairs]
        yield [
            ExportRow(
                record.id,
                [record.values.get(name) for name in names],
                [by_id.get(record.id, ()) for by_id in links],
            )
            for record in records
        ]


def _links(workspace: Workspace, pair: Pair, ids: Sequence[int]) -> dict[int, list[LinkedTo]]:
    """Give the associations that records own, in the order of the others' ids."""
    links: dict[int, list[LinkedTo]] = {}
    for found in workspace.store.associated(pair, ids, from_owner=True):
        links.setdefault(found.id, []).append(LinkedTo(found.other_object, found.other_id, found.labels, found.primary))
    for named in links.values():
        named.sort(key=lambda link: link.id)
    return links


def _chosen_rows(
    rows: Iterator[Any], stored: Sequence[Callable[[str | int], Stored] | None]
) -> Iterator[list[ExportRow]]:
    while block := list(islice(rows, BLOCK)):
        yield [
            ExportRow(
                row[0],
                [v if v is None or read is None else read(v) for v, read in zip(row[1:], stored, strict=True)],
            )
            for row in block
        ]
