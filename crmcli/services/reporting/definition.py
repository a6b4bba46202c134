"""What a report of this CRM's own is made of, and what cannot be asked of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Sequence


@frozen
class Definition:
    """A report over an object's records: how they are grouped, and what is measured of each group.

    `group_by`, `columns_by` and `measures` are expressions, each maybe with `as Name` behind it; without measures the
    records are counted. `having` is a condition and `sort` names over the report's own columns. `period` and `compare`
    go by `date`, a date or an expression. `top` keeps that many of the first group, 0 all of them, and with `other` the
    rest is one more. The name and title are "" for a report that is asked for only once.
    """

    object_name: str
    group_by: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    columns_by: str = ""
    where: str = ""
    having: str = ""
    sort: tuple[str, ...] = ()
    period: str = ""
    date: str = ""
    compare: str = ""
    top: int = 0
    other: bool = False
    cumulative: bool = False
    name: str = ""
    title: str = ""
    description: str = ""
    chart: str = ""

    @property
    def measured(self) -> tuple[str, ...]:
        """What is measured: how many records there are, where nothing is said."""
        return self.measures or ("count()",)


class NotTogether(CrmError):
    """Two things are asked of a report that do not go together."""

    exit_code = ExitCode.USAGE

    def __init__(self, one: str, other: str, hint: str) -> None:
        super().__init__(f"{one} does not go with {other}", hint)


class UnknownColumn(CrmError):
    """A name of no column of a report, in --sort."""

    exit_code = ExitCode.USAGE

    def __init__(self, word: str, known: Sequence[str]) -> None:
        from crmcli.types.nearest import suggestion

        super().__init__(f'The report has no column "{word}"', suggestion(word, known))


class TooManyColumns(CrmError):
    """Columns for more values than anyone can read."""

    exit_code = ExitCode.USAGE

    def __init__(self, text: str, count: int, limit: int) -> None:
        super().__init__(
            f"{text} has {count:,} values, and a report has columns for {limit} at most",
            "Put it into --group-by, or choose fewer by --where",
        )


class NoPeriodToCompare(CrmError):
    """A comparison with what was before, without the period that it was before."""

    exit_code = ExitCode.USAGE

    def __init__(self, compare: str) -> None:
        super().__init__(f'--compare "{compare}" needs a period to compare', 'Say --period "this quarter"')


class NoDate(CrmError):
    """A period for records of an object that have no date by themselves."""

    exit_code = ExitCode.USAGE

    def __init__(self, plural: str) -> None:
        super().__init__(f"{plural} have no date that a period goes by", "Name one: --date createdate")
