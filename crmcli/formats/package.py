"""What is to be known of a workbook's package before a library unpacks it: that it is no bomb, and its cells in error.

XLSX and ODS files are zip archives of XML. The library that reads them unpacks them into memory, however much there is,
makes room for all cells up to the last, however few there are, and gives a cell in error like an empty one.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING
from zipfile import ZipFile, is_zipfile

from crmcli.formats.expansion import Expansion
from crmcli.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import BinaryIO

_CHUNK = 1 << 20
_MOST = 1 << 32  # bytes of XML in a workbook
_MOST_CELLS = 10**8  # that a sheet may have room for without being tried out
_ERROR = b' t="e"'  # the type of a cell in error
_ENOUGH = 32  # bytes in which the beginning of a cell fits
_SHEETS = "xl/worksheets/"
_BOOK = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"
_ELEMENT = re.compile(r"<(?:\w+:)?(?:sheet|Relationship)\s[^>]*>")
_ATTRIBUTE = re.compile(r'([\w:]+)\s*=\s*"([^"]*)"')


@frozen
class Package:
    """What was found: cells in error by sheet, where some are; whether nothing is out of the ordinary.

    `book` says that it is an XLSX, whose cells in error are no texts.
    """

    errors: Mapping[str, int] = {}
    ordinary: bool = False
    book: bool = False


def looked_through(file: BinaryIO, name: str) -> Package:
    """Unpack a workbook into nothing; a file that is no XLSX has no cells in error and is not ordinary.

    Raises Expands, and what the standard library raises for a broken archive.
    """
    if not is_zipfile(file):
        return Package()
    expansion = Expansion(name, file.seek(0, 2), most=_MOST)
    with ZipFile(file) as package:
        members = {path: _unpacked(package, path, expansion) for path in package.namelist()}
        errors = {
            path.removeprefix("xl/"): member.errors
            for path, member in members.items()
            if member.errors and path.startswith(_SHEETS)
        }
        ordinary = _BOOK in members and all(member.room <= _MOST_CELLS for member in members.values())
        return Package(_by_title(package, errors) if errors else {}, ordinary, _BOOK in members)


def _unpacked(package: ZipFile, path: str, expansion: Expansion) -> _Member:
    found = _Member()
    with package.open(path) as member:
        while chunk := member.read(_CHUNK):
            expansion.take(len(chunk))
            found.take(chunk)
    return found


class _Member:
    """What is seen of a member of the package as it is unpacked: any of them may turn out to be a sheet."""

    def __init__(self) -> None:
        self.errors = 0
        self._letters, self._digits = 1, 5  # that columns and rows have at most: Z, 99999
        self._tail = b""

    @property
    def room(self) -> int:
        """The most cells that there are up to the last row and column."""
        return int(27**self._letters * 10**self._digits)

    def take(self, chunk: bytes) -> None:
        """See what is in the next bytes."""
        text = self._tail + chunk
        while found := self._beyond(text):
            self._letters = max(self._letters, len(found[1]))
            self._digits = max(self._digits, len(found[2]))
        self._tail = text[-_ENOUGH:]
        self.errors += text.count(_ERROR) - self._tail.count(_ERROR)  # these are counted with the next bytes

    def _beyond(self, text: bytes) -> re.Match[bytes] | None:
        """Find a row or cell that is further out than all before: `r="XFD1048576"`."""
        further = rb"[A-Za-z]{%d,}\d|[A-Za-z]*\d{%d,}" % (self._letters + 1, self._digits + 1)
        # The blank before it is looked for afterwards: a pattern that begins with a letter is found four times as fast.
        return re.search(rb"""r(?<=\sr)\s*=\s*["'](?=%s)([A-Za-z]*)(\d+)""" % further, text)


def _by_title(package: ZipFile, errors: Mapping[str, int]) -> dict[str, int]:
    """Give counts by the names of sheets, which the workbook gives to relations and these to paths."""
    titles, paths = (_elements(package, path) for path in (_BOOK, _RELATIONS))
    targets = {one.get("Id", ""): one.get("Target", "").removeprefix("/xl/") for one in paths}
    return {
        unescape(one.get("name", "")): errors[target]
        for one in titles
        if (target := targets.get(one.get("r:id", ""), "")) in errors
    }


def _elements(package: ZipFile, path: str) -> list[dict[str, str]]:
    text = package.read(path).decode("utf-8", "replace")
    return [dict(_ATTRIBUTE.findall(element)) for element in _ELEMENT.findall(text)]
