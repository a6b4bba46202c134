"""Reading files as tables in tests."""

from __future__ import annotations

from crmcli.formats.opening import Reading, opened

NOTHING_SAID = Reading()


def tables(path, reading=NOTHING_SAID):
    """The tables of a file: name, kind, headings, rows as dictionaries of cells that are not blank, and more."""
    with opened(str(path), None, reading) as found:
        return [read(table) for table in found]


def read(table):
    blocks = list(table.blocks())
    rows = [dict(zip(table.header, block.row(n), strict=True)) for block in blocks for n in range(len(block.lines))]
    return Read(
        table,
        [{heading: cell for heading, cell in row.items() if cell} for row in rows],
        [line for block in blocks for line in block.lines],
        [fault for block in blocks for fault in block.faults],
        [remark for block in blocks for remark in block.remarks],
    )


class Read:
    """What was read of a table."""

    def __init__(self, table, rows, lines, faults, remarks):
        self.name = table.name
        self.kind = table.kind
        self.typed = table.typed
        self.header = list(table.header)
        self.notes = list(table.notes)
        self.rows = rows
        self.lines = lines
        self.faults = faults
        self.remarks = remarks


def only(path, reading=NOTHING_SAID):
    """The one table of a file."""
    (table,) = tables(path, reading)
    return table
