"""Saved maps: what the columns of a kind of file go into, in imports/NAME.yaml of the workspace.

A map says what the flags of `crm import` say: headings and properties, fixed values, how values are written, by what
rows are matched. What a command line says beside it wins. That of several objects says it of each: of files that go in
together, or of one whose rows hold them all.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode, Problem
from crmcli.frozen import frozen, replace
from crmcli.model.files import yaml_names
from crmcli.model.headings import WHOLE
from crmcli.services.importing.formats import WHOLE as WHOLE_NUMBERS
from crmcli.services.importing.formats import Formats
from crmcli.services.importing.result import ColumnKind
from crmcli.services.mapping.association_columns import ASSOCIATIONS, association_word

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from crmcli.services.importing.batch import Plan
    from crmcli.services.importing.imports import ImportRequest
    from crmcli.services.importing.result import MappedColumn
    from crmcli.services.importing.table import Source
    from crmcli.services.workspace import Workspace
    from crmcli.store.transaction import Transaction

FOLDER = "imports"
USUAL_MODE = "upsert"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


@frozen
class ImportMap:
    """A saved map. `columns` is heading → property as `--column` takes it; `left_out` are headings.

    `fixed` is property → the value of every row; `key`, `mode`, `formats` and the flags are those of an import.
    """

    name: str
    object_name: str
    columns: Mapping[str, str] = {}
    left_out: tuple[str, ...] = ()
    fixed: Mapping[str, str] = {}
    key: str = ""
    mode: str = ""
    formats: Formats = Formats()
    associate_companies: bool = False
    keep_existing: bool = False
    skip_invalid_values: bool = False

    @property
    def usual(self) -> dict[str, str]:
        """What it says of columns, heading → property; "" leaves one out."""
        return {**dict.fromkeys(self.left_out, ""), **self.columns}

    def completed(self, request: ImportRequest) -> ImportRequest:
        """Give the request with what this map says, where the request says nothing itself."""
        formats, said = self.formats, request.formats
        return replace(
            request,
            object_name=request.object_name or self.object_name,
            usual=self.usual,
            fixed={**self.fixed, **request.fixed},
            key=request.key or self.key,
            mode=request.mode or self.mode or USUAL_MODE,
            formats=Formats(
                dates=said.dates or formats.dates,
                numbers=said.numbers or formats.numbers,
                zone=said.zone or formats.zone,
                clear_token=said.clear_token or formats.clear_token,
                options={**formats.options, **said.options},
            ),
            associate_companies=request.associate_companies or self.associate_companies,
            keep_existing=request.keep_existing or self.keep_existing,
            skip_invalid_values=request.skip_invalid_values or self.skip_invalid_values,
        )


@frozen
class SavedMap:
    """A saved map as a whole: what it says of each of its objects.

    `in_one_row` says that they are in the rows of one file; else those of several are in a file each.
    """

    name: str
    parts: tuple[ImportMap, ...]
    in_one_row: bool = False

    def of(self, object_name: str) -> ImportMap | None:
        """Give what it says of an object, by its internal name."""
        return next((part for part in self.parts if part.object_name == object_name), None)


class NotInMap(CrmError):
    """An object of which a map of several says nothing."""

    exit_code = ExitCode.USAGE

    def __init__(self, name: str, path: str, objects: Sequence[str]) -> None:
        super().__init__(
            f'The map "{name}" does not say what the records of "{path}" are: it is of {", ".join(objects)}',
            f"Name the object: crm import {objects[0]} {path} --map {name}",
        )


class NoSuchMap(CrmError):
    """A name of no saved map."""

    exit_code = ExitCode.NOT_FOUND

    def __init__(self, name: str, known: Sequence[str]) -> None:
        from crmcli.types.nearest import suggestion

        there = suggestion(name, known) or f"make one: crm import contacts leads.csv --save-map {name}"
        super().__init__(f'There is no saved map "{name}"', there)


class UnusableMapName(CrmError):
    """A name that no file of a map can have."""

    exit_code = ExitCode.USAGE

    def __init__(self, name: str) -> None:
        super().__init__(f'"{name}" cannot name a map', "Use letters, digits, - and _: --save-map web-leads")


class MapRefused(CrmError):
    """A saved map that is not in order; `problems` are all that is wrong with it."""

    exit_code = ExitCode.USAGE

    def __init__(self, name: str, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        first = problems[0]
        if len(problems) > 1:
            super().__init__(f'The map "{name}" has {len(problems)} problems', "Mend them: crm schema map check")
        else:
            super().__init__(f"{first.where}: {first.message}", first.hint or "Mend it: crm schema map check")


@frozen
class MapKeeper:
    """Keeps the mapping of an import under a name, in the import's own operation; `text` writes it as YAML."""

    name: str
    text: Callable[[SavedMap], str]

    def write(self, change: Transaction, planned: Iterable[tuple[Source, Plan]], *, in_one_row: bool = False) -> None:
        """Write the map of tables that go in together. Raises UnusableMapName."""
        parts: dict[str, ImportMap] = {}
        for source, plan in planned:
            made = made_map(self.name, source, plan)
            before = parts.get(made.object_name)
            parts[made.object_name] = _both(before, made) if before else made
        change.write_file(map_path(self.name), self.text(SavedMap(self.name, tuple(parts.values()), in_one_row)))


