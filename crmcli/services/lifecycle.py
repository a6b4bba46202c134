"""Lifecycle stages: nothing but a person's own word takes a record back to an earlier one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmcli.model.objects import ObjectType
    from crmcli.types.base import Stored


def lowers(found: ObjectType, current: Mapping[str, Stored], changed: Mapping[str, Stored | None]) -> str | None:
    """Give the lifecycle property if a change would set it back, in the order of its options, or clear it; else None.

    What sets values by itself - imports, associations, workflows - leaves it out then.
    """
    prop = found.role("lifecycle")
    if prop is None or prop.name not in changed or prop.name not in current:
        return None
    ranks = {option.value: rank for rank, option in enumerate(prop.options)}
    stands, comes = ranks.get(str(current[prop.name])), ranks.get(str(changed[prop.name]), -1)
    return prop.name if stands is not None and comes < stands else None
