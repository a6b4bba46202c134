"""Whose money a column of a list holds, which tells its currency: the records' own, or that of records with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.query.mentions import mentioned

if TYPE_CHECKING:
    from crmcli.model.objects import Model, ObjectType
    from crmcli.query import ColumnInfo

_CONVERTING = "converted("  # what is brought into the workspace's currency is of no other


def is_own_money(model: Model, found: ObjectType, info: ColumnInfo) -> bool:
    """Say whether a column holds money of the listed records themselves, which is in the currency of each."""
    is_money = info.value_type is not None and info.value_type.name == "money"
    return is_money and _owners(model, found, info) == {found.name}


def foreign_money(model: Model, found: ObjectType, info: ColumnInfo) -> tuple[str, ...]:
    """Give the objects with records of several currencies whose money a column of another object is made of."""
    return tuple(sorted(_owners(model, found, info) - {found.name}))


def _owners(model: Model, found: ObjectType, info: ColumnInfo) -> set[str]:
    """Give the objects whose money an expression names, as it stands or by the formula of a property."""
    prop = found.properties.get(info.name)
    # The amount of a record is its own, though it be worked out of others': a quote's of its line items.
    if prop is not None and (not prop.formula or prop == found.role("amount")):
        return {found.name}
    text = prop.formula if prop is not None else info.name
    if _CONVERTING in text:
        return set()
    named = mentioned(text, model, found.name)
    return {
        name
        for name, each in named
        if "currency" in model.objects[name].roles and model.objects[name].properties[each].value_type.name == "money"
    }
