"""What the records of a file are, where nobody says: by what its format holds, its headings and values, its name."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import frozen, replace
from crmcli.model.headings import fold_heading
from crmcli.services.importing.people import with_people
from crmcli.services.importing.relations import NoObjectNamed, object_of_path
from crmcli.services.importing.remarks import fitting
from crmcli.services.importing.result import ColumnKind
from crmcli.services.importing.table import Source
from crmcli.services.mapping.columns import Sample, map_columns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.formats.table import Table
    from crmcli.model.objects import ObjectType
    from crmcli.services.importing.imports import ImportRequest
    from crmcli.services.importing.result import MappedColumn
    from crmcli.services.mapping.columns import Mapped
    from crmcli.services.workspace import Workspace

_OFFERED = 5
# What speaks for an object, in points: a column that goes into a key, into what names its records, into another
# property; a heading ("Deal ID") or the file's name with a word for the object in it; against it, that its records
# could not be created. What is known by values alone counts half.
_KEY, _NAME, _COLUMN, _WORD, _FILE, _LACKING = 3.0, 2.0, 1.0, 1.0, 6.0, -4.0
_AS_MUCH = 1.5  # times what speaks for it otherwise counts the file's name: "leads" are often contacts
_ENOUGH = 4.0  # points that an object needs
_CLEAR = 1.5  # times the points of the next one
_SHORTEST = 4  # letters of a word that is looked for in headings


class UnclearObject(CrmError):
    """A file of which nothing says clearly enough what its records are; `candidates` are the likeliest first."""

    exit_code = ExitCode.USAGE

    def __init__(self, path: str, candidates: Sequence[str]) -> None:
        self.candidates = tuple(candidates)
        maybe = f": {', '.join(candidates)}?" if candidates else ""
        first = candidates[0] if candidates else "contacts"
        super().__init__(
            f'It is not clear what the records of "{os.path.basename(path)}" are{maybe}',
            f"Name the object: crm import {first} {path}",
        )


@frozen
class Guess:
    """An object whose records a file may hold, and how much speaks for it."""

    found: ObjectType
    points: float


def guessed_source(workspace: Workspace, request: ImportRequest, tables: Sequence[Table]) -> Source:
    """Give the table of a file that is imported where nobody says its object, and that object.

    Raises UnclearObject where it is not clear and nobody can be asked, or none is chosen.
    """
    found = _of_format(workspace, tables) or _of_columns(workspace, request, tables[0])
    table = fitting(tables, found)
    note = f"{table.name}: taken for {found.plural.lower()}; if they are not, name the object"
    source = Source(replace(request, object_name=found.name), found, tables, table, note)
    return with_people(workspace, source)


def _of_columns(workspace: Workspace, request: ImportRequest, table: Table) -> ObjectType:
    block = next(table.blocks(), None)
    table.restart()
    guesses = guessed(
        workspace, Sample(request.path, table.header, block.columns if block else [()] * len(table.header))
    )
    if _is_clear(guesses):
        return guesses[0].found
    names = [guess.found.name for guess in guesses[:_OFFERED]]
    chosen = request.choose_object(names) if request.choose_object and names else ""
    if not chosen:
        raise UnclearObject(request.path, names)
    return workspace.model.objects[chosen]


def _is_clear(guesses: Sequence[Guess]) -> bool:
    """Whether enough speaks for the first, and much less for the next."""
    return bool(guesses) and guesses[0].points >= max([_ENOUGH, *(_CLEAR * each.points for each in guesses[1:2])])


def guessed(workspace: Workspace, sample: Sample) -> list[Guess]:
    """Give the active objects for which anything speaks, the likeliest first."""
    named = _named(workspace, sample.name)
    guesses = []
    for words in workspace.model.words.values():
        if not words.active:
            continue
        found = workspace.model.objects[words.name]
        points = _points(map_columns(workspace, found, sample), found, sample)
        if points > 0:
            guesses.append(Guess(found, points + (min(_FILE, points * _AS_MUCH) if found.name == named else 0)))
    return sorted(guesses, key=lambda guess: -guess.points)


def _points(mapped: Mapped, found: ObjectType, sample: Sample) -> float:
    """Say how much speaks for an object."""
    known = [column for column in mapped.columns if column.kind is ColumnKind.PROPERTY]
    names = {column.target for column in known}
    if not names:
        return 0
    points = sum(_weight(column, found) for column in known)
    own = {fold_heading(word) for word in (found.label, found.plural) if len(word) >= _SHORTEST}
    headings = {fold_heading(heading) for heading in sample.header} - own
    points += _WORD * any(word in heading for heading in headings for word in own)
    linked = {column.target for column in mapped.columns if column.kind is ColumnKind.ASSOCIATION}
    able = (
        names.issuperset(found.required)
        and (not found.required_any or names.intersection(found.required_any))
        and (not found.parents or linked.intersection(found.parents))
    )
    return points + (0 if able else _LACKING)


def _weight(column: MappedColumn, found: ObjectType) -> float:
    points = _KEY if column.target in found.keys else _NAME if column.target in found.display else _COLUMN
    return points / 2 if column.by_values else points


def _of_format(workspace: Workspace, tables: Sequence[Table]) -> ObjectType | None:
    """Give the object that a file's format holds: people in vCards, meetings in a calendar."""
    kinds = [table.kind for table in tables if table.kind]
    for words in workspace.model.words.values():
        if words.active and kinds and (kinds[0] in words.object_roles or kinds[0] == words.name):
            return workspace.model.objects[words.name]
    return None


def _named(workspace: Workspace, path: str) -> str:
    try:
        return object_of_path(workspace, path).name
    except NoObjectNamed:
        return ""
