"""Tables and trees on a terminal: columns chosen to fit, cells cut with an ellipsis, a footer."""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.render.cells import clip, fill, width
from crmcli.render.safe import safe
from crmcli.render.sheets import write_head, write_totals

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rich.console import Console
    from rich.tree import Tree

    from crmcli.render.output import Output, Span
    from crmcli.render.sheets import Lines, Sheet

# Columns are as wide as so many rows ask for: a long list starts at once.
_MEASURED = 500
# A column that is cut keeps so many characters, fewer on a narrow terminal: below that it is better left out.
_LEAST, _LEAST_NARROW, _NARROW = 16, 12, 60
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
    rows = sheet.sections()
    first = list(islice(rows, _MEASURED))
    texts = [row for _, row in first]
    heads = _heads(sheet, texts, output.width)
    wanted = [max(map(width, (*head, *cells))) for head, *cells in zip(heads, *texts, strict=True)]
    empty = [place for place in range(len(heads)) if not any(row[place] for row in texts)]
    spare = sheet.places("spare")
    keeping = Keeping(tuple(empty), sheet.places("whole"), spare, sheet.places("last"))
    widths = fit(wanted, output.width, keeping)
    written = _write_rows(output, sheet, chain(first, rows), (widths, heads)) if first else 0
    if first:
        write_totals(output, sheet)
    _footer(output, sheet, written, len(heads) - len({*widths, *empty, *spare}))


def _heads(sheet: Sheet, texts: Sequence[Sequence[str]], columns: int) -> list[Sequence[str]]:
    """Give the lines of each heading: one, but where not all fit, several over columns that are not cut."""
    headings = sheet.headings()
    below = [max(map(width, cells), default=0) for cells in zip(*texts, strict=True)] or [0] * len(headings)
    if _total(max(width(heading), cells) for heading, cells in zip(headings, below, strict=True)) <= columns:
        return [(heading,) for heading in headings]
    from textwrap import wrap

    heads: list[Sequence[str]] = [(heading,) for heading in headings]
    for place in sheet.places("whole"):
        if words := headings[place].split():
            heads[place] = wrap(headings[place], max(below[place], *map(len, words)), break_on_hyphens=False)
    return heads


@frozen
class Keeping:
    """What is known of columns that may not all fit, by their places.

    `empty` ones hold nothing, `whole` ones are not to be cut, `spare` ones stand only where there is room, and `last`
    ones go after all others.
    """

    empty: tuple[int, ...] = ()
    whole: tuple[int, ...] = ()
    spare: tuple[int, ...] = ()
    last: tuple[int, ...] = ()


def fit(wanted: Sequence[int], columns: int, keeping: Keeping | None = None) -> dict[int, int]:
    """Choose columns, and the width of each: place → width.

    Where not all fit, spare ones are left out first, then empty ones, each from the right, then others from the right;
    then the widest are cut.
    """
    keeping = keeping or Keeping()
    widths = dict(enumerate(wanted))
    for place in {*keeping.spare} & {*keeping.empty}:
        del widths[place]
    for place in [*reversed(keeping.spare), *reversed(keeping.empty)]:
        if _total(widths.values()) > columns and len(widths) > 1:
            widths.pop(place, None)
    kept = _LEAST if columns >= _NARROW else _LEAST_NARROW
    least = {place: each if place in keeping.whole else min(each, kept) for place, each in widths.items()}
    while len(least) > 1 and _total(least.values()) > columns:
        del least[max(least, key=lambda place: (place not in keeping.last, place))]
    return _cut({place: widths[place] for place in least}, columns, keeping.whole)


def _cut(widths: dict[int, int], columns: int, whole: Sequence[int]) -> dict[int, int]:
    """Cut the widest columns until all fit; a whole one only where it stands alone."""
    excess = _total(widths.values()) - columns
    while excess > 0 and (wide := {place: each for place, each in widths.items() if each > 1}):
        yielding = {place: each for place, each in wide.items() if place not in whole} or wide
        widest = max(yielding, key=yielding.__getitem__)
        second = max((each for place, each in yielding.items() if place != widest), default=0)
        cut = min(excess, max(1, widths[widest] - max(_LEAST, second)))
        widths[widest] -= cut
        excess -= cut
    return widths


def _total(widths: Iterable[int]) -> int:
    return sum(each + _GAP for each in widths) - _GAP


def _write_rows(
    output: Output,
    sheet: Sheet,
    rows: Iterable[tuple[Lines, Sequence[str]]],
    columns: tuple[Mapping[int, int], Sequence[Sequence[str]]],
) -> int:
    widths, heads = columns
    right, colours = sheet.aligned_right(), sheet.colours()

    def line(texts: Sequence[str], styles: Mapping[int, str]) -> None:
        cells = ((fill(clip(texts[at], room), room, right=right[at]), styles[at]) for at, room in widths.items())
        output.line(*(span for cell in cells for span in (cell, " " * _GAP)))

    most = max(len(heads[place]) for place in widths)
    for at in range(-most, 0):
        line([head[at] if -at <= len(head) else "" for head in heads], dict.fromkeys(widths, "heading"))
    before: Lines = ()
    written = 0
    for head, texts in rows:
        if head != before:
            write_head(output, head)
            before = head
        styles = {place: colours[place].get(texts[place], "") for place in widths}
        line(texts, styles | {0: "ref"} if sheet.reference else styles)
        written += 1
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


def _footer(output: Output, sheet: Sheet, written: int, hidden: int) -> None:
    parts = [sheet.footer(written)] if sheet.footer else []
    if hidden:
        parts.append(f"{hidden} more {'column' if hidden == 1 else 'columns'}: {sheet.wider}")
    if parts:
        output.say((" · ".join(parts), "dim"))
