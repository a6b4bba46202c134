"""The schema: its objects, and one object with properties, pipelines and associations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.model.duplicates import association_column
from crmcli.model.files import BUILT_IN
from crmcli.render.cells import fill, width, wrap
from crmcli.render.documents import Document, write_document
from crmcli.render.sheets import Column, Sheet, write_sheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.model.duplicates import DuplicateRules
    from crmcli.model.objects import Pair, Pipeline
    from crmcli.render.output import Output
    from crmcli.render.sheets import Row
    from crmcli.services.schema import ObjectLine, ObjectSchema, PropertyLine
    from crmcli.types.base import Stored

# So many options of a property are named in the text form.
_OPTIONS = 12


def write_objects(output: Output, objects: Sequence[ObjectLine]) -> None:
    """Write the list of the objects that are used, and how many more there are."""
    columns = (
        Column("object", "Object"),
        Column("plural", "Plural"),
        Column("properties", "Properties", right=True),
        Column("records", "Records", right=True),
        Column("source", "Declared in", show=declared_in),
    )
    rows: list[Row] = [
        ("", (one.name, one.plural, one.properties, one.records, one.source)) for one in objects if one.active
    ]
    write_sheet(output, Sheet(columns, rows))
    inactive = len(objects) - len(rows)
    if inactive and output.format == "table":
        verb = "is" if inactive == 1 else "are"
        output.say((f"{inactive} more {verb} not active: crm object list", "dim"))


def declared_in(source: Stored) -> str:
    """Say for people where something is declared; of what every CRM has, only that."""
    return BUILT_IN.strip() if str(source).startswith(BUILT_IN) else str(source)


def write_activity(output: Output, objects: Sequence[ObjectLine]) -> None:
    """Write the list of all objects: what they are called here, and whether they are used."""
    columns = (
        Column("object", "Object"),
        Column("label", "Name"),
        Column("plural", "Plural"),
        Column("active", "Active", show=lambda value: "yes" if value else "no"),
        Column("records", "Records", right=True),
    )
    rows: list[Row] = [("", (one.name, one.label, one.plural, one.active, one.records)) for one in objects]
    write_sheet(output, Sheet(columns, rows))


def write_schema(output: Output, schema: ObjectSchema) -> None:
    """Write one object's schema."""
    value = {
        "object": schema.name,
        "label": schema.label,
        "plural": schema.plural,
        "aliases": list(schema.aliases),
        "source": schema.source,
        "roles": dict(schema.roles),
        "properties": [_property_value(prop) for prop in schema.properties],
        "pipelines": [_pipeline_value(pipeline) for pipeline in schema.pipelines],
        "associations": [_pair_value(schema, pair) for pair in schema.pairs],
        "duplicates": _rules_value(schema.duplicates),
    }
    columns = tuple(Column(key, key.capitalize()) for key in ("name", "label", "type", "group", "source"))
    rows: list[Row] = [("", (p.name, p.label, p.type, p.group, p.source)) for p in schema.properties]
    write_document(output, Document(value, lambda out: _write_text(out, schema), lambda: Sheet(columns, rows)))


def _property_value(prop: PropertyLine) -> dict[str, object]:
    return {
        "name": prop.name,
        "label": prop.label,
        "type": prop.type,
        "group": prop.group,
        "marks": list(prop.marks),
        "options": [{"value": option.value, "label": option.label} for option in prop.options],
        "aliases": list(prop.aliases),
        "description": prop.description,
        "source": prop.source,
    }


def _pipeline_value(pipeline: Pipeline) -> dict[str, object]:
    stages = [{"id": s.id, "label": s.label, "probability": s.probability, "closed": s.closed} for s in pipeline.stages]
    return {"id": pipeline.id, "label": pipeline.label, "stages": stages, "source": pipeline.source}


def _pair_value(schema: ObjectSchema, pair: Pair) -> dict[str, object]:
    return {
        "object": pair.other if pair.owner == schema.name else pair.owner,
        "primary": pair.primary,
        "labels": [{"name": label.name, "inverse": label.inverse} for label in pair.labels],
        "source": pair.source,
    }


