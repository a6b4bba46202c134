"""What an import did, or would do: how columns were understood, the counts, the rejected rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.render.documents import Document, write_document
from crmcli.render.import_rows import rejection_value
from crmcli.render.sheets import Column, Sheet
from crmcli.render.writes import write_summary, write_warnings, written_value
from crmcli.services.importing.result import ColumnKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crmcli.render.import_rows import Rows
    from crmcli.render.output import Output
    from crmcli.render.sheets import Row
    from crmcli.services.exporting.exports import Exported
    from crmcli.services.importing.result import Imported, MappedColumn
    from crmcli.services.normalising import Normalised
    from crmcli.services.workspace import Workspace

# So many rejected rows are written one by one; all of them are in the repair file.
_SHOWN = 10


def write_imports(output: Output, workspace: Workspace, imported: Sequence[Imported], rows: Rows | None) -> None:
    """Write the outcome of an import of one or several files; `rows` are those that were told one by one."""
    write = _write_several if len(imported) > 1 else _write_one
    write(output, workspace, imported, rows)
    write_warnings(output, [warning for each in imported for warning in each.warnings])


def _write_one(output: Output, workspace: Workspace, imported: Sequence[Imported], rows: Rows | None) -> None:
    only = imported[0]
    value = {**written_value(only.written), **_imported_value(only), **_told(rows)}

    def write_text(out: Output) -> None:
        _write_rows(out, only, listed=rows is not None)
        if not only.written.dry_run:
            write_summary(out, workspace, only.written)

    write_document(output, Document(value, write_text, lambda: _rejected_sheet(_rejected_rows(only))))


def _told(rows: Rows | None) -> Mapping[str, object]:
    """Give what the document has more where all rows were asked for."""
    return {"outcomes": rows.told} if rows and rows.told else {}


def _write_several(output: Output, workspace: Workspace, imported: Sequence[Imported], rows: Rows | None) -> None:
    """Write file by file."""
    written = imported[0].written
    files = [{"file": each.path, **_imported_value(each)} for each in imported]
    value = {**written_value(written), "files": files, **_told(rows)}

    def write_text(out: Output) -> None:
        for each in imported:
            out.line((each.path, "title"), f": {workspace.model.words[each.object_name].plural.lower()}")
            _write_rows(out, each, listed=rows is not None)
        if not written.dry_run:
            write_summary(out, workspace, written)

    def sheet() -> Sheet:
        return _rejected_sheet([row for each in imported for row in _rejected_rows(each, each.path)], "File")

    write_document(output, Document(value, write_text, sheet))


def _imported_value(imported: Imported) -> dict[str, object]:
    return {
        "object": imported.object_name,
        "rows": _counts(imported),
        "columns": [
            {"number": c.number, "heading": c.heading, "kind": c.kind.value, "target": c.target or None}
            | ({"known_by": c.known_by} if c.known_by else {})
            | ({"label": c.label} if c.label else {})
            for c in imported.columns
        ],
        "rejected": [{"line": row.line, **rejection_value(row)} for row in imported.rejected_rows],
        "repair_file": imported.repair_path or None,
        "notes": [*imported.notes, *imported.advice, *(f"{w.message}; {w.hint}" for w in imported.warnings)],
    }


def _rejected_sheet(rows: Sequence[Row], reference: str = "") -> Sheet:
    columns = tuple(Column(key, key.capitalize()) for key in ("line", "code", "column", "value", "reason"))
    return Sheet(columns, rows, reference=reference) if reference else Sheet(columns, rows)


def _rejected_rows(imported: Imported, name: str = "") -> list[Row]:
    return [
        (name, (row.line, row.code, row.column or None, row.value or None, row.reason))
        for row in imported.rejected_rows
    ]


def write_normalised(output: Output, made: Normalised) -> None:
    """Say what was found in a file, and which of its rows are not sound; all of it is talk."""
    for note in made.notes:
        output.say(note)
    for fault in made.faults[:_SHOWN]:
        output.warn(f"{made.name}:{fault.line}: {fault.reason}")
    if made.faulty > _SHOWN:
        output.warn(f"and {made.faulty - _SHOWN:,} more such rows")


def write_exported(output: Output, exported: Exported) -> None:
    """Say as talk what was exported to which file."""
    if exported.path:
        output.say(f"{exported.count:,} exported", (f" to {exported.path}", "ref"))
    for note in exported.notes:
        output.say((note, "dim"))


def _counts(imported: Imported) -> Mapping[str, int]:
    return {
        "created": imported.created,
        "updated": imported.updated,
        "unchanged": imported.unchanged,
        "rejected": imported.rejected,
        "duplicates": imported.duplicates,
        "likely_duplicates": imported.likely,
        "blank": imported.blank,
    }


def _write_rows(output: Output, imported: Imported, *, listed: bool) -> None:
    """Write the mapping, the counts and the first of the rejected rows, unless all rows are listed already."""
    taken = [column for column in imported.columns if _target(column) not in ("", column.heading)]
    width = max((len(column.heading) for column in taken), default=0)
    for column in taken:
        output.line("  ", column.heading.ljust(width), (" → ", "dim"), _target(column))
    for note in imported.notes:
        output.line(note)
    would = "would be " if imported.written.dry_run else ""
    rows = {name: count for name, count in _counts(imported).items() if count and "duplicates" not in name}
    counts = [f"{count:,} {would}{verdict}{_duplicates(imported, verdict)}" for verdict, count in rows.items()]
    output.line("Rows: ", ", ".join(counts) or "none")
    if imported.refused:
        output.line(("Nothing was imported", "bad"), ": rows are rejected, and --strict takes all of them or none")
    if not listed:
        _write_rejected(output, imported)
    for sentence in imported.advice:
        output.line(sentence)
    if imported.repair_path:
        output.line("Mend the rejected rows in ", (imported.repair_path, "ref"), " and import that file")


def _duplicates(imported: Imported, verdict: str) -> str:
    if verdict != "rejected" or not imported.duplicates:
        return ""
    if imported.duplicates == 1:
        return " (1 is a duplicate of an earlier row)"
    return f" ({imported.duplicates:,} are duplicates of earlier rows)"


def _target(column: MappedColumn) -> str:
    """Say what a column goes into: a property, an associated object and by what its records are known, labels.

    "" where it goes into nothing, or other columns are made of it.
    """
    if column.kind not in (ColumnKind.PROPERTY, ColumnKind.ASSOCIATION, ColumnKind.LABELS):
        return ""
    if column.kind is ColumnKind.LABELS:
        return f"labels of {column.target or 'associations'}"
    label = f"[{column.label}]" if column.label else ""
    return f"{column.target}{label} by {column.known_by}" if column.known_by else f"{column.target}{label}"


def _write_rejected(output: Output, imported: Imported) -> None:
    for row in imported.rejected_rows[:_SHOWN]:
        output.line((f"line {row.line}", "bad"), f": {row.reason}")
    if imported.rejected > _SHOWN:
        output.line((f"and {imported.rejected - _SHOWN:,} more rejected", "dim"))
