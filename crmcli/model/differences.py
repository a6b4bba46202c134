"""How a schema differs from the one last applied to the data, and which of that touches data that is there."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from crmcli.frozen import frozen, replace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crmcli.model.applied import Part
    from crmcli.model.objects import ObjectType


class What(StrEnum):
    """What differs. The first six can touch no value; the others wait for `crm schema apply` where data is there."""

    OBJECT_ADDED = "object added"
    PROPERTY_ADDED = "property added"
    OPTIONS_ADDED = "options added"
    STAGES_ADDED = "stages added"
    ASSOCIATION_ADDED = "association added"
    LABELS_ADDED = "labels added"
    OBJECT_REMOVED = "object removed"
    PROPERTY_REMOVED = "property removed"
    RENAMED = "property renamed"
    TYPE = "type changed"
    UNIQUE = "unique declared"
    NOT_UNIQUE = "unique dropped"
    OPTIONS = "options dropped"
    ASSOCIATION_REMOVED = "association removed"
    LABELS = "labels dropped"

    @property
    def free(self) -> bool:
        """Whether it can touch no value: it is in force as soon as it stands in the YAML."""
        return self in _FREE


_FREE = (
    What.OBJECT_ADDED,
    What.PROPERTY_ADDED,
    What.OPTIONS_ADDED,
    What.STAGES_ADDED,
    What.ASSOCIATION_ADDED,
    What.LABELS_ADDED,
)
_KEY = ("unique", "additional_of")
_KIND = ("type", "several", "scale")


@frozen
class Difference:
    """One difference of an object; `name` is the property, the other object of an association, or "".

    `old` and `new` are the two kinds of a property; `values` the options or labels that are added or dropped; `was`
    the former name of a property.
    """

    object_name: str
    what: What
    name: str = ""
    old: Mapping[str, Any] = {}
    new: Mapping[str, Any] = {}
    values: tuple[str, ...] = ()
    was: str = ""


def former_names(objects: Mapping[str, ObjectType]) -> dict[tuple[str, str], str]:
    """Give the names that the schema says its properties had: (object, property) → former name."""
    return {(name, p.name): p.was for name, thing in objects.items() for p in thing.properties.values() if p.was}


def differences(
    before: Mapping[str, Part], now: Mapping[str, Part], renamed: Mapping[tuple[str, str], str]
) -> Iterator[Difference]:
    """Give all differences by object, in the order of the schema now; what was removed comes last.

    `renamed`: (object, property) → the name that the schema says it had.
    """
    for name, part in now.items():
        if name in before:
            yield from _object(name, before[name], part, renamed)
        else:
            yield Difference(name, What.OBJECT_ADDED)
    for name in before:
        if name not in now:
            yield Difference(name, What.OBJECT_REMOVED)


def _object(name: str, before: Part, now: Part, renamed: Mapping[tuple[str, str], str]) -> Iterator[Difference]:
    old, new = before["properties"], now["properties"]
    moved = {
        prop: was
        for prop in new
        if prop not in old and (was := renamed.get((name, prop), "")) in old and was not in new
    }
    for prop, kind in new.items():
        if prop in moved:
            yield Difference(name, What.RENAMED, prop, old[moved[prop]], kind, was=moved[prop])
            yield from _key(Difference(name, What.UNIQUE, prop, old[moved[prop]], kind, was=moved[prop]))
        elif prop not in old:
            yield Difference(name, What.PROPERTY_ADDED, prop, {}, kind)
        elif old[prop] != kind:
            yield from _property(name, prop, old[prop], kind)
    for prop in old:
        if prop not in new and prop not in moved.values():
            yield Difference(name, What.PROPERTY_REMOVED, prop, old[prop])
    yield from _stages(name, before, now)
    yield from _associations(name, before["associations"], now["associations"])


def _property(name: str, prop: str, old: Part, new: Part) -> Iterator[Difference]:
    if any(old.get(key) != new.get(key) for key in _KIND):
        yield Difference(name, What.TYPE, prop, old, new)
    else:
        yield from _options(name, prop, old, new)
    yield from _key(Difference(name, What.UNIQUE, prop, old, new))


def _key(each: Difference) -> Iterator[Difference]:
    """Give the difference where uniqueness is declared or dropped."""
    if any(each.old.get(key) != each.new.get(key) for key in _KEY):
        is_key = each.new.get("unique") or each.new.get("additional_of")
        yield each if is_key else replace(each, what=What.NOT_UNIQUE)


def _options(name: str, prop: str, old: Part, new: Part) -> Iterator[Difference]:
    """Compare two lists of options; a property without any takes every text."""
    before, now = old.get("options", ()), new.get("options", ())
    dropped = tuple(value for value in before if value not in now)
    added = tuple(value for value in now if value not in before)
    if now and (dropped or not before):
        yield Difference(name, What.OPTIONS, prop, old, new, dropped)
    if before and (added or not now):
        yield Difference(name, What.OPTIONS_ADDED, prop, old, new, added)


def _stages(name: str, before: Part, now: Part) -> Iterator[Difference]:
    """Name new stages by their pipelines; what is dropped of them is said of the property that holds the stage."""
    known = {stage for stages in before["pipelines"].values() for stage in stages}
    for pipeline, stages in now["pipelines"].items():
        added = tuple(stage for stage in stages if stage not in known)
        if added:
            yield Difference(name, What.STAGES_ADDED, pipeline, values=added)


def _associations(name: str, before: Part, now: Part) -> Iterator[Difference]:
    for other, labels in now.items():
        if other not in before:
            yield Difference(name, What.ASSOCIATION_ADDED, other, values=tuple(labels))
            continue
        added = tuple(label for label in labels if label not in before[other])
        dropped = tuple(label for label in before[other] if label not in labels)
        if added:
            yield Difference(name, What.LABELS_ADDED, other, values=added)
        if dropped:
            yield Difference(name, What.LABELS, other, values=dropped)
    for other, labels in before.items():
        if other not in now:
            yield Difference(name, What.ASSOCIATION_REMOVED, other, values=tuple(labels))
