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
_WIDE = ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")
# Characters that no text has, and no table as a delimiter either.
_CONTROLS = bytes({0, *range(2, 9), *range(14, 27)})
_HEAD = 1 << 16
_CHUNK = 1 << 20
_REPAIR = "Repair the line, or name the encoding: --encoding NAME"


class NoText(CrmError):
    """A file that is no text, such as a picture, and of no other format that is read."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f'"{name}" is no text, and no other file that is read',
            "CSV and the like, XLSX, XLS, ODS, JSON, vCards, calendars and mail are, packed as gz, xz, bz2 or zip too",
        )


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
    """Find the encoding of a file that can be sought: a mark, UTF-16 and UTF-32 without one, UTF-8, a code page.

    All of it is read, so that nothing is found to be wrong in the middle of an import. `name` is the file's, for
    messages. The file is left at its beginning. Raises NoText or UnknownEncoding.
    """
    file.seek(0)
    head = file.read(_HEAD)
    marked = next((encoding for mark, encoding in _MARKS if head.startswith(mark)), "")
    if marked:
        wrong = _first_wrong_line(file, marked)
        if wrong:
            word = marked.removesuffix("-sig").upper()
            raise UnknownEncoding(f'"{name}" is marked as {word}, but its line {wrong} is not', _REPAIR)
        return Encoding(marked, "" if marked == "utf-8-sig" else marked.upper())
    wide = _wide(head)
    if wide and not _first_wrong_line(file, wide):
        return Encoding(wide, f"{wide[:6].upper()} without a mark")
    if _is_binary(head):
        raise NoText(name)
    wrong = _first_wrong_line(file, "utf-8")
    return _legacy(file, name, wrong) if wrong else Encoding("utf-8")


def _is_binary(head: bytes) -> bool:
    """Say whether what a file begins with is no text: a tenth of the bytes of a picture are control characters."""
    controls = len(head) - len(head.translate(None, _CONTROLS))
    often = b"\0" in head and controls * 20 > max(len(head), 160)
    return often or head[257:262] == b"ustar"  # an archive of files, which may be text


def _wide(head: bytes) -> str:
    """Give the encoding of two or four bytes a character that a text without a mark is in, "" where it is none."""
    whole = head[: len(head) // 4 * 4] or head
    for encoding in _WIDE if b"\0" in head else ():
        text = whole.decode(encoding, errors="replace")
        # Delimiters, line ends and digits are ASCII in all languages; read wrongly, they are other signs.
        plain = sum("\t" <= char < "\x7f" for char in text)
        if plain >= max(3, len(text) / 5) and not set(text) & set("\0\ufffd"):
            return encoding
    return ""


def _legacy(file: BinaryIO, name: str, wrong: int) -> Encoding:
    """Find the code page of a file whose line `wrong` is not UTF-8; raise UnknownEncoding."""
    from crmcli.formats.code_pages import find_page, page_label

    lines = _high_lines(file)
    good = sum(map(_is_utf_8, lines))
    if good > 2 * (len(lines) - good):
        raise UnknownEncoding(f'"{name}" is UTF-8, but its line {wrong} is not', _REPAIR)
    for page in dict.fromkeys((find_page(b"".join(lines)), "cp1252")):
        if page and not _first_wrong_line(file, page):
            return Encoding(page, f"{page_label(page)} (line {wrong} is not UTF-8; another: --encoding NAME)")
    raise UnknownEncoding(
        f'"{name}" is neither UTF-8 nor in a code page that is recognised (line {wrong})',
        "Name its encoding: --encoding NAME",
    )


def _high_lines(file: BinaryIO) -> list[bytes]:
    """Give the first lines that are not ASCII."""
    lines, size = [], 0
    file.seek(0)
    for line in iter(lambda: file.readline(_HEAD), b""):
        if not line.isascii():
            lines.append(line)
            size += len(line)
            if size > _HEAD:
                break
    file.seek(0)
    return lines


def _is_utf_8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


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
