"""What of a report is drawn: labels and series of numbers, and only numbers of one unit on one scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import frozen, replace
from crmcli.render.report_cells import cell_text
from crmcli.render.safe import safe
from crmcli.render.sheets import NUMBERS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from decimal import Decimal

    from crmcli.services.reporting.table import ReportColumn, ReportRow, ReportTable
    from crmcli.types.base import Context, Stored, ValueType

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"  # by which series are told apart; there are no more series than these
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
        from decimal import Decimal

        held = zip(*(series.values for series in self.series), strict=True)
        return [sum((value for value in values if value is not None), Decimal(0)) for values in held]


def panels(table: ReportTable, context: Context, kind: str) -> tuple[Panel, ...]:
    """Give the charts of a report: one for each unit that its measures have, that of most weight first.

    That is money; of a funnel, and where there is no money, that of the first measure. Rows that are parts of others
    are left out.
    """
    rows = [row for row in table.rows if not row.depth]
    places = [place for place in table.measures if table.columns[place].value_type.name in NUMBERS]
    units: dict[Unit, None] = {}
    for place in places:
        for row in rows:
            if row.cells[place] is not None:
                units[_unit(table.columns[place].value_type, row.cells[place], context)] = None
    ordered = sorted(units, key=lambda unit: unit.kind != "money" and kind != "funnel")
    return tuple(_panel(_Part(table, context, unit, places, rows), kind) for unit in ordered)


def fitting(panel: Panel, kind: str) -> str:
    """Give the kind of chart that can draw these numbers: parts below 0 cannot be stacked."""
    return "bar" if kind == "stacked" and panel.bounds[0] < 0 else kind


def cut(panel: Panel, rows: int) -> Panel:
    """Give the first so many rows of a panel."""
    series = tuple(replace(each, values=each.values[:rows]) for each in panel.series)
    return replace(panel, labels=panel.labels[:rows], series=series)


def _unit(value_type: ValueType, value: Stored | None, context: Context) -> Unit:
    money = getattr(value, "currency", context.currency) if value_type.name == "money" else ""
    return Unit(value_type.name, value_type.scale, money)


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
        from decimal import Decimal

        value, value_type = row.cells[place], self.table.columns[place].value_type
        if value is None or _unit(value_type, value, self.context) != self.unit:
            return None
        return Decimal(str(value))

    def label(self, row: ReportRow, places: Sequence[int]) -> str:
        """Say which row it is, by the cells of these columns; the currency stands once above all."""
        texts = [cell_text(self.table.columns[place], row.cells[place], self.context) for place in places]
        return " · ".join([text for text in texts if text != self.unit.currency] or texts)

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
    groups = list(table.groups)
    across = _along(table, groups) if kind in _ACROSS and len(groups) > 1 else None
    if across is None:
        labels = [part.label(row, groups) for row in rows]
        series = [Series(safe(table.columns[p].heading), tuple(part.held(row, p) for row in rows)) for p in places]
    else:
        labels, series = _crossed(part, across, places, rows)
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


def _along(table: ReportTable, groups: Sequence[int]) -> int:
    """Give the group along the axis: dates, else the last."""
    return next((place for place in groups if table.columns[place].value_type.name in _DATES), groups[-1])


def _crossed(
    part: _Part, across: int, places: Sequence[int], rows: Sequence[ReportRow]
) -> tuple[list[str], list[Series]]:
    """Give the labels of one group, in order where they are dates, and a series for each of what the others say."""
    others = [place for place in part.table.groups if place != across]
    columns = part.table.columns
    dated = columns[across].value_type.name in _DATES
    kept = {part.label(row, [across]): row.cells[across] for row in rows}
    labels = sorted(kept, key=lambda label: str(kept[label] or "")) if dated else list(kept)
    found: dict[str, dict[str, Decimal]] = {}
    for row in rows:
        for place in places:
            name = part.label(row, others) + (f" · {safe(columns[place].heading)}" if len(places) > 1 else "")
            value = part.held(row, place)
            if value is not None:
                found.setdefault(name, {})[part.label(row, [across])] = value
    return labels, [Series(name, tuple(values.get(label) for label in labels)) for name, values in found.items()]
