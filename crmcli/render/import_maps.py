"""Saved maps of imports: written as YAML, listed, and shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.render.documents import Document, write_document
from crmcli.render.sheets import Column, Sheet, write_sheet
from crmcli.render.yaml_lines import yaml_block

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crmcli.render.output import Output
    from crmcli.render.sheets import Row
    from crmcli.render.yaml_lines import Value
    from crmcli.services.mapping.maps import ImportMap, SavedMap


def map_text(saved: SavedMap) -> str:
    """Write a map as a person would."""
    files = "FILE" if len(saved.parts) < 2 or saved.in_one_row else "FILE…"
    head = f"# What the columns of a file go into: crm import {files} --map {saved.name}\n"
    return head + "".join(f"{line}\n" for line in _text(saved))


def _text(saved: SavedMap) -> Iterator[str]:
    if len(saved.parts) == 1:
        for key, value in _entries(saved.parts[0]).items():
            yield from _lines(key, value)
        return
    if saved.in_one_row:
        yield "in_one_row: true  # each row of the file holds all of these"
    yield "objects:"
    for part in saved.parts:
        yield f"  {part.object_name}:"
        for key, value in _entries(part).items():
            if key != "object":
                yield from (f"    {line}" if line else "" for line in _lines(key, value))
        yield ""


def write_maps(output: Output, maps: Sequence[tuple[SavedMap, int]]) -> None:
    """List maps, each with the number of its problems."""
    columns = (
        Column("name", "Map"),
        Column("object", "Object"),
        Column("columns", "Columns", right=True),
        Column("problems", "Problems", right=True),
    )
    rows: list[Row] = [
        ("", (one.name, _objects(one), sum(len(part.columns) for part in one.parts), problems or None))
        for one, problems in maps
    ]
    write_sheet(
        output, Sheet(columns, rows, footer=lambda n: "" if n else "No saved maps: crm import … --save-map NAME")
    )


def write_map(output: Output, saved: SavedMap) -> None:
    """Show a map: as its file, or as a document."""
    rows: list[Row] = [
        ("", (part.object_name, heading, target)) for part in saved.parts for heading, target in part.columns.items()
    ]
    several = len(saved.parts) > 1
    columns = (Column("heading", "Heading"), Column("property", "Property"))
    sheet = Sheet((Column("object", "Object"), *columns), rows)
    text = map_text(saved)
    value = {"in_one_row": saved.in_one_row, "objects": {p.object_name: _entries(p) for p in saved.parts}}
    entries = value if several else _entries(saved.parts[0])
    write_document(output, Document({"name": saved.name, **entries}, lambda out: _plain(out, text), lambda: sheet))


def _objects(saved: SavedMap) -> str:
    return ", ".join(part.object_name for part in saved.parts)


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
