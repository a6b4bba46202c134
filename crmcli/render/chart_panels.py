"""What of a report is drawn: labels and series of numbers, and only numbers of one unit on one scale."""

from __future__ import annotations

from decimal import Decimal, localcontext
from functools import cache
from typing import TYPE_CHECKING

from crmcli.frozen import frozen, replace
from crmcli.render.report_cells import NOTHING, cell_text
from crmcli.render.safe import safe
from crmcli.render.sheets import NUMBERS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crmcli.services.reporting.table import ReportColumn, ReportRow, ReportTable
    from crmcli.types.base import Context, Stored, ValueType

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"  # by which series are told apart; there are no more series than these
_DIGITS = 100  # more than any amount has: sums are exact
_DATES = ("date", "datetime")
# Kinds of charts in which one group is along the axis and the others are series.
_ACROSS = ("line", "stacked")


@frozen
class Unit:
    """What numbers are of: equal units share a scale. `kind` is the name of a type of value."""

    kind: str
    scale: int
    currency: str


@frozen
class Series:
    """Numbers under one name, a value for each label; None where there is none."""

    name: str
    values: tuple[Decimal | None, ...]


@frozen
class Panel:
    """One chart: what its labels are, these, and the series over them; `show` says a number to people.

    `hidden` counts the series that there are no letters for.
    """

    title: str
    heading: str
    unit: Unit
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    show: Callable[[Decimal], str]
    hidden: int = 0

    @property
    def name(self) -> str:
        """What is drawn where that is one series: "Amount by Stage"."""
        return " by ".join(filter(None, (self.series[0].name, self.heading)))

    @property
    def bounds(self) -> tuple[float, float]:
        """The least and the greatest number, 0 among them."""
        numbers = [float(value) for series in self.series for value in series.values if value is not None]
        return min(0.0, *numbers), max(0.0, *numbers)

    @property
    def totals(self) -> Sequence[Decimal]:
        """For each label all that the series have of it."""
        held = zip(*(series.values for series in self.series), strict=True)
        with localcontext(prec=_DIGITS):
            return [sum((value for value in values if value is not None), Decimal(0)) for values in held]


def panels(table: ReportTable, context: Context, kind: str) -> tuple[Panel, ...]:
    """Give the charts of a report: one for each unit that its measures have, that of most weight first.

    That is money, the workspace's own before others, then times; of a funnel, and where there are neither, that of the
    first measure. Rows that are parts of others are left out.
    """
    rows = [row for row in table.rows if not row.depth]
    places = [place for place in table.measures if table.columns[place].value_type.name in NUMBERS]
    units: dict[Unit, None] = {}
    for place in places:
        for row in rows:
            if row.cells[place] is not None:
                units[_unit(table.columns[place].value_type, row.cells[place], context)] = None
    ordered = list(units) if kind == "funnel" else sorted(units, key=lambda unit: _rank(unit, context))
    return tuple(_panel(_Part(table, context, unit, places, rows), kind) for unit in ordered)


def _rank(unit: Unit, context: Context) -> int:
    if unit.kind == "money":
        return 0 if unit.currency == context.currency else 1
    return 2 if unit.kind == "duration" else 3


def fitting(panel: Panel, kind: str) -> str:
    """Give the kind of chart that can draw these numbers: parts below 0 cannot be stacked."""
    return "bar" if kind == "stacked" and panel.bounds[0] < 0 else kind


def cut(panel: Panel, rows: int) -> Panel:
    """Give the first so many rows of a panel."""
    series = tuple(replace(each, values=each.values[:rows]) for each in panel.series)
    return replace(panel, labels=panel.labels[:rows], series=series)


def _unit(value_type: ValueType, value: Stored | None, context: Context) -> Unit:
    money = getattr(value, "currency", context.currency) if value_type.name == "money" else ""
    return _unit_of(value_type.name, value_type.scale, money)


@cache
def _unit_of(kind: str, scale: int, currency: str) -> Unit:
    """Give the one unit of these: cells are many, units few."""
    return Unit(kind, scale, currency)


