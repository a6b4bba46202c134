"""The groups of a report laid out: rows, each with a state for each of its columns."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from crmcli.query.buckets import bucket_of
from crmcli.services.reporting.ordering import Rest
from crmcli.services.reporting.states import together, worth
from crmcli.types.bucket import Bucket, between, first_of, following
from crmcli.types.text import String

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import TypeAlias

    from crmcli.query.periods import Period
    from crmcli.services.reporting.definition import Definition
    from crmcli.services.reporting.gathering import Gathered, Key
    from crmcli.services.reporting.states import State
    from crmcli.services.reporting.windows import Window
    from crmcli.types.base import Column, ValueType

    # Row → column → what was found; rows that are not divided into columns have the one column None.
    Grid: TypeAlias = "dict[Key, dict[Column, State]]"

_MOST_ROWS = 20_000  # with what is filled in where there is nothing


def laid_out(gathered: Gathered, definition: Definition, first: frozenset[Column] | None = None) -> Grid:
    """Lay the groups out as rows and, where the report has some, columns.

    `first` are the values of the first group that are kept; the others are put together where the report says so.
    """
    merges, divided = gathered.grouped.measures.merges, bool(definition.columns_by)
    collected: dict[Key, dict[Column, list[State]]] = {}
    for key, state in gathered.cells.items():
        groups, column = (key[:-2], key[-2]) if divided else (key[:-1], None)
        if first is not None and groups[0] not in first:
            if not definition.other:
                continue
            groups = (REST, *groups[1:])
        collected.setdefault((*groups, key[-1]), {}).setdefault(column, []).append(state)
    return {
        key: {column: together(states, merges) for column, states in columns.items()}
        for key, columns in collected.items()
    }


REST = Rest("Other")


def first_values(gathered: Gathered, definition: Definition) -> frozenset[Column] | None:
    """Give the values of the first group that are kept, None for all of them: those with the most of a measure.

    The measure is the first, or that by which the report is sorted; sorted from low to high, those with the least.
    """
    if not definition.top or not definition.group_by:
        return None
    measures = gathered.grouped.measures
    chosen, ascending = measures.measures[0], False
    for text in definition.sort[:1]:
        for each in measures.measures:
            if text.removeprefix("-").casefold() in {each.name, each.heading.casefold(), each.text.casefold()}:
                chosen, ascending = each, not text.startswith("-")
    by_value: dict[Column, list[State]] = {}
    for key, state in gathered.cells.items():
        by_value.setdefault(key[0], []).append(state)
    found = {value: worth(chosen, together(states, measures.merges)) for value, states in by_value.items()}
    known = sorted((value for value, number in found.items() if number is not None), key=str)
    known.sort(key=found.__getitem__, reverse=not ascending)
    return frozenset(known[: definition.top])


def filled(grid: Grid, gathered: Gathered, definition: Definition, window: Window) -> Grid:
    """Add the rows of days, weeks, months … between the first and the last that have records, which have none.

    A report of a period by its own date has all of the period.
    """
    rows = row_types(gathered, definition)
    place, bucket = next(((place, each) for place, each in enumerate(rows) if isinstance(each, Bucket)), (0, None))
    if bucket is None:
        return grid
    known = [date.fromisoformat(str(key[place])) for key in grid if key[place] is not None and key[place] != REST]
    known += _ends(gathered.grouped.texts[place], bucket.unit, window)
    if not known or between(min(known), max(known), bucket.unit) > _MOST_ROWS:
        return grid
    others = dict.fromkeys((key[:place], key[place + 1 :]) for key in grid)
    if not others and len(rows) == 1:
        others = {((), ("",)): None}
    days = steps(min(known), max(known), bucket.unit)
    if len(days) * len(others) > _MOST_ROWS:
        return grid
    every: Grid = {(*before, day.isoformat(), *behind): {} for before, behind in others for day in days}
    return {**every, **grid}


def steps(first: date, last: date, unit: str) -> list[date]:
    """Give the first days of all buckets from one to another."""
    return [following(first, unit, count) for count in range(between(first, last, unit) + 1)]


def row_types(gathered: Gathered, definition: Definition) -> Sequence[ValueType]:
    """Give the types of the groups that make rows."""
    return [info.value_type or String() for info in gathered.grouped.groups[: len(definition.group_by)]]


def _ends(text: str, unit: str, window: Window) -> list[date]:
    bucket = bucket_of(text)
    if window.period is None or bucket is None or bucket[1].strip("()") != window.date.strip("()"):
        return []
    return [first_of(day, unit) for day in (window.period.first, window.period.last)]


def accumulated(grid: Grid, merges: Sequence[str], columns: Sequence[Column] | None) -> Grid:
    """Let each row hold all of those before it within the same leading groups; or each of `columns` those before it."""
    if columns is not None:
        return {key: _along(cells, columns, merges) for key, cells in grid.items()}
    found: Grid = {}
    running: dict[tuple[Key, Column], dict[Column, State]] = {}
    for key, cells in grid.items():
        before = running.get((key[:-2], key[-1]), {})
        both = {
            column: together([each[column] for each in (before, cells) if column in each], merges)
            for column in {**before, **cells}
        }
        found[key] = running[key[:-2], key[-1]] = both
    return found


def _along(cells: Mapping[Column, State], columns: Iterable[Column], merges: Sequence[str]) -> dict[Column, State]:
    found: dict[Column, State] = {}
    before: list[State] = []
    for column in columns:
        before = [together([*before, *([cells[column]] if column in cells else [])], merges)]
        found[column] = before[0]
    return found


def moved_on(grid: Grid, types: Sequence[ValueType], window: Window) -> Grid:
    """Give the rows of the period that is compared with the places that they have in the one that the report is of."""
    if window.period is None or window.before is None:
        return grid
    for place, value_type in enumerate(types):
        if isinstance(value_type, Bucket):
            grid = {
                _moved(key, place, value_type.unit, (window.before, window.period)): row for key, row in grid.items()
            }
    return grid


def _moved(key: Key, place: int, unit: str, periods: tuple[Period, Period]) -> Key:
    if key[place] is None or isinstance(key[place], Rest):
        return key
    before, now = (first_of(period.first, unit) for period in periods)
    count = between(before, date.fromisoformat(str(key[place])), unit)
    return (*key[:place], following(now, unit, count).isoformat(), *key[place + 1 :])
