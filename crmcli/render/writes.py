"""What a write did: what changed, which operation it was, and how to take it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.render.documents import Document, write_document
from crmcli.render.sheets import Column, Sheet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crmcli.errors import Problem
    from crmcli.render.output import Output
    from crmcli.render.sheets import Row
    from crmcli.services.workspace import Workspace
    from crmcli.services.written import ChangeLine, Written

# So many changes are written one by one; the counts say the rest.
_SHOWN = 20
_UNSET = "–"


def write_written(output: Output, workspace: Workspace, written: Written) -> None:
    """Write what an operation did, or what a dry run would do."""

    def sheet() -> Sheet:
        if output.format == "ids" or not written.changes:
            return Sheet((), [(str(ref), ()) for ref in written.refs], reference="Record")
        columns = (Column("property", "Property"), Column("old", "Before"), Column("new", "After"))
        rows: list[Row] = [(str(c.ref), (c.property, c.old_text or None, c.new_text or None)) for c in written.changes]
        return Sheet(columns, rows, reference="Record")

    write_document(output, Document(written_value(written), lambda out: _write_text(out, workspace, written), sheet))
    write_warnings(output, written.warnings)


def write_warnings(output: Output, warnings: Iterable[Problem]) -> None:
    """Say as talk what is to be known beside a result, each with what to do about it."""
    for each in warnings:
        output.say(("Warning: ", "warn"), each.message)
        output.say((each.hint, "dim"))


def write_unchanged(output: Output) -> None:
    """Say that there was nothing to do."""
    output.say(("Nothing to change", "dim"))


def written_value(written: Written) -> dict[str, object]:
    """Give the JSON shape `written`."""
    counts: dict[str, dict[str, int]] = {}
    for (name, verb), count in written.counts.items():
        counts.setdefault(verb, {})[name] = count
    return {
        "operation": written.operation.id if written.operation else None,
        "dry_run": written.dry_run,
        "counts": counts,
        "records": [str(ref) for ref in written.refs],
        "changes": [_change_value(change) for change in written.changes],
        "notes": [*written.notes, *(f"{each.message}; {each.hint}" for each in written.warnings)],
    }


def write_summary(output: Output, workspace: Workspace, written: Written) -> None:
    """Write the line that every write ends with: what was done, by which operation, how to take it back."""
    from crmcli.services.history import counted

    done = ", ".join(counted(workspace, name, verb, count) for (name, verb), count in written.counts.items())
    if not done:
        output.line(("Nothing to change", "dim"))
    elif written.dry_run:
        output.line("Would be: ", done, (" · nothing is changed yet", "dim"))
    else:
        operation = f" · operation {written.short_id} · undo: crm undo {written.short_id}"
        output.line((done, "good"), (operation, "dim"))


def _write_text(output: Output, workspace: Workspace, written: Written) -> None:
    _write_changes(output, written.changes[:_SHOWN])
    unshown = len(written.changes) - _SHOWN
    if unshown > 0:
        output.line((f"and {unshown:,} more changes", "dim"))
    for ref in _created(written):
        output.line((ref, "ref"))
    for note in written.notes:
        output.line(note)
    write_summary(output, workspace, written)


def _created(written: Written) -> Iterator[str]:
    """Give the references of new records, when they are few: their ids are what the user goes on with."""
    made = sum(count for (_, verb), count in written.counts.items() if verb == "created")
    if 0 < made <= _SHOWN and not written.dry_run:
        changed = {change.ref for change in written.changes}
        yield from (str(ref) for ref in written.refs if ref not in changed)


def _write_changes(output: Output, changes: tuple[ChangeLine, ...]) -> None:
    before = None
    for change in changes:
        if change.ref != before:
            output.line((str(change.ref), "ref"), "  ", (change.title, "title"))
            before = change.ref
        output.line(
            "  ", f"{change.label}: ", (change.old_text or _UNSET, "dim"), " → ", (change.new_text or _UNSET, "good")
        )


def _change_value(change: ChangeLine) -> dict[str, object]:
    return {
        "id": str(change.ref),
        "property": change.property,
        "old": change.old_text or None,
        "new": change.new_text or None,
    }