def _rules_value(rules: DuplicateRules) -> dict[str, object]:
    return {
        "kind": rules.kind,
        "meanings": dict(rules.meanings),
        "weights": dict(rules.weights),
        "associations": dict(rules.associations),
        "source": rules.source,
    }


def _write_text(output: Output, schema: ObjectSchema) -> None:
    output.line((f"{schema.label} ", "title"), (f"({schema.name}, {schema.plural.lower()})", "dim"))
    output.line((f"Declared in {schema.source}", "dim"))
    for group in dict.fromkeys(prop.group for prop in schema.properties):
        _write_group(output, schema, group)
    for pipeline in schema.pipelines:
        output.line()
        output.line((pipeline.label, "heading"), (f" ({pipeline.id}, {pipeline.source})", "dim"))
        for stage in pipeline.stages:
            chance = "" if stage.probability is None else f"  {stage.probability:.0%}"
            output.line("  ", f"{stage.label} ", (f"({stage.id})", "dim"), chance, "  closed" if stage.closed else "")
    _write_pairs(output, schema)
    _write_rules(output, schema.duplicates)
    if schema.hidden:
        output.line()
        output.line((f"{schema.hidden} properties more are filled by systems: --system", "dim"))


def _write_group(output: Output, schema: ObjectSchema, group: str) -> None:
    members = [prop for prop in schema.properties if prop.group == group]
    output.line()
    output.line((group or "Other", "heading"))
    names = max(width(prop.name) for prop in members)
    kinds = max(width(prop.type) for prop in members)
    for prop in members:
        marks = f"  {', '.join(prop.marks)}" if prop.marks else ""
        foreign = f"  {prop.source}" if _file(prop.source) != _file(schema.source) else ""
        output.line(
            "  ",
            (fill(prop.name, names), "ref"),
            "  ",
            fill(prop.type, kinds),
            "  ",
            prop.label,
            (marks + foreign, "dim"),
        )
        if prop.options:
            shown = ", ".join(option.value for option in prop.options[:_OPTIONS])
            more = f" and {len(prop.options) - _OPTIONS} more" if len(prop.options) > _OPTIONS else ""
            for line in wrap(shown + more, max(output.width - 6, 40)):
                output.line("      ", (line, "dim"))


def _write_pairs(output: Output, schema: ObjectSchema) -> None:
    if not schema.pairs:
        return
    output.line()
    output.line(("Associations", "heading"))
    for pair in schema.pairs:
        other = pair.other if pair.owner == schema.name else pair.owner
        labels = [f"{label.name}/{label.inverse}" if label.paired else label.name for label in pair.labels]
        about = [*(["one is primary"] if pair.primary else []), *([f"labels: {', '.join(labels)}"] if labels else [])]
        output.line("  ", (other, "ref"), (f"  {'; '.join(about)}" if about else "", "dim"))


def _write_rules(output: Output, rules: DuplicateRules) -> None:
    """Write what is compared of two records, by what it means."""
    output.line()
    source = rules.source or "told by the properties"
    output.line(("Duplicates", "heading"), (f" ({rules.kind}, {source})", "dim"))
    names = {association_column(other): meaning for other, meaning in rules.associations.items()}
    compared = {**rules.meanings, **names}
    weights = {name: f" ×{weight:g}" for name, weight in rules.weights.items()}
    meanings = dict.fromkeys(compared.values())
    widest = max(map(width, meanings), default=0)
    for meaning in meanings:
        named = ", ".join(name + weights.get(name, "") for name, means in compared.items() if means == meaning)
        first, *further = wrap(named, max(output.width - widest - 4, 40))
        output.line("  ", fill(meaning, widest), "  ", (first, "ref"))
        for line in further:
            output.line(" " * (widest + 4), (line, "ref"))


def _file(source: str) -> str:
    return source.rpartition(":")[0] or source
