"""What operations changed, line by line, with + for what came and - for what went."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.render.documents import Document, write_document
from crmcli.render.histories import operation_value
from crmcli.render.moments import shown
from crmcli.render.sheets import Column, Sheet

if TYPE_CHECKING:
    from datetime import tzinfo

    from crmcli.render.output import Output, Span
    from crmcli.services.diff import Difference, DiffLine

_CAME = {"created", "restored", "linked"}
_WENT = {"deleted", "undone", "merged", "erased", "unlinked"}
_WITH_ANOTHER = {"linked": "to", "unlinked": "from", "labelled": "to", "judged": "with"}
_COLUMNS = tuple(Column(key, key.capitalize()) for key in ("verb", "title", "property", "label", "old", "new", "count"))


def write_difference(output: Output, difference: Difference, zone: tzinfo) -> None:
    """Write what changed, under the operations that did it."""
    values = [_line_value(line) for line in difference.lines]
    write_document(
        output,
        Document(
            {"operations": [operation_value(line) for line in difference.operations], "changes": values},
            lambda out: _write_text(out, difference, zone),
            lambda: Sheet(
                _COLUMNS,
                [(str(value["id"] or ""), tuple(value[column.key] for column in _COLUMNS)) for value in values],
                reference="Record",
            ),
        ),
    )


def _line_value(line: DiffLine) -> dict[str, str | int | None]:
    return {
        "id": str(line.ref) if line.ref else None,
        "verb": line.verb,
        "title": line.title,
        "property": line.property or None,
        "label": line.label or None,
        "old": line.old_text or None,
        "new": line.new_text or None,
        "count": line.count,
    }


def _write_text(output: Output, difference: Difference, zone: tzinfo) -> None:
    for operation in difference.operations:
        about = f"  {shown(operation.at, zone)} · {operation.actor} · {operation.summary}"
        output.line((operation.short_id, "ref"), (about, "dim"))
    before = None
    for line in difference.lines:
        if line.verb == "updated" and line.ref != before:
            output.line((f"~ {line.ref}", "warn"), "  ", (line.title, "title"))
        output.line(*_spans(line))
        before = line.ref if line.verb == "updated" else None
    if not difference.lines:
        output.line(("Nothing is different", "dim"))


def _spans(line: DiffLine) -> list[Span]:
    if line.verb == "updated":
        return ["    ", f"{line.label}: ", (line.old_text or "–", "bad"), " → ", (line.new_text or "–", "good")]
    mark, style = ("+", "good") if line.verb in _CAME else ("-", "bad") if line.verb in _WENT else ("~", "warn")
    spans: list[Span] = [(f"{mark} {line.ref or line.title}", style), "  ", line.title if line.ref else ""]
    if line.count > 1 and line.ref:
        spans.append(f"to {line.ref.object_name}:{line.ref.id + line.count - 1} ({line.count:,} records)")
    if line.verb in _WITH_ANOTHER:
        spans += [f" {line.verb} {_WITH_ANOTHER[line.verb]} {line.label}"]
        labels = " → ".join(filter(None, (line.old_text, line.new_text)))
        return [*spans, (f"  {labels}" if labels else "", "dim")]
    return [*spans, (f"  {line.verb}", "dim")]
