"""Telling the format of a file: by what it begins with, and where that says nothing, by the ending of its name."""

from __future__ import annotations

import codecs
import os
import re
from json import JSONDecodeError, JSONDecoder
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import BinaryIO

CSV, WORKBOOK, JSON, JSON_LINES, VCARD, CALENDAR, MAIL = "csv", "workbook", "json", "jsonl", "vcard", "ics", "mail"
GZIP, XZ, BZ2, ZIP = "gzip", "xz", "bz2", "zip"
_HEAD = 1 << 14  # bytes
_MAGIC = ((b"\x1f\x8b", GZIP), (b"\xfd7zXZ\0", XZ), (b"BZh", BZ2), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", WORKBOOK))
_ZIPPED = (b"PK\x03\x04", b"PK\x05\x06")
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_BEGINNINGS = (
    (re.compile(r"BEGIN:VCARD\b", re.IGNORECASE), VCARD),
    (re.compile(r"BEGIN:V(CALENDAR|EVENT|TODO|TIMEZONE)\b", re.IGNORECASE), CALENDAR),
    (re.compile(r'\{\s*(["}]|$)|\[\s*([{["\]]|$)'), JSON),
    (re.compile(r"From (\S+|-) .*\d\d:\d\d.*\n"), MAIL),
)
_PACKED_ENDING = re.compile(r"\.(gz|xz|bz2)\]*$")  # a file within an archive is called archive.zip[file.csv]
_HEADER = re.compile(r"([!-9;-~]+):[ \t]*(?=\S|\n).*\n(?:[ \t]+\S.*\n)*")
_USUAL = frozenset(
    (
        "from",
        "to",
        "subject",
        "date",
        "received",
        "return-path",
        "message-id",
        "mime-version",
        "delivered-to",
        "content-type",
        "content-transfer-encoding",
        "sender",
        "reply-to",
        "cc",
    )
)
_MIME = frozenset(("mime-version", "content-type"))  # one of these is enough
_SURE = 3  # usual lines that are mail's also where no blank line follows them
_ENDINGS = {
    ".json": JSON, ".jsonl": JSON_LINES, ".ndjson": JSON_LINES, ".vcf": VCARD, ".vcard": VCARD, ".ics": CALENDAR,
    ".ical": CALENDAR, ".eml": MAIL, ".mbox": MAIL, ".mbx": MAIL, ".xlsx": WORKBOOK, ".xlsm": WORKBOOK,
    ".xlsb": WORKBOOK, ".xls": WORKBOOK, ".ods": WORKBOOK, ".csv": CSV, ".tsv": CSV, ".tab": CSV, ".txt": "",
}  # fmt: skip


def find_format(file: BinaryIO, name: str) -> str:
    """Name the format of an open file, CSV where nothing speaks for another; it is left at its beginning."""
    file.seek(0)
    head = file.read(_HEAD)
    file.seek(0)
    ending = _ENDINGS.get(os.path.splitext(_PACKED_ENDING.sub("", name.rstrip("]").lower()))[1], "")
    if head.startswith(_ZIPPED):
        return _zipped(file)
    packed = next((word for magic, word in _MAGIC if head.startswith(magic)), "")
    if packed:
        return packed
    text = _text(head)
    found = next((word for beginning, word in _BEGINNINGS if beginning.match(text)), "")
    if found == JSON:
        return JSON_LINES if ending == JSON_LINES or _is_lines(text) else JSON
    if not found and ending != CSV and _has_mail_headers(text):
        return MAIL
    return found or (CSV if ending == WORKBOOK else ending) or CSV


def _zipped(file: BinaryIO) -> str:
    """Tell a workbook, which is a zip archive of a certain content, from other archives."""
    from zipfile import BadZipFile, ZipFile

    try:
        with ZipFile(file) as archive:
            names = archive.namelist()
    except BadZipFile:
        return ZIP
    finally:
        file.seek(0)
    book = any(name.startswith("xl/workbook.") for name in names) or {"content.xml", "mimetype"} <= set(names)
    return WORKBOOK if book else ZIP


def _text(head: bytes) -> str:
    encoding = next((word for mark, word in _MARKS if head.startswith(mark)), "latin-1")
    return head.decode(encoding, "ignore").removeprefix("\ufeff").lstrip().replace("\r\n", "\n")


def _is_lines(text: str) -> bool:
    """Whether the first line is an object, and another begins on one that follows."""
    first, _, rest = text.partition("\n")
    if not rest.lstrip().startswith("{"):
        return False
    try:
        return JSONDecoder().raw_decode(first)[1] == len(first.rstrip())
    except (JSONDecodeError, RecursionError):
        return False


def _has_mail_headers(text: str) -> bool:
    """Whether a text begins with lines such as mail has, usual ones among them, and goes on as mail does."""
    usual, at = set(), 0
    while found := _HEADER.match(text, at):
        usual.add(found[1].lower())
        at = found.end()
    count = len(usual & _USUAL)
    enough = 1 if _MIME & usual else 2
    return count >= _SURE or (count >= enough and (at >= len(text) or text[at] == "\n"))
