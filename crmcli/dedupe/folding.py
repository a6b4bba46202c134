"""Fold texts so that spellings which mean the same are the same text.

A column is folded as one long text with a line for each value, because calls that run in C over a megabyte cost a
hundredth of as many calls over ten letters.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from itertools import count
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

LONGEST = 200  # letters of a value that count: what differs only after them is a text, and no name or address

_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "\u0131": "i"},
)
_INVISIBLE = re.compile(r"[\u0300-\u036f\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]+")
_ENDS = "\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"  # of lines, beside \n
_BREAKS = re.compile(f"[\n{_ENDS}]")
_OTHERS = bytes(byte for byte in range(128) if not chr(byte).isalnum() and byte != ord("\n"))
_SPACES = bytes.maketrans(_OTHERS, b" " * len(_OTHERS))
_NO_DIGITS = bytes(byte for byte in range(128) if not chr(byte).isdigit() and byte != ord("\n"))
_UNSET = frozenset(
    (
        "n/a",
        "#n/a",
        "null",
        "(null)",
        "none",
        "nan",
        "nil",
        "unknown",
        "not available",
        "not provided",
        "tbd",
        "-",
        "--",
        "?",
        ".",
    ),
)


def encoded(values: Sequence[str]) -> tuple[list[str], NDArray[np.int32]]:
    """Give the distinct values, in order of appearance, and the number of each row's."""
    numbers: defaultdict[str, int] = defaultdict(count().__next__)
    codes = np.fromiter(map(numbers.__getitem__, values), np.int32, len(values))
    return list(numbers), codes


def renumbered(words: Sequence[str], codes: NDArray[np.int32]) -> tuple[list[str], NDArray[np.int32]]:
    """Give distinct words and the rows' numbers of them, where several of these words may be one; -1 is unset."""
    distinct, numbers = encoded(words)
    if "" in distinct:
        gone = distinct.index("")
        distinct.pop(gone)
        numbers = np.where(numbers == gone, -1, numbers - (numbers > gone)).astype(np.int32)
    if not len(numbers):
        return distinct, np.full(codes.shape, -1, np.int32)
    return distinct, np.where(codes < 0, np.int32(-1), numbers[codes])


def folded(values: Sequence[str]) -> list[str]:
    """Fold case, accents, width and what cannot be seen; what says "unknown" is unset."""
    text = "\n".join(_one_line(values)).lower()
    lines = lines_of(text, len(values))
    if not text.isascii():
        odd = [number for number, line in enumerate(lines) if not line.isascii()]
        plain = _plain("\n".join(lines[number] for number in odd)).split("\n")
        for number, line in zip(odd, plain, strict=True):
            lines[number] = line
    bare = list(map(str.strip, lines))
    return bare if _UNSET.isdisjoint(bare) else ["" if line in _UNSET else line for line in bare]


def _one_line(values: Sequence[str]) -> Sequence[str]:
    if max(map(len, values), default=0) > LONGEST:
        values = [value[:LONGEST] for value in values]
    whole = "\n".join(values)
    if any(end in whole for end in _ENDS) or whole.count("\n") >= max(len(values), 1):
        return [_BREAKS.sub(" ", value) for value in values]
    return values


def lines_of(text: str, count: int) -> list[str]:
    """Give the lines of a folded column back; an empty column has none."""
    return text.split("\n") if count else []


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFKD", text).casefold().translate(_LETTERS)
    return unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))


def spaced(values: Sequence[str]) -> list[str]:
    """Put one space for what is neither letter nor digit; apostrophes and dots go without a space."""
    text = "\n".join(values)
    if text.isascii():
        text = text.encode().translate(_SPACES, b"'`").decode()
    else:
        text = re.sub(r"[^\w\n]+|_+", " ", re.sub(r"['’`\u00b4]+", "", text))
    return [line.strip() for line in lines_of(re.sub("  +", " ", text), len(values))]


def digits_of(words: Sequence[str]) -> list[str]:
    """Give the digits of each word."""
    return lines_of(without("\n".join(words), _NO_DIGITS, r"[^\d\n]+"), len(words))


def areas(postcodes: Sequence[str]) -> list[str]:
    """Give the part of each postcode that many places have."""
    return [code[:3] for code in postcodes]


def without(text: str, gone: bytes, pattern: str) -> str:
    """Take letters out: these, of a text that is plain, or by a pattern that means the same of any letters."""
    return text.encode().translate(None, gone).decode() if text.isascii() else re.sub(pattern, "", text)


def replaced(words: Sequence[str], table: Mapping[str, str]) -> str:
    """Give the words with each replaced that the table knows; one that becomes empty goes."""
    return " ".join(filter(None, map(table.get, words, words)))


_SOUNDS = (
    ("sch", "s"), ("ph", "f"), ("ck", "k"), ("gh", "g"), ("kn", "n"), ("wr", "r"), ("tz", "z"), ("th", "t"),
    ("sh", "s"), ("ch", "k"), ("dg", "j"), ("mc", "mk"), ("mac", "mk"), ("qu", "k"), ("x", "ks"),
)  # fmt: skip
_SOUND = str.maketrans("bcdgjkpqsvwyz", "pktkkkpksffis")
_LOOKS = str.maketrans("01583", "olsbe")
_VOWELS = re.compile(r"(?<=[^\n ])[aeiouh ]+")
_TWICE = re.compile(r"([^\n])\1+")


def looks(words: Sequence[str]) -> list[str]:
    """Give a key of how each word looks: what a scanner takes for each other is the same."""
    text = "\n".join(words).translate(_LOOKS)
    for read, meant in (("rn", "m"), ("cl", "d"), ("vv", "w")):
        text = text.replace(read, meant)
    return lines_of(text, len(words))


def sounds(words: Sequence[str]) -> list[str]:
    """Give a rough key of how each word sounds: its first letter's kind, then consonants."""
    text = "\n".join(words)
    for spelled, said in _SOUNDS:
        text = text.replace(spelled, said)
    text = _VOWELS.sub("", _TWICE.sub(r"\1", text.translate(_SOUND)))
    text = _TWICE.sub(r"\1", re.sub(r"(?m)^[aeiouh]+", "a", text))
    return lines_of(text, len(words))
