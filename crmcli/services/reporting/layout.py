"""The columns of a report of this CRM's own, and what stands in the cells of its rows."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from crmcli.frozen import frozen, replace
from crmcli.query.fragments import computed
from crmcli.query.functions import divided
from crmcli.query.measures import machine_name
from crmcli.services.reporting.definition import TooManyColumns
from crmcli.services.reporting.grids import steps
from crmcli.services.reporting.ordering import OrRest, places
from crmcli.services.reporting.states import result, together, worth
from crmcli.services.reporting.table import ReportColumn
from crmcli.types.bucket import Bucket
from crmcli.types.money import Amount
from crmcli.types.text import String

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crmcli.query import ColumnInfo
    from crmcli.query.measures import GroupMeasure
    from crmcli.services.reporting.definition import Definition
    from crmcli.services.reporting.gathering import Gathered, Key
    from crmcli.services.reporting.grids import Grid
    from crmcli.services.reporting.states import State
    from crmcli.types.base import Column, Context, Stored, ValueType

_MOST_COLUMNS = 60
_CHANGE = 3  # decimals of a change: tenths of a percent


@frozen
class Layout:
    """How a report is laid out: `columns` are the values that its measures are divided by, None where they are not.

    `compared` says that each measure stands beside what it was before.
    """

    definition: Definition
    gathered: Gathered
    context: Context
    columns: tuple[Column, ...] | None = None
    compared: bool = False

    @property
    def measures(self) -> Sequence[GroupMeasure]:
        """What is measured."""
        return self.gathered.grouped.measures.measures

    @property
    def merges(self) -> Sequence[str]:
        """How the states of groups are put together."""
        return self.gathered.grouped.measures.merges

    @property
    def groups(self) -> Sequence[ColumnInfo]:
        """What the rows are grouped by."""
        return self.gathered.grouped.groups[: len(self.definition.group_by)]

    @property
    def divider(self) -> ColumnInfo:
        """What the columns are divided by."""
        return self.gathered.grouped.groups[-1]

    @property
    def currency(self) -> str:
        """The property with the currency of the records."""
        return self.gathered.grouped.currency

    @property
    def by_age(self) -> bool:
        """Whether the columns are counts, such as months since: running totals then go along them."""
        return self.columns is not None and _type(self.divider).name == "number"

    def report_columns(self) -> tuple[ReportColumn, ...]:
        """Give the columns: the groups, the currency where several stand apart, the measures."""
        groups = [
            ReportColumn(info.name, info.heading, kind) for info, kind in zip(self.groups, self.kinds(), strict=True)
        ]
        apart = [ReportColumn("currency", "Currency", String())] if self.gathered.apart else []
        named = self._divided() if self.columns is not None else self._measured()
        return _named_once((*groups, *apart, *named))

    def kinds(self) -> list[OrRest]:
        """Give the types of the groups."""
        return [OrRest(_type(info)) for info in self.groups]

    def _measured(self) -> Iterator[ReportColumn]:
        for measure in self.measures:
            zero = self._of_none(measure)
            yield ReportColumn(measure.name, measure.heading, measure.value_type, measure=True, zero=zero)
            if self.compared:
                yield ReportColumn(f"{measure.name}_before", "before", measure.value_type, measure=True)
                yield ReportColumn(f"{measure.name}_change", "Change", computed("percent", _CHANGE), beside=True)

    def _of_none(self, measure: GroupMeasure) -> bool:
        """Whether no records at all make a measure 0."""
        return self.value(measure, self.whole({}), "") is not None

    def _divided(self) -> Iterator[ReportColumn]:
        kind = _type(self.divider)
        for value in self.columns or ():
            text = "–" if value is None else kind.show(kind.stored(value), self.context)
            name = "unset" if value is None else machine_name(str(kind.stored(value)))
            for measure in self.measures:
                heading = text if len(self.measures) == 1 else f"{text} · {measure.heading}"
                name_of = name if len(self.measures) == 1 else f"{name}_{measure.name}"
                yield ReportColumn(name_of, heading, measure.value_type, measure=True)
        for measure in self.measures if self.totalled else ():
            heading = "Total" if len(self.measures) == 1 else f"Total · {measure.heading}"
            yield ReportColumn(f"total_{measure.name}", heading, measure.value_type, beside=True)

    @property
    def totalled(self) -> bool:
        """Whether each row ends with what all of its columns come to together."""
        several = len(self.groups) in self.gathered.grouped.several
        return self.columns is not None and not several and not (self.by_age and self.definition.cumulative)

    def head(self, key: Key, kinds: Sequence[OrRest]) -> list[Stored | None]:
        """Give the cells of the groups of a row, of these types, and its currency where several stand apart."""
        cells = [None if value is None else kind.stored(value) for kind, value in zip(kinds, key[:-1], strict=True)]
        return [*cells, key[-1]] if self.gathered.apart else cells

    def cells(self, cells: Mapping[Column, State], earlier: Mapping[Column, State], code: str) -> list[Stored | None]:
        """Give the cells of the measures of a row; `earlier` is what the row was before, `code` its currency."""
        if self.columns is None:
            whole, before = self.whole(cells), self.whole(earlier)
            return [cell for measure in self.measures for cell in self._compared(measure, whole, before, code)]
        states = [cells.get(column, self.whole({})) for column in self.columns]
        states += [self.whole(cells)] if self.totalled else []
        return [self.value(measure, state, code) for state in states for measure in self.measures]

    def whole(self, cells: Mapping[Column, State]) -> State:
        """Put the columns of a row together."""
        return together(list(cells.values()), self.merges)

    def value(self, measure: GroupMeasure, state: State, code: str) -> Stored | None:
        """Give what a measure comes to; money in another currency than the workspace's knows it."""
        found = result(measure, state)
        own = measure.own and code not in {"", self.context.currency}
        return Amount(str(found), code) if own and found is not None else found

    def _compared(self, measure: GroupMeasure, now: State, before: State, code: str) -> list[Stored | None]:
        found = self.value(measure, now, code)
        if not self.compared:
            return [found]
        return [found, self.value(measure, before, code), _change(worth(measure, now), worth(measure, before))]


