"""The data model as a whole: the objects, and which of them associate how."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.model.objects import Label, ObjectType, Pair
    from crmcli.services.workspace import Workspace


@frozen
class ObjectBox:
    """An object: how many properties people fill, how many records there are."""

    name: str
    label: str
    plural: str
    category: str
    properties: int
    records: int


@frozen
class PairLine:
    """Two objects that associate; `a` is the end that stores it.

    `marks` say what is particular about it: "primary", "Manager / Employee", "at most 1 deal".
    """

    a: str
    b: str
    marks: tuple[str, ...]


@frozen
class DataModel:
    """Objects in the model's order, and the pairs whose ends both are among them."""

    objects: tuple[ObjectBox, ...]
    pairs: tuple[PairLine, ...]


def data_model(workspace: Workspace, words: Sequence[str] = ()) -> DataModel:
    """Describe the active objects and those that have records; with words for objects, these and their neighbours.

    Raises UnknownObject.
    """
    model = workspace.model
    asked = {workspace.object(word).name for word in words}
    shown = [
        found
        for found in model.objects.values()
        if (found.name in asked or _beside(workspace, found, asked) if asked else _in_use(workspace, found))
    ]
    names = {found.name for found in shown}
    pairs = (pair for ends, pair in model.pairs.items() if names.issuperset(ends))
    return DataModel(
        tuple(_box(workspace, found) for found in shown),
        tuple(_line(workspace, pair) for pair in pairs if not asked or asked & {pair.owner, pair.other}),
    )


def _in_use(workspace: Workspace, found: ObjectType) -> bool:
    return found.active or workspace.store.count(found.name) > 0


def _beside(workspace: Workspace, found: ObjectType, asked: set[str]) -> bool:
    return _in_use(workspace, found) and any(workspace.model.pair(found.name, name) for name in asked)


def _box(workspace: Workspace, found: ObjectType) -> ObjectBox:
    filled = sum(not prop.system for prop in found.properties.values())
    category = found.categories[0] if found.categories else "custom"
    return ObjectBox(found.name, found.label, found.plural, category, filled, workspace.store.count(found.name))


def _line(workspace: Workspace, pair: Pair) -> PairLine:
    owner, other = (workspace.model.words[name] for name in (pair.owner, pair.other))
    marks = [f"one {other.label.lower()} is primary"] if pair.primary else []
    marks += [_reading(label) for label in pair.labels]
    if pair.limit:
        marks.append(f"at most {pair.limit} {(other.label if pair.limit == 1 else other.plural).lower()}")
    if pair.other_limit:
        marks.append(f"at most {pair.other_limit} {(owner.label if pair.other_limit == 1 else owner.plural).lower()}")
    if pair.required:
        marks.append("required")
    if pair.required_any:
        marks.append("one of these required")
    return PairLine(pair.owner, pair.other, tuple(marks))


def _reading(label: Label) -> str:
    text = f"{label.name} / {label.inverse}" if label.paired else label.name
    limits = [f"at most {limit}" if limit else "any" for limit in (label.limit, label.inverse_limit)]
    return f"{text} ({' / '.join(limits)})" if label.limit or label.inverse_limit else text
