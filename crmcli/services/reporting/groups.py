"""What the rows of a report are: records that share a stage, an owner, a team, or a value of whatever else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.services.reporting.figures import in_order
from crmcli.services.reporting.subject import grouped_standings, standings
from crmcli.services.reporting.table import Behind, ReportColumn, ReportRow, ReportTable
from crmcli.types.money import Amount, Money
from crmcli.types.number import Number
from crmcli.types.text import String

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import TypeAlias

    from crmcli.services.reporting.subject import Standing, Subject
    from crmcli.services.workspace import Workspace
    from crmcli.types.base import Column, Stored

    # A column of numbers, and how each is worked out of the records of a row.
    Measure: TypeAlias = "tuple[ReportColumn, Callable[[Sequence[Standing]], Stored | None]]"

TEAM = "team"
_CURRENCY = ReportColumn("currency", "Currency", String())


@frozen
class Group:
    """The records of a row; `cells` say what they share, None where it is not set."""

    cells: tuple[Stored | None, ...]
    here: Sequence[Standing]


@frozen
class Groups:
    """The rows of a report in order, and the columns that say what each is; what has no value comes last."""

    columns: tuple[ReportColumn, ...]
    rows: tuple[Group, ...]

    @property
    def here(self) -> Sequence[Standing]:
        """All records."""
        return [one for row in self.rows for one in row.here]


def grouped(about: Subject, by: str, *roles: str) -> Groups:
    """Read the records and put them into groups; `roles` are the properties that they are read with.

    `by` is team, or a property or expression under any of its names. Raises the errors of expressions, and NoRole.
    """
    if by.strip().lower() == TEAM and about.found.role(TEAM) is None:
        about.property("owner", "owner")
        teams = {user.id: user.team or None for user in about.workspace.settings.users}
        column = ReportColumn(TEAM, "Team", String())
        here = standings(about, "owner", *roles)
        return in_groups(about.workspace, column, here, lambda one: teams.get(one.owner or ""))
    here, info = grouped_standings(about, by, *roles)
    column = ReportColumn(info.name, info.heading, info.value_type or Number())
    return in_groups(about.workspace, column, here, lambda one: one.group)


def in_groups(
    workspace: Workspace, column: ReportColumn, here: Sequence[Standing], of: Callable[[Standing], Column]
) -> Groups:
    """Put records into groups by what `of` gives of each, as the index has values of the column's type."""
    found: dict[Column, list[Standing]] = {}
    for one in here:
        found.setdefault(of(one), []).append(one)
    stored = column.value_type.stored
    keys = in_order(found, column.value_type, workspace.context)
    return Groups((column,), tuple(Group((None if key is None else stored(key),), found[key]) for key in keys))


def at_stages(about: Subject, here: Iterable[Standing]) -> Groups:
    """Put records into groups by their stages, of which each is there, in order."""
    found: dict[str, list[Standing]] = {stage: [] for stage in about.stages}
    for one in here:
        found[one.stage].append(one)
    return Groups(stage_columns(about), tuple(Group(stage_cells(about, stage), found[stage]) for stage in found))


def stage_columns(about: Subject) -> tuple[ReportColumn, ...]:
    """Give the columns of a report by stage: the stage, and its pipeline where there are several."""
    at = ReportColumn("stage", "Stage", about.stage_property.value_type)
    of = ReportColumn("pipeline", "Pipeline", about.property("pipeline", "pipeline").value_type)
    return (at, of) if len(about.pipelines) > 1 else (at,)


def stage_cells(about: Subject, stage: str) -> tuple[Stored | None, ...]:
    """Say a stage, and its pipeline where there are several."""
    holder = next(pipeline.id for pipeline in about.pipelines if any(known.id == stage for known in pipeline.stages))
    return (stage, holder) if len(about.pipelines) > 1 else (stage,)


def report_table(
    about: Subject, named: tuple[str, str], groups: Groups, measures: Sequence[Measure], definition: tuple[str, ...]
) -> ReportTable:
    """Make a report of its name and title: a row for each group, and the same measures of all records as totals.

    Amounts of a currency that is not converted have a row of their own.
    """
    everything = groups.here
    currencies = sorted({one.currency or "" for one in everything}) or [""]
    home = about.workspace.context.currency
    mixed = currencies != [""]
    rows = []
    for group in groups.rows:
        for currency, part in in_currencies(group.here):
            cells = (*group.cells, *([currency or home] if mixed else []), *_worked_out(measures, part, [currency]))
            rows.append(ReportRow(cells, behind(about, part)))
    columns = (*groups.columns, *([_CURRENCY] if mixed else []))
    totals = (*(None for _ in columns), *_worked_out(measures, everything, currencies))
    columns = (*columns, *(column for column, _ in measures))
    return ReportTable(
        *named, columns, tuple(rows), definition, ReportRow(totals, behind(about, everything)), chart="bar"
    )


def in_currencies(here: Sequence[Standing]) -> Sequence[tuple[str, Sequence[Standing]]]:
    """Part records by the currency of their amounts, that of the workspace, "", first; there is always one part."""
    if all(one.currency is None for one in here):
        return (("", here),)
    parts: dict[str, list[Standing]] = {}
    for one in here:
        parts.setdefault(one.currency or "", []).append(one)
    return sorted(parts.items())


def _worked_out(
    measures: Sequence[Measure], here: Sequence[Standing], currencies: Sequence[str]
) -> Sequence[Stored | None]:
    """Work out the measures of records whose amounts are in these currencies: of several there is no sum of money."""
    cells: list[Stored | None] = []
    for column, of in measures:
        money = column.value_type.name == Money.name
        cell = None if money and len(currencies) > 1 else of(here)
        cells.append(Amount(str(cell), currencies[0]) if money and currencies[0] and cell is not None else cell)
    return cells


def behind(about: Subject, here: Iterable[Standing]) -> Behind:
    """Say which records are behind a number."""
    return Behind(about.found.name, ids=tuple(one.id for one in here))
