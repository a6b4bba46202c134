"""Keys: the canonical values under which a record is found, and which no two records of an object may share.

A key has a *kind*: "email", "domain", or "<object>.<property>" for any other unique property. Additional
addresses are keys like the first one. Phones are keys for finding only: two people may share one.
"""

from __future__ import annotations

import zlib
from contextlib import suppress
from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import frozen
from crmcli.types.base import InvalidValue, ValueType

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from crmcli.model.objects import ObjectType, Property
    from crmcli.store.values import KeyHit
    from crmcli.types.base import Stored

PHONE = "phone"
_SHARED_KINDS = ("email", "domain", PHONE)  # one look-up finds them on every object


class DuplicateKey(CrmError):
    """A value that identifies a record is held by another record already."""

    exit_code = ExitCode.CONFLICT

    def __init__(self, prop: Property, value: str, holder: KeyHit) -> None:
        where = "" if holder.property_name == prop.name else f" (as {holder.property_name})"
        reference = f"{holder.object_name}:{holder.id}"
        super().__init__(
            f'{prop.label} "{value}" is held by {reference} already{where}',
            f"look at it with: crm show {reference}",
        )
        self.property = prop
        self.value = value
        self.holder = holder


@frozen
class KeyProperty:
    """A property whose values are keys. `code` stands for object and property in the index."""

    property: Property
    item_type: ValueType  # of one key: the property's type, or that of its items where it holds several
    kind: str
    code: int
    primary: bool

    def values(self, stored: Stored | None) -> list[str]:
        """The canonical keys in a stored value: none where unset, several where it holds several."""
        return [value for value, _ in self.block((stored,), (0,))]

    def block(self, column: Sequence[Stored | None], marks: Sequence[int]) -> list[tuple[str, int]]:
        """The canonical keys in a column of stored values, each with its row's mark (an id, a place)."""
        canonical = self.item_type.canonical
        if self.property.value_type.several:
            return [
                (canonical(one), mark)
                for stored, mark in zip(column, marks, strict=True)
                for one in (stored if isinstance(stored, list) else ())
            ]
        if type(self.item_type).canonical is ValueType.canonical:  # a text is its own key
            return [(str(stored), mark) for stored, mark in zip(column, marks, strict=True) if stored is not None]
        return [(canonical(stored), mark) for stored, mark in zip(column, marks, strict=True) if stored is not None]


def key_properties(object_type: ObjectType) -> tuple[KeyProperty, ...]:
    """The properties of an object whose values are keys, the object's own keys first."""
    return tuple(_key_property(object_type, p) for p in object_type.unique_properties())


def phone_properties(object_type: ObjectType) -> tuple[KeyProperty, ...]:
    """The properties of an object by whose phone numbers a record is found, though two records may share one."""
    return tuple(_key_property(object_type, p) for p in object_type.properties.values() if p.value_type.name == PHONE)


def _key_property(object_type: ObjectType, prop: Property) -> KeyProperty:
    first = object_type.properties.get(prop.additional_of, prop)
    name = first.value_type.name
    shared = name in _SHARED_KINDS
    return KeyProperty(
        prop,
        item_type=getattr(prop.value_type, "item", prop.value_type),
        kind=name if shared else f"{object_type.name}.{first.name}",
        code=zlib.crc32(f"{object_type.name}.{prop.name}".encode()),
        primary=not prop.additional_of,
    )


def keys_of(keys: Sequence[KeyProperty], row: Mapping[str, object]) -> Iterable[tuple[KeyProperty, str]]:
    """The keys that a record's values hold; what their type refuses is no key."""
    for key in keys:
        found = row.get(key.property.name)
        if found is not None:
            with suppress(InvalidValue):
                for value in key.values(key.property.value_type.accept(found)):
                    yield key, value
