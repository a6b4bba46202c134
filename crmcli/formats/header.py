"""Where in a file its table stands: lines before the headings, the headings, and where another table begins.

All is told by forms and widths of the first rows, never by what the words mean.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise, zip_longest
from typing import TYPE_CHECKING

from crmcli.formats.shapes import EMPTY, is_no_heading, is_value, shape
from crmcli.frozen import frozen, replace

if TYPE_CHECKING:
    from collections.abc import Sequence

_BODY = 60  # rows under the headings by which columns are known
_STACKED = 3  # rows of headings at most
_BEFORE = 60  # rows among which the headings are looked for


@frozen
class Row:
    """A row of a sample and its line; `end` is the line after it."""

    cells: Sequence[str]
    line: int
    end: int

    @property
    def filled(self) -> int:
        """How many cells are not blank."""
        return sum(map(bool, map(str.strip, self.cells)))

    @property
    def width(self) -> int:
        """How many cells there are up to the last that is not blank."""
        return max((place for place, cell in enumerate(self.cells, 1) if cell.strip()), default=0)


@frozen
class Layout:
    """Where a table stands: `line` of its headings (0: it has none), `start` of its rows, `end` (0: the file's).

    `written` is the row of headings as it stands in the file, which may come again further on.
    """

    header: Sequence[str]
    written: Sequence[str]
    line: int
    start: int
    end: int = 0
    stacked: int = 1  # rows of headings


def width_of(rows: Sequence[Row]) -> int:
    """Give how many cells most rows have; of two numbers, the larger."""
    widths = Counter(len(row.cells) for row in rows if row.filled)
    several = {width: often for width, often in widths.items() if width > 1} or widths
    return max(several, key=lambda width: (several[width], width), default=0)


def layouts(rows: Sequence[Row], *, line: int = 0, headed: bool | None = None) -> list[Layout]:
    """Find the tables in the rows a file begins with; there is none where all rows are blank.

    `line` is that of the headings and `headed` whether there are any, where somebody said so.
    """
    place = _first(rows) if not line else next((n for n, row in enumerate(rows) if row.end > line), len(rows))
    if place == len(rows):
        return []
    if headed is False or (headed is None and not line and not _is_header(rows, place)):
        width = max(len(rows[place].cells), width_of(rows[place:]))
        names = [f"column_{number}" for number in range(1, width + 1)]
        return [Layout(names, (), 0, rows[place].line)]
    found: list[Layout] = []
    place += not line and _names_groups(rows, place)
    while True:
        layout, after = _with_header(rows, place, alone=bool(line))
        following = _next_table(rows, after, layout)
        if following is None:
            return [*found, layout]
        found.append(replace(layout, end=rows[following].line))
        place = following


def _first(rows: Sequence[Row]) -> int:
    """Give the place of the first row of the table: the first that is as full as its rows are."""
    candidates = [place for place, row in enumerate(rows[:_BEFORE]) if row.filled]
    if not candidates:
        return len(rows)
    usual = width_of(rows)
    if usual < 3:
        return _first_of_few(rows, candidates, usual)
    counts = sorted(row.filled for row in rows[: _BEFORE + _BODY] if len(row.cells) == usual and row.filled)
    enough = max(2, min(usual, counts[len(counts) // 2]) * 0.5)
    for place in candidates:
        row = rows[place]
        if row.filled >= enough and (row.width * 10 >= usual * 7 or _begins(rows, place)):
            return place
    return candidates[0]


def _begins(rows: Sequence[Row], place: int) -> bool:
    """Say whether the row is as wide as the one that follows: a table of its own, before a wider one."""
    following = next((row for row in rows[place + 1 :]), None)
    return following is not None and len(following.cells) == len(rows[place].cells) > 2


def _first_of_few(rows: Sequence[Row], candidates: Sequence[int], usual: int) -> int:
    """Give the first row of a table of one or two columns: what stands before a blank row is its title."""
    for place in candidates[:-1]:
        later = rows[place:]
        if len(rows[place].cells) == usual and rows[place].filled == usual:
            return place
        if len(later) > 2 and not later[1].filled and len(later[2].cells) == usual > len(rows[place].cells):
            return place + 2
    return candidates[0]


def _shapes_under(rows: Sequence[Row], place: int) -> list[Counter[str]]:
    """Count the forms of each column's cells in rows from a place on, but where the row before it comes again."""
    body = [row for row in rows[place : place + _BODY] if not place or row.cells != rows[place - 1].cells]
    columns: list[Counter[str]] = [Counter() for _ in range(max((len(row.cells) for row in body), default=0))]
    for row in body:
        if row.filled > 1 or len(columns) < 3:
            for column, cell in zip(columns, row.cells, strict=False):
                column[shape(cell)] += 1
    return columns


def _main(column: Counter[str]) -> str:
    """Give the form that most filled cells of a column have, EMPTY where none has four fifths of them."""
    filled = {name: often for name, often in column.items() if name != EMPTY}
    name = max(filled, key=lambda name: filled[name], default=EMPTY)
    return name if name != EMPTY and filled[name] * 5 >= sum(filled.values()) * 4 else EMPTY


def _is_header(rows: Sequence[Row], place: int) -> bool:
    """Say whether a row names the columns under it: it does, unless its cells have the forms of theirs."""
    shapes = [shape(cell) for cell in rows[place].cells]
    columns = [_main(column) for column in _shapes_under(rows, place + 1)]
    pairs = [(name, column) for name, column in zip_longest(shapes, columns, fillvalue=EMPTY) if name != EMPTY]
    contrasts = sum(not is_value(name) and is_value(column) for name, column in pairs)
    alike = sum(is_value(name) and name != "year" and name == column for name, column in pairs)
    return contrasts >= max(alike, any(map(is_no_heading, shapes)))


def _contrast(name: str, column: Counter[str]) -> bool:
    """Say whether words stand over a column of values."""
    return name != EMPTY and not is_value(name) and is_value(_main(column))


def _with_header(rows: Sequence[Row], place: int, *, alone: bool) -> tuple[Layout, int]:
    """Give the table whose headings begin at a place, and the place of its first row."""
    stack = [rows[place]]
    while not alone and len(stack) < _STACKED and _goes_on(rows, place + len(stack), stack):
        stack.append(rows[place + len(stack)])
    last = stack[-1]
    groups = None if alone or len(stack) > 1 or not place else _groups(rows[place - 1], last)
    after = place + len(stack)
    header = _trimmed(_joined([row.cells for row in stack], groups), rows[after : after + _BODY])
    return Layout(header, list(last.cells), rows[place].line, last.end, stacked=len(stack)), after


def _goes_on(rows: Sequence[Row], place: int, stack: Sequence[Row]) -> bool:
    """Say whether a row under the headings is one of them: the same again, or words over columns of values."""
    if place >= len(rows):
        return False
    row = rows[place]
    if list(row.cells) == list(stack[-1].cells):
        return True
    cells = [cell.strip() for cell in row.cells if cell.strip()]
    values = [n for n, column in enumerate(_shapes_under(rows, place + 1)) if is_value(_main(column))]
    over = [shape(row.cells[n]) for n in values if n < len(row.cells)]
    words = sum(name != EMPTY and not is_value(name) for name in over)
    return (
        len(row.cells) == len(stack[-1].cells)
        and len(set(cells)) == len(cells)
        and words == len(values) >= 3
        and len(rows) > place + 2
    )


def _names_groups(rows: Sequence[Row], place: int) -> bool:
    """Say whether a row with gaps names groups of columns: under it are words over all columns of values."""
    if place + 3 > len(rows) or _groups(rows[place], rows[place + 1]) is None:
        return False
    header, under = rows[place + 1], _shapes_under(rows, place + 2)
    values = [column for column in under if is_value(_main(column))]
    contrasts = sum(_contrast(shape(cell), column) for cell, column in zip(header.cells, under, strict=False))
    return header.filled > rows[place].filled and contrasts == len(values) > 1


def _groups(above: Row, header: Row) -> list[str] | None:
    """Give each column's group where the row above the headings names groups of columns: `Contact,,,Company,,`."""
    names = [cell.strip() for cell in above.cells]
    filled = [place for place, name in enumerate(names) if name]
    if len(names) != len(header.cells) or len(filled) < 2 or filled[-1] == len(filled) - 1:
        return None
    group, groups = "", []
    for name in names:
        group = name or group
        groups.append(group)
    return groups


def _joined(stack: Sequence[Sequence[str]], groups: Sequence[str] | None) -> list[str]:
    """Make one heading of those that stand over one another; a group's name goes before those that recur."""
    width = max(map(len, stack))
    columns = [[row[n].strip() if n < len(row) else "" for row in stack] for n in range(width)]
    header = [" ".join(word for word in dict.fromkeys(column) if word) for column in columns]
    if groups is None:
        return header
    often = Counter(heading.casefold() for heading in header)
    return [
        f"{group} {heading}" if group and often[heading.casefold()] > 1 else heading
        for group, heading in zip(groups, header, strict=True)
    ]


def _trimmed(header: list[str], rows: Sequence[Row]) -> list[str]:
    """Leave out blank headings at the end under which there is nothing: each line ends with a delimiter too many."""
    used = max((row.width for row in rows), default=0)
    while len(header) > used and not header[-1]:
        header = header[:-1]
    return header


def _next_table(rows: Sequence[Row], place: int, layout: Layout) -> int | None:
    """Give the place of the next headings, None where there are none: words after a blank row or in another width."""
    width = len(layout.written)
    for number, (before, row) in enumerate(pairwise(rows[place:]), place + 1):
        apart, other = not before.filled, len(row.cells) != width
        new = len(row.cells) > 1 and list(row.cells) != list(layout.written)
        if new and (apart or other) and _is_another(rows, number, other=other):
            return number
    return None


def _is_another(rows: Sequence[Row], place: int, *, other: bool) -> bool:
    """Say whether a row begins another table: different words over rows that are as wide, in contrast to them."""
    row, below = rows[place], rows[place + 1 : place + 6]
    cells = [cell.strip() for cell in row.cells]
    if (
        not below
        or row.filled < 2
        or len(set(cells)) < len(cells)
        or any(is_value(shape(cell)) and shape(cell) != "code" for cell in cells)
    ):
        return False
    if len(below[0].cells) != len(row.cells):
        return False
    under = _shapes_under(rows, place + 1)
    contrast = sum(_contrast(shape(cell), column) for cell, column in zip(cells, under, strict=False))
    return (
        contrast > 0 and all(len(later.cells) == len(row.cells) for later in below if later.filled)
        if other
        else (contrast > 1 and all(later.filled for later in below[:1]))
    )
