"""What `crm list` is told, and its layouts; `crm view save` takes the same options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from crmcli.cli.arguments import chosen_columns, row_limit, screenful
from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import frozen, replace, said
from crmcli.render.listings import Look
from crmcli.services import lists
from crmcli.services.layouts import TABLE, require_use
from crmcli.services.view_files import View

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from crmcli.cli.session import Session
    from crmcli.model.objects import ObjectType
    from crmcli.render.output import Output

_CARDS = 5  # of a column or a day on a terminal, when nobody says how many
_PAGE = 50  # records of a page, when nobody says how many

Layout: TypeAlias = Annotated[
    str, typer.Option("--layout", metavar="LAYOUT", help="table, board, calendar, gantt or cards.")
]
Pipeline: TypeAlias = Annotated[
    str, typer.Option("--pipeline", metavar="NAME", help="The pipeline of a board; else the first.")
]
By: TypeAlias = Annotated[
    str, typer.Option("--by", metavar="NAME", help="What a board's columns are (stage), or a calendar's dates.")
]
GroupBy: TypeAlias = Annotated[
    list[str], typer.Option("--group-by", metavar="NAMES", help="Group by these, with counts, and sums of each group.")
]
Summed: TypeAlias = Annotated[
    list[str], typer.Option("--sum", metavar="NAMES", help="Add these up, of all that are found: amount.")
]
Starts: TypeAlias = Annotated[
    str, typer.Option("--from", metavar="NAME", help="The date at which a Gantt chart's bars begin.")
]
Ends: TypeAlias = Annotated[str, typer.Option("--to", metavar="NAME", help="The date at which they end.")]
Month: TypeAlias = Annotated[
    str, typer.Option("--month", metavar="MONTH", help='Of a calendar: 2026-11, "next month"; else this one.')
]
Page: TypeAlias = Annotated[
    int, typer.Option("--page", metavar="N", min=1, help="The Nth page, of --limit records (50).")
]
Absolute: TypeAlias = Annotated[
    bool, typer.Option("--absolute", help='Dates as dates: on a terminal near ones are "in 3 days".')
]
NoPager: TypeAlias = Annotated[bool, typer.Option("--no-pager", help="No $PAGER for what is longer than the screen.")]
FailOver: TypeAlias = Annotated[
    int | None, typer.Option("--fail-over", metavar="N", min=0, help="Exit code 7 if more than N records are found.")
]


class LimitlessPage(CrmError):
    """A page of all records at once."""

    exit_code = ExitCode.USAGE

    def __init__(self, page: int) -> None:
        super().__init__(f"With --limit 0 there is no page {page:,}", "Say how many records a page has: --limit 100")


@frozen
class Looking:
    """How a list is looked at, which no view keeps."""

    month: str = ""
    page: int = 1
    absolute: bool = False


@frozen
class Shown:
    """A list that is to be written: of which object, as which view says, looked at how."""

    session: Session
    output: Output
    found: ObjectType
    view: View
    looking: Looking

    @property
    def look(self) -> Look:
        """How a person looks at it: near dates by their distance, with the view's name below."""
        people = self.output.terminal and self.output.format == TABLE
        name = self.view.name
        note = f"view {name}" if name else ""
        return Look(
            page=self.looking.page,
            limit=self.limit,
            near=people and not self.looking.absolute,
            note=f"{note} (--view none: all)" if self.view.default else note,
        )

    @property
    def limit(self) -> int | None:
        """How many records are wanted, None for all. Raises NegativeLimit and LimitlessPage."""
        if self.looking.page == 1:
            return screenful(self.view.limit, self.output)
        limit = row_limit(_PAGE if self.view.limit is None else self.view.limit)
        if limit is None:
            raise LimitlessPage(self.looking.page)
        return limit

    @property
    def cards(self) -> int | None:
        """How many cards of a column or a day are wanted: on a terminal five when nobody says; None for all."""
        people = self.output.terminal and self.output.format == TABLE
        return _CARDS if self.view.limit is None and people else row_limit(self.view.limit)

    def request(self, limit: int | None) -> lists.ListRequest:
        """Ask for the records, at most so many."""
        view = self.view
        return lists.ListRequest(
            self.found.name,
            view.where,
            view.columns,
            view.sort,
            limit,
            offset=(self.looking.page - 1) * (limit or 0),
            group_by=view.group_by,
            summed=view.summed,
        )

    def total(self) -> int:
        """Count all records that are found."""
        return lists.count_records(self.session.workspace, self.found.name, self.view.where)


def merged(usual: View, given: View, found: ObjectType, looking: Looking) -> View:
    """Give a view with what was said beside it. Raises UnknownLayout, and NotOfLayout for what its layout ignores."""
    columns = chosen_columns(given.columns, usual.columns or found.columns)
    whole = usual.with_said(replace(given, columns=columns))
    require_use([*said(given), *said(looking)], whole.layout or TABLE)
    return whole


def write_list(shown: Shown) -> None:
    """Write a list in its layout."""
    _LAYOUTS[shown.view.layout or TABLE](shown)


def exit_code(shown: Shown, most: int | None) -> ExitCode:
    """Give the exit code of a list that may have so many records, None for any number; say where there are more."""
    if most is None or (found := shown.total()) <= most:
        return ExitCode.DONE
    shown.output.say((f"{found:,} found, more than {most:,}", "bad"))
    return ExitCode.CHECK_FAILED


def _table(shown: Shown) -> None:
    from crmcli.render.listings import write_listing

    workspace = shown.session.workspace
    request = shown.request(shown.limit)
    if shown.output.terminal and shown.output.format == TABLE and not request.columns:
        request = replace(request, spare=lists.spare_columns(shown.found))
    listing = lists.list_records(workspace, request)
    write_listing(shown.output, listing, workspace.context, total=shown.total, look=shown.look)


def _cards(shown: Shown) -> None:
    from crmcli.render.record_cards import write_cards
    from crmcli.services.record_cards import record_cards

    workspace = shown.session.workspace
    found = record_cards(workspace, shown.request(shown.limit))
    write_cards(shown.output, found, workspace.context, shown.total, shown.look)


def _board(shown: Shown) -> None:
    from crmcli.render.boards import write_board
    from crmcli.services.board import BoardRequest, board

    view = shown.view
    asked = BoardRequest(view.by, view.pipeline, view.summed)
    write_board(shown.output, board(shown.session.workspace, shown.request(shown.cards), asked))


def _calendar(shown: Shown) -> None:
    from crmcli.render.calendars import write_calendar
    from crmcli.services.calendar import calendar

    request = shown.request(shown.cards)
    write_calendar(shown.output, calendar(shown.session.workspace, request, shown.view.by, shown.looking.month))


def _gantt(shown: Shown) -> None:
    from crmcli.render.gantts import write_gantt
    from crmcli.services.gantt import GanttRequest, gantt

    asked = GanttRequest(shown.view.starts, shown.view.ends)
    write_gantt(shown.output, gantt(shown.session.workspace, shown.request(shown.limit), asked), shown.look)


# The one table of layouts.
_LAYOUTS: Mapping[str, Callable[[Shown], None]] = {
    TABLE: _table,
    "board": _board,
    "calendar": _calendar,
    "gantt": _gantt,
    "cards": _cards,
}
