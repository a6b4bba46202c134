"""What every report gives, built-in or own: rows and columns, how they are defined, and the records behind each row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.types.base import Column, Stored, ValueType

CHARTS = ("bar", "stacked", "line", "funnel", "none")


@frozen
class ReportColumn:
    """A column of a report: `name` is for machines, `heading` for people, `value_type` reads and shows the cells.

    `measure` says whether it is a number that is drawn and added up, `beside` that it only goes with such numbers: the
    total of a row, a change in percent. All other columns are what the rows are grouped by. `zero` says of a measure
    that no records at all make it 0, as a count or a sum, and not unknown, as an average.
    """

    name: str
    heading: str
    value_type: ValueType
    measure: bool = False
    beside: bool = False
    zero: bool = False


@frozen
class Behind:
    """The records behind a row: those of an object that meet a condition ("" for all), or these ids.

    `keys` are expressions and the value that each has in the index for these records; it may be one of several.
    """

    object_name: str
    where: str = ""
    ids: tuple[int, ...] | None = None
    keys: tuple[tuple[str, Column], ...] = ()


@frozen
class ReportRow:
    """A row of a report: a stored value a column, None where there is none.

    Money knows its currency where it is not the workspace's (types.money.Amount). `behind` is None where no records can
    be listed for it. `depth` is how far it stands below a row that it is a part of.
    """

    cells: tuple[Stored | None, ...]
    behind: Behind | None = None
    depth: int = 0


@frozen
class ReportTable:
    """A report that was run.

    `definition` says in lines what is counted and how; `notes` what a reader must know of this very answer; `totals` is
    one more row, with a value only where adding up means something; `chart` is how it is drawn, one of CHARTS.
    `findings` is how many records were found, where a row may stand for several: what --fail-over counts.
    """

    name: str
    title: str
    columns: tuple[ReportColumn, ...]
    rows: tuple[ReportRow, ...]
    definition: tuple[str, ...]
    totals: ReportRow | None = None
    notes: tuple[str, ...] = ()
    chart: str = "none"
    findings: int | None = None

    @property
    def groups(self) -> Sequence[int]:
        """The places of the columns that the rows are grouped by."""
        return [place for place, column in enumerate(self.columns) if not (column.measure or column.beside)]

    @property
    def measures(self) -> Sequence[int]:
        """The places of the columns that hold numbers."""
        return [place for place, column in enumerate(self.columns) if column.measure]
