"""Columns that are made of others: a whole name taken apart, columns joined, letter case, a value for every row.

They stand behind a block's own columns, so that what reads values knows no difference.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crmcli.frozen import frozen, replace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import TypeAlias

    from crmcli.formats.table import Block

    Cells: TypeAlias = Sequence[str]

# Before a family name, and part of it.
_PARTICLES = frozenset(
    (
        "van", "von", "der", "den", "dem", "de", "del", "della", "dello", "di", "da", "do", "dos", "das", "du", "des",
        "la", "le", "las", "los", "ter", "ten", "te", "'t", "zu", "zum", "zur", "vom", "af", "av", "bin", "ibn", "al",
        "el", "ap",
    )
)  # fmt: skip
_AND = ("y", "e", "i")  # between two family names: Ortega y Gasset
_SUFFIX = re.compile(r"(?:jr|sr|ii|iii|iv|ph\.?d|m\.?d|esq|mba)\.?", re.IGNORECASE)
CASES: Mapping[str, Callable[[str], str]] = {"upper": str.upper, "lower": str.lower, "title": str.title}


@frozen
class SplitName:
    """A column of whole names, as two: first names, and family names."""

    number: int

    def columns(self, block: Block) -> Sequence[Cells]:
        """Make the two columns."""
        names = [split_name(cell) for cell in block.columns[self.number - 1]]
        return [first for first, _ in names], [last for _, last in names]


@frozen
class Joined:
    """Several columns as one, those that are blank left out."""

    numbers: tuple[int, ...]
    separator: str

    def columns(self, block: Block) -> Sequence[Cells]:
        """Make the column."""
        rows = zip(*(block.columns[number - 1] for number in self.numbers), strict=True)
        return ([self.separator.join(filter(None, map(str.strip, row))) for row in rows],)


@frozen
class Cased:
    """A column in other letters: upper, lower or title case."""

    number: int
    case: str

    def columns(self, block: Block) -> Sequence[Cells]:
        """Make the column."""
        return (list(map(CASES[self.case], block.columns[self.number - 1])),)


@frozen
class Fixed:
    """The same value in every row."""

    value: str

    def columns(self, block: Block) -> Sequence[Cells]:
        """Make the column."""
        return ([self.value] * len(block.lines),)


Making = SplitName | Joined | Cased | Fixed


def with_made(block: Block, made: Sequence[Making]) -> Block:
    """Give the block with the columns that are made of its own behind these."""
    if not made:
        return block
    behind = [column for making in made for column in making.columns(block)]
    return replace(block, columns=[*block.columns, *behind], width=len(block.columns))


def split_name(text: str) -> tuple[str, str]:
    """Take a whole name apart: ("Ludwig", "van der Berg"), ("Martin", "King Jr."); one word is a first name.

    "Berg, Ludwig van der" and "BERG Ludwig" are understood; of two family names only the last is one.
    """
    words, comma, rest = text.partition(",")
    if comma and rest.strip() and not all(map(_SUFFIX.fullmatch, rest.split())):
        return _by_comma(words.split(), rest.split())
    names = [*words.split(), *rest.split()]
    end = len(names)
    while end > 2 and _SUFFIX.fullmatch(names[end - 1]):
        end -= 1
    shouted = [word for word in names[:end] if word.isupper() and len(word) > 1 and not word.endswith(".")]
    if shouted and len(shouted) < end:
        return " ".join(word for word in names[:end] if word not in shouted), " ".join([*shouted, *names[end:]])
    start = min(_family(names, end), end)
    return " ".join(names[:start]), " ".join(names[start:])


def _by_comma(last: Sequence[str], first: Sequence[str]) -> tuple[str, str]:
    """Read "Berg, Ludwig van der": particles behind the first name belong before the family name."""
    end = len(first)
    while end > 1 and _is_particle(first[end - 1]):
        end -= 1
    return " ".join(first[:end]), " ".join([*first[end:], *last])


def _family(names: Sequence[str], end: int) -> int:
    """Give where the family name begins: at its last word, or at the particles before that."""
    if names and names[0].islower() and _is_particle(names[0]):
        return 0
    start = max(end - 1, 1)  # one word is a first name
    if start > 2 and names[start - 1].casefold() in _AND:
        start -= 2
    while start > 1 and (_is_particle(names[start - 1]) or _is_particle(names[start - 1].rpartition("-")[2])):
        start -= 1
    return start


def _is_particle(word: str) -> bool:
    return word.casefold() in _PARTICLES
