"""What a report of this CRM's own counts and how, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmcli.services.reporting.layout import Layout
    from crmcli.services.reporting.windows import Window
    from crmcli.services.workspace import Workspace

# Function of a measure → what it says, exactly.
FUNCTIONS = {
    "count": "count() is the number of records; count(x) that of those in which x is known, or is true",
    "sum": "sum(x) adds x up exactly; of nothing it is 0",
    "avg": "avg(x) is the sum over the number of records in which x is known, rounded, halves away from zero",
    "min": "min(x) is the least x",
    "max": "max(x) is the greatest x",
    "median": "median(x) is the middle one of the known x in their order, or halfway between the two in the middle",
    "percentile": "percentile(x, 90) is what nine tenths of the known x do not exceed, in a line between neighbours",
    "distinct": "distinct(x) is the number of different x",
}


def explained(workspace: Workspace, layout: Layout, window: Window) -> tuple[str, ...]:
    """Say what a report counts and how, in lines."""
    return tuple(_lines(workspace, layout, window))


def _lines(workspace: Workspace, layout: Layout, window: Window) -> Iterator[str]:
    definition = layout.definition
    if definition.description:
        yield definition.description
    plural = workspace.object(definition.object_name).plural
    yield f"Records: {plural}{f' where {definition.where}' if definition.where else ''}."
    if window.period:
        yield f"Period: {window.date} from {window.period.first} to {window.period.last}, both included."
    if window.before:
        yield f"Compared with: {window.before.first} to {window.before.last}; Change is (now - before) / before."
    yield from _groups(layout)
    yield from (f"{each.heading} = {each.text}" for each in layout.measures)
    used = dict.fromkeys(each.name for measure in layout.measures for each in measure.aggregates.values())
    yield from (f"{FUNCTIONS[name]}." for name in used)
    yield from _what_is_shown(layout)


def _groups(layout: Layout) -> Iterator[str]:
    grouped = layout.gathered.grouped
    for info, text in zip(grouped.groups[: len(layout.groups)], grouped.texts, strict=False):
        yield (
            f"A row for each {info.heading}" + (f" = {text}" if text != info.name else "") + "; – where it is not set."
        )
    if layout.columns is not None:
        yield f"A column for each {layout.divider.heading} = {grouped.texts[-1]}."
    if grouped.several:
        yield "A record with several values counts in each of their groups; the totals count it once."


def _what_is_shown(layout: Layout) -> Iterator[str]:
    definition = layout.definition
    if any(measure.own for measure in layout.measures):
        yield (
            "Amounts in other currencies are converted by the rates of crm.toml, that of the day on which a record "
            "closes, else was created; without a rate for each, currencies stand apart."
        )
    if definition.having:
        yield f"Only rows where {definition.having}."
    if definition.top:
        yield f"Only the first {definition.top}" + ("; Other is all the others together." if definition.other else ".")
    if definition.cumulative:
        where = "Each column holds those before it, too." if layout.by_age else "Each row holds those before it, too."
        yield f"Running totals: {where}"
