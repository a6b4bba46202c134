"""How an import understands the columns of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.model.headings import WHOLE
from crmcli.render.documents import Document, write_document
from crmcli.render.sheets import Column, Sheet, write_sheet
from crmcli.services.importing.result import ColumnKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crmcli.render.output import Output
    from crmcli.render.sheets import Row
    from crmcli.services.importing.result import MappedColumn
    from crmcli.services.mapping.explaining import Explained
    from crmcli.services.workspace import Workspace

_LONGEST = 16  # characters of a value that is shown
_OUT = {
    ColumnKind.UNKNOWN: "not known",
    ColumnKind.LEFT_OUT: "as you said",
    ColumnKind.CALCULATED: "calculated",
    ColumnKind.REASON: "why a row was rejected",
}


def write_explained(output: Output, workspace: Workspace, explained: Sequence[Explained]) -> None:
    """Write what each column goes into and why: a table for people, with what is worth a word below."""
    columns = tuple(Column(key, key.capitalize()) for key in ("column", "samples", "property", "why"))
    sheets = [Sheet(columns, list(_rows(each))) for each in explained]
    several = len(explained) > 1

    def write_text(out: Output) -> None:
        for place, (each, sheet) in enumerate(zip(explained, sheets, strict=True)):
            if place:
                out.line("")
            if several:
                out.line((each.path, "title"), f": {workspace.model.words[each.object_name].plural.lower()}")
            write_sheet(out, sheet)
            of = f"{workspace.model.words[each.object_name].plural}: " if several else ""
            for note in each.notes:
                out.say(f"{of}{note}")

    def whole() -> Sheet:
        rows = [
            (each.object_name, cells) for each, sheet in zip(explained, sheets, strict=True) for _, cells in sheet.rows
        ]
        return Sheet(columns, rows, reference="Object") if several else sheets[0]

    values = [_explained_value(each) for each in explained]
    write_document(output, Document({"files": values} if several else values[0], write_text, whole))


def _explained_value(explained: Explained) -> dict[str, object]:
    return {
        "file": explained.path,
        "object": explained.object_name,
        "columns": [_value(column, explained) for column in explained.columns],
        "notes": list(explained.notes),
    }


def _rows(explained: Explained) -> Iterator[Row]:
    for column in explained.columns:
        texts = explained.samples.get(column.number, ())
        shown = " · ".join(text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…" for text in texts[:2])
        heading = column.heading or f"#{column.number}"
        yield "", (heading, shown or None, _property(column, explained), _why(column))


def _property(column: MappedColumn, explained: Explained) -> str:
    """Say what a column goes into: –, where into nothing."""
    if column.kind in (ColumnKind.PROPERTY, ColumnKind.MADE_OF):
        return " + ".join(explained.labels.get(name, name) for name in column.target.split(WHOLE))
    if column.kind is ColumnKind.REFERENCE:
        return "the record itself"
    if column.kind in (ColumnKind.ASSOCIATION, ColumnKind.LABELS):
        known_by = f" by {column.known_by}" if column.known_by else ""
        what = f"{column.label} of" if column.label else column.kind.value
        return f"{what} {column.target}{known_by}".strip()
    return "?" if column.kind is ColumnKind.DOUBTFUL else "–"


def _why(column: MappedColumn) -> str:
    if column.kind is ColumnKind.TAKEN:
        return f'"{column.evidence}" is it already'
    if column.kind is ColumnKind.DOUBTFUL:
        return f"maybe {' or '.join(column.guesses)}"
    return column.evidence or _OUT.get(column.kind, "heading")


def _value(column: MappedColumn, explained: Explained) -> dict[str, object]:
    return {
        "number": column.number,
        "heading": column.heading,
        "samples": list(explained.samples.get(column.number, ())),
        "kind": column.kind.value,
        "target": column.target or None,
        "evidence": column.evidence or None,
        "guesses": list(column.guesses),
    }
