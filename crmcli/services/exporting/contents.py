"""What an export holds: its columns, and its records block by block."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from crmcli.frozen import frozen, replace
from crmcli.services.association_cells import LinkedTo
from crmcli.store.columns import BLOCK, column_blocks, held
from crmcli.store.texts import text_blocks
from crmcli.types.document import compact

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from crmcli.model.objects import ObjectType, Pair
    from crmcli.query import ColumnInfo
    from crmcli.services.workspace import Workspace
    from crmcli.store.texts import TextBlock
    from crmcli.types.base import Stored, ValueType

ASSOCIATIONS = "associations."  # and an object: the heading of its column, by which an import knows it


@frozen
class ExportColumn:
    """One column of values: its internal name or expression, its label, and the type of its values if it has one."""

    name: str
    label: str
    value_type: ValueType | None = None


@frozen
class ExportBlock:
    """Some records: their ids, a column of values for each of the contents' columns, and their associations.

    `links` has a column for each associated object.
    """

    ids: Sequence[int]
    columns: Sequence[Sequence[Stored | None]]
    links: Sequence[Sequence[Sequence[LinkedTo]]] = ()


@frozen
class Contents:
    """The records of one object that are exported; `referenced` says that their references are. They are read once.

    `texts` gives the same as `blocks`, where SQLite can put the records' texts together by itself.
    """

    workspace: Workspace
    found: ObjectType
    referenced: bool
    columns: tuple[ExportColumn, ...]
    associated: tuple[str, ...]  # objects, a column of associations each
    read: Callable[[Sequence[int] | None], Iterator[ExportBlock]]  # all of them, or these of them
    notes: tuple[str, ...] = ()
    texts: Iterator[TextBlock] | None = None

    @property
    def blocks(self) -> Iterator[ExportBlock]:
        """Read all of them."""
        return self.read(None)

    @property
    def object_name(self) -> str:
        """The object's name."""
        return self.found.name

    def headings(self, *, labels: bool = False) -> list[str]:
        """Give the headings; by label only where no other column has the same one, so that import knows them again."""
        words = [column.label for column in self.columns]
        clear = [label if labels and words.count(label) == 1 else "" for label in words]
        named = [label or column.name for label, column in zip(clear, self.columns, strict=True)]
        return ["id"] * self.referenced + named + [f"{ASSOCIATIONS}{other}" for other in self.associated]


def whole_records(workspace: Workspace, found: ObjectType, ids: Sequence[int] | None) -> Contents:
    """Give whole records, of these ids in this order or all: the properties and associations that occur."""
    store = workspace.store
    holding = held(store, found.name, ids)
    owned = [pair for pair in workspace.model.pairs_owned(found.name) if store.any_associated(pair, ids)]
    contents = some_properties(workspace, found, (ids, holding.properties), owned)
    extras = holding.with_extra
    unknown = f"{extras} records of {found.name} hold values that the schema does not know: see crm doctor"
    return replace(contents, notes=(unknown,)) if extras else contents


def some_properties(
    workspace: Workspace,
    found: ObjectType,
    wanted: tuple[Sequence[int] | None, Sequence[str]],
    pairs: Sequence[Pair] = (),
) -> Contents:
    """Give these properties of records of these ids in this order, or of all, and their associations of these pairs."""
    ids, names = wanted
    store = workspace.store

    def read(some: Sequence[int] | None) -> Iterator[ExportBlock]:
        for each, columns in column_blocks(store, found.name, names, ids if some is None else some):
            yield ExportBlock(each, columns, [_links(workspace, found, pair, each) for pair in pairs])

    own = all(pair.owner == found.name for pair in pairs)
    return Contents(
        workspace,
        found,
        referenced=True,
        columns=tuple(ExportColumn(name, found.properties[name].label, _type(found, name)) for name in names),
        associated=tuple(_other(found, pair) for pair in pairs),
        read=read,
        texts=text_blocks(store, found.name, names, pairs) if ids is None and own and (names or pairs) else None,
    )


def chosen_columns(
    workspace: Workspace,
    found: ObjectType,
    query: tuple[tuple[ColumnInfo, ...], Iterator[Any]],
    pairs: Sequence[Pair] = (),
    *,
    referenced: bool,
) -> Contents:
    """Give the rows of a query: the id, then an index column for each of its columns; and associations, as above."""
    infos, rows = query
    made = tuple(ExportColumn(info.name, info.heading, info.value_type) for info in infos)

    def read(_: Sequence[int] | None) -> Iterator[ExportBlock]:
        for ids, columns in _chosen_blocks(rows, [info.value_type for info in infos]):
            yield ExportBlock(ids, columns, [_links(workspace, found, pair, ids) for pair in pairs])

    return Contents(workspace, found, referenced, made, tuple(_other(found, pair) for pair in pairs), read)


def cell_text(value_type: ValueType | None) -> Callable[[Stored], str]:
    """Give the function that says a stored value so that the type's `parse` of it gives the same value."""
    if value_type is None:
        return str
    if value_type.name == "json":
        return compact
    if value_type.several:
        return _several_text
    return _bool_text if value_type.name == "bool" else str


def _type(found: ObjectType, name: str) -> ValueType:
    return found.properties[name].value_type


def _several_text(value: Stored) -> str:
    """Join values by semicolons; a JSON list where that would read differently."""
    values = [str(one) for one in value] if isinstance(value, list) else [str(value)]
    text = ";".join(values)
    plain = not text.startswith("[") and all(one and one == one.strip() and ";" not in one for one in values)
    return text if plain else compact(value)


def _bool_text(value: Stored) -> str:
    return "true" if value else "false"


def _other(found: ObjectType, pair: Pair) -> str:
    return pair.other if pair.owner == found.name else pair.owner


def _links(workspace: Workspace, found: ObjectType, pair: Pair, ids: Sequence[int]) -> list[Sequence[LinkedTo]]:
    """Give for each record its associations of a pair, by the others' ids; which one is primary the owner says."""
    links: dict[int, list[LinkedTo]] = {}
    own = pair.owner == found.name
    for one in workspace.store.associated(pair, ids, from_owner=own):
        link = LinkedTo(one.other_object, one.other_id, one.labels, primary=own and one.primary)
        links.setdefault(one.id, []).append(link)
    for named in links.values():
        named.sort(key=lambda link: link.id)
    return [links.get(each, ()) for each in ids]


def _chosen_blocks(
    rows: Iterator[Any], types: Sequence[ValueType | None]
) -> Iterator[tuple[Sequence[int], list[Sequence[Stored | None]]]]:
    reads = [None if kind is None or kind.stored_is_column else kind.stored for kind in types]
    while block := list(islice(rows, BLOCK)):
        ids, *columns = zip(*block, strict=True)
        yield (
            ids,
            [
                column if read is None else [None if value is None else read(value) for value in column]
                for column, read in zip(columns, reads, strict=True)
            ],
        )
