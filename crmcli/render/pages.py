"""The record page: who or what a record is, its properties in groups, and what it is associated with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.render.cells import fill, width, wrap
from crmcli.render.values import VERSION, as_json, json_text, yaml_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import tzinfo

    from crmcli.render.output import Output, Span
    from crmcli.render.sheets import Row
    from crmcli.services.show import AssociationGroup, AssociationLine, Group, RecordPage

# Labels take at most so many columns beside their values.
_WIDEST_LABEL = 28
_NARROWEST_VALUE = 20


def write_pages(output: Output, pages: Sequence[RecordPage], zone: tzinfo) -> None:
    """Write one record page or several; JSON and YAML of one is an object, of several a list."""
    values = [{"version": VERSION, **page_value(page)} for page in pages]
    if output.format == "table":
        for at, page in enumerate(pages):
            if at:
                output.line()
            _write_page(output, page, zone)
    elif output.format == "jsonl":
        for value in values:
            output.data(as_json(value) + "\n")
    elif output.format in ("json", "yaml"):
        write = json_text if output.format == "json" else yaml_text
        output.data(write(values[0] if len(values) == 1 else values))
    elif output.format == "ids":
        output.data("".join(f"{page.ref}\n" for page in pages))
    else:
        from crmcli.render.sheets import Column, Sheet, write_sheet

        columns = (Column("property", "Property"), Column("label", "Label"), Column("value", "Value"))
        write_sheet(output, Sheet(columns, _rows(pages), reference="Record"))


def page_value(page: RecordPage) -> dict[str, object]:
    """Give the JSON shape `record`."""
    value: dict[str, object] = {
        "id": str(page.ref),
        "object": page.ref.object_name,
        "title": page.title,
        "properties": {field.name: field.stored for group in page.groups for field in group.fields},
        "associations": {group.object_name: _association_value(group) for group in page.associations},
    }
    if page.extra:
        value["extra"] = dict(page.extra)
    if page.history:
        from crmcli.render.histories import entry_value

        value["history"] = [entry_value(line) for line in page.history]
    return value


def _association_value(group: AssociationGroup) -> dict[str, object]:
    records = [
        {
            "id": str(line.ref),
            "title": line.title,
            "labels": list(line.labels),
            "other_is": list(line.other_is),
            "primary": line.primary,
        }
        for line in group.lines
    ]
    return {"total": group.total, "records": records}


def _rows(pages: Sequence[RecordPage]) -> Iterator[Row]:
    for page in pages:
        for group in page.groups:
            for field in group.fields:
                yield str(page.ref), (field.name, field.label, field.stored)


def _write_page(output: Output, page: RecordPage, zone: tzinfo) -> None:
    output.line((page.title, "title"), "  ", (f"{page.object_label} ", "dim"), (str(page.ref), "ref"))
    if page.secondary:
        output.line((page.secondary, "dim"))
    fields = [field for group in page.groups for field in group.fields]
    column = min(max((width(field.label) for field in fields), default=0), _WIDEST_LABEL)
    for group in page.groups:
        _write_group(output, group, column)
    for associated in page.associations:
        if page.timeline is None or not associated.activities:
            _write_associations(output, associated)
    _write_timeline(output, page, zone)
    if page.extra:
        output.line()
        output.line(("Not in the schema", "heading"))
        for name, value in page.extra.items():
            _write_field(output, name, value if isinstance(value, str) else as_json(value), column)
    if page.history:
        from crmcli.render.histories import write_entries

        output.line()
        output.line(("History", "heading"))
        write_entries(output, page.history, zone)


def _write_timeline(output: Output, page: RecordPage, zone: tzinfo) -> None:
    if page.timeline is not None:
        from crmcli.render.timelines import write_section

        write_section(output, page.timeline, zone)


def _write_group(output: Output, group: Group, column: int) -> None:
    output.line()
    output.line((group.label, "heading"))
    for field in group.fields:
        _write_field(output, field.label, field.text, column)


def _write_field(output: Output, label: str, text: str, column: int) -> None:
    """Write a label and its value, which hangs below itself where it takes several lines."""
    room = output.width - column - 4
    lines = wrap(text, max(room, _NARROWEST_VALUE)) if output.terminal else text.split("\n")
    output.line("  ", (fill(label, column), "dim"), "  ", lines[0])
    for line in lines[1:]:
        output.line(" " * (column + 4), line)


def _write_associations(output: Output, group: AssociationGroup) -> None:
    output.line()
    output.line((group.plural, "heading"), (f" ({group.total})", "dim"))
    references = max((len(str(line.ref)) for line in group.lines), default=0)
    for line in group.lines:
        output.line("  ", (str(line.ref).ljust(references), "ref"), "  ", line.title, *_notes(line))
    if group.total > len(group.lines):
        output.line((f"  and {group.total - len(group.lines):,} more", "dim"))


def _notes(line: AssociationLine) -> Iterator[Span]:
    notes = [*(["Primary"] if line.primary else []), *line.other_is]
    if notes:
        yield f"  {', '.join(notes)}", "dim"
