"""What an import did, or would do: how columns were understood, the counts, the rejected rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.render.documents import Document, write_document
from crmcli.render.sheets import Column, Sheet
from crmcli.render.writes import write_summary, written_value
from crmcli.services.import_result import ColumnKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crmcli.render.output import Output
    from crmcli.render.sheets import Row
    from crmcli.services.exports import Exported
    from crmcli.services.import_result import Imported, MappedColumn, RejectedRow, RowOutcome
    from crmcli.services.normalising import Normalised
    from crmcli.services.workspace import Workspace

# So many rejected rows are written one by one; all of them are in the repair file.
_SHOWN = 10


def write_imported(output: Output, workspace: Workspace, imported: Imported) -> None:
    """Write the outcome of an import."""
    value = {**written_value(imported.written), **_imported_value(imported)}

    def write_text(out: Output) -> None:
        _write_rows(out, imported)
        if not imported.written.dry_run:
            write_summary(out, workspace, imported.written)

    write_document(output, Document(value, write_text, lambda: _rejected_sheet(_rejected_rows(imported))))


def write_several(output: Output, workspace: Workspace, imported: Sequence[Imported]) -> None:
    """Write the outcome of an import of several files, file by file."""
    written = imported[0].written
    value = {**written_value(written), "files": [{"file": each.path, **_imported_value(each)} for each in imported]}

    def write_text(out: Output) -> None:
        for each in imported:
            out.line((each.path, "title"), f": {workspace.model.words[each.object_name].plural.lower()}")
            _write_rows(out, each)
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
            for c in imported.columns
        ],
        "rejected": [_rejected_value(row) for row in imported.rejected_rows],
        "repair_file": imported.repair_path or None,
        "notes": [*imported.notes, *imported.advice],
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


def outcome_line(outcome: RowOutcome) -> str:
    """Say what becomes of one row: `line 7: update contact:3 (jobtitle: Analyst → Engineer)`."""
    about = f" {outcome.ref}" if outcome.ref else ""
    if outcome.rejection:
        about = f" {outcome.rejection.reason}"
    elif outcome.changes:
        changes = (f"{name}: {'–' if old is None else old} → {new}" for name, (old, new) in outcome.changes.items())
        about += f" ({', '.join(changes)})"
    return f"line {outcome.line}: {outcome.verdict.value}{about}"


def write_outcome(output: Output, outcome: RowOutcome) -> None:
    """Write what becomes of one row: before the summary for people, as talk beside a document."""
    (output.line if output.format == "table" else output.say)(outcome_line(outcome))


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
        "blank": imported.blank,
    }


def _write_rows(output: Output, imported: Imported) -> None:
    taken = [column for column in imported.columns if _target(column) not in ("", column.heading)]
    width = max((len(column.heading) for column in taken), default=0)
    for column in taken:
        output.line("  ", column.heading.ljust(width), (" → ", "dim"), _target(column))
    for note in imported.notes:
        output.line(note)
    _write_rejected(output, imported)
    would = "would be " if imported.written.dry_run else ""
    counts = [f"{count:,} {would}{verdict}" for verdict, count in _counts(imported).items() if count]
    output.line("Rows: ", ", ".join(counts) or "none")
    if imported.repair_path:
        output.line("Mend the rejected rows in ", (imported.repair_path, "ref"), " and import that file")


def _target(column: MappedColumn) -> str:
    """Say what a column goes into: a property, an associated object and by what its records are known, labels."""
    if column.kind is ColumnKind.LABELS:
        return f"labels of {column.target or 'associations'}"
    return f"{column.target} by {column.known_by}" if column.known_by else column.target


def _write_rejected(output: Output, imported: Imported) -> None:
    for row in imported.rejected_rows[:_SHOWN]:
        output.line((f"line {row.line}", "bad"), f": {row.reason}")
    if imported.rejected > _SHOWN:
        output.line((f"and {imported.rejected - _SHOWN:,} more rejected", "dim"))
    for sentence in imported.advice:
        output.line(sentence)


def _rejected_value(row: RejectedRow) -> dict[str, object]:
    return {
        "line": row.line,
        "code": row.code,
        "column": row.column or None,
        "value": row.value or None,
        "reason": row.reason,
    }
