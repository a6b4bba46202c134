"""The lines of vCards 2.1, 3.0 and 4.0: put together where they are folded, taken apart into name, marks and value.

References: RFC 2426, RFC 6350, RFC 6868, and vCard 2.1 of the Internet Mail Consortium (1996), whose values may be
in quoted-printable and whose marks need no name.
"""

from __future__ import annotations

import binascii
import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from typing import TYPE_CHECKING

from crmcli.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import BinaryIO

_LEGACY = "cp1252"
_QUOTED_PRINTABLE = re.compile(rb"[^:]*QUOTED-PRINTABLE[^:]*:", re.IGNORECASE)
_BASE64 = re.compile(rb"[^:]*;(ENCODING=)?(B|BASE64)[;:]", re.IGNORECASE)
_PART = re.compile(r'(?:[^;:"]|"[^"]*")*')
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_CIRCUMFLEX = {"^n": "\n", "^'": '"', "^^": "^"}
_ENCODINGS = {"QUOTED-PRINTABLE", "BASE64", "8BIT", "7BIT", "B"}


@frozen
class Line:
    """One property of a card: `TEL;TYPE=cell:+31…`; names of it and of its marks in capitals."""

    number: int
    name: str
    value: str
    marks: Mapping[str, Sequence[str]] = {}
    group: str = ""

    @property
    def types(self) -> frozenset[str]:
        """Its TYPE marks, in small letters."""
        return frozenset(word.lower() for word in self.marks.get("TYPE", ()))

    @property
    def preference(self) -> int:
        """How far it stands behind others of its name: 1 is the most preferred, 101 says nothing."""
        word = next(iter(self.marks.get("PREF", ())), "")
        if word.isdecimal():
            return int(word)
        return 1 if "pref" in self.types else 101

    def parts(self) -> list[str]:
        """Give the parts between semicolons, each as plain text."""
        return [
            ", ".join(filter(None, (plain(one).strip() for one in divided(part, ","))))
            for part in divided(self.value, ";")
        ]

    def text(self) -> str:
        """Give the value as one plain text."""
        return plain(self.value).strip()


def whole_lines(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Give the lines of an open file from its start, each with the number of the first line that it was folded into."""
    begun: bytes = b""
    number = 0
    for at, line in enumerate(text_lines(file), start=1):
        if not begun:
            begun, number = line, at
        elif _goes_on(begun, line):
            begun = (
                begun.removesuffix(b"=") + line if _is_soft(begun) else begun + line[1 if line[:1] in b" \t" else 0 :]
            )
        else:
            yield number, begun
            begun, number = line, at
    if begun:
        yield number, begun


def read_line(number: int, raw: bytes) -> Line | None:
    """Take a line apart; None where it is no property."""
    head, colon, value = _split_head(raw.decode("latin-1"))
    if not colon:
        return None
    name, *words = head
    group, _, bare = name.rpartition(".")
    marks = _marks(words)
    content = raw[len(raw) - len(value) :]
    if "QUOTED-PRINTABLE" in {word.upper() for word in marks.get("ENCODING", ())}:
        content = binascii.a2b_qp(content)
    value = _text(content, next(iter(marks.get("CHARSET", ())), "")).replace("\r\n", "\n")
    return Line(number, bare.strip().upper(), value, marks, group.lower())


def divided(text: str, mark: str) -> list[str]:
    """Give the parts of a value between marks that no backslash stands before."""
    part = re.compile(rf"(?:[^\\{mark}]|\\.?)*", re.DOTALL)
    parts, at = [], 0
    while found := part.match(text, at):
        parts.append(found[0])
        if found.end() == len(text):
            break
        at = found.end() + 1
    return parts


def plain(text: str) -> str:
    r"""Take the backslashes out of a value: `\n` is a new line, `\,` a comma."""
    if "\\" not in text:
        return text
    return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1] if found[1] in ",;:\\" else found[0], text)


def text_lines(file: BinaryIO) -> Iterable[bytes]:
    """Give the lines of an open file from its start, however they end, without their ends."""
    file.seek(0)
    head = file.read(3)
    if head[:2] in (BOM_UTF16_LE, BOM_UTF16_BE):
        file.seek(0)
        return file.read().decode("utf-16", "replace").encode().splitlines()
    file.seek(len(BOM_UTF8) if head == BOM_UTF8 else 0)
    return (part for line in file for part in line.rstrip(b"\r\n").split(b"\r"))


def _goes_on(begun: bytes, line: bytes) -> bool:
    """Whether a line is more of the one that was begun."""
    if _is_soft(begun) or (line[:1] in (b" ", b"\t") and line.strip()):
        return True
    # Old writers put the lines of a photo below one another as they are.
    return b":" not in line and bool(line.strip()) and bool(_BASE64.match(begun))


def _is_soft(begun: bytes) -> bool:
    return begun.endswith(b"=") and bool(_QUOTED_PRINTABLE.match(begun))


def _split_head(text: str) -> tuple[list[str], str, str]:
    """Give what stands between semicolons before the colon, the colon, and what stands behind it."""
    parts, at = [], 0
    while True:
        found = _PART.match(text, at)
        end = found.end() if found else at
        parts.append(text[at:end])
        if text[end : end + 1] != ";":
            return parts, text[end : end + 1], text[end + 1 :]
        at = end + 1


def _marks(words: Iterable[str]) -> dict[str, list[str]]:
    marks: dict[str, list[str]] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals:  # vCard 2.1
            name, value = ("ENCODING" if name.strip().upper() in _ENCODINGS else "TYPE"), name
        value = re.sub(r"\^[n'^]", lambda found: _CIRCUMFLEX[found[0]], value.replace('"', ""))
        marks.setdefault(name.strip().upper(), []).extend(part.strip() for part in value.split(","))
    return marks


def _text(raw: bytes, charset: str) -> str:
    """Give the text of bytes: in the encoding they are said to be in, in UTF-8, or else in Windows-1252."""
    for encoding in filter(None, (charset, "utf-8")):
        try:
            return raw.decode(encoding)
        except (LookupError, UnicodeDecodeError):
            continue
    return raw.decode(_LEGACY, "replace")
