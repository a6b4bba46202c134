"""Tables and trees on a terminal, drawn by Rich: columns chosen to fit, cells cut with an ellipsis, a footer."""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.render.cells import width
from crmcli.render.safe import safe

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from rich.console import Console
    from rich.table import Table
    from rich.tree import Tree

    from crmcli.render.output import Output, Span
    from crmcli.render.sheets import Sheet

# Rows are drawn in blocks of this many, all with the widths of the first: a long list starts at once.
_BLOCK = 500
# A column that is cut keeps so many characters: below that it is better left out.
_LEAST = 16
_GAP = 2
# The styles of spans that trees have, as Rich calls them.
_TREE_STYLES = {"": "", "title": "bold", "ref": "cyan", "dim": "dim"}


@frozen
class Branch:
    """A line of a tree and what stands below it."""

    spans: Sequence[Span]
    below: Sequence[Branch] = ()


def draw(output: Output, sheet: Sheet) -> None:
    """Draw a sheet on the terminal, and its footer on standard error."""
    rows = sheet.texts()
    first = list(islice(rows, _BLOCK))
    headings = sheet.headings()
    wanted = [max(map(width, column)) for column in zip(headings, *first, strict=True)]
    empty = [place for place in range(len(headings)) if not any(row[place] for row in first)]
    widths = fit(wanted, output.width, empty=empty)
    written = _draw_blocks(output, sheet, chain([first], _blocks(rows)), widths) if first else 0
    hidden = len(headings) - len({*widths, *empty})
    _footer(output, sheet, written, hidden)


def fit(wanted: Sequence[int], columns: int, *, empty: Sequence[int] = ()) -> dict[int, int]:
    """Choose columns, and the width of each: place → width.

    Where not all fit, the `empty` ones are left out first, from the right, then others from the right; then the widest
    are cut.
    """
    widths = dict(enumerate(wanted))
    for place in reversed(empty):
        if _total(widths.values()) > columns and len(widths) > 1:
            del widths[place]
    while len(widths) > 1 and _total(min(each, _LEAST) for each in widths.values()) > columns:
        widths.popitem()
    excess = _total(widths.values()) - columns
    while excess > 0 and max(widths.values()) > 1:
        widest = max(widths, key=widths.__getitem__)
        second = max((each for place, each in widths.items() if place != widest), default=0)
        cut = min(excess, max(1, widths[widest] - max(_LEAST, second)))
        widths[widest] -= cut
        excess -= cut
    return widths


def _total(widths: Iterable[int]) -> int:
    return sum(each + _GAP for each in widths) - _GAP


def _blocks(rows: Iterator[list[str]]) -> Iterator[list[list[str]]]:
    while block := list(islice(rows, _BLOCK)):
        yield block


def _draw_blocks(
    output: Output, sheet: Sheet, blocks: Iterable[Sequence[Sequence[str]]], widths: Mapping[int, int]
) -> int:
    console = console_of(output)
    written = 0
    for block in blocks:
        console.print(_table(sheet, block, widths, header=written == 0), overflow="crop", no_wrap=True)
        written += len(block)
    return written


def write_tree(output: Output, tree: Branch) -> None:
    """Draw a tree; in a pipe or file it has no width, and Rich is not needed."""
    if output.terminal:
        console_of(output).print(_drawn(tree))
        return
    output.line(*tree.spans)
    _write_below(output, tree, "")


def _write_below(output: Output, tree: Branch, indent: str) -> None:
    for place, branch in enumerate(tree.below, 1):
        joint, further = ("├── ", "│   ") if place < len(tree.below) else ("└── ", "    ")
        output.line(indent + joint, *branch.spans)
        _write_below(output, branch, indent + further)


def _drawn(branch: Branch, upon: Tree | None = None) -> Tree:
    from rich.text import Text
    from rich.tree import Tree

    spans = ((span, "") if isinstance(span, str) else span for span in branch.spans)
    text = Text.assemble(*((safe(words), _TREE_STYLES[style]) for words, style in spans))
    drawn = Tree(text, guide_style="dim") if upon is None else upon.add(text)
    for each in branch.below:
        _drawn(each, drawn)
    return drawn


def console_of(output: Output) -> Console:
    """Give Rich's console on standard output: no markup, no emoji codes, no guesses at what is highlighted."""
    from rich.console import Console

    return Console(
        file=output.out,
        width=output.width,
        force_terminal=True,
        color_system="standard" if output.colour else None,
        highlight=False,
        markup=False,
        emoji=False,
    )


def _table(sheet: Sheet, rows: Sequence[Sequence[str]], widths: Mapping[int, int], *, header: bool) -> Table:
    from rich.table import Table
    from rich.text import Text

    from crmcli.render.colours import STYLES

    table = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0), show_header=header, header_style="bold cyan")
    headings, right = sheet.headings(), sheet.aligned_right()
    for place, columns in widths.items():
        table.add_column(
            Text(headings[place]),
            justify="right" if right[place] else "left",
            width=columns,
            no_wrap=True,
            overflow="ellipsis",
            style="cyan" if place == 0 and sheet.reference else "",
        )
    styles = [{text: STYLES[colour] for text, colour in named.items()} for named in sheet.colours()]
    for row in rows:
        table.add_row(*[Text(row[place], styles[place].get(row[place], "")) for place in widths])
    return table


def _footer(output: Output, sheet: Sheet, written: int, hidden: int) -> None:
    parts = [sheet.footer(written)] if sheet.footer else []
    if hidden:
        parts.append(f"{hidden} more {'column' if hidden == 1 else 'columns'}: {sheet.wider}")
    if parts:
        output.say((" · ".join(parts), "dim"))
