"""Exports as delimited text: CSV and TSV that a spreadsheet opens safely and our import takes back."""

from __future__ import annotations

import re
from io import StringIO
from typing import TYPE_CHECKING

from crmcli.formats.writing import write_rows
from crmcli.services.association_cells import write_cell
from crmcli.services.exporting.contents import cell_text
from crmcli.services.spreadsheet import neutralise_many
from crmcli.store.texts import ANY, PLAIN, ROW

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TextIO

    from crmcli.services.exporting.contents import Contents, ExportBlock
    from crmcli.services.exporting.exports import Style

_ENDS = f"{PLAIN}{ANY}{ROW}"
# A cell that would run, or that begins as if it had been neutralised; and one in single quotes.
_RUNS = f"{ANY}(?:[=@\t\r]|[+-](?![0-9]+(?:[.][0-9]+)?[{_ENDS}])|'(?:[=+\\-@\t\r']|(?:[^{_ENDS}]*')?[{_ENDS}]))"
_SINGLE_QUOTES = f"{ANY}'(?:[^{_ENDS}]*')?[{_ENDS}]"
_EXTENSION = " ext "  # of a telephone number, which begins with a plus: without one it is a number


def write_csv(parts: Sequence[Contents], sink: TextIO, style: Style) -> int:
    """Write comma-separated text in UTF-8 with lines ended by LF; give the number of records."""
    return _write(parts[0], sink, ",", style)


def write_tsv(parts: Sequence[Contents], sink: TextIO, style: Style) -> int:
    """Write tab-separated text, quoted as in CSV; give the number of records."""
    return _write(parts[0], sink, "\t", style)


def _write(contents: Contents, sink: TextIO, delimiter: str, style: Style) -> int:
    write_rows(sink, [contents.headings(labels=style.labels)], delimiter)
    if contents.texts is not None:
        return _Texts(contents, sink, delimiter, raw=style.raw).write()
    count = 0
    for block in contents.blocks:
        write_rows(sink, cells(contents, block, raw=style.raw), delimiter)
        count += len(block.ids)
    return count


def cells(contents: Contents, block: ExportBlock, *, raw: bool) -> list[tuple[str, ...]]:
    """Give the records of a block as rows of cells."""
    columns = [[f"{contents.object_name}:{each}" for each in block.ids]] if contents.referenced else []
    for column, values in zip(contents.columns, block.columns, strict=True):
        text = cell_text(column.value_type)
        written = ["" if value is None else text(value) for value in values]
        columns.append(written if raw else neutralise_many(written))
    columns += [[write_cell(links) for links in column] for column in block.links]
    return list(zip(*columns, strict=True))


class _Texts:
    """Writes what SQLite has put together; looks closer only where a cell needs quotes or would run."""

    def __init__(self, contents: Contents, sink: TextIO, delimiter: str, *, raw: bool) -> None:
        self._contents = contents
        self._sink = sink
        self._delimiter = delimiter
        self._raw = raw
        self._plain = str.maketrans({ANY: delimiter, PLAIN: delimiter, ROW: "\n"})
        self._within = len(contents.headings()) - 1  # delimiters in a line
        dialled = any(column.value_type and column.value_type.name == "phone" for column in contents.columns)
        self._special = ('"', "\r", *((_EXTENSION,) if dialled and not raw else ()))
        self._looked_at = re.compile(_SINGLE_QUOTES if raw else _RUNS)

    def write(self) -> int:
        count = 0
        for block in self._contents.texts or ():
            text = block.text
            if plain := self._as_it_is(text, block.rows):
                self._sink.write(plain)
            elif (text.count(ROW) + 1, text.count(ANY) + text.count(PLAIN)) == (block.rows, block.rows * self._within):
                for line in text.split(ROW):
                    self._sink.write(self._as_it_is(line, 1) or self._quoted(line))
            else:  # the characters between cells stand in one as well
                for read in self._contents.read(block.ids()):
                    write_rows(self._sink, cells(self._contents, read, raw=self._raw), self._delimiter)
            count += block.rows
        return count

    def _as_it_is(self, text: str, rows: int) -> str:
        """Give the lines of records; "" where any of their cells holds what needs quotes, or would run."""
        plain = text.translate(self._plain)
        # More delimiters or lines than there must be: they stand in cells.
        if plain.count(self._delimiter) != rows * self._within or plain.count("\n") != rows - 1:
            return ""
        if any(mark in text for mark in self._special) or self._looked_at.search(text + ROW):
            return ""
        return plain + "\n"

    def _quoted(self, line: str) -> str:
        """Give the line of one record, cell by cell."""
        row = line.replace(PLAIN, ANY).split(ANY)
        made = StringIO(newline="")
        write_rows(made, [row if self._raw else neutralise_many(row)], self._delimiter)
        return made.getvalue()
