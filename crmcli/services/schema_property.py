"""Everything about one property, as the schema declares it and the records fill it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import frozen
from crmcli.model.names import find_property
from crmcli.services.property_uses import uses
from crmcli.store import surveying

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmcli.model.objects import ObjectType, Pipeline, Property
    from crmcli.services.workspace import Workspace

# Beyond so many different values nobody counts.
_DIFFERENT = 1000


@frozen
class PropertyPage:
    """One property of an object. `marks` are facts in words; `needs` the properties that its formula builds on.

    `records`, `filled` and `different` are None for a calculated one; `different` stops at 1,000. `column` is where it
    stands in the index. `pipelines` is given where it holds a stage. `waits` says that changes of the schema file are
    not applied to its values yet.
    """

    object_name: str
    object_label: str
    property: Property
    group: str
    marks: tuple[str, ...]
    required: tuple[str, ...]
    roles: tuple[str, ...]
    needs: tuple[str, ...]
    used_in: tuple[str, ...]
    pipelines: tuple[Pipeline, ...]
    records: int | None
    filled: int | None
    different: int | None
    column: str
    waits: bool


class NoProperty(CrmError):
    """`OBJECT.PROPERTY` without a property behind the dot."""

    exit_code = ExitCode.USAGE

    def __init__(self, word: str) -> None:
        super().__init__(f'"{word}" names no property', "write it as deal.amount")


def property_page(workspace: Workspace, word: str) -> PropertyPage:
    """Describe the property that `OBJECT.PROPERTY` means. Raises UnknownObject, UnknownProperty and NoProperty."""
    object_word, _, property_word = word.partition(".")
    if not property_word:
        raise NoProperty(word)
    found = workspace.any_object(object_word)
    prop = find_property(found, property_word)
    records = filled = different = None
    if not prop.formula:
        records, counted = surveying.counts(workspace.store, found.name, [prop.name])
        filled = counted[prop.name]
        different = surveying.distinct(workspace.store, found.name, prop.name, _DIFFERENT)
    return PropertyPage(
        object_name=found.name,
        object_label=found.label,
        property=prop,
        group=found.groups.get(prop.group, prop.group),
        marks=tuple(_marks(found, prop)),
        required=tuple(_required(workspace, found, prop)),
        roles=tuple(role for role, name in found.roles.items() if name == prop.name),
        needs=_needs(workspace, found, prop),
        used_in=tuple(uses(workspace).get((found.name, prop.name), ())),
        pipelines=found.pipelines if prop.name == found.roles.get("stage") else (),
        records=records,
        filled=filled,
        different=different,
        column=_column(found, prop),
        waits=any(name == found.name for name, _ in workspace.model.pending) and _waits(workspace, found, prop),
    )


def _marks(found: ObjectType, prop: Property) -> Iterator[str]:
    if prop.name in found.keys:
        yield "key"
    if prop.unique:
        yield "unique"
    if prop.additional_of:
        yield f"further values of {prop.additional_of}"
    if prop.read_only:
        yield "read-only"
    if prop.formula:
        yield "calculated"
    if prop.system:
        yield "filled by systems"


def _required(workspace: Workspace, found: ObjectType, prop: Property) -> Iterator[str]:
    if prop.name in found.required:
        yield "to create"
    if prop.name in found.required_any:
        yield f"to create, or else {' or '.join(name for name in found.required_any if name != prop.name)}"
    for pipeline in found.pipelines:
        yield from (f"in the stage {stage.label}" for stage in pipeline.stages if prop.name in stage.required)
    for pair in workspace.model.pairs_of(found.name):
        if pair.owner == found.name and prop.name in pair.requires:
            yield f"to be associated with {workspace.model.words[pair.other].plural.lower()}"
    if prop.required_when:
        yield f"when {prop.required_when}"


def _needs(workspace: Workspace, found: ObjectType, prop: Property) -> tuple[str, ...]:
    from crmcli.query.mentions import mentioned

    names = mentioned(prop.formula, workspace.model, found.name) if prop.formula else ()
    return tuple(sorted(name if owner == found.name else f"{owner}.{name}" for owner, name in names))


def _column(found: ObjectType, prop: Property) -> str:
    if prop.formula:
        return ""
    scale = prop.value_type.scale
    return f'"{found.name}"."{prop.name}" {prop.value_type.sql}' + (f", times 10^{scale}" if scale else "")


def _waits(workspace: Workspace, found: ObjectType, prop: Property) -> bool:
    """Whether the schema file says another kind of value than the one that holds."""
    from crmcli.model.applied import kind_of
    from crmcli.model.compiled import declared_model

    declared = declared_model(workspace.root).objects[found.name].properties.get(prop.name)
    return declared is None or kind_of(declared) != kind_of(prop)