def map_path(name: str) -> str:
    """Give the file of a map, relative to the workspace. Raises UnusableMapName."""
    if not _NAME.fullmatch(name):
        raise UnusableMapName(name)
    return f"{FOLDER}/{name}.yaml"


def map_names(root: str) -> list[str]:
    """List the saved maps of a workspace by name."""
    return yaml_names(os.path.join(root, FOLDER))


def saved_map(workspace: Workspace, name: str) -> SavedMap:
    """Give a saved map that is in order. Raises NoSuchMap and MapRefused."""
    from crmcli.services.mapping.check import read_map

    if name not in map_names(workspace.root):
        raise NoSuchMap(name, map_names(workspace.root))
    found, problems = read_map(workspace, name)
    if problems:
        raise MapRefused(name, problems)
    return found


def made_map(name: str, source: Source, plan: Plan) -> ImportMap:
    """Make the map of an import as it was understood: each column is in it, and the formats that were found."""
    request = source.request
    columns: dict[str, str] = {}
    left_out: list[str] = []
    joined: dict[str, list[str]] = {}
    for column, said in zip(plan.columns, source.called or called(source.table.header), strict=False):
        target = _word(column)
        if column.kind is ColumnKind.MADE_OF and _is_joined(plan, column):
            joined.setdefault(target, []).append(said)
        elif target:
            columns[said] = target
        elif column.kind is not ColumnKind.REASON:
            left_out.append(said)
    return ImportMap(
        name,
        plan.found.name,
        {**columns, **{WHOLE.join(headings): target for target, headings in joined.items()}},
        tuple(left_out),
        dict(request.fixed),
        request.key,
        request.mode,
        replace(plan.formats, numbers="") if plan.formats.numbers == WHOLE_NUMBERS else plan.formats,
        request.associate_companies,
        request.keep_existing,
        request.skip_invalid_values,
    )


def called(header: Iterable[str]) -> tuple[str, ...]:
    """Give what each column of a file is called in a map: by its heading, or by its number where that tells none."""
    headings = [heading.strip() for heading in header]
    return tuple(
        heading if heading and headings.count(heading) == 1 else f"#{number}"
        for number, heading in enumerate(headings, start=1)
    )


def _both(one: ImportMap, other: ImportMap) -> ImportMap:
    """Give what two files of one object say of their columns; where they differ, the first stands."""
    columns = {**other.columns, **one.columns}
    left_out = dict.fromkeys((*one.left_out, *other.left_out))
    return replace(one, columns=columns, left_out=tuple(heading for heading in left_out if heading not in columns))


def _word(column: MappedColumn) -> str:
    """Say what a column goes into as `--column` takes it, "" where it goes into nothing."""
    return {
        ColumnKind.PROPERTY: column.target,
        ColumnKind.MADE_OF: column.target,
        ColumnKind.REFERENCE: "id",
        ColumnKind.ASSOCIATION: association_word(column),
        ColumnKind.LABELS: f"{ASSOCIATIONS}{column.target}.labels" if column.target else "",
    }.get(column.kind, "")


def _is_joined(plan: Plan, column: MappedColumn) -> bool:
    """Whether a column is joined with others as one text; several values are put together by themselves."""
    prop = plan.found.properties.get(column.target)
    return bool(prop and not prop.value_type.several)
