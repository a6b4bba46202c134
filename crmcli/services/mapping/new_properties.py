"""New properties for the columns of a file that none is known by: their types are found in all of their values.

They are declared in the operation of the import, so that undo takes both back.
"""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from crmcli.frozen import frozen, replace
from crmcli.model.names import fold
from crmcli.services.importing.objects import BETWEEN, opened_sources
from crmcli.services.importing.result import ColumnKind
from crmcli.services.mapping import evidence
from crmcli.services.mapping.columns import Said, Sample, map_columns
from crmcli.services.new_objects import PropertyRequest, property_place
from crmcli.services.property_words import NewProperty, internal_name
from crmcli.services.schema_edit import draft, drafted, schema_path

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from crmcli.model.objects import ObjectType
    from crmcli.services.importing.imports import ImportRequest
    from crmcli.services.importing.result import MappedColumn
    from crmcli.services.importing.table import Source
    from crmcli.services.new_objects import PropertyPlace
    from crmcli.services.workspace import Workspace

_REMEMBERED = 2_000  # different values of a column that its type is found in
_OPTIONS = 12  # values that a choice may have at most
_LONGEST_OPTION = 40
_REPEATED = 3  # times that a choice's values must come on average
_LONG_TEXT = 200
_YES_OR_NO = frozenset({"yes", "no", "true", "false", "y", "n", "ja", "nein", "nee", "oui", "non", "si", "sí"})
_DIGITS = 15  # of a number: one with more is a code


@frozen
class Prepared:
    """Imports whose new properties are declared in this workspace, and written with the operation of the first."""

    workspace: Workspace
    requests: tuple[ImportRequest, ...]


class _Values:
    """The different values of one column, as far as they are remembered, and how many there are."""

    def __init__(self, column: MappedColumn) -> None:
        self.column = column
        self.different: dict[str, None] = {}
        self.count = 0

    def take(self, cells: Iterable[str]) -> None:
        """Look at the cells of a block."""
        filled = [cell for cell in map(str.strip, cells) if cell]
        self.count += len(filled)
        if len(self.different) < _REMEMBERED:
            self.different.update(dict.fromkeys(filled))


def with_new_properties(
    workspace: Workspace, requests: Sequence[ImportRequest], declare: Callable[[str, PropertyPlace], str]
) -> Prepared:
    """Propose a property for each column of some files that none is known by, and declare it.

    `declare` puts one into the text of its object's schema file. Nothing is written yet. Raises what opening the files
    and checking the schema raise.
    """
    texts: dict[str, str] = {}
    with ExitStack() as held:
        sources = opened_sources(workspace, requests, held)
        notes: list[list[str]] = []
        for source in sources:
            found = workspace.model.objects[source.found.name]  # an earlier file may have given it properties
            properties = proposed(workspace, replace(source, found=found))
            notes.append([_told(found, prop) for prop in properties])
            if properties:
                places = [property_place(workspace, PropertyRequest(found.name, prop)) for prop in properties]
                edit = partial(_edited, places=places, declare=declare, before=texts.get(found.name, ""))
                texts |= draft(workspace, {found.name: edit})
                workspace = drafted(workspace, texts, dry_run=requests[0].dry_run)
    told = list(zip(sources, notes, strict=True))
    own = [[each] for each in told] if len(requests) > 1 else [told]
    prepared = [
        replace(
            request,
            object_name=BETWEEN.join(source.found.name for source, _ in parts),
            notes=[*parts[0][0].request.notes, *chain.from_iterable(said for _, said in parts)],
        )
        for request, parts in zip(requests, own, strict=True)
    ]
    for request in requests:
        if request.stream:
            request.stream.seek(0)
    files = {schema_path(name): text for name, text in texts.items()}
    return Prepared(workspace, (replace(prepared[0], files=files), *prepared[1:]))


def _edited(
    text: str, *, places: Sequence[PropertyPlace], declare: Callable[[str, PropertyPlace], str], before: str
) -> str:
    """Declare properties in a file's text, or in what an earlier file of the import made of it."""
    text = before or text
    for place in places:
        text = declare(text, place)
    return text


def _told(found: ObjectType, prop: NewProperty) -> str:
    options = f": {', '.join(prop.options.values())}" if prop.options else ""
    return f"New property of {found.name}: {prop.name}, {prop.type}{options}"


def proposed(workspace: Workspace, source: Source) -> tuple[NewProperty, ...]:
    """Propose properties for the columns with values that none is known by, in their order."""
    table, request = source.table, source.request
    table.restart()
    blocks = table.blocks()
    first = next(blocks, None)
    if first is None:
        return ()
    said = Said(request.columns, request.usual, request.fixed)
    mapped = map_columns(workspace, source.found, Sample(request.path, table.header, first.columns), said)
    unknown = [_Values(column) for column in mapped.columns if column.kind is ColumnKind.UNKNOWN and column.heading]
    for block in (first, *blocks) if unknown else ():
        for values in unknown:
            values.take(block.columns[values.column.number - 1])
    taken = set(source.found.properties) | {fold(p.label) for p in source.found.properties.values()}
    made: list[NewProperty] = []
    for values in unknown:
        if values.count and fold(values.column.heading) not in taken:
            made.append(_property(values, source.found, taken))
            taken |= {made[-1].name, fold(made[-1].label)}
    return tuple(made)


def _property(values: _Values, found: ObjectType, taken: Collection[str]) -> NewProperty:
    label = values.column.heading
    base = internal_name(label) or f"column_{values.column.number}"
    name = next(name for name in _numbered(base) if name not in taken and name not in found.properties)
    kind = _kind(list(values.different), values.count)
    options = {internal_name(text) or text: text for text in sorted(values.different)} if kind == "choice" else {}
    return NewProperty(name, label, kind, options)


def _numbered(name: str) -> Iterable[str]:
    yield name
    yield from (f"{name}_{number}" for number in range(2, 1000))


def _kind(values: Sequence[str], count: int) -> str:
    """Give the word for the narrowest type that all of these different values are of."""
    if {value.casefold() for value in values} <= _YES_OR_NO:
        return "yes-no"
    if any(len(value) > _LONG_TEXT or "\n" in value for value in values):
        return "long-text"
    kinds = {evidence.look([value]).kind for value in values}
    if len(kinds) == 1 and (kind := kinds.pop()) in _TYPES:
        return _TYPES[kind](values)
    if _is_choice(values, count):
        return "choice"
    return "text"


def _is_choice(values: Sequence[str], count: int) -> bool:
    """Whether few short values come again and again."""
    few = len(values) <= _OPTIONS and count >= _REPEATED * len(values)
    return few and all(len(value) <= _LONGEST_OPTION and ";" not in value for value in values)


def _number(values: Sequence[str]) -> str:
    if any(value.lstrip("+-").startswith("0") and value.lstrip("+-")[1:2].isdigit() for value in values):
        return "text"  # a code: its zeros say something
    if any(sum(map(str.isdigit, value)) > _DIGITS for value in values):
        return "text"
    if all(value.endswith("%") for value in values):
        return "percent"
    return "money" if all(any(sign in value for sign in "€$£¥") for value in values) else "number"


_TYPES: dict[str, Callable[[Sequence[str]], str]] = {
    evidence.EMAIL: lambda _: "email",
    evidence.URL: lambda _: "url",
    evidence.PHONE: lambda _: "phone",
    evidence.DATE: lambda values: "datetime" if any(":" in value for value in values) else "date",
    evidence.NUMBER: _number,
}
