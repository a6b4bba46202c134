"""How a file of delimited text is written: what divides its cells, what quotes them, what escapes a quote.

A dialect that the csv module does not know (a delimiter of several characters, a backslash that escapes only what has
to be escaped) is turned into one that it knows: characters that no text has stand for the marks while it reads.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING

from crmcli.formats.shapes import EMPTY, TEXT, WORDS, is_value, shape
from crmcli.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

BACKSLASH = "\\"
USUAL = (",", ";", "\t", "|")
_NAMES = {
    ",": "commas",
    ";": "semicolons",
    "\t": "tabs",
    "|": "bars",
    ":": "colons",
    " ": "blanks",
    "^": "carets",
    "~": "tildes",
}
# Noncharacters: Unicode keeps them out of text for ever, so that programs may use them within.
_DELIMITER, _QUOTE, _BACKSLASH, _ESCAPED = "\ufdd0", "\ufdd1", "\ufdd2", "\ufdd3"
_PLACEHOLDERS = re.compile("[\ufdd0-\ufdd3]")

_LINES = 300  # of a sample, by which dialects are compared
_SURE = 0.2  # a score under this is no table of several columns
# Marks that stand in words, numbers and addresses divide cells only where nothing else does.
_WEIGHTS = {":": 0.6, " ": 0.7}
# Of control characters, there are formats that divide by a tab, by \x01 and by \x1c to \x1f.
_NO_DELIMITERS = frozenset("\"'._-/@()+%$€£\\<>[]{}?!\ufeff") | set(map(chr, (0, *range(2, 9), *range(10, 28))))
_RUN = re.compile(r"[^\w\s\"'.,@/()+\\-]{2,4}")
# What a cell of each form says for the way it was divided; other forms, values, say most.
_WORTH = {EMPTY: 0.7, WORDS: 0.9, TEXT: 0.5}


@frozen
class Dialect:
    """`quote` is "" where nothing is quoted, `escape` "" where a quote in a quoted cell is written twice.

    `spaced`: a blank follows each delimiter.
    """

    delimiter: str = ","
    quote: str = '"'
    escape: str = ""
    spaced: bool = False

    @property
    def note(self) -> str:
        """What is unusual about it, "" where nothing is."""
        notes = [] if self.delimiter == "," else [delimiter_name(self.delimiter)]
        notes += ["single quotes"] if self.quote == "'" else [] if self.quote else ["no quotes"]
        notes += ["backslashes before quotes"] if self.escape else []
        return ", ".join(notes)

    def rows(self, lines: Iterable[str], *, strict: bool = True) -> Iterator[list[str]]:
        """Read rows; with `strict`, raise csv.Error at a quote that stands where none can."""
        plain = len(self.delimiter) == 1 and not self.escape
        rows = csv.reader(
            lines if plain else map(self._prepared, lines),
            delimiter=self.delimiter if len(self.delimiter) == 1 else _DELIMITER,
            quotechar=self.quote or None,
            quoting=csv.QUOTE_MINIMAL if self.quote else csv.QUOTE_NONE,
            skipinitialspace=self.spaced,
            strict=strict,
        )
        return rows if plain else map(self._restored, rows)

    def _prepared(self, line: str) -> str:
        if self.escape:
            marks = {self.quote: _QUOTE, BACKSLASH: _BACKSLASH, self.delimiter: _ESCAPED}
            line = re.sub(r"\\(.)", lambda match: marks.get(match[1], match[0]), line)
        return line.replace(self.delimiter, _DELIMITER) if len(self.delimiter) > 1 else line

    def _restored(self, row: list[str]) -> list[str]:
        if not _PLACEHOLDERS.search("".join(row)):
            return row
        marks = {_DELIMITER: self.delimiter, _QUOTE: self.quote, _BACKSLASH: BACKSLASH, _ESCAPED: self.delimiter}
        return [_PLACEHOLDERS.sub(lambda match: marks[match[0]], cell) for cell in row]


def delimiter_name(delimiter: str) -> str:
    """Give the word for what divides cells: "semicolons"."""
    return _NAMES.get(delimiter) or f'"{delimiter}"'


def find_dialect(lines: Sequence[str], known: Mapping[str, str]) -> Dialect:
    """Find how lines are written, by what gives most rows equally many cells that look like something.

    `known` is what somebody said: `delimiter`, `quote`, `escape`. Without a reason for another it is commas and
    double quotes.
    """
    lines = lines[:_LINES]
    text = "".join(lines)
    delimiters = [known["delimiter"]] if "delimiter" in known else [d for d in _delimiters(lines) if d in text]
    best, most = Dialect(known.get("delimiter", ","), known.get("quote", '"'), known.get("escape", "")), _SURE
    for delimiter in delimiters:
        for dialect in _dialects(delimiter, lines, known):
            score = _score(dialect, lines) * _WEIGHTS.get(delimiter, 1.0 if delimiter[0] in USUAL else 0.9)
            if score > most + 1e-9:
                best, most = dialect, score
    return best


def _delimiters(lines: Sequence[str]) -> list[str]:
    """Give what may divide cells, the usual first: also marks, and runs of them, that most lines have equally often."""
    counts = [Counter(line) for line in lines if line.strip()]
    found = [*USUAL, ":", " "]
    for mark in sorted(set(chain.from_iterable(counts))):
        if not mark.isalnum() and mark not in _NO_DELIMITERS and mark not in found:
            found += [mark] * _steady([count[mark] for count in counts])
    runs = [Counter(_RUN.findall(line)) for line in lines if line.strip()]
    found += [run for run in sorted(set(chain.from_iterable(runs))) if _steady([count[run] for count in runs])]
    text = "".join(lines)
    return [_widened(mark, text) for mark in found]


def _widened(mark: str, text: str) -> str:
    """Give a delimiter with all that belongs to it: blanks around it everywhere, or itself twice everywhere."""
    once = text.count(mark)
    wide = (f" {mark} ", mark * 2) if mark not in ", " else ()
    return next((each for each in wide if once and text.count(each) * each.count(mark) == once), mark)


def _steady(counts: Sequence[int]) -> bool:
    """Say whether a mark is in nearly all lines, in most of them equally often."""
    number, often = Counter(counts).most_common(1)[0]
    return number > 0 and often * 10 >= len(counts) * 8


def _dialects(delimiter: str, lines: Sequence[str], known: Mapping[str, str]) -> Iterator[Dialect]:
    """Give the dialects with a delimiter that can be told apart in lines, the more usual first."""
    text = "".join(lines)
    quotes = [known["quote"]] if "quote" in known else ['"', *(["'"] if _quotes(text, delimiter) else [])]
    for quote in quotes:
        escapes = [known["escape"]] if "escape" in known else [""]
        if "escape" not in known and BACKSLASH + quote in text and not _is_whole(Dialect(delimiter, quote), lines):
            escapes.append(BACKSLASH)
        for escape in escapes:
            yield Dialect(delimiter, quote, escape)
            if not delimiter.isspace() and _spaced(text, delimiter):
                yield Dialect(delimiter, quote, escape, spaced=True)


def _is_whole(dialect: Dialect, lines: Sequence[str]) -> bool:
    """Say whether a dialect reads lines without a fault, each row as wide as the others."""
    try:
        return len({len(row) for row in dialect.rows(lines, strict=True) if row}) == 1
    except csv.Error:
        return False


def _quotes(text: str, delimiter: str) -> bool:
    """Say whether single quotes may enclose cells: they do so in a fifth of the lines, and in more than one."""
    mark = re.escape(delimiter)
    often = len(re.findall(rf"(?m)(?:^|{mark} ?)'[^'\r\n][^\r\n]*?'(?={mark}|\r|$)", text))
    return often > 1 and often * 5 >= text.count("\n") + text.count("\r")


def _spaced(text: str, delimiter: str) -> bool:
    """Say whether a blank follows most delimiters; those at the end of a line, or before another, do not count."""
    once = len(re.findall(rf"{re.escape(delimiter)}(?=[^\r\n{re.escape(delimiter)}])", text))
    return text.count(f"{delimiter} ") * 10 > once * 8


def _score(dialect: Dialect, lines: Sequence[str]) -> float:
    """Give 0 to 1: how equal rows are in width, times how much of a value or a word their cells are."""
    try:
        rows = [row for row in dialect.rows(lines, strict=False) if any(map(str.strip, row))]
    except csv.Error:
        return 0.0
    widths = Counter(map(len, rows))
    width, often = max(widths.items(), key=lambda pair: (pair[1] * (pair[0] > 1), pair[0]), default=(1, 0))
    if width == 1 or not _is_table(dialect, rows, width):
        return 0.0
    cells = [cell for row in rows if len(row) == width for cell in row]
    worth = sum(map(_worth, cells)) / len(cells)
    spaces = sum(cell.startswith(" ") for cell in cells) / len(cells)
    return often / len(rows) * (1 - 1 / width) * worth * (1 - spaces / 2)


def _worth(cell: str) -> float:
    if cell[:1] in ('"', "'") or cell[-1:] == '"':
        return 0.1
    return _WORTH.get(shape(cell), 1.0)


def _is_table(dialect: Dialect, rows: Sequence[Sequence[str]], width: int) -> bool:
    """Say whether rows are more than lines of one column in which a mark occurs."""
    if dialect.delimiter in _WEIGHTS:
        values = sum(is_value(shape(cell)) for row in rows for cell in row)
        return len(rows[0]) > 2 and values * 5 >= sum(map(len, rows))
    return width > 2 or len(rows[0]) > 1 or (len(rows) > 1 and all(len(row) == width for row in rows[1:]))
