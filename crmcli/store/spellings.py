"""Spellings: how a person may be written in a text, so that it is found there and can be taken out.

E-mail addresses in any letter case, also as a link has them; phone numbers with any signs between their digits, with
and without the country; full names in either order, with any blanks, with and without accents.
"""

from __future__ import annotations

import json
import re
import unicodedata
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

ERASED = "[erased]"
_SIGNS = "\\s().\\-/\u2010-\u2015"  # may stand between the digits of a phone number
_SIGN_BYTES = bytes({*b" \t\r\n().-/", *"\u00a0\u202f\u2010\u2011\u2012\u2013\u2014\u2015".encode()})
_AT = "(?:@|%40|&#64;)"
_FEWEST = 6  # digits: fewer are no phone number
_LETTERS = re.compile(r"[a-z0-9]+")
_NOTHING = re.compile(r"(?!)")


class Spellings:
    """What a person is known by; without anything, they are named nowhere."""

    def __init__(
        self,
        emails: Iterable[str] = (),
        phones: Iterable[tuple[str, str]] = (),
        names: Iterable[Sequence[str]] = (),
    ) -> None:
        """Take stored e-mails, numbers as (digits of the country, the others), and full names as words in order."""
        mailboxes = sorted({spelled for email in emails for spelled in _mailbox_spellings(email)})
        numbers = sorted({(country, rest) for country, rest in phones if len(rest) >= _FEWEST})
        called = sorted({spelled for words in names if len(words) > 1 for spelled in _name_spellings(words)})
        patterns = [*map(_mailbox, mailboxes), *(_number(*each) for each in numbers), *map(_name, called)]
        self._pattern = re.compile("|".join(patterns), re.IGNORECASE) if patterns else _NOTHING
        # A first look: of each address or name, plain letters that stand in all of its spellings, in any order.
        parts = [*((box.rpartition("@")[0],) for box in mailboxes), *called]
        self._words = {tuple(map(_plain, words)) for words in parts}
        self._digits = [rest.encode() for _, rest in numbers]

    def count(self, text: str) -> int:
        """How often the person is named in a text."""
        return sum(1 for _ in self._pattern.finditer(text))

    def without(self, text: str, mark: str = ERASED) -> str:
        """The text with `mark` in each place where the person is named."""
        return self._pattern.sub(mark, text)

    def near(self, content: bytes) -> bool:
        """Whether bytes in UTF-8 may name the person: a fast first look, which is never wrong in saying no."""
        low = content.lower()
        if any(all(word in low for word in words) for words in self._words):
            return True
        bare = content.translate(None, _SIGN_BYTES) if self._digits else b""
        return any(digits in bare for digits in self._digits)


def _plain(text: str) -> bytes:
    """The longest run of plain letters and digits, which stands so in every spelling; empty where there is none."""
    return max(_LETTERS.findall(text.lower()), key=len, default="").encode()


def _mailbox_spellings(email: str) -> Iterator[str]:
    yield email
    local, _, domain = email.rpartition("@")
    with suppress(UnicodeError):
        yield f"{local}@{domain.encode().decode('idna')}"


def _mailbox(email: str) -> str:
    local, _, domain = email.rpartition("@")
    return rf"(?<![\w.+-]){re.escape(local)}{_AT}{re.escape(domain)}(?![\w-]|\.\w)"


def _number(country: str, rest: str) -> str:
    signs = f"[{_SIGNS}]*"
    abroad = rf"(?<![\d+])(?:\+|00)?{signs}{country}{signs}(?:\(?0\)?{signs})?"
    return rf"(?:{abroad}|(?<!\d)(?:\(?0{signs})?){signs.join(rest)}(?!\d)"


def _name_spellings(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """A name's words in both orders, composed and decomposed, without accents, and as JSON escapes them."""
    for ordered in (tuple(words), (f"{words[-1]},", *words[:-1]), (words[-1], *words[:-1])):
        for form in ("NFC", "NFD"):
            yield tuple(unicodedata.normalize(form, word) for word in ordered)
        yield tuple(_without_accents(word) for word in ordered)
        yield tuple(json.dumps(unicodedata.normalize("NFC", word))[1:-1] for word in ordered)


def _without_accents(word: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKD", word) if not unicodedata.combining(letter))


def _name(words: Sequence[str]) -> str:
    return r"(?<!\w)" + r"(?:\s|\\[nrt])+".join(map(re.escape, words)) + r"(?!\w)"
