"""Saved maps of imports: written as YAML, listed, and shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.render.documents import Document, write_document
from crmcli.render.sheets import Column, Sheet, write_sheet
from crmcli.render.yaml_lines import yaml_block

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.render.output import Output
    from crmcli.render.sheets import Row
    from crmcli.render.yaml_lines import Value
    from crmcli.services.mapping.maps import ImportMap


def map_text(saved: ImportMap) -> str:
    """Write a map as a person would."""
    head = f"# What the columns of a file go into: crm import FILE --map {saved.name}\n"
    return head + "".join(f"{line}\n" for key, value in _entries(saved).items() for line in _lines(key, value))


def write_maps(output: Output, maps: Sequence[tuple[ImportMap, int]]) -> None:
    """List maps, each with the number of its problems."""
    columns = (
        Column("name", "Map"),
        Column("object", "Object"),
        Column("columns", "Columns", right=True),
        Column("problems", "Problems", right=True),
    )
    rows: list[Row] = [("", (one.name, one.object_name, len(one.columns), problems or None)) for one, problems in maps]
    write_sheet(
        output, Sheet(columns, rows, footer=lambda n: "" if n else "No saved maps: crm import … --save-map NAME")
    )


def write_map(output: Output, saved: ImportMap) -> None:
    """Show a map: as its file, or as a document."""
    rows: list[Row] = [("", (heading, target)) for heading, target in saved.columns.items()]
    sheet = Sheet((Column("heading", "Heading"), Column("property", "Property")), rows)
    text = map_text(saved)
    write_document(
        output, Document({"name": saved.name, **_entries(saved)}, lambda out: _plain(out, text), lambda: sheet)
    )


def _plain(output: Output, text: str) -> None:
    for line in text.splitlines():
        output.line(line)


def _entries(saved: ImportMap) -> dict[str, Value]:
    """Give what a map says, without what is as it always is."""
    formats = saved.formats
    spelt = {
        "dates": formats.dates,
        "numbers": formats.numbers,
        "zone": formats.zone,
        "clear_token": formats.clear_token,
    }
    every: dict[str, Value] = {
        "object": saved.object_name,
        "key": saved.key,
        "mode": saved.mode,
        "associate_companies": saved.associate_companies,
        "keep_existing": saved.keep_existing,
        "skip_invalid_values": saved.skip_invalid_values,
        "leave_out": list(saved.left_out),
        "columns": dict(saved.columns),
        "fixed": dict(saved.fixed),
        "formats": {key: value for key, value in spelt.items() if value},
        "options": {name: dict(words) for name, words in formats.options.items()},
    }
    return {key: value for key, value in every.items() if value}


def _lines(key: str, value: Value) -> list[str]:
    """Write an entry: a mapping one line an entry, however short."""
    if not isinstance(value, dict):
        return yaml_block(key, value)
    return ["", f"{key}:", *(line for name, each in value.items() for line in yaml_block(name, each, 2))]
