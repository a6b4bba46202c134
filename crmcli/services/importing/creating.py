"""New records of a block: filled with defaults and checked by column, as `validation` does for a single record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.services.conditions import NOTHING
from crmcli.services.rules import REQUIRED, Broken
from crmcli.services.stages import namesake, place, stage_requires
from crmcli.services.validation import defaults, required_problem

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from crmcli.model.objects import ObjectType
    from crmcli.services.conditions import Verdict
    from crmcli.services.importing.values import Values
    from crmcli.services.validation import Validator
    from crmcli.types.base import Stored

    Column = Sequence[Stored | None]


def empty(found: ObjectType, values: Values, kept: AbstractSet[int]) -> list[int]:
    """Give the accepted rows without any value, but for those in `kept`; none where what is required says so anyway."""
    columns = values.columns.values()
    asked = found.required_any or any(not found.properties[name].default for name in found.required)
    if asked or any(None not in column for column in columns):
        return []
    return [row for row in values.accepted() if row not in kept and all(column[row] is None for column in columns)]


def fill(validator: Validator, columns: Mapping[str, Column], size: int) -> dict[str, Column]:
    """Give the columns of `size` new records with their defaults filled in: creation date, stage and others."""
    found, context = validator.found, validator.context
    places = _places(found, columns, size)
    # Few places occur, so each is thought about once.
    by_place = {
        place: defaults(found, context, pipeline=_text(place[0]), stage=_text(place[1]))
        for place in dict.fromkeys(places)
    }
    filled = _with_beginnings(found, _with_namesakes(found, columns, places), size)
    for name in {name for values in by_place.values() for name in values}:
        given = filled.get(name)
        missing = [by_place[place].get(name) for place in places]
        filled[name] = (
            missing if given is None else [d if g is None else g for g, d in zip(given, missing, strict=True)]
        )
    return _without_unasked(validator, columns, _with_beginnings(found, filled, size), size)


def _with_beginnings(found: ObjectType, columns: dict[str, Column], size: int) -> dict[str, Column]:
    """Say when something is by when it begins, and the other way round, where a row says one of the two."""
    names = [found.roles[role] for role in ("at", "start") if role in found.roles]
    if len(names) < 2 or not columns.keys() & names:
        return columns
    there = [columns.get(name) or [None] * size for name in names]
    both = [next((moment for moment in row if moment is not None), None) for row in zip(*there, strict=True)]
    return columns | {
        name: [own if own is not None else moment for own, moment in zip(column, both, strict=True)]
        for name, column in zip(names, there, strict=True)
    }


def _without_unasked(
    validator: Validator, given: Mapping[str, Column], filled: dict[str, Column], size: int
) -> dict[str, Column]:
    """Leave the defaults of properties out where those are not to be shown."""
    waiting = size if validator.hideable else 0
    while waiting:
        verdicts = validator.conditions.verdicts([(None, _row(filled, row)) for row in range(size)])
        waiting = 0
        for name in validator.hideable & filled.keys():
            had, column = given.get(name) or [None] * size, list(filled[name])
            unasked = [row for row in range(size) if name in verdicts[row].hidden and had[row] is None]
            waiting += sum(column[row] is not None for row in unasked)
            for row in unasked:
                column[row] = None
            filled[name] = column
    return filled


def _with_namesakes(
    found: ObjectType, columns: Mapping[str, Column], places: Sequence[tuple[Stored | None, Stored | None]]
) -> dict[str, Column]:
    """Read stages that were named by a label which another pipeline has too as those of the pipeline given."""
    filled = dict(columns)
    if len(found.pipelines) > 1:
        meant = {each: namesake(found, *each) for each in dict.fromkeys(places)}
        if any(meant.values()):
            filled[found.roles["stage"]] = [meant[each] or each[1] for each in places]
    return filled


def problems(validator: Validator, columns: Mapping[str, Column], size: int) -> dict[int, list[Broken]]:
    """Give which rules new records break that are filled already, by their place."""
    found = validator.found
    wrong: dict[int, list[Broken]] = {}
    verdicts: Sequence[Verdict] = ()
    if validator.conditions and size:
        verdicts = validator.conditions.verdicts([(None, _row(columns, row)) for row in range(size)])
        for row, verdict in enumerate(verdicts):
            if verdict.failed or verdict.required:
                wrong.setdefault(row, []).extend(validator.judged(_row(columns, row), verdict, {}))
    for row, each in (*_required(found, columns, size, verdicts), *_misplaced(validator, columns, size)):
        wrong.setdefault(row, []).append(each)
    for name in validator.rules.keys() & columns.keys():
        for row, value in enumerate(columns[name]):
            if value is not None:
                wrong.setdefault(row, []).extend(validator.values({name: value}, {}))
    standing = {row: validator.enforced(broken) for row, broken in wrong.items()}
    return {row: broken for row, broken in standing.items() if broken}


def in_schema_order(found: ObjectType, columns: Mapping[str, Column]) -> tuple[list[str], list[Column]]:
    """Give the columns that hold anything in the schema's order: data files do not depend on that of the file."""
    names = [name for name in found.properties if name in columns and any(value is not None for value in columns[name])]
    return names, [columns[name] for name in names]


def _required(
    found: ObjectType, columns: Mapping[str, Column], size: int, verdicts: Sequence[Verdict]
) -> Iterator[tuple[int, Broken]]:
    for row in _lacking(found, columns, size):
        hidden: Collection[str] = (verdicts[row] if verdicts else NOTHING).hidden
        present = _row(columns, row)
        problem = required_problem(found, present, hidden)
        if problem:
            lacking = next((name for name in found.required if name not in present and name not in hidden), "")
            remedy = f"Fill it in, or for all rows: --fixed {lacking}=…" if lacking else "Fill one of them in"
            yield row, Broken(problem, remedy, REQUIRED, forcible=True)


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


def _misplaced(validator: Validator, columns: Mapping[str, Column], size: int) -> Iterator[tuple[int, Broken]]:
    """Say which records may not begin where they would: few places occur, so each is thought about once."""
    found = validator.found
    if not found.pipelines:
        return
    places = _places(found, columns, size)
    distinct = {each: _values(found, each) for each in dict.fromkeys(places)}
    wrong = {each: list(validator.standing(values)) for each, values in distinct.items()}
    begun = {each: place(found, values) for each, values in distinct.items()}
    for row, each in enumerate(places):
        yield from ((row, broken) for broken in wrong[each])
        stands = begun[each]
        if stands and stands.stage.required and (lacking := stage_requires(found, stands, _row(columns, row))):
            yield row, lacking


def _values(found: ObjectType, where: tuple[Stored | None, Stored | None]) -> dict[str, Stored]:
    named = zip(("pipeline", "stage"), where, strict=True)
    return {found.roles[role]: value for role, value in named if value is not None and role in found.roles}


def _places(found: ObjectType, columns: Mapping[str, Column], size: int) -> list[tuple[Stored | None, Stored | None]]:
    return list(zip(*(_role_column(found, role, columns, size) for role in ("pipeline", "stage")), strict=True))


def _row(columns: Mapping[str, Column], row: int) -> dict[str, Stored]:
    return {name: value for name, column in columns.items() if (value := column[row]) is not None}


def _role_column(found: ObjectType, role: str, columns: Mapping[str, Column], size: int) -> Column:
    return columns.get(found.roles.get(role, ""), [None] * size)


def _text(value: Stored | None) -> str | None:
    return None if value is None else str(value)
