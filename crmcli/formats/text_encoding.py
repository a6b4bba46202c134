"""Finding out in which encoding a file of text is, before any of it is believed."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import frozen

if TYPE_CHECKING:
    from typing import BinaryIO

_MARKS = (  # longest first: the mark of UTF-32 begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LEGACY = "cp1252"
_CHUNK = 1 << 20


class UnknownEncoding(CrmError):
    """A file that is in none of the encodings that are tried."""


class NoEncoding(UnknownEncoding):
    """A word that names no encoding of text."""

    exit_code = ExitCode.USAGE

    def __init__(self, word: str) -> None:
        super().__init__(f'"{word}" is no encoding that is known', "Say for example utf-8, latin-1, cp1252 or utf-16")


@frozen
class Encoding:
    """The encoding of a file, by Python's name; `note` says what was guessed, "" where nothing was."""

    name: str
    note: str = ""


def named_encoding(word: str) -> Encoding:
    """Give the encoding that a person named; raise NoEncoding."""
    try:
        codec = codecs.lookup(word)
        "a".encode(word)  # refuses codecs that are no encoding of text, such as rot13
    except LookupError:
        raise NoEncoding(word) from None
    return Encoding("utf-8-sig" if codec.name == "utf-8" else codec.name)


def find_encoding(file: BinaryIO, name: str) -> Encoding:
    """Find the encoding of a file that can be sought, reading all of it: a mark, UTF-8, else Windows-1252.

    `name` is the file's, for messages. The file is left at its beginning. Raises UnknownEncoding.
    """
    file.seek(0)
    head = file.read(4)
    marked = next((encoding for mark, encoding in _MARKS if head.startswith(mark)), "")
    wrong = _first_wrong_line(file, marked or "utf-8")
    if not wrong:
        return Encoding(marked or "utf-8")
    if marked:
        raise UnknownEncoding(
            f'"{name}" is marked as {marked.removesuffix("-sig").upper()}, but its line {wrong} is not',
            "Repair the line, or name the encoding",
        )
    if _first_wrong_line(file, _LEGACY):
        raise UnknownEncoding(
            f'"{name}" is neither UTF-8 nor Windows-1252 (line {wrong})', "Name its encoding: --encoding NAME"
        )
    return Encoding(_LEGACY, f"Windows-1252 (line {wrong} is not UTF-8; another: --encoding NAME)")


def _first_wrong_line(file: BinaryIO, encoding: str) -> int:
    """Give the number of the first line that is not in the encoding, 0 where all are; leave the file at its start."""
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    lines = 1
    try:
        while chunk := file.read(_CHUNK):
            decoder.decode(chunk)
            lines += chunk.count(b"\n")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        return lines + error.object[: error.start].count(b"\n")
    finally:
        file.seek(0)
    return 0
