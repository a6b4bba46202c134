"""The data model: as a tree on a terminal, as data, and as a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.render.cells import wrap
from crmcli.render.documents import Document, write_document
from crmcli.render.drawings import Drawing, Line, Shape, dot, mermaid
from crmcli.render.model_svg import model_svg
from crmcli.render.sheets import Column, Sheet, write_sheet

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crmcli.render.output import Output
    from crmcli.render.sheets import Row
    from crmcli.services.data_model import DataModel, ObjectBox
    from crmcli.services.templates import Template

_INDENT = 4


def write_model(output: Output, model: DataModel) -> None:
    """Write the data model in the form that was asked for."""
    if output.format == "svg":
        output.data(model_svg(model))
    elif output.format == "dot":
        output.data(dot(_drawing(model)))
    elif output.format == "mermaid":
        output.data(mermaid(_drawing(model)))
    else:
        write_document(output, Document(model_value(model), lambda out: _write_text(out, model), lambda: _sheet(model)))


def model_value(model: DataModel) -> dict[str, object]:
    """Give the JSON shape `model`."""
    return {
        "objects": [
            {
                "object": one.name,
                "label": one.label,
                "plural": one.plural,
                "category": one.category,
                "properties": one.properties,
                "records": one.records,
            }
            for one in model.objects
        ],
        "associations": [{"from": pair.a, "to": pair.b, "marks": list(pair.marks)} for pair in model.pairs],
    }


def write_templates(output: Output, templates: Sequence[Template]) -> None:
    """Write the list of ready models."""
    columns = (Column("template", "Template"), Column("label", "Model"), Column("description", "What it is for"))
    write_sheet(output, Sheet(columns, [("", (one.name, one.label, one.description)) for one in templates]))


def numbers(one: ObjectBox) -> str:
    """Say how many properties and records an object has."""
    return f"{_counted(one.properties, 'property', 'properties')}, {_counted(one.records, 'record', 'records')}"


def _counted(count: int, singular: str, plural: str) -> str:
    return f"{count:,} {singular if count == 1 else plural}"


def _sheet(model: DataModel) -> Sheet:
    columns = (Column("from", "From"), Column("to", "To"), Column("marks", "Particular"))
    rows: list[Row] = [("", (pair.a, pair.b, "; ".join(pair.marks))) for pair in model.pairs]
    return Sheet(columns, rows)


def _drawing(model: DataModel) -> Drawing:
    shapes = [Shape(one.name, one.plural, numbers(one)) for one in model.objects]
    return Drawing(shapes, [Line(pair.a, pair.b, "; ".join(pair.marks)) for pair in model.pairs])


def _write_text(output: Output, model: DataModel) -> None:
    plurals = {one.name: one.plural for one in model.objects}
    for place, category in enumerate(dict.fromkeys(one.category for one in model.objects)):
        if place:
            output.line()
        output.line((category.capitalize(), "heading"))
        for one in model.objects:
            if one.category == category:
                output.line("  ", (one.plural, "title"), "  ", (f"{one.name}  ", "ref"), (numbers(one), "dim"))
                for line in _associations(one, model, plurals, output.width if output.terminal else 0):
                    output.line(" " * _INDENT, line)


def _associations(one: ObjectBox, model: DataModel, plurals: dict[str, str], columns: int) -> Iterator[str]:
    """Say what an object associates with: what is particular a line each, the rest together."""
    plain = []
    for pair in model.pairs:
        if one.name in (pair.a, pair.b):
            other = plurals[pair.b if pair.a == one.name else pair.a]
            if pair.marks and pair.a == one.name:
                yield from _fitted(f"{other}: {'; '.join(pair.marks)}", columns)
            else:
                plain.append(other)
    if plain:
        yield from _fitted(", ".join(plain), columns)


def _fitted(text: str, columns: int) -> Iterator[str]:
    lines = wrap(text, columns - _INDENT - 2) if columns else [text]
    yield lines[0]
    yield from (f"  {line}" for line in lines[1:])
