"""Aligned tables in plain text, for pipes and files: never cut, no tabs, no colour."""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING

from crmcli.render.cells import fill, width

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

# Columns are as wide as the first so many rows ask for: a table of any length can then be written as it is
# read. A wider cell further down is written whole and moves the rest of its own line only.
MEASURED_ROWS = 1000
GAP = "  "


def aligned(headings: Sequence[str], rows: Iterable[Sequence[str]], right: Sequence[bool]) -> Iterator[str]:
    """Give the lines of a table: headings, a rule, and the rows; `right` says which columns are aligned there.

    Cells must be safe already.
    """
    remaining = iter(rows)
    first = list(islice(remaining, MEASURED_ROWS))
    widths = [max(map(width, column)) for column in zip(headings, *first, strict=True)]
    yield _line(headings, widths, right)
    yield _line(["-" * columns for columns in widths], widths, right)
    for row in chain(first, remaining):
        yield _line(row, widths, right)


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    filled = [fill(cell, columns, right=end) for cell, columns, end in zip(cells, widths, right, strict=True)]
    return GAP.join(filled).rstrip(" ")
