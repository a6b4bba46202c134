"""What is to be known of a workbook's package before a library unpacks it: that it is no bomb, and its cells in error.

XLSX and ODS files are zip archives of XML. The library that reads them unpacks them into memory, however much there is,
and gives a cell in error like an empty one.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING
from zipfile import ZipFile, is_zipfile

from crmcli.formats.expansion import Expansion

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import BinaryIO

_CHUNK = 1 << 20
_MOST = 1 << 32  # bytes of XML in a workbook
_ERROR = b' t="e"'  # the type of a cell in error
_SHEETS = "xl/worksheets/"
_BOOK = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"
_ELEMENT = re.compile(r"<(?:\w+:)?(?:sheet|Relationship)\s[^>]*>")
_ATTRIBUTE = re.compile(r'([\w:]+)\s*=\s*"([^"]*)"')


def cells_in_error(file: BinaryIO, name: str) -> dict[str, int]:
    """Unpack a workbook into nothing; give how many cells of each sheet of an XLSX are in error, where some are.

    A file that is no zip archive has none. Raises Expands, and what the standard library raises for a broken archive.
    """
    if not is_zipfile(file):
        return {}
    expansion = Expansion(name, file.seek(0, 2), most=_MOST)
    errors: dict[str, int] = {}
    with ZipFile(file) as package:
        for member in package.namelist():
            count = _unpacked(package, member, expansion)
            if count and member.startswith(_SHEETS):
                errors[member.removeprefix("xl/")] = count
        return _by_title(package, errors) if errors else {}


def _unpacked(package: ZipFile, path: str, expansion: Expansion) -> int:
    """Unpack a member; count its cells in error."""
    count, tail = 0, b""
    with package.open(path) as member:
        while chunk := member.read(_CHUNK):
            expansion.take(len(chunk))
            count += (tail + chunk).count(_ERROR)
            tail = chunk[1 - len(_ERROR) :]
    return count


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
