"""Objects and pairs as JSON values and back, without what equals its default.

What is built back from JSON is built when it is asked for: of an object with a hundred properties, a command
that shows a record uses ten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Generic, TypeAlias, TypeVar

from crmcli.frozen import said
from crmcli.model.duplicates import DuplicateRules
from crmcli.model.objects import (
    Also,
    Label,
    ObjectType,
    Option,
    Pair,
    Pipeline,
    Property,
    Rules,
    Stage,
    Tool,
    Unassociated,
)
from crmcli.model.survivorship import Survivorship

_K = TypeVar("_K")
_V = TypeVar("_V")

Json: TypeAlias = dict[str, Any]


class Lazy(Mapping[_K, _V], Generic[_K, _V]):
    """A mapping that makes a value of its raw form when it is first asked for, and keeps it."""

    def __init__(self, raw: Mapping[_K, Any], make: Callable[[Any], _V]) -> None:
        self._raw = raw
        self._make = make
        self._made: dict[_K, _V] = {}

    def __getitem__(self, key: _K) -> _V:
        made = self._made.get(key)
        if made is None:
            made = self._made[key] = self._make(self._raw[key])
        return made

    def __contains__(self, key: object) -> bool:
        return key in self._raw

    def __iter__(self) -> Iterator[_K]:
        return iter(self._raw)

    def __len__(self) -> int:
        return len(self._raw)


def pack_object(thing: ObjectType) -> Json:
    """Give an object as a JSON value."""
    packed = said(thing)
    packed["properties"] = {name: _packed_property(prop) for name, prop in thing.properties.items()}
    packed["pipelines"] = [{**said(p), "stages": [said(s) for s in p.stages]} for p in thing.pipelines]
    if thing.duplicates:
        packed["duplicates"] = said(thing.duplicates)
    if thing.survivorship:
        packed["survivorship"] = said(thing.survivorship)
    for key in ("tools", "associate_also", "unassociated"):
        if key in packed:
            packed[key] = [said(part) for part in packed[key]]
    return packed


def unpack_object(packed: Json) -> ObjectType:
    """Give an object back; its properties are built when they are asked for."""
    plain = _all_tupled(packed)
    plain["properties"] = Lazy(packed["properties"], _property)
    plain["indexes"] = tuple(map(tuple, packed.get("indexes", ())))
    plain["pipelines"] = tuple(_pipeline(dict(p)) for p in packed["pipelines"])
    plain["tools"] = tuple(Tool(**tool) for tool in packed.get("tools", ()))
    plain["associate_also"] = tuple(Also(**also) for also in packed.get("associate_also", ()))
    plain["unassociated"] = tuple(Unassociated(**why) for why in packed.get("unassociated", ()))
    if "duplicates" in packed:
        plain["duplicates"] = DuplicateRules(**packed["duplicates"])
    if "survivorship" in packed:
        said_of = packed["survivorship"]
        together = {name: tuple(names) for name, names in said_of.get("together", {}).items()}
        plain["survivorship"] = Survivorship(**{**said_of, "together": together})
    return ObjectType(**plain)


def pack_pair(pair: Pair) -> Json:
    """Give a pair as a JSON value."""
    return {**said(pair), "labels": [said(label) for label in pair.labels]}


def unpack_pair(packed: Json) -> Pair:
    """Give a pair back."""
    plain = _all_tupled(packed)
    plain["labels"] = tuple(Label(**label) for label in packed["labels"])
    return Pair(**plain)


def _packed_property(prop: Property) -> Json:
    packed = said(prop)
    if prop.rules:
        packed["rules"] = said(prop.rules)
    if prop.options:
        packed["options"] = [list(_packed_option(option)) for option in prop.options]
    return packed


def _packed_option(option: Option) -> Iterator[str | bool | list[str]]:
    yield from (option.value, option.label)
    further = (option.hidden, option.color, option.source, option.closed, list(option.aliases))
    if any(further):
        yield from further


def _property(packed: Json) -> Property:
    plain = _all_tupled(packed)
    if "options" in packed:
        plain["options"] = tuple(Option(*map(_tupled, option)) for option in packed["options"])
    if "rules" in packed:
        plain["rules"] = Rules(**packed["rules"])
    return Property(**plain)


def _pipeline(packed: Json) -> Pipeline:
    packed["stages"] = tuple(Stage(**_all_tupled(stage)) for stage in packed["stages"])
    return Pipeline(**_all_tupled(packed))


def _all_tupled(packed: Json) -> Json:
    return {key: _tupled(value) for key, value in packed.items()}


def _tupled(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    return tuple(value) if isinstance(value, list) else value
