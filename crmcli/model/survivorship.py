"""Survivorship: which value stays when records are merged, as the schema says or as a property's kind tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmcli.model.objects import ObjectType, Property

PRIMARY, KEPT, UNION, OLDEST, FURTHEST = "primary", "kept", "union", "oldest", "furthest"
# What may stand in a schema:
#   primary   the kept record's value, and another's where it has none
#   kept      the kept record's value alone: a blank is not filled
#   latest    the value that was set last, by the history
#   longest   the longest text
#   furthest  the option that stands last in the property's own order
#   oldest    the earliest date, the least number
#   newest    the latest date, the greatest number
#   sum       all of them together
#   union     the values of all, each once
RULES = (PRIMARY, KEPT, "latest", "longest", FURTHEST, OLDEST, "newest", "sum", UNION)


@frozen
class Survivorship:
    """What an object says of merging: the rules of properties, and groups of properties that move together."""

    rules: Mapping[str, str] = {}  # property → rule
    together: Mapping[str, tuple[str, ...]] = {}  # name of a group → its properties
    source: str = ""  # file and line


def rule_of(found: ObjectType, prop: Property) -> str:
    """Give the rule of a property: the declared one, else what its kind tells."""
    declared = found.survivorship.rules.get(prop.name) if found.survivorship else None
    if declared:
        return declared
    if prop.value_type.several:
        return UNION
    if prop is found.role("lifecycle"):
        return FURTHEST
    return OLDEST if prop is found.role("created") else PRIMARY


def moving_together(found: ObjectType) -> Mapping[str, tuple[str, ...]]:
    """Give the groups of properties of an object that come from one record, by the name of each."""
    return found.survivorship.together if found.survivorship else {}