def _named_once(columns: Sequence[ReportColumn]) -> tuple[ReportColumn, ...]:
    """Number the names that stand a second time: "Head of" and "Head-of" are one to machines."""
    seen: dict[str, int] = {}
    found = []
    for column in columns:
        seen[column.name] = count = seen.get(column.name, 0) + 1
        found.append(replace(column, name=f"{column.name}_{count}") if count > 1 else column)
    return tuple(found)


def layout_of(definition: Definition, gathered: Gathered, context: Context, grid: Grid, *, compared: bool) -> Layout:
    """Lay a report out. Raises TooManyColumns."""
    layout = Layout(definition, gathered, context, compared=compared)
    if not definition.columns_by:
        return layout
    kind = _type(layout.divider)
    found = {column for cells in grid.values() for column in cells}
    every = {*found, *_between(kind, [column for column in found if column is not None])}
    if len(every) > _MOST_COLUMNS:
        raise TooManyColumns(definition.columns_by, len(every), _MOST_COLUMNS)
    return Layout(definition, gathered, context, tuple(sorted(every, key=places(kind, context))), compared)


def _between(kind: ValueType, known: Sequence[str | int]) -> Sequence[Column]:
    """Give the columns between the first and the last that have nothing: of dates and of whole numbers."""
    if known and isinstance(kind, Bucket):
        days = [date.fromisoformat(str(day)) for day in known]
        return [day.isoformat() for day in steps(min(days), max(days), kind.unit)]
    if known and kind.name == "number" and not kind.scale:
        numbers = [int(number) for number in known]
        return list(range(min(numbers), min(max(numbers), min(numbers) + _MOST_COLUMNS) + 1))
    return ()


def _type(info: ColumnInfo) -> ValueType:
    return info.value_type or String()


def _change(now: Fraction | str | None, before: Fraction | str | None) -> Stored | None:
    """Give by what part a number is more than before; None where there was none, or dates have no part."""
    if now is None or not before or isinstance(now, str) or isinstance(before, str):
        return None
    change = Fraction(now - before) / abs(before) * 10**_CHANGE
    return computed("percent", _CHANGE).stored(divided(change.numerator, change.denominator))
