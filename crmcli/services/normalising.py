"""Any file as plain CSV: what an import would read of it, with nothing taken from or put into a CRM."""

from __future__ import annotations

import csv
import os
from typing import TYPE_CHECKING

from crmcli.errors import CrmError
from crmcli.formats.opening import Reading, opened
from crmcli.formats.table import EmptyFile
from crmcli.frozen import frozen
from crmcli.services.importing.remarks import Remarks, table_notes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import BinaryIO, TextIO

    from crmcli.formats.table import Block, Fault, Table

_SHOWN = 100  # faults that are kept


class CsvNotWritten(CrmError):
    """The file for the plain CSV cannot be written."""

    def __init__(self, path: str, error: OSError) -> None:
        exists = isinstance(error, FileExistsError)
        super().__init__(
            f'"{path}" {"exists already" if exists else f"cannot be written: {error.strerror}"}',
            "Name a new file, or - for standard output",
        )


@frozen
class Normalised:
    """What was made of a file: `rows` written, headings not counted, of which `faulty` are not sound.

    `faults` are the first of these; they were written as well as they could be read. `notes` say what was found.
    """

    name: str
    rows: int = 0
    faulty: int = 0
    faults: Sequence[Fault] = ()
    notes: Sequence[str] = ()


def normalise(path: str, stream: BinaryIO | None, sink: TextIO, reading: Reading = Reading()) -> Normalised:  # noqa: B008 - it is frozen
    """Write the first table of a file, or the one that `reading` names, as RFC 4180 has it, in UTF-8 on a disk.

    Headings are written where the file has any; blank rows are not. An empty file makes an empty one. Raises the
    errors of opening a file.
    """
    try:
        with opened(path, stream, reading) as tables:
            return _written(tables[0], sink, table_notes(path, tables, tables[0]))
    except EmptyFile:
        return Normalised(path, notes=[f"{path}: empty"])


def normalise_to(target: str, path: str, stream: BinaryIO | None, reading: Reading) -> Normalised:
    """Do so into a new file. Raises CsvNotWritten too."""
    try:
        # The rows are people's data: nobody else may read them, whatever the umask.
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise CsvNotWritten(target, error) from None
    try:
        with open(descriptor, "w", encoding="utf-8", newline="") as sink:
            return normalise(path, stream, sink, reading)
    except BaseException as error:
        os.unlink(target)
        if isinstance(error, OSError):
            raise CsvNotWritten(target, error) from None
        raise


def _written(table: Table, sink: TextIO, notes: Sequence[str]) -> Normalised:
    writer = csv.writer(sink)
    if table.headed:
        writer.writerow(table.header)
    remarks = Remarks(table.name)
    rows = faulty = 0
    faults: list[Fault] = []
    for block in table.blocks():
        writer.writerows(_rows(block))
        remarks.take(block)
        rows += len(block.lines) + len(block.faults)
        faulty += len(block.faults)
        faults += block.faults[: _SHOWN - len(faults)]
    return Normalised(table.name, rows, faulty, faults, [*notes, *remarks.notes()])


def _rows(block: Block) -> Sequence[Sequence[str]]:
    """Give the rows of a block with those that are not sound, in the order of their lines."""
    sound = list(zip(*block.columns, strict=True))
    if not block.faults:
        return sound
    rows = [*zip(block.lines, sound, strict=True), *((fault.line, fault.cells) for fault in block.faults)]
    return [cells for _, cells in sorted(rows, key=lambda row: row[0])]
