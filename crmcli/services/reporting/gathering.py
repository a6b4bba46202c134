"""What the index gives for the groups of a report, with amounts of several currencies converted or kept apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import frozen, replace
from crmcli.query.buckets import first_day
from crmcli.query.grouping import Grouped, Grouping, group
from crmcli.services.lists import count_records
from crmcli.services.reporting.states import load, together

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from typing import TypeAlias

    from crmcli.services.reporting.definition import Definition
    from crmcli.services.reporting.states import State
    from crmcli.services.workspace import Workspace
    from crmcli.types.base import Column

    # The values of the groups, as the index has them, and the currency, "" where all amounts are in the workspace's.
    Key: TypeAlias = "tuple[Column, ...]"

# How amounts are kept that may be in several currencies.
PLAIN, CONVERTED, APART = range(3)


@frozen
class Gathered:
    """The groups that have records, each with its state; `notes` say what was done with currencies."""

    grouped: Grouped
    cells: Mapping[Key, State]
    mode: int = PLAIN
    notes: tuple[str, ...] = ()

    @property
    def apart(self) -> bool:
        """Whether the groups are those of single currencies."""
        return self.mode == APART


def gather(workspace: Workspace, definition: Definition, where: str, least: int = PLAIN) -> Gathered:
    """Ask the index for the groups of the records that meet a condition.

    Amounts in the workspace's currency alone are PLAIN. Others are CONVERTED where crm.toml has a rate for each, else
    kept APART; `least` asks for as much. Raises the errors of expressions.
    """
    by = (*definition.group_by, *((definition.columns_by,) if definition.columns_by else ()))
    grouping = Grouping(workspace.object(definition.object_name), by, definition.measured, where)
    found = _asked(workspace, grouping)
    home = workspace.context.currency
    foreign = sorted({str(key[-1]) for key in found.cells} - {home, ""})
    if not foreign and least == PLAIN:
        return replace(found, cells={(*key[:-1], ""): state for key, state in found.cells.items()})
    refused = "" if least == APART else _without_rate(workspace, grouping, found.grouped, foreign)
    if least == APART or refused:
        return replace(found, mode=APART, notes=(refused,) if refused else ())
    note = f"Amounts in {_listed(foreign)} are converted to {home} by the rates of crm.toml" if foreign else ""
    converted = _asked(workspace, replace(grouping, convert=True))
    return replace(converted, mode=CONVERTED, notes=(note,) if note else ())


def _asked(workspace: Workspace, grouping: Grouping) -> Gathered:
    grouped = group(grouping, workspace.model, workspace.context)
    merges, keys = grouped.measures.merges, len(grouped.groups) + grouped.by_currency
    by_days: dict[Key, list[State]] = {}
    for row in workspace.store.rows(grouped.statement):
        key = row[:keys] if grouped.by_currency else (*row[:keys], "")
        if any(grouped.days):
            key = (*map(_bucket, key, grouped.days), *key[len(grouped.days) :])
        by_days.setdefault(key, []).append(load(row[keys:], merges))
    cells = {key: together(states, merges) for key, states in by_days.items()}
    if not grouped.groups and not cells:  # without groups there is one, which may be empty
        cells[("",)] = together((), merges)
    return Gathered(grouped, cells)


def _bucket(value: Column, unit: str) -> Column:
    """Give the bucket of a day, where days are what the index gives."""
    return first_day(value, unit) if unit else value


def _without_rate(workspace: Workspace, grouping: Grouping, grouped: Grouped, foreign: Collection[str]) -> str:
    """Say why amounts cannot be converted, "" where each has a rate of its day."""
    home = workspace.context.currency
    missing = sorted(set(foreign) - {currency for currency, _, _ in workspace.context.rates})
    if missing:
        apart = f"Amounts in {_listed([home, *foreign])} stand apart"
        return f"{apart}: crm.toml has no rate for {_listed(missing)} in [rates]"
    for amount in _own_amounts(grouped):
        condition = f"({amount}) is known and converted({amount}) is unknown"
        where = f"({grouping.where}) and {condition}" if grouping.where else condition
        if count := count_records(workspace, grouping.object.name, where):
            return f"Currencies stand apart: crm.toml has no rate for the day of {count:,} of the records in [rates]"
    return ""


def _own_amounts(grouped: Grouped) -> Sequence[str]:
    """Give the expressions of the amounts that are in the records' own currencies."""
    return [
        measure.text[call.arguments[0].start : call.arguments[0].end]  # type: ignore[attr-defined]
        for measure in grouped.measures.measures
        for call, aggregate in measure.aggregates.items()
        if aggregate.own
    ]


def _listed(codes: Sequence[str]) -> str:
    return " and ".join([", ".join(codes[:-1]), codes[-1]] if len(codes) > 1 else codes)
