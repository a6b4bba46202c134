"""Lists of records: the index view, and what a search found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.render.safe import safe
from crmcli.render.sheets import NUMBERS, Column, Sheet, write_sheet

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crmcli.query import ColumnInfo
    from crmcli.render.output import Output
    from crmcli.services.lists import Listing
    from crmcli.services.search import Found
    from crmcli.types.base import Context


def write_listing(output: Output, listing: Listing, context: Context, *, total: Callable[[], int]) -> None:
    """Write a list of records; `total` is asked only for the footer of a table on a terminal."""

    def footer(written: int) -> str:
        if not written:
            return f"No {listing.plural.lower()} to list"
        every = total()
        if written < every:
            return f"{written:,} of {every:,} {listing.plural.lower()} · --limit 0 lists all"
        return f"{written:,} {listing.plural.lower()}"

    columns = tuple(_column(info, context) for info in listing.columns)
    rows = ((f"{listing.object_name}:{row[0]}", row[1:]) for row in listing.rows)
    write_sheet(output, Sheet(columns, rows, reference="Record", footer=footer, wider="--columns, or -o csv"))


def write_found(output: Output, found: Sequence[Found], text: str) -> None:
    """Write what a search found, best first."""

    def footer(written: int) -> str:
        return f'Nothing holds "{text}"' if not written else f"{written:,} found"

    columns = (Column("title", "Name"), Column("secondary", "Also"), Column("object", "Object"))
    rows = [(str(one.ref), (one.title, one.secondary or None, one.object_label)) for one in found]
    write_sheet(output, Sheet(columns, rows, reference="Record", footer=footer))


def _column(info: ColumnInfo, context: Context) -> Column:
    value_type = info.value_type
    if value_type is None:
        return Column(info.name, info.heading)

    return Column(
        info.name,
        info.heading,
        lambda value: value_type.show(value, context),
        right=value_type.name in NUMBERS,
        colours={
            safe(value_type.show(option.value, context)): option.color
            for option in getattr(value_type, "options", ())
            if option.color
        },
    )
