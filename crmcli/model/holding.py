"""Holding back what is not applied yet: until then the data is read and written as it stands in the files.

A property whose type changed in the YAML goes on taking values of its former type, one that was taken out stays, a
dropped option stays valid but hidden, and uniqueness holds as it did: so that nothing is lost, refused or made
ambiguous by an edit of a schema file alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import replace
from crmcli.model.applied import PATH, USUAL_SCALE
from crmcli.model.differences import What
from crmcli.model.objects import Label, Option, Pair, Pipeline, Property, Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from crmcli.model.applied import Part
    from crmcli.model.differences import Difference
    from crmcli.model.objects import ObjectType

# Our word for a type → HubSpot's `type`, where it is not the same for the purposes of the program.
_TYPES = {"percent": "number", "money": "number", "duration": "number", "text": "string", "phone": "string"}
_OWN = ("number", "date", "datetime", "bool", "json")


def held_back(
    objects: Mapping[str, ObjectType],
    pairs: Iterable[Pair],
    pending: Sequence[Difference],
    before: Mapping[str, Part],
) -> tuple[dict[str, ObjectType], list[Pair]]:
    """Give the objects and pairs with what is pending as it was before."""
    held = dict(objects)
    for each in pending:
        hold = _HOLDS.get(each.what)
        if hold:
            thing = held[each.object_name]
            properties = dict(thing.properties)
            hold(properties, each)
            held[each.object_name] = replace(
                thing, properties=properties, pipelines=_pipelines(thing, each, before[each.object_name])
            )
    return held, _pairs(list(pairs), pending, held)


def former(name: str, kind: Part) -> Property:
    """Make a property of which only the kind of its values is known."""
    word = str(kind["type"])
    several = bool(kind.get("several"))
    return Property(
        name,
        name.replace("_", " ").capitalize(),  # what it was called for people is written down nowhere any more
        "enumeration" if several or word == "option" else _TYPES.get(word, word if word in _OWN else "string"),
        "checkbox" if several else "select" if word == "option" else "text",
        format="" if word == "option" else word,
        options=tuple(Option(value, value) for value in kind.get("options", ())),
        unique=bool(kind.get("unique")),
        additional_of=kind.get("additional_of", ""),
        scale=kind.get("scale", USUAL_SCALE),
        source=PATH,
    )


def _keep(properties: dict[str, Property], each: Difference) -> None:
    name = each.was or each.name
    old = former(name, each.old)
    properties[name] = replace(old, label=properties[name].label) if name in properties else old


def _keep_type(properties: dict[str, Property], each: Difference) -> None:
    old = former(each.name, each.old)
    now = properties[each.name]
    properties[each.name] = replace(
        now,
        type=old.type,
        field_type=old.field_type,
        format=old.format,
        options=old.options,
        scale=old.scale,
        default="",
        rules=None,
        show_when="",
        required_when="",
    )


def _keep_options(properties: dict[str, Property], each: Difference) -> None:
    now = properties[each.name]
    dropped = tuple(Option(value, value, hidden=True, source=PATH) for value in each.values)
    properties[each.name] = replace(now, options=(*now.options, *dropped) if each.old.get("options") else ())


def _keep_key(properties: dict[str, Property], each: Difference) -> None:
    old = former(each.name, each.old)
    properties[each.name] = replace(properties[each.name], unique=old.unique, additional_of=old.additional_of)


_HOLDS: dict[What, Callable[[dict[str, Property], Difference], None]] = {
    What.PROPERTY_REMOVED: _keep,
    What.RENAMED: _keep,
    What.TYPE: _keep_type,
    What.OPTIONS: _keep_options,
    What.UNIQUE: _keep_key,
    What.NOT_UNIQUE: _keep_key,
}


def _pipelines(thing: ObjectType, each: Difference, before: Part) -> tuple[Pipeline, ...]:
    """Give the pipelines with the stages that are dropped at their ends, where the difference is about stages."""
    if each.what is not What.OPTIONS or each.name not in (thing.roles.get("stage"), thing.roles.get("pipeline")):
        return thing.pipelines
    there = {pipeline.id: pipeline for pipeline in thing.pipelines}
    known = {stage.id for pipeline in thing.pipelines for stage in pipeline.stages}
    for name, stages in before["pipelines"].items():
        gone = tuple(Stage(stage, stage) for stage in stages if stage not in known)
        now = there.get(name)
        if now is None:
            there[name] = Pipeline(name, name, gone, PATH)
        else:
            there[name] = replace(now, stages=(*now.stages, *gone))
    return tuple(there.values())


def _pairs(pairs: list[Pair], pending: Sequence[Difference], objects: Mapping[str, ObjectType]) -> list[Pair]:
    for each in pending:
        ends = (each.object_name, each.name)
        labels = tuple(Label(word, word, *ends, source=PATH) for word in each.values)
        if each.what is What.ASSOCIATION_REMOVED and each.name in objects:
            pairs = [pair for pair in pairs if {pair.owner, pair.other} != set(ends)]
            pairs.append(Pair(*ends, labels=labels, source=PATH))
        elif each.what is What.LABELS:
            pairs = [
                replace(pair, labels=(*pair.labels, *labels)) if (pair.owner, pair.other) == ends else pair
                for pair in pairs
            ]
    return pairs
