"""The schema last applied to the data: the part of the declarations that the values in data files depend on.

`data/schema.json` keeps it, one property a line, so that git shows which one changed. It says for each object what
kind of value a property holds, the stages of its pipelines, and the labels of its associations. Words, columns, rules
and calculated properties are not in it: they may change at any time.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, TypeAlias

from crmcli.errors import CrmError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from crmcli.model.objects import ObjectType, Pair, Property

    Part: TypeAlias = Mapping[str, Any]

PATH = "data/schema.json"
FORMAT = 1
USUAL_SCALE = 6
_SCALED = ("number", "percent", "money")
_SECTIONS = ("properties", "pipelines", "associations")


class DamagedSchema(CrmError):
    """A data/schema.json that cannot be read."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"{PATH} cannot be read: {what}",
            "git or a backup has an earlier version; without the file the schemas count as applied to the data",
        )


def data_part(objects: Mapping[str, ObjectType], pairs: Iterable[Pair]) -> dict[str, Part]:
    """Give what data files depend on, by object."""
    parts: dict[str, dict[str, Any]] = {
        name: {
            "properties": {p.name: kind_of(p) for p in thing.properties.values() if not p.formula},
            "pipelines": {pipeline.id: [stage.id for stage in pipeline.stages] for pipeline in thing.pipelines},
            "associations": {},
        }
        for name, thing in objects.items()
    }
    for pair in pairs:
        parts[pair.owner]["associations"][pair.other] = [label.name for label in pair.labels]
    return {**parts}


def kind_of(prop: Property) -> Part:
    """Give what values of a property depend on: our word for their type, and what is not usual about them."""
    from crmcli.types import type_name

    word = type_name(prop)
    kind: dict[str, Any] = {"type": word}
    if prop.type == "enumeration" and prop.field_type == "checkbox":
        kind["several"] = True
    if word in _SCALED and prop.scale != USUAL_SCALE:
        kind["scale"] = prop.scale
    if prop.unique:
        kind["unique"] = True
    if prop.additional_of:
        kind["additional_of"] = prop.additional_of
    if word == "option" and prop.options:
        kind["options"] = [option.value for option in prop.options]
    return kind


def text_of(parts: Mapping[str, Part]) -> str:
    """Give the text of data/schema.json."""
    objects = ",\n".join(f"    {_json(name)}: {{{_sections(parts[name])}\n    }}" for name in sorted(parts))
    return f'{{\n  "format": {FORMAT},\n  "objects": {{\n{objects}\n  }}\n}}\n'


def _sections(part: Part) -> str:
    return ",".join(
        f"\n      {_json(key)}: {{{','.join(_lines(part[key]))}\n      }}" for key in _SECTIONS if part.get(key)
    )


def _lines(entries: Part) -> Iterator[str]:
    return (f"\n        {_json(name)}: {_json(entries[name])}" for name in sorted(entries))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def read_text(root: str) -> str | None:
    """Give the text of the workspace's data/schema.json; None where there is none. Raises DamagedSchema."""
    try:
        with open(os.path.join(root, PATH), encoding="utf-8") as file:
            return file.read()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise DamagedSchema(str(error)) from None


def parse_text(text: str) -> dict[str, Part]:
    """Read the text of a data/schema.json; raise DamagedSchema."""
    try:
        read = json.loads(text)
    except ValueError as error:
        raise DamagedSchema(str(error)) from None
    objects = read.get("objects") if isinstance(read, dict) and read.get("format") == FORMAT else None
    if not isinstance(objects, dict) or not all(_is_part(part) for part in objects.values()):
        raise DamagedSchema("it is not what this crm writes there")
    return {name: {**{key: {} for key in _SECTIONS}, **part} for name, part in objects.items()}


def _is_part(part: object) -> bool:
    if not isinstance(part, dict) or not all(isinstance(section, dict) for section in part.values()):
        return False
    kinds = part.get("properties", {}).values()
    lists = [*part.get("pipelines", {}).values(), *part.get("associations", {}).values()]
    return all(isinstance(kind, dict) and isinstance(kind.get("type"), str) for kind in kinds) and all(
        isinstance(names, list) for names in lists
    )


def layouts(objects: Mapping[str, ObjectType], pairs: Iterable[Pair]) -> dict[str, str]:
    """Give for each object, as JSON, what its part of the index is made of: columns, associations, text, indexes."""
    parts = data_part(objects, pairs)
    return {
        name: json.dumps(
            {
                "properties": parts[name]["properties"],
                "associations": sorted(parts[name]["associations"]),
                "text": [*thing.display, *thing.search],
                **({"indexes": thing.indexes} if thing.indexes else {}),
            },
            sort_keys=True,
        )
        for name, thing in objects.items()
    }


def to_record(
    objects: Mapping[str, ObjectType],
    pairs: Iterable[Pair],
    known: Mapping[str, Part],
    pending: Iterable[Sequence[str]],
) -> dict[str, Part]:
    """Give what data/schema.json has to say: these objects, but no new names that wait to get their values.

    Removed objects that still have records stay in it. `pending` is as in the model.
    """
    parts = data_part(objects, pairs)
    for name, renamed in pending:
        if name not in parts:
            parts[name] = known[name]
        parts[name]["properties"].pop(renamed, None)
    return parts


def taken_back(now: str | None, old: str | None, new: str | None) -> str | None:
    """Give the text with what changed from `old` to `new` as it was, and what changed since as it is.

    None where the same part changed since, or the file is not there.
    """
    if not (now and old and new):
        return None
    parts = _taken_back(parse_text(now), parse_text(old), parse_text(new))
    return None if parts is None else text_of(parts)


def _taken_back(now: Part, old: Part, new: Part) -> dict[str, Any] | None:
    made: dict[str, Any] = {**now}
    for key in {**old, **new}:
        was, became, stands = old.get(key), new.get(key), now.get(key)
        if was in (became, stands):
            continue
        if stands == became:
            made[key] = was
        elif isinstance(was, dict) and isinstance(became, dict) and isinstance(stands, dict):
            made[key] = _taken_back(stands, was, became)
        else:
            return None
    return (
        None
        if None in [made[key] for key in {**old} if key in made]
        else {k: v for k, v in made.items() if v is not None}
    )


def digest(text: str) -> str:
    """Give a digest of a text, in hexadecimal."""
    from hashlib import sha256

    return sha256(text.encode()).hexdigest()[:16]
