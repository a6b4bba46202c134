"""Running a report of this CRM's own: from its definition to a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crmcli.frozen import replace
from crmcli.services.reporting.definition import NotTogether, UnknownColumn
from crmcli.services.reporting.explaining import explained
from crmcli.services.reporting.gathering import gather
from crmcli.services.reporting.grids import accumulated, filled, first_values, laid_out, moved_on, row_types
from crmcli.services.reporting.having import fitting
from crmcli.services.reporting.layout import layout_of
from crmcli.services.reporting.ordering import Rest, natural, places
from crmcli.services.reporting.states import together, worth
from crmcli.services.reporting.table import Behind, ReportRow, ReportTable
from crmcli.services.reporting.windows import window_of
from crmcli.types.bucket import Bucket

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crmcli.services.reporting.definition import Definition
    from crmcli.services.reporting.gathering import Gathered, Key
    from crmcli.services.reporting.grids import Grid
    from crmcli.services.reporting.layout import Layout
    from crmcli.services.reporting.states import State
    from crmcli.services.reporting.windows import Window
    from crmcli.services.workspace import Workspace
    from crmcli.types.base import Column


def run_definition(workspace: Workspace, definition: Definition) -> ReportTable:
    """Run a report over an object's records.

    Raises UnknownObject, NotTogether, TooManyColumns, UnknownColumn, the errors of periods and those of expressions.
    """
    _require_fitting(definition)
    window = window_of(workspace, workspace.object(definition.object_name), definition)
    now, before = _gathered(workspace, definition, window)
    first = first_values(now, definition)
    grid = laid_out(now, definition, first)
    if first is None:  # else the months between the first ones are among the others, and not empty
        grid = filled(grid, now, definition, window)
    earlier: Grid = {}
    if before:
        earlier = moved_on(laid_out(before, definition, first), row_types(now, definition), window)
        grid.update({key: {} for key in earlier if key not in grid})
    layout = layout_of(definition, now, workspace.context, grid, compared=before is not None)
    keys = _ordered(layout, _chosen(workspace, layout, grid), grid)
    return ReportTable(
        definition.name or definition.object_name,
        definition.title or _title(workspace, definition),
        layout.report_columns(),
        _rows(layout, keys, (grid, earlier), window),
        explained(workspace, layout, window),
        totals=_totals(workspace, layout, keys, (grid, earlier)),
        notes=_notes(now, before, definition, window),
        chart=definition.chart or _chart(layout),
    )


def _notes(now: Gathered, before: Gathered | None, definition: Definition, window: Window) -> tuple[str, ...]:
    """Say what was compared, what was done with currencies, and that the groups are not all that there are."""
    notes = [*now.notes, *(before.notes if before else ())]
    if window.period and window.before:
        periods = [f"{period.first} to {period.last}" for period in (window.period, window.before)]
        notes.insert(0, f"{periods[0]}, before: {periods[1]}")
    values = len({key[0] for key in now.cells}) if definition.group_by else 0
    if definition.top and not definition.other and values > definition.top:
        notes.append(f"The first {definition.top} of {values:,}; --other shows what the others come to")
    return tuple(dict.fromkeys(notes))


def _require_fitting(definition: Definition) -> None:
    if definition.columns_by and definition.compare:
        raise NotTogether("--columns-by", "--compare", "Take one of the two, or group by both")
    if definition.other and not definition.top:
        raise NotTogether("--other", "all groups", "Say how many come before the others: --top 10")


def _gathered(workspace: Workspace, definition: Definition, window: Window) -> tuple[Gathered, Gathered | None]:
    """Ask for the groups, and for those of the period before; amounts of both are kept in the same way."""
    now = gather(workspace, definition, window.where)
    if window.before is None:
        return now, None
    before = gather(workspace, definition, window.where_before, now.mode)
    return (gather(workspace, definition, window.where, before.mode) if before.mode > now.mode else now), before


def _chosen(workspace: Workspace, layout: Layout, grid: Grid) -> list[Key]:
    """Give the rows that meet the condition on rows."""
    keys = list(grid)
    if not layout.definition.having:
        return keys
    rows = [
        {each.name: layout.value(each, layout.whole(grid[key]), str(key[-1])) for each in layout.measures}
        for key in keys
    ]
    return [key for key, fits in zip(keys, fitting(workspace, layout, rows), strict=True) if fits]


def _ordered(layout: Layout, keys: Sequence[Key], grid: Grid) -> list[Key]:
    """Sort the rows as is asked; else by the groups, but the one group that has no order of its own by its numbers."""
    ordered = sorted(keys, key=_by_groups(layout))
    sort = layout.definition.sort
    kinds = row_types(layout.gathered, layout.definition)
    if not sort and len(kinds) == 1 and (layout.definition.top or not natural(kinds[0])):
        sort = (f"-{layout.measures[0].name}",)
    for text in reversed(sort):
        descending, by = text.startswith("-"), _sorted_by(layout, text.removeprefix("-"), grid)
        known = [key for key in ordered if by(key) is not None]
        known.sort(key=by, reverse=descending)
        ordered = known + [key for key in ordered if by(key) is None]
    return (
        [key for key in ordered if not _rest(key)] + [key for key in ordered if _rest(key)]
        if not layout.groups[1:]
        else ordered
    )


def _rest(key: Key) -> bool:
    return any(isinstance(value, Rest) for value in key)


def _by_groups(layout: Layout) -> Callable[[Key], Any]:
    kinds = [places(kind, layout.context) for kind in row_types(layout.gathered, layout.definition)]
    return lambda key: (*(place(value) for place, value in zip(kinds, key[:-1], strict=True)), key[-1])


def _sorted_by(layout: Layout, text: str, grid: Grid) -> Callable[[Key], Any]:
    """Give what a name in --sort says of a row, None where that is unset. Raises UnknownColumn."""
    word = text.strip().casefold()
    for measure in layout.measures:
        if word in {measure.name, measure.heading.casefold(), measure.text.casefold()}:
            chosen = measure
            return lambda key: worth(chosen, layout.whole(grid[key]))
    for place, info in enumerate(layout.groups):
        if word in {info.name, info.heading.casefold(), layout.gathered.grouped.texts[place].casefold()}:
            found, at = places(row_types(layout.gathered, layout.definition)[place], layout.context), place
            return lambda key: None if key[at] is None else found(key[at])
    raise UnknownColumn(text, [*(each.name for each in layout.measures), *(each.name for each in layout.groups)])


def _rows(layout: Layout, keys: Sequence[Key], grids: tuple[Grid, Grid], window: Window) -> tuple[ReportRow, ...]:
    grid, earlier = ({key: each.get(key, {}) for key in keys} for each in grids)
    if layout.definition.cumulative:
        columns = layout.columns if layout.by_age else None
        grid, earlier = accumulated(grid, layout.merges, columns), accumulated(earlier, layout.merges, None)
    kinds = layout.kinds()
    return tuple(
        ReportRow(
            (*layout.head(key, kinds), *layout.cells(grid[key], earlier[key], str(key[-1]))),
            _behind(layout, key, window),
        )
        for key in keys
    )


def _behind(layout: Layout, key: Key, window: Window) -> Behind | None:
    """Say which records a row is made of; those of the rest are not listed."""
    definition = layout.definition
    if _rest(key):
        return None
    keys = list(zip(layout.gathered.grouped.texts, key[:-1], strict=False))
    if layout.gathered.apart:
        keys.append((f'coalesce({layout.currency}, "{layout.context.currency}")', key[-1]))
    return Behind(definition.object_name, window.where, keys=tuple(keys))


def _totals(workspace: Workspace, layout: Layout, keys: Sequence[Key], grids: tuple[Grid, Grid]) -> ReportRow | None:
    """Give what the rows come to together; None where they are one, run on, or are in several currencies."""
    definition = layout.definition
    if len(keys) < 2 or definition.cumulative or layout.gathered.apart:
        return None
    if any(place < len(layout.groups) for place in layout.gathered.grouped.several):
        grids = _each_once(workspace, layout) if not (definition.having or definition.top) else ({}, {})
        keys = list(grids[0])
    if not keys:
        return None
    summed: list[dict[Column, State]] = []
    for grid in grids:
        columns = dict.fromkeys(column for key in keys for column in grid.get(key, {}))
        summed.append(
            {
                column: together([grid[key][column] for key in keys if column in grid.get(key, {})], layout.merges)
                for column in columns
            }
        )
    return ReportRow((*(None for _ in layout.groups), *layout.cells(summed[0], summed[1], "")))


def _each_once(workspace: Workspace, layout: Layout) -> tuple[Grid, Grid]:
    """Lay the records out without the groups in which one may stand several times."""
    several = layout.gathered.grouped.several
    definition = layout.definition
    kept = tuple(text for place, text in enumerate(definition.group_by) if place not in several)
    without = replace(definition, group_by=kept)
    window = window_of(workspace, workspace.object(definition.object_name), definition)
    now, before = _gathered(workspace, without, window)
    return laid_out(now, without), laid_out(before, without) if before else {}


def _title(workspace: Workspace, definition: Definition) -> str:
    return workspace.object(definition.object_name).plural


def _chart(layout: Layout) -> str:
    if layout.columns is not None:
        return "stacked"
    kinds = row_types(layout.gathered, layout.definition)
    return "line" if len(kinds) == 1 and isinstance(kinds[0], Bucket) else "bar" if kinds else "none"
