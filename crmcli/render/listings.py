"""Lists of records: the index view."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING, cast

from crmcli.frozen import frozen, replace
from crmcli.render.moments import near
from crmcli.render.safe import safe
from crmcli.render.sheets import NUMBERS, Column, Sheet, write_sheet
from crmcli.render.totals import facts, headed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from crmcli.query import ColumnInfo
    from crmcli.render.output import Output
    from crmcli.render.sheets import Lines, Row
    from crmcli.services.list_totals import Group
    from crmcli.services.lists import Grouping, Listing
    from crmcli.types.base import Context, Stored

_TIMES = frozenset(("date", "datetime"))
_BARE = NUMBERS | _TIMES | {"bool"}  # types whose values say little without what they are of


@frozen
class Look:
    """How a person looks at a list: which page of how many records, and whether near days are said by their distance.

    `note` is said in the footer: which view it is.
    """

    page: int = 1
    limit: int | None = None
    near: bool = False
    note: str = ""


def write_listing(
    output: Output, listing: Listing, context: Context, *, total: Callable[[], int], look: Look | None = None
) -> None:
    """Write a list of records; `total` is asked only for the footer of a table on a terminal."""
    look = look or Look()
    people = output.format == "table"
    grouping = listing.grouping
    said = {info.name for info in grouping.columns} if grouping and people else set()  # by the heads of groups
    spare = len(listing.columns) - listing.spare
    kept = [place for place, info in enumerate(listing.columns) if info.name not in said]
    columns = [
        replace(
            column_of(listing.columns[place], context, near_days=look.near),
            spare=place >= spare,
            last=listing.columns[place].name in listing.called,
        )
        for place in kept
    ]
    if grouping and not people:
        columns += [column_of(info, context) for info in grouping.columns]
        columns = list({column.key: column for column in columns}.values())
    totals = partial(headed, output, ("Total", "title"), facts(listing.total)) if listing.total and people else None
    sheet = Sheet(
        tuple(columns),
        _rows(listing, kept, as_columns=people),
        reference="Record",
        footer=lambda written: footer((listing.label, listing.plural), written, total, look),
        wider="--columns",
        section=_sections(output, grouping, context) if grouping and people else None,
        totals=totals,
    )
    write_sheet(output, sheet)
    if listing.total and not people:
        output.say(("Total", "title"), f"  {facts(listing.total)}")


def footer(called: tuple[str, str], written: int, total: Callable[[], int], look: Look) -> str:
    """Say how many of all records were listed, and how to see others; `called` is what one is and what several are."""
    said = _count((called[0].lower(), called[1].lower()), written, total, look)
    return f"{said} · {look.note}" if look.note else said


def _count(called: tuple[str, str], written: int, total: Callable[[], int], look: Look) -> str:
    _, plural = called
    listed = f"{written:,} {called[written != 1]}"
    before = (look.page - 1) * (look.limit or 0)
    if before and look.limit:
        every = total()
        pages = -(-every // look.limit)
        if not written:
            return f"No {plural} on page {look.page:,}: there are {pages:,} of {every:,} {plural}"
        return f"{before + 1:,} to {before + written:,} of {every:,} {plural} · page {look.page:,} of {pages:,}"
    if not written:
        return f"No {plural} to list"
    if look.limit and written < look.limit:  # all there are: no need to count them
        return listed
    every = total()
    if written < every:
        return f"{written:,} of {every:,} {plural} · next: --page 2 · all: --limit 0"
    return listed


def _rows(listing: Listing, kept: Sequence[int], *, as_columns: bool) -> Iterator[Row]:
    """Give the rows of a list: what is kept of the columns, then its group, as the index has it or as stored."""
    if listing.grouping is None:
        return ((f"{listing.object_name}:{row[0]}", row[1:]) for row in listing.rows)
    kinds = [None if as_columns else info.value_type for info in listing.grouping.columns]
    first = 1 + len(listing.columns)

    def group(row: Sequence[Stored | None]) -> Iterator[Stored | None]:
        for kind, value in zip(kinds, cast("Group", row[first:]), strict=True):
            yield value if kind is None or value is None else kind.stored(value)

    return (
        (f"{listing.object_name}:{row[0]}", (*(row[1 + place] for place in kept), *group(row))) for row in listing.rows
    )


def _sections(output: Output, grouping: Grouping, context: Context) -> Callable[[Sequence[Stored | None]], Lines]:
    """Give what says the heads of groups: the values of one, how many records it has in all, what they add up to."""
    columns = [(column_of(info, context), info) for info in grouping.columns]

    @cache
    def head(group: Group) -> Lines:
        words, style = [], "heading"
        for value, (column, info) in zip(group, columns, strict=True):
            kind = info.value_type
            shown = "none" if value is None else column.show(kind.stored(value) if kind else value)
            bare = value is None or (kind is not None and kind.name in _BARE)
            words.append(f"{info.heading}: {shown}" if bare else shown)
            style = column.colours.get(safe(shown), style)
        return tuple(headed(output, (" · ".join(words), style), facts(grouping.totals[group], named=False)))

    return lambda row: head(cast("Group", tuple(row[-len(columns) :])))


def column_of(info: ColumnInfo, context: Context, *, near_days: bool = False) -> Column:
    """Make the column of a list out of what the query says of it."""
    value_type = info.value_type
    if value_type is None:
        return Column(info.name, info.heading)

    def show(value: Stored) -> str:
        return value_type.show(value, context)

    times = value_type.name in _TIMES
    return Column(
        info.name,
        info.heading,
        partial(near, value_type, context=context) if near_days and times else show,
        right=value_type.name in NUMBERS,
        whole=times or value_type.name in NUMBERS,
        colours={
            safe(show(option.value)): option.color for option in getattr(value_type, "options", ()) if option.color
        },
    )
