"""Tables on a terminal, drawn by Rich: columns chosen to fit, cells cut with an ellipsis, a footer."""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING

from crmcli.render.cells import width

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rich.table import Table

    from crmcli.render.output import Output
    from crmcli.render.sheets import Sheet

# Rows are drawn in blocks of this many, all with the widths of the first: a long list starts at once.
_BLOCK = 500
# A column that is cut keeps at least so many characters; below that it is better left out.
_LEAST = 10
_GAP = 2


def draw(output: Output, sheet: Sheet) -> None:
    """Draw a sheet on the terminal, and its footer on standard error."""
    rows = sheet.texts()
    first = list(islice(rows, _BLOCK))
    headings = sheet.headings()
    widths = fit([max(map(width, column)) for column in zip(headings, *first, strict=True)], output.width)
    written = 0
    if first:
        written = _draw_blocks(output, sheet, chain([first], _blocks(rows)), widths)
    _footer(output, sheet, written, len(headings) - len(widths))


def fit(wanted: Sequence[int], columns: int) -> list[int]:
    """Give widths for as many leading columns as fit; the widest are cut first, down to ten characters."""
    widths = list(wanted)
    while len(widths) > 1 and sum(min(each, _LEAST) + _GAP for each in widths) - _GAP > columns:
        widths.pop()
    excess = sum(widths) + _GAP * (len(widths) - 1) - columns
    while excess > 0:
        widest = max(range(len(widths)), key=widths.__getitem__)
        others = [each for at, each in enumerate(widths) if at != widest]
        cut = min(excess, max(1, widths[widest] - max([_LEAST, *others])))
        widths[widest] -= cut
        excess -= cut
        if widths[widest] <= 1:
            break
    return widths


def _blocks(rows: Iterator[list[str]]) -> Iterator[list[list[str]]]:
    while block := list(islice(rows, _BLOCK)):
        yield block


def _draw_blocks(output: Output, sheet: Sheet, blocks: Iterable[Sequence[Sequence[str]]], widths: Sequence[int]) -> int:
    from rich.console import Console

    console = Console(
        file=output.out,
        width=output.width,
        force_terminal=True,
        color_system="standard" if output.colour else None,
        highlight=False,
        markup=False,
        emoji=False,
    )
    written = 0
    for block in blocks:
        console.print(_table(sheet, block, widths, header=written == 0), overflow="crop", no_wrap=True)
        written += len(block)
    return written


def _table(sheet: Sheet, rows: Sequence[Sequence[str]], widths: Sequence[int], *, header: bool) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0), show_header=header, header_style="bold cyan")
    for at, (heading, right, columns) in enumerate(zip(sheet.headings(), sheet.aligned_right(), widths, strict=False)):
        table.add_column(
            Text(heading),
            justify="right" if right else "left",
            width=columns,
            no_wrap=True,
            overflow="ellipsis",
            style="cyan" if at == 0 and sheet.reference else "",
        )
    for row in rows:
        table.add_row(*[Text(text) for text in row[: len(widths)]])
    return table


def _footer(output: Output, sheet: Sheet, written: int, hidden: int) -> None:
    parts = [sheet.footer(written)] if sheet.footer else []
    if hidden:
        parts.append(f"{hidden} more {'column' if hidden == 1 else 'columns'}: --columns, or -o csv")
    if parts:
        output.say((" · ".join(parts), "dim"))
