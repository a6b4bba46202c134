"""New schema files, written as a person would write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.render.schema_text import with_entry
from crmcli.render.yaml_lines import yaml_block

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.render.yaml_lines import Value
    from crmcli.services.new_objects import NewObject, PropertyPlace
    from crmcli.services.property_import import Entry

_BASE = "_custom"  # what all objects of a CRM's own have
_SHOWN = 6  # columns of its list


def object_text(new: NewObject) -> str:
    """Write the schema file of a new object."""
    group = f"{new.name}_information"
    properties: dict[str, Value] = {group: {"label": f"{new.label} information", "properties": {}}}
    names = [prop.name for prop in new.properties]
    parts: list[dict[str, Value]] = [
        {
            "label": new.label,
            "plural": new.plural,
            **({"description": new.description} if new.description else {}),
            "based_on": _BASE,
        },
        {
            **({"keys": [*new.keys, "hs_object_id"]} if new.keys else {}),
            "display": [names[0]],
            "columns": [*names[:_SHOWN], "hs_createdate"],
            "required": list(new.required),
            "search": list(new.search),
            "roles": {"name": names[0]},
        },
    ]
    text = f"# {new.label}: an object of our own. `crm schema check` says whether the file is in order.\n"
    for part in parts:
        text += "\n" + "".join(f"{line}\n" for key, value in part.items() for line in yaml_block(key, value))
    if new.associations:
        text += "\n# What its records may be associated with, beside activities.\nassociations:\n"
        text += "".join(f"  {name}: {{}}\n" for name in new.associations)
    text += "\ngroups:\n" + "".join(f"{line}\n" for line in yaml_block(group, properties[group], 2)[:2])
    return text + "    properties:\n" + _aligned(new)


def _aligned(new: NewObject) -> str:
    """Write the properties, their values in one column."""
    widest = max(len(prop.name) for prop in new.properties) + 2
    lines = []
    for prop in new.properties:
        first, *rest = yaml_block(prop.name, prop.declaration, 6)
        key, colon, value = first.partition(":")
        lines += [f"{(key + colon).ljust(widest + 6)}{value.strip()}".rstrip(), *rest]
    return "".join(f"{line}\n" for line in lines)


def with_property(text: str, place: PropertyPlace) -> str:
    """Give the text of an object's schema file with a new property, the last one of its group."""
    if not text.strip():
        text = f"# What this CRM changes about {place.plural.lower()}.\n"
    if place.new_label:
        text = with_entry(text, ["groups", place.group, "label"], place.new_label)
    return with_entry(text, ["groups", place.group, "properties", place.property.name], place.property.declaration)


def with_entries(text: str, entries: Sequence[Entry]) -> str:
    """Give the text of a schema file with these entries, one after the other."""
    for entry in entries:
        text = with_entry(text, entry.path, entry.value)
    return text
