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
    Measure: TypeAlias = "tuple[ReportColumn, Callable[[Group], Stored | None]]"

TEAM = "team"
_CURRENCY = ReportColumn("currency", "Currency", String())


@frozen
class Group:
    """The records of a row; `cells` say what they share, None where it is not set; there are none of the totals.

    `currency` is that of their amounts, "" for the workspace's, into which others are converted.
    """

    cells: tuple[Stored | None, ...]
    here: Sequence[Standing]
    currency: str = ""


@frozen
class Groups:
    """The rows of a report in order, and the columns that say what each is; what has no value comes last.

    The totals leave out the rows of which the first cell is one of `leaving_out`.
    """

    columns: tuple[ReportColumn, ...]
    rows: tuple[Group, ...]
    leaving_out: tuple[Stored, ...] = ()

    @property
    def here(self) -> Sequence[Standing]:
        """All records that the totals are of."""
        return [one for row in self.rows if row.cells[0] not in self.leaving_out for one in row.here]


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
    rows = tuple(
        ReportRow(
            (*part.cells, *([part.currency or home] if mixed else []), *_cells(measures, part)), behind(about, part)
        )
        for group in groups.rows
        for part in in_currencies(group)
    )
    labels = (*groups.columns, *([_CURRENCY] if mixed else []))
    whole = Group((), everything, "+".join(currencies))
    of_all = _cells(measures, whole) if len(currencies) == 1 else _without_money(measures, whole)
    totals = ReportRow((*(None for _ in labels), *of_all), behind(about, whole))
    columns = (*labels, *(column for column, _ in measures))
    return ReportTable(*named, columns, rows, definition, totals, chart="bar")


def in_currencies(group: Group) -> Sequence[Group]:
    """Part a group by the currency of its amounts, that of the workspace first; there is always one part."""
    if all(one.currency is None for one in group.here):
        return (group,)
    parts: dict[str, list[Standing]] = {}
    for one in group.here:
        parts.setdefault(one.currency or "", []).append(one)
    return [Group(group.cells, part, currency) for currency, part in sorted(parts.items())]


def _cells(measures: Sequence[Measure], group: Group) -> list[Stored | None]:
    """Work out the measures of a group; money tells its currency where that is not the workspace's."""
    cells = [of(group) for _, of in measures]
    if not group.currency:
        return cells
    money = [column.value_type.name == Money.name for column, _ in measures]
    return [
        Amount(str(cell), group.currency) if is_money and cell is not None else cell
        for cell, is_money in zip(cells, money, strict=True)
    ]


def _without_money(measures: Sequence[Measure], group: Group) -> list[Stored | None]:
    """Work out the measures of a group in several currencies: there is no sum of their money."""
    return [None if column.value_type.name == Money.name else of(group) for column, of in measures]


def behind(about: Subject, group: Group) -> Behind:
    """Say which records are behind a number."""
    return Behind(about.found.name, ids=tuple(one.id for one in group.here))
