"""Writing rows as delimited text."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import IO, Literal


def write_rows(file: IO[str], rows: Sequence[Sequence[str]], delimiter: str) -> None:
    """Write rows so that they are read back with the same cells; lines end with LF."""
    # For a carriage return, csv quotes a cell only where its own line end has one; read back it would end the row.
    risky = any("\r" in "".join(row) for row in rows)
    quoting: Literal[0, 1] = csv.QUOTE_ALL if risky else csv.QUOTE_MINIMAL
    csv.writer(file, delimiter=delimiter, lineterminator="\n", quoting=quoting).writerows(rows)
