"""An update of a record by what only looks like it: the record keeps its addresses, and gets others beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmcli.model.objects import ObjectType
    from crmcli.types.base import Stored


def with_keys_kept(
    found: ObjectType, current: Mapping[str, Stored], changes: Mapping[str, Stored | None]
) -> dict[str, Stored | None]:
    """Give changes in which another key than the record's is an additional one; left out where there can be none."""
    kept = dict(changes)
    for prop in found.unique_properties():
        value = kept.get(prop.name)
        if prop.additional_of or prop.name not in current or value is None or value == current[prop.name]:
            continue
        del kept[prop.name]
        further = next((each.name for each in found.properties.values() if each.additional_of == prop.name), "")
        if further:
            there = kept.get(further) or current.get(further)
            held = list(there) if isinstance(there, list) else []
            kept[further] = [*held, *([] if value in held else [str(value)])]
    return kept
