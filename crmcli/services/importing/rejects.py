"""The rows that an import could not take, kept in a file that can be repaired and imported as it is.

The file has the columns and the delimiter of its source, and first the column `crm_error` with the reason, which
an import passes over. It is first so that a row with too many or too few cells stays as it came.
"""

from __future__ import annotations

import os
import re
from typing import IO, TYPE_CHECKING, Self

from crmcli.errors import CrmError
from crmcli.formats.writing import write_rows
from crmcli.services.mapping.columns import REASON_HEADING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

_ENDING = re.compile(r"(\.rejected(-\d+)?)?(\.[^./]{1,8})?$")
_PACKED = re.compile(r"\.(gz|xz|bz2)$", re.IGNORECASE)
# Endings of files that are not delimited text: what could not be taken of them is CSV.
_OTHERS = re.compile(r"\.(xls.?|ods|json|jsonl|ndjson|vcf|vcard|ics|ical|eml|mbox|mbx|zip)$", re.IGNORECASE)


class RepairFileFailed(CrmError):
    """The file for rejected rows cannot be written; nothing is imported then."""

    def __init__(self, path: str, error: OSError) -> None:
        super().__init__(
            f'The rejected rows cannot be written to "{path}": {error.strerror}', "Name another file: --repair FILE"
        )


class RepairFile:
    """Takes rejected rows as they come; the file appears with the first one.

    A context: it is left there when the block ends well, and removed when it does not.
    """

    def __init__(self, path: str, header: Sequence[str], delimiter: str) -> None:
        """Prepare to write to `path`, which must not exist; "" writes nothing."""
        self.path = path
        self._header = header
        self._delimiter = delimiter
        # The column of an earlier repair makes room for the new one.
        self._reason = next(
            (n for n, heading in enumerate(header) if heading.strip().casefold() == REASON_HEADING), None
        )
        self._file: IO[str] | None = None

    @property
    def used(self) -> bool:
        """Whether a row was written."""
        return self._file is not None

    def add(self, cells: Sequence[str], reason: str) -> None:
        """Write a row with the reason why it was rejected; raise RepairFileFailed."""
        if not self.path:
            return
        try:
            if self._file is None:
                self._file = self._begin()
            self._row(self._file, cells, reason)
        except OSError as error:
            raise RepairFileFailed(self.path, error) from None

    def complete(self) -> None:
        """Put all rows on the disk, before the accepted ones are committed; raise RepairFileFailed."""
        if self._file is not None:
            try:
                self._file.flush()
                os.fsync(self._file.fileno())
            except OSError as error:
                raise RepairFileFailed(self.path, error) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is None:
            return
        self._file.close()
        if kind is not None:
            os.unlink(self.path)

    def _begin(self) -> IO[str]:
        # The rows are people's data: nobody else may read them, whatever the umask.
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        file = open(descriptor, "w", encoding="utf-8", newline="")  # noqa: SIM115 - closed on leaving the context
        self._row(file, self._header, REASON_HEADING)
        return file

    def _row(self, file: IO[str], cells: Sequence[str], reason: str) -> None:
        kept = [cell for number, cell in enumerate(cells) if number != self._reason]
        write_rows(file, [[reason, *kept]], self._delimiter)


def repair_path(source: str) -> str:
    """Give the path of a file beside `source` that does not exist yet; for "-" one in the current folder.

    `leads.csv` → `leads.rejected.csv`, then `leads.rejected-2.csv`, which also follow one another; `leads.xlsx` and
    `leads.csv.gz` → `leads.rejected.csv`.
    """
    source = "import.csv" if source == "-" else _OTHERS.sub(".csv", _PACKED.sub("", source))
    ending = _ENDING.search(source)
    stem, suffix = (source[: ending.start()], ending[3] or ".csv") if ending else (source, ".csv")
    path, number = f"{stem}.rejected{suffix}", 1
    while os.path.lexists(path):
        number += 1
        path = f"{stem}.rejected-{number}{suffix}"
    return path
