"""What an import did, or would do: how columns were understood, the counts, the rejected rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.render.documents import Document, write_document
from crmcli.render.sheets import Column, Sheet
from crmcli.render.writes import write_summary, written_value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmcli.render.output import Output
    from crmcli.render.sheets import Row
    from crmcli.services.exports import Exported
    from crmcli.services.import_result import Imported, RejectedRow, RowOutcome
    from crmcli.services.normalising import Normalised
    from crmcli.services.workspace import Workspace

# So many rejected rows are written one by one; all of them are in the repair file.
_SHOWN = 10


def write_imported(output: Output, workspace: Workspace, imported: Imported) -> None:
    """Write the outcome of an import."""
    value = {
        **written_value(imported.written),
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
    columns = tuple(Column(key, key.capitalize()) for key in ("line", "code", "column", "value", "reason"))
    rows: list[Row] = [
        ("", (row.line, row.code, row.column or None, row.value or None, row.reason)) for row in imported.rejected_rows
    ]
    write_document(
        output, Document(value, lambda out: _write_text(out, workspace, imported), lambda: Sheet(columns, rows))
    )


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


def write_exported(output: Output, exported: tuple[Exported, ...]) -> None:
    """Say as talk what was exported to which file."""
    for one in exported:
        output.say(f"{one.count:,} exported", (f" to {one.path}" if one.path else "", "ref"))
        for note in one.notes:
            output.say((note, "dim"))


def _counts(imported: Imported) -> Mapping[str, int]:
    return {
        "created": imported.created,
        "updated": imported.updated,
        "unchanged": imported.unchanged,
        "rejected": imported.rejected,
        "blank": imported.blank,
    }


def _write_text(output: Output, workspace: Workspace, imported: Imported) -> None:
    taken = [column for column in imported.columns if column.target and column.target != column.heading]
    width = max((len(column.heading) for column in taken), default=0)
    for column in taken:
        known_by = f" by {column.known_by}" if column.known_by else ""
        output.line("  ", column.heading.ljust(width), (" → ", "dim"), f"{column.target}{known_by}")
    for note in imported.notes:
        output.line(note)
    _write_rejected(output, imported)
    would = "would be " if imported.written.dry_run else ""
    counts = [f"{count:,} {would}{verdict}" for verdict, count in _counts(imported).items() if count]
    output.line("Rows: ", ", ".join(counts) or "none")
    if imported.repair_path:
        output.line("Mend the rejected rows in ", (imported.repair_path, "ref"), " and import that file")
    if not imported.written.dry_run:
        write_summary(output, workspace, imported.written)


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
