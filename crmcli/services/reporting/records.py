"""The records behind a row of a report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.services.lists import ListRequest
from crmcli.types.nearest import suggestion

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.services.reporting.table import ReportRow, ReportTable
    from crmcli.types.base import Context


class NoSuchRow(CrmError):
    """A word that means no row of a report."""

    exit_code = ExitCode.NOT_FOUND

    def __init__(self, word: str, known: Sequence[str]) -> None:
        near = suggestion(word, known) if known else "the report has no rows"
        more = " The" if near.endswith("?") else "; the"
        super().__init__(f'The report has no row "{word}"', f"{near}{more} first row is 1, too")


class NothingBehind(CrmError):
    """A row whose number is not one of records that could be listed."""

    exit_code = ExitCode.USAGE

    def __init__(self, word: str) -> None:
        super().__init__(f'No records can be listed for the row "{word}"', "--explain says what is counted, and how")


def records_behind(table: ReportTable, word: str, context: Context) -> ListRequest:
    """Say which records are behind a row: its number, or its first cell as shown or stored.

    Raises NoSuchRow and NothingBehind.
    """
    behind = _row(table, word, context).behind
    if behind is None:
        raise NothingBehind(word)
    return ListRequest(behind.object_name, behind.where, ids=behind.ids, keys=behind.keys)


def _row(table: ReportTable, word: str, context: Context) -> ReportRow:
    named: dict[str, ReportRow] = {}
    shown = []
    for row in table.rows:
        first, value_type = row.cells[0], table.columns[0].value_type
        text = "–" if first is None else value_type.show(first, context)
        shown.append(text)
        named.setdefault(text.casefold(), row)
        named.setdefault(str(first).casefold(), row)
    found = named.get(word.strip().casefold())
    if found is None and word.isdecimal() and 1 <= int(word) <= len(table.rows):
        found = table.rows[int(word) - 1]
    if found is None:
        raise NoSuchRow(word, shown)
    return found
