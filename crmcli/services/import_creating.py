"""New records of a block: filled with defaults and checked by column, as `validation` does for a single record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.services.import_values import Refusal
from crmcli.services.validation import defaults, required_problem, stage_problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from crmcli.model.objects import ObjectType
    from crmcli.types.base import Stored

    Column = Sequence[Stored | None]


def fill(found: ObjectType, columns: Mapping[str, Column], size: int, moment: datetime) -> dict[str, Column]:
    """Give the columns of `size` new records with their defaults filled in: creation date, pipeline, stage."""
    places = list(zip(*(_role_column(found, role, columns, size) for role in ("pipeline", "stage")), strict=True))
    # Few places occur, so each is thought about once.
    by_place = {
        place: defaults(found, moment, pipeline=_text(place[0]), stage=_text(place[1]))
        for place in dict.fromkeys(places)
    }
    filled = dict(columns)
    for name in {name for values in by_place.values() for name in values}:
        given = columns.get(name)
        missing = [by_place[place].get(name) for place in places]
        filled[name] = (
            missing if given is None else [d if g is None else g for g, d in zip(given, missing, strict=True)]
        )
    return filled


def problems(found: ObjectType, columns: Mapping[str, Column], size: int) -> dict[int, Refusal]:
    """Give what is wrong with new records that are filled already, by their place."""
    wrong = {}
    for row in _lacking(found, columns, size):
        present = [name for name, column in columns.items() if column[row] is not None]
        problem = required_problem(found, present)
        if problem:
            wrong[row] = Refusal("MISSING_REQUIRED_PROPERTY", problem)
    if found.pipelines:
        wrong |= _misplaced(found, columns, size)
    return wrong


def in_schema_order(found: ObjectType, columns: Mapping[str, Column]) -> tuple[list[str], list[Column]]:
    """Give the columns that hold anything in the schema's order: data files do not depend on that of the file."""
    names = [name for name in found.properties if name in columns and any(value is not None for value in columns[name])]
    return names, [columns[name] for name in names]


def _lacking(found: ObjectType, columns: Mapping[str, Column], size: int) -> Iterable[int]:
    """Give the places of records that lack something that is required."""
    rows: set[int] = set()
    for name in found.required:
        column = columns.get(name)
        if column is None:
            return range(size)
        if None in column:
            rows.update(row for row, value in enumerate(column) if value is None)
    if found.required_any:
        either = [columns[name] for name in found.required_any if name in columns]
        if all(None in column for column in either):
            rows.update(row for row in range(size) if all(column[row] is None for column in either))
    return sorted(rows)


def _misplaced(found: ObjectType, columns: Mapping[str, Column], size: int) -> dict[int, Refusal]:
    """Give the records whose stage is not one of their pipeline."""
    places = list(zip(*(_role_column(found, role, columns, size) for role in ("pipeline", "stage")), strict=True))
    wrong = {place: stage_problem(found, _text(place[0]), _text(place[1])) for place in dict.fromkeys(places)}
    return {row: Refusal("FAILED_VALIDATION", problem) for row, place in enumerate(places) if (problem := wrong[place])}


def _role_column(found: ObjectType, role: str, columns: Mapping[str, Column], size: int) -> Column:
    return columns.get(found.roles.get(role, ""), [None] * size)


def _text(value: Stored | None) -> str | None:
    return None if value is None else str(value)