@frozen
class _Part:
    """What of a table is of one unit."""

    table: ReportTable
    context: Context
    unit: Unit
    places: Sequence[int]
    rows: Sequence[ReportRow]

    def held(self, row: ReportRow, place: int) -> Decimal | None:
        """Give the number of a cell, None where it has none of this unit."""
        value, value_type = row.cells[place], self.table.columns[place].value_type
        if value is None or _unit(value_type, value, self.context) is not self.unit:
            return None
        return Decimal(str(value))

    def label(self, row: ReportRow, places: Sequence[int]) -> str:
        """Say which row it is, by the cells of these columns."""
        return " · ".join(self._text(row, place) for place in places)

    def _text(self, row: ReportRow, place: int) -> str:
        return cell_text(self.table.columns[place], row.cells[place], self.context)

    def groups(self, rows: Sequence[ReportRow]) -> list[int]:
        """Give the columns that say which row it is: not one of currencies, which is said once above all."""
        groups = self.table.groups
        telling = [place for place in groups if {self._text(row, place) for row in rows} != {self.unit.currency}]
        return telling or list(groups)

    def used(self) -> tuple[list[int], list[ReportRow]]:
        """Give the measures that have any number of this unit, and the rows but those that are of another unit."""
        places = [place for place in self.places if any(self.held(row, place) is not None for row in self.rows)]
        return places, [row for row in self.rows if self._belongs(row, places)]

    def _belongs(self, row: ReportRow, places: Sequence[int]) -> bool:
        held = [self.held(row, place) for place in places]
        return any(each is not None for each in held) or all(row.cells[place] is None for place in places)


def _panel(part: _Part, kind: str) -> Panel:
    table = part.table
    places, rows = part.used()
    groups = part.groups(rows)
    across = _along(table, groups, kind)
    if across is None:
        labels = [part.label(row, groups) for row in rows]
        series = [Series(safe(table.columns[p].heading), tuple(part.held(row, p) for row in rows)) for p in places]
    else:
        labels = _along_labels(part, across, rows)
        series = _crossed(part, (across, groups), places, labels)
        groups = [across]
    measure = table.columns[places[0]]
    return Panel(
        title=table.title,
        heading=", ".join(safe(table.columns[place].heading) for place in groups),
        unit=part.unit,
        labels=tuple(labels),
        series=tuple(series[: len(LETTERS)]),
        show=lambda number: _said(measure, number, part),
        hidden=max(0, len(series) - len(LETTERS)),
    )


def _said(measure: ReportColumn, number: Decimal, part: _Part) -> str:
    """Say a number without its currency, which stands once above all of them."""
    from crmcli.types.money import Amount

    text, currency = f"{number:f}", part.unit.currency
    if currency:
        return cell_text(measure, Amount(text, currency), part.context).removesuffix(f" {currency}")
    return cell_text(measure, text if "." in text else int(text), part.context)


def _along(table: ReportTable, groups: Sequence[int], kind: str) -> int | None:
    """Give the group along the axis where the others are series: dates, else the last; None where rows are labels."""
    dates = [place for place in groups if table.columns[place].value_type.name in _DATES]
    if kind == "line" and dates:
        return dates[0]
    return [*dates, groups[-1]][0] if kind in _ACROSS and len(groups) > 1 else None


def _along_labels(part: _Part, across: int, rows: Sequence[ReportRow]) -> list[str]:
    """Give the labels along the axis; dates in order, and those as well that have numbers in other units only."""
    if part.table.columns[across].value_type.name not in _DATES:
        return list(dict.fromkeys(part.label(row, [across]) for row in rows))
    dated = {part.label(row, [across]): str(row.cells[across] or "") for row in part.rows}
    return sorted(dated, key=dated.__getitem__)


def _crossed(
    part: _Part, along: tuple[int, Sequence[int]], places: Sequence[int], labels: Sequence[str]
) -> list[Series]:
    """Give a series over the labels of one group for each measure of each that the other groups say.

    A count or a sum of no records is 0; a row that is there only for its date, without any other group, is no series.
    """
    across, groups = along
    others = [place for place in groups if place != across]
    found: dict[tuple[str, int], dict[str, Decimal]] = {}
    for row in part.rows:
        for place in places:
            value = part.held(row, place)
            if value is not None:
                found.setdefault((part.label(row, others), place), {})[part.label(row, [across])] = value
    columns = part.table.columns
    series = []
    for (name, place), values in found.items():
        if any(values.values()) or name.replace(NOTHING, "").strip(" ·") or not others:
            measure = safe(columns[place].heading) if len(places) > 1 or not others else ""
            absent = Decimal(0) if columns[place].zero and others else None
            held = tuple(values.get(label, absent) for label in labels)
            series.append(Series(" · ".join(filter(None, (name, measure))), held))
    return series
