"""Reading another system's definitions of properties: JSON of HubSpot's properties API, or a warehouse's CSV.

References:
    https://developers.hubspot.com/docs/api-reference/crm-properties-v3/guide
    https://github.com/fivetran/dbt_hubspot_source (tables `property` and `property_option`)
"""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_FORMATS = {"currency": "money", "percentage": "percent", "duration": "duration"}  # of numberDisplayHint
_LARGEST = 50_000_000  # bytes; a portal with thousands of properties has about 5 MB


@frozen
class OptionDefinition:
    """One option as the other system has it."""

    value: str
    label: str
    hidden: bool = False


@frozen
class PropertyDefinition:
    """One property as the other system declares it; `object` is its word for the object, "" where it names none."""

    object: str
    name: str
    label: str
    type: str
    field_type: str
    format: str = ""
    group: str = ""
    description: str = ""
    options: tuple[OptionDefinition, ...] = ()
    unique: bool = False
    read_only: bool = False


class NotDefinitions(CrmError):
    """A file that holds no definitions of properties."""

    exit_code = ExitCode.USAGE

    def __init__(self, name: str, why: str) -> None:
        super().__init__(
            f'"{name}" holds no definitions of properties: {why}',
            "it needs the JSON of HubSpot's properties API, or a CSV with the columns name, label and type",
        )


def read_definitions(path: str, options: str = "") -> tuple[PropertyDefinition, ...]:
    """Read the definitions in a file, with the options in another one, where there is one (CSV both).

    Raises NotDefinitions and OSError.
    """
    text = _text(path)
    if text.lstrip().startswith(("{", "[")):
        return tuple(_from_json(path, text))
    found: dict[str, list[tuple[int, OptionDefinition]]] = {}
    for line in _lines(options, {"value"}) if options else ():
        order = line.get("displayorder", "")
        option = OptionDefinition(line["value"], line.get("label", "") or line["value"], _yes(line.get("hidden", "")))
        place = found.setdefault(line.get("propertyid") or line.get("property") or line.get("propertyname", ""), [])
        place.append((int(order) if order.lstrip("-").isdigit() else 0, option))
    return tuple(_from_line(line, found) for line in _lines(path, {"name", "type"}))


def _text(path: str) -> str:
    with open(path, encoding="utf-8-sig", newline="") as file:
        try:
            return file.read(_LARGEST)
        except UnicodeDecodeError:
            raise NotDefinitions(path, "it is no text in UTF-8") from None


def _lines(path: str, needed: set[str]) -> Iterator[Mapping[str, str]]:
    """Give the lines of a CSV by heading, folded: field_type and fieldType are one."""
    rows = csv.reader(_text(path).splitlines(keepends=True))
    try:
        header = [_folded(heading) for heading in next(rows, [])]
        if not needed <= set(header):
            missing = ", ".join(sorted(needed - set(header)))
            raise NotDefinitions(path, f"there is no column {missing}")
        for row in rows:
            if any(cell.strip() for cell in row):
                yield dict(zip(header, (cell.strip() for cell in row), strict=False))
    except csv.Error as error:
        raise NotDefinitions(path, str(error)) from None


def _folded(heading: str) -> str:
    return "".join(character for character in heading.casefold() if character.isalnum())


def _from_line(
    line: Mapping[str, str], options: Mapping[str, Sequence[tuple[int, OptionDefinition]]]
) -> PropertyDefinition:
    own = options.get(line.get("fivetranid") or line.get("id", "")) or options.get(line["name"]) or ()
    return PropertyDefinition(
        object=line.get("hubspotobject") or line.get("object", ""),
        name=line["name"],
        label=line.get("label", "") or line["name"],
        type=line["type"],
        field_type=line.get("fieldtype", ""),
        format="money" if _yes(line.get("showcurrencysymbol", "")) else "",
        group=line.get("groupname", ""),
        description=line.get("description", ""),
        options=tuple(option for _, option in sorted(own, key=lambda pair: pair[0])),
        unique=_yes(line.get("hasuniquevalue", "")),
        read_only=_yes(line.get("calculated", "")),
    )


def _yes(cell: str) -> bool:
    return cell.casefold() in ("true", "t", "1", "yes")


def _from_json(path: str, text: str) -> Iterator[PropertyDefinition]:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotDefinitions(path, f"it is not JSON ({error})") from None
    found = [(name, item) for name, item in _items(content, "") if isinstance(item, dict) and item.get("name")]
    if not found:
        raise NotDefinitions(path, "no entry in it has a name")
    for name, item in found:
        yield _from_item(name, item)


def _items(content: Any, object_name: str) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - any JSON value
    """Give the properties of an answer of the API, of a list, or of either by object."""
    if isinstance(content, list):
        yield from ((object_name, item) for item in content)
    elif isinstance(content, dict) and isinstance(content.get("results"), list):
        yield from ((object_name, item) for item in content["results"])
    elif isinstance(content, dict):
        for name, rest in content.items():
            if isinstance(rest, dict | list):
                yield from _items(rest, object_name or name)


def _from_item(object_name: str, item: Mapping[str, Any]) -> PropertyDefinition:
    def text(key: str) -> str:
        value = item.get(key)
        return value if isinstance(value, str) else ""

    owner = text("referencedObjectType") == "OWNER"
    money = "money" if item.get("showCurrencySymbol") else ""
    listed = item.get("options")
    return PropertyDefinition(
        object=object_name or text("objectType"),
        name=text("name"),
        label=text("label") or text("name"),
        type=text("type"),
        field_type=text("fieldType"),
        format="user" if owner else money or _FORMATS.get(text("numberDisplayHint"), ""),
        group=text("groupName"),
        description=text("description"),
        options=tuple(_options(listed if isinstance(listed, list) and not owner else ())),
        unique=item.get("hasUniqueValue") is True,
        read_only=item.get("calculated") is True,
    )


def _options(listed: Iterable[object]) -> Iterator[OptionDefinition]:
    items = [item for item in listed if isinstance(item, dict) and isinstance(item.get("value"), str)]
    orders = {id(item): order if isinstance(order := item.get("displayOrder"), int) else -1 for item in items}
    for item in sorted(items, key=lambda one: orders[id(one)]):
        label = item.get("label")
        shown = label if isinstance(label, str) and label.strip() else item["value"]
        yield OptionDefinition(item["value"], shown, item.get("hidden") is True)
