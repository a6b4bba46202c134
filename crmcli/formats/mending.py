"""Lines that break the rules of their dialect, read as they are meant: as many cells as there are headings.

A line is divided at every delimiter, and the pieces are put together again to as many cells as there should be, each a
bare piece or pieces from one that a quote begins to one that a quote ends. The way with the fewest offences wins.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.formats.dialect import BACKSLASH, USUAL, Dialect
from crmcli.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_MOST_PIECES = 300  # of a line that is looked at: the work grows with their square
_INNER, _LONE = 1, 10  # offences: a quote in a quoted cell that is not doubled, a quote without its partner
_HOPELESS = 1_000_000


@frozen
class Mended:
    """The cells of a line, and whether there is no doubt: all that was wrong are quotes in cells that are quoted."""

    cells: Sequence[str]
    certain: bool


def mend_quotes(line: str, dialect: Dialect, width: int) -> Mended | None:
    """Divide a line whose quotes are wrong into `width` cells; None where that cannot be."""
    pieces = line.rstrip("\r\n").split(dialect.delimiter)
    if not dialect.quote or not width <= len(pieces) <= _MOST_PIECES:
        return None
    if dialect.spaced:
        pieces = [pieces[0], *(piece.removeprefix(" ") for piece in pieces[1:])]
    cost, ends, sole = _cheapest(pieces, dialect, width)
    if cost >= _HOPELESS:
        return None
    joint = dialect.delimiter + " " * dialect.spaced
    starts = [0, *ends[:-1]]
    cells = [_unquoted(joint.join(pieces[start:end]), dialect) for start, end in zip(starts, ends, strict=True)]
    return Mended(cells, certain=sole and cost < _LONE)


def mend_delimiter(line: str, dialect: Dialect, width: int) -> Mended | None:
    """Divide a line by another usual delimiter than the file's, where that alone gives `width` cells."""
    for delimiter in USUAL:
        if delimiter == dialect.delimiter or line.count(delimiter) < width - 1:
            continue
        other = Dialect(delimiter, dialect.quote, dialect.escape)
        rows = _strictly(line, other)
        if len(rows) == 1 and len(rows[0]) == width and (width > 2 or line.count(dialect.delimiter) == 0):
            return Mended(rows[0], certain=True)
    return None


def _strictly(line: str, dialect: Dialect) -> list[list[str]]:
    import csv

    try:
        return list(dialect.rows([line]))
    except csv.Error:
        return []


def _cheapest(pieces: Sequence[str], dialect: Dialect, width: int) -> tuple[int, list[int], bool]:
    """Give the least cost of `width` cells, where each of them ends, and whether no other way costs as little."""
    # best[end]: by number of cells up to there, (cost, where the last one starts, ways of that cost)
    best: list[dict[int, tuple[int, int, int]]] = [{0: (0, 0, 1)}, *({} for _ in pieces)]
    for start in range(len(pieces)):
        known = best[start]
        for end, cost in _cells(pieces, start, dialect) if known else ():
            for count, (before, _, ways) in known.items():
                left = len(pieces) - end
                if count + 1 > width or count + 1 + left < width:
                    continue
                old = best[end].get(count + 1, (_HOPELESS, 0, 0))
                if before + cost < old[0]:
                    best[end][count + 1] = (before + cost, start, ways)
                elif before + cost == old[0]:
                    best[end][count + 1] = (old[0], old[1], old[2] + ways)
    ends, end = [], len(pieces)
    cost, _, ways = best[end].get(width, (_HOPELESS, 0, 0))
    for count in range(width, 0, -1):
        ends.append(end)
        end = best[end].get(count, (0, 0, 0))[1]
    return cost, ends[::-1], ways == 1


def _cells(pieces: Sequence[str], start: int, dialect: Dialect) -> Iterator[tuple[int, int]]:
    """Give where a cell that begins with a piece may end, and what that costs."""
    quote = dialect.quote
    first = pieces[start]
    if not first.startswith(quote):
        yield start + 1, _INNER * (quote == '"' and quote in first)
        return
    if len(first) == 1 or not _closes(first, dialect):
        yield start + 1, _LONE
    inner = 0
    for end in range(start, len(pieces)):
        piece = pieces[end]
        if _closes(piece, dialect) and (end > start or len(piece) > 1):
            text = dialect.delimiter.join(pieces[start : end + 1])
            yield end + 1, inner + _INNER * (_lone_quotes(text[1:-1], dialect) > 0)


def _closes(piece: str, dialect: Dialect) -> bool:
    return piece.endswith(dialect.quote) and not (dialect.escape and piece.endswith(BACKSLASH + dialect.quote))


def _lone_quotes(text: str, dialect: Dialect) -> int:
    """Count the quotes in the text of a quoted cell that are neither doubled nor escaped."""
    if dialect.escape:
        text = text.replace(BACKSLASH + dialect.quote, "")
    return text.replace(dialect.quote * 2, "").count(dialect.quote)


def _unquoted(text: str, dialect: Dialect) -> str:
    """Give the text of a cell without the quotes around it."""
    quote = dialect.quote
    if len(text) > 1 and text.startswith(quote) and _closes(text, dialect):
        text = text[1:-1].replace(quote * 2, quote)
    return text.replace(BACKSLASH + quote, quote) if dialect.escape else text
