"""What became of a portal's files: a line for each, and the sum."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.render.documents import Document, write_document
from crmcli.render.sheets import Column, Sheet
from crmcli.render.writes import write_summary, written_value

if TYPE_CHECKING:
    from crmcli.render.output import Output
    from crmcli.render.sheets import Row
    from crmcli.services.portal.takeover import PortalImported
    from crmcli.services.workspace import Workspace


def write_portal(output: Output, workspace: Workspace, made: PortalImported) -> None:
    """Write the account of a portal's files."""
    written = made.imported[0].written
    value = {
        **written_value(written),
        "files": [{"file": each.name, "rows": each.rows, "became": each.became} for each in made.files],
    }
    rows: list[Row] = [("", (each.name, each.rows, each.became)) for each in made.files]
    columns = (Column("file", "File"), Column("rows", "Rows"), Column("became", "What became of them"))

    def write_text(out: Output) -> None:
        wide = max(len(each.name) for each in made.files)
        for each in made.files:
            out.line(each.name.ljust(wide), f"{each.rows:>7,}  ", each.became)
        for note in made.notes:
            out.line(note)
        for one in made.imported:
            for note in one.notes:
                out.line((f"{one.path}: ", "ref"), note)
            for row in one.rejected_rows[:3]:
                out.line((f"{one.path}:{row.line}", "bad"), f": {row.reason}")
            if one.repair_path:
                out.line("Mend the rejected rows in ", (one.repair_path, "ref"), " and import that file")
        write_summary(out, workspace, written)

    write_document(output, Document(value, write_text, lambda: Sheet(columns, rows)))
