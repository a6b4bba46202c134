"""Mail (one message, or an mbox of many) as a table: who wrote what to whom, when.

Each message is read by itself, so one that is broken costs no other. Of attachments only the names are taken.
References: RFC 5322, RFC 2045 to 2047, RFC 4155.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from crmcli.errors import CrmError
from crmcli.formats.mail_cells import HEADINGS, mail_cells
from crmcli.formats.row_table import Row, RowTable, Shape
from crmcli.formats.table import Fault, Remark

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import BinaryIO

    from crmcli.formats.mail_cells import Cells

MAIL = "email"
_BETWEEN = re.compile(rb"From (?:\S+|-) .*\d\d:\d\d")  # the line before each message of an mbox: From sender, when
_QUOTED = re.compile(rb"(?m)^>(>*From )")
_LONGEST = 1 << 28  # bytes of one message
_NO_DATE = "a mail says no date that can be read: that of its delivery is taken"


class NoMail(CrmError):
    """A file that should hold mail and holds none."""

    def __init__(self, name: str) -> None:
        super().__init__(f'"{name}" holds no mail', "A message begins with lines such as From: and Subject:")


def mail_tables(file: BinaryIO, name: str) -> Sequence[RowTable]:
    """Give the mails of an open file; raise NoMail."""
    used: set[str] = set()
    for _, raw in _messages(file):
        cells = mail_cells(raw)
        if cells is not None:
            used.update(heading for heading, cell in cells.by_heading.items() if cell)
    if not used:
        raise NoMail(name)
    header = [heading for heading in HEADINGS if heading in used]
    return [RowTable(Shape(name, header, MAIL, ["mail"]), partial(_rows, file, header), file)]


def _rows(file: BinaryIO, header: Sequence[str]) -> Iterator[Row | Fault]:
    for line, raw in _messages(file):
        yield _row(line, mail_cells(raw), header)


def _row(line: int, cells: Cells | None, header: Sequence[str]) -> Row | Fault:
    if cells is None:
        return Fault(line, "COULD_NOT_PARSE_ROW", "it is no mail that can be read", [])
    row = [cells.by_heading.get(heading, "") for heading in header]
    if not (cells.by_heading.get("From") or cells.by_heading.get("Subject") or cells.by_heading.get("To")):
        return Fault(line, "COULD_NOT_PARSE_ROW", "it names no sender, no recipient and no subject", row)
    if cells.doubts_date:
        return Row(line, row, [Remark(line, _NO_DATE)])
    return Row(line, row)


def _messages(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Give the messages of a file with the line on which each begins: the parts of an mbox, or all as one."""
    file.seek(0)
    if not file.readline(1 << 16).startswith(b"From "):
        file.seek(0)
        yield 1, file.read(_LONGEST)
        return
    lines: list[bytes] = []
    start, blank = 2, False
    for number, line in enumerate(file, start=2):
        if blank and _BETWEEN.match(line):
            yield start, _unquoted(lines)
            lines, start = [], number + 1
        else:
            lines.append(line)
        blank = not line.strip()
    yield start, _unquoted(lines)


def _unquoted(lines: Sequence[bytes]) -> bytes:
    return _QUOTED.sub(rb"\1", b"".join(lines))
