"""What the records of a portal say that this CRM does not know yet: stages, options, people."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crmcli.frozen import replace
from crmcli.model.headings import fold_heading
from crmcli.model.objects import Pipeline, Stage
from crmcli.services.importing.result import ColumnKind
from crmcli.types.base import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from crmcli.formats.table import Table
    from crmcli.model.objects import ObjectType, Property
    from crmcli.services.importing.batch import Plan

_MOST = 200  # options of one property that are taken over from values


@dataclass(slots=True)
class Unknown:
    """Values by where they belong: texts as the files have them, each once, in their order."""

    people: dict[str, None] = field(default_factory=dict)
    options: dict[tuple[str, str], dict[str, None]] = field(default_factory=dict)  # by object and property
    places: dict[str, dict[tuple[str, str], None]] = field(default_factory=dict)  # by object: pipeline and stage

    def look(self, table: Table, plan: Plan) -> None:
        """Read a table through for values that no property of its object takes."""
        found = plan.found
        columns = {c.target: c.number - 1 for c in plan.columns if c.kind is ColumnKind.PROPERTY}
        columns = {name: place for name, place in columns.items() if place < len(table.header)}
        roles = [columns.get(found.roles.get(role, "")) for role in ("pipeline", "stage")]
        choices = [(found.properties[name], place) for name, place in columns.items() if place not in roles]
        choices = [(prop, place) for prop, place in choices if prop.value_type.name == "user" or prop.options]
        table.restart()
        for block in table.blocks():
            for prop, place in choices:
                self._note(found, prop, dict.fromkeys(block.columns[place]), plan)
            if found.pipelines and any(place is not None for place in roles):
                blank = [""] * len(block.lines)
                cells = [block.columns[place] if place is not None else blank for place in roles]
                self.places.setdefault(found.name, {}).update(dict.fromkeys(zip(*cells, strict=True)))

    def _note(self, found: ObjectType, prop: Property, cells: Mapping[str, None], plan: Plan) -> None:
        kind = prop.value_type
        texts = [item.strip() for cell in cells for item in (cell.split(";") if kind.several else [cell])]
        texts = [text for text in dict.fromkeys(texts) if text]
        read = getattr(kind, "item", kind).parse_many(texts, plan.context)
        words = plan.words.get(prop.name, {})
        pairs = zip(texts, read, strict=True)
        wrong = [text for text, value in pairs if isinstance(value, InvalidValue) and fold_heading(text) not in words]
        if kind.name == "user":
            self.people.update(dict.fromkeys(wrong))
        elif prop.type == "enumeration":
            options = self.options.setdefault((found.name, prop.name), {})
            options.update(dict.fromkeys(wrong[: max(0, _MOST - len(options))]))


def stages_meant(known: Sequence[Pipeline], texts: Iterable[str]) -> dict[str, str]:
    """Give the stages that are named with their pipeline, as a portal exports labels: "Won (Sales)" → its id."""
    named = {
        f"{stage.label} ({pipeline.label})".casefold(): stage.id for pipeline in known for stage in pipeline.stages
    }
    return {text: named[text.casefold()] for text in texts if text.casefold() in named}


def with_places(known: Sequence[Pipeline], places: Sequence[tuple[str, str]]) -> list[Pipeline]:
    """Give pipelines with the stages, and pipelines, that records stand at and that are not among them.

    Both are meant by id or label. A stage without a pipeline is one of the first; one that another pipeline has stays
    there.
    """
    found = {pipeline.id: pipeline for pipeline in known}
    for pipeline_text, stage_text in places:
        pipeline, stage = pipeline_text.strip(), stage_text.strip()
        if not pipeline and not stage:
            continue
        name = next((p.id for p in found.values() if pipeline.casefold() in (p.id.casefold(), p.label.casefold())), "")
        name = name or pipeline or next(iter(found))
        there = found.get(name) or Pipeline(name, name, ())
        if stage and not any(_is(each, stage) for each in (there.stages if pipeline else _all(found))):
            moved = next((each for each in _all(found) if each.id == stage), Stage(stage, stage))
            for other in found.values():  # it belongs where the records are
                found[other.id] = replace(other, stages=tuple(each for each in other.stages if each is not moved))
            there = replace(there, stages=(*there.stages, moved))
        found[name] = there
    return [each if each.stages else replace(each, stages=(Stage(f"{each.id}_new", "New"),)) for each in found.values()]


def _all(found: Mapping[str, Pipeline]) -> Iterator[Stage]:
    return (stage for pipeline in found.values() for stage in pipeline.stages)


def _is(stage: Stage, text: str) -> bool:
    return text.casefold() in (stage.id.casefold(), stage.label.casefold())
