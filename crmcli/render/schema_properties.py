"""One property with all that is known of it, and how much the properties of an object are used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import said
from crmcli.render.cells import fill, width, wrap
from crmcli.render.documents import Document, write_document
from crmcli.render.sheets import Column, Sheet, write_sheet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmcli.model.objects import Option, Property
    from crmcli.render.output import Output
    from crmcli.render.sheets import Row
    from crmcli.services.schema_property import PropertyPage
    from crmcli.services.schema_usage import PropertyUsage, Usage

_LABELS = 14  # columns of the words on the left
_NARROWEST = 30
# So many options are listed, unless JSON is asked for.
_OPTIONS = 40


def write_usage(output: Output, usage: Usage) -> None:
    """Write how much each property is used."""
    if not usage.lines and output.format == "table":
        output.say(("There are no records yet", "dim"))
        return
    several = len({line.object_name for line in usage.lines}) > 1
    columns = (
        *((Column("object", "Object"),) if several or output.format != "table" else ()),
        Column("property", "Property"),
        Column("type", "Type"),
        Column("filled", "Filled", right=True),
        Column("share", "Share", right=True),
        Column("used_in", "Used in"),
    )
    rows: list[Row] = [
        ("", tuple(dict(_usage_cells(line, table=output.format == "table"))[column.key] for column in columns))
        for line in usage.lines
    ]
    write_sheet(output, Sheet(columns, rows))
    if usage.hidden and output.format == "table":
        output.say((f"{usage.hidden} empty properties that systems fill are left out: --system", "dim"))


def _usage_cells(line: PropertyUsage, *, table: bool) -> Iterator[tuple[str, str | int | None]]:
    share = None if line.share is None else f"{line.share:.0%}" if table else f"{line.share:.4f}"
    yield "object", line.object_name
    yield "property", line.name
    yield "type", line.type
    yield "filled", "calculated" if table and line.filled is None else line.filled
    yield "share", share
    yield "used_in", ", ".join(_in_short(line.used_in) if table else line.used_in) or None


def _in_short(places: tuple[str, ...]) -> list[str]:
    """Count the formulas where there are several: `schema show` names them."""
    formulas = [place for place in places if place.startswith("formula of ")]
    if len(formulas) < 2:
        return list(places)
    return [*(place for place in places if place not in formulas), f"{len(formulas)} formulas"]


def write_property(output: Output, page: PropertyPage) -> None:
    """Write everything about one property."""
    lines = list(_lines(page))
    columns = (Column("part", "Part"), Column("value", "Value"))
    rows: list[Row] = [("", (part, text)) for part, text in lines]
    write_document(
        output, Document(_value(page), lambda out: _write_text(out, page, lines), lambda: Sheet(columns, rows))
    )


def _value(page: PropertyPage) -> dict[str, object]:
    prop = page.property
    return {
        "object": page.object_name,
        "name": prop.name,
        "label": prop.label,
        "type": prop.value_type.name,
        "declared": {"type": prop.type, "fieldType": prop.field_type, "format": prop.format or None},
        "typed": prop.value_type.doc,
        "group": page.group,
        "description": prop.description,
        "options": [_option_value(option) for option in prop.options],
        "marks": list(page.marks),
        "required": list(page.required),
        "rules": said(prop.rules) if prop.rules else {},
        "default": prop.default or None,
        "formula": prop.formula or None,
        "needs": list(page.needs),
        "show_when": prop.show_when or None,
        "roles": list(page.roles),
        "aliases": list(prop.aliases),
        "used_in": list(page.used_in),
        "records": page.records,
        "filled": page.filled,
        "different": page.different,
        "column": page.column or None,
        "source": prop.source,
        "changed": list(prop.changed),
        "waits": page.waits,
    }


def _option_value(option: Option) -> dict[str, object]:
    return {"value": option.value, "label": option.label, "hidden": option.hidden, "color": option.color or None}


def _lines(page: PropertyPage) -> Iterator[tuple[str, str]]:
    """Give what is said in one line each; what is not there is left out."""
    prop = page.property
    declared = " ".join(dict.fromkeys(filter(None, (prop.type, prop.field_type, prop.format))))
    said_of = (
        ("type", f"{'several values, each ' if prop.value_type.several else ''}{_kind(prop)} ({declared})"),
        ("typed", "" if prop.formula or prop.read_only else prop.value_type.doc),
        ("group", page.group),
        ("about", prop.description),
        ("is", ", ".join(page.marks)),
        ("required", "; ".join(page.required)),
        ("rules", _rules(prop)),
        ("shown when", prop.show_when),
        ("default", prop.default),
        ("formula", prop.formula),
        ("builds on", ", ".join(page.needs)),
        ("goes by", ", ".join(page.roles)),
        ("in files", ", ".join(prop.aliases)),
        ("used in", ", ".join(page.used_in)),
        ("records", _records(page)),
        ("declared in", prop.source),
        ("changed in", ", ".join(prop.changed)),
        ("index", page.column),
    )
    yield from ((part, text) for part, text in said_of if text)


def _kind(prop: Property) -> str:
    item = getattr(prop.value_type, "item", prop.value_type)
    return str(item.name)


def _rules(prop: Property) -> str:
    if not prop.rules:
        return ""
    return ", ".join(
        key.replace("_", " ") if value is True else f"{key.replace('_', ' ')} {value}"
        for key, value in said(prop.rules).items()
    )


def _records(page: PropertyPage) -> str:
    if page.filled is None or page.different is None:
        return ""
    share = f" ({page.filled / page.records:.0%})" if page.records else ""
    more = "" if not page.filled else f", {page.different:,} different" if page.different < 1000 else ", many different"
    return f"{page.filled:,} of {page.records:,} have a value{share}{more}"


def _write_text(output: Output, page: PropertyPage, lines: list[tuple[str, str]]) -> None:
    prop = page.property
    output.line((prop.label, "title"), (f"  {page.object_name}.{prop.name}", "dim"))
    for part, text in lines:
        first, *rest = wrap(text, max(output.width - _LABELS, _NARROWEST))
        output.line((fill(part, _LABELS), "dim"), first)
        for line in rest:
            output.line(" " * _LABELS, line)
    if page.pipelines:
        _write_stages(output, page)
    elif prop.options:
        _write_options(output, prop)
    if page.waits:
        output.line()
        output.line(("The schema file says otherwise, and that is not applied yet: crm schema plan", "warn"))


def _write_options(output: Output, prop: Property) -> None:
    output.line()
    output.line(("Options", "heading"))
    shown = prop.options[:_OPTIONS]
    names = max(width(option.value) for option in shown)
    for option in shown:
        about = [option.color, "hidden" if option.hidden else "", "over" if option.closed else ""]
        label = option.label if option.label != option.value else ""
        output.line("  ", (fill(option.value, names), "ref"), f"  {label}", (_after(about), "dim"))
    if len(prop.options) > _OPTIONS:
        output.line((f"  and {len(prop.options) - _OPTIONS} more: -o json", "dim"))


def _after(words: list[str]) -> str:
    said_words = ", ".join(filter(None, words))
    return f"  {said_words}" if said_words else ""


def _write_stages(output: Output, page: PropertyPage) -> None:
    for pipeline in page.pipelines:
        output.line()
        output.line((pipeline.label, "heading"), (f"  {pipeline.id}", "dim"))
        names = max(width(stage.id) for stage in pipeline.stages)
        for stage in pipeline.stages:
            chance = "" if stage.probability is None else f"{stage.probability:.0%}"
            about = [chance, "closed" if stage.closed else "", stage.color]
            output.line("  ", (fill(stage.id, names), "ref"), f"  {stage.label}", (_after(about), "dim"))
