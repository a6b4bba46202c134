"""What a cell looks like: a number, a date, an e-mail address, words. By its form alone, in any language."""

from __future__ import annotations

import re

EMPTY = ""
WORDS = "words"
TEXT = "text"  # words with marks between them that might divide cells, or quotes at an end

_NUMBER = r"\d{1,3}(?:[.,'’  ]\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)?|[.,]\d+"
_DAY = r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})|\d{1,2}[ -]\w{3,9}\.?[ -]\d{4}"
_TIME = r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?: ?[AaPp]\.?[Mm]\.?)?"
_FORMS = {
    "year": r"(?:19|20)\d\d",
    "number": rf"[+-]?(?:{_NUMBER})(?:[eE][+-]?\d+)?",
    "money": rf"[+-]?(?:[$€£¥₹]|[A-Z]{{3}} ?) ?[+-]?(?:{_NUMBER})|[+-]?(?:{_NUMBER}) ?(?:[$€£¥₹%]|[A-Z]{{3}})",
    "moment": rf"(?:{_DAY})[T ]+{_TIME}(?: ?(?:Z|UTC|GMT|[+-]\d{{2}}:?\d{{2}}))?",
    "date": _DAY,
    "time": _TIME,
    "email": r"(?:mailto:)?[^\s@,;|<>\"']+@[^\s@,;|<>\"']+\.[^\s@,;|<>\"']+",
    "address": r"(?i:https?|ftp)://\S+|www\.\S+|(?:[a-z0-9-]+\.)+[a-z]{2,}(?:/\S*)?",
    "phone": r"[+(]?\+?\d[\d ()./-]{5,}\d",
    "yes": r"(?i:true|false|yes|no|null|n/?a|nan)",
    "code": r"[A-Za-z]{1,6}[-_:]?\d[\w-]*|\w+(?:-\w*\d\w*)+|[0-9a-fA-F]{8,}",
    WORDS: r"[^\W\d_](?:[^,;|\t\"\\]*[^\s,;|\t\"'\\])?|[^\W_](?:[\w .&/()+#-]*[\w.)])?",
}
_SHAPE = re.compile("|".join(f"(?P<{name}>{form})" for name, form in _FORMS.items()))
_LONGEST = 400  # characters that are looked at
_PLAIN = frozenset((EMPTY, WORDS, TEXT, "yes"))
_NEVER_A_HEADING = frozenset(("email", "date", "moment", "money"))


def shape(cell: str) -> str:
    """Name the form of a cell: one of year, number, money, moment …, `WORDS`, `TEXT`; `EMPTY` for blanks."""
    text = cell.strip()
    if not text:
        return EMPTY
    found = _SHAPE.fullmatch(text) if len(text) <= _LONGEST else None
    return found.lastgroup or TEXT if found else TEXT


def is_value(name: str) -> bool:
    """Say whether a form is one that values have and words do not."""
    return name not in _PLAIN


def is_no_heading(name: str) -> bool:
    """Say whether nobody gives a column a name of this form."""
    return name in _NEVER_A_HEADING
