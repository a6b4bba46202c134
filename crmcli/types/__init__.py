"""What a value is: one small class a type, that parses, checks, shows and indexes its values.

The modules of the types are imported when a property of that type is first bound: a command that
shows a contact never pays for telephone numbers or public suffixes.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING

from crmcli.errors import CrmError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Protocol

    from crmcli.types.base import ValueType

    class OptionLike(Protocol):
        """One value of an enumeration, as far as types need it."""

        @property
        def value(self) -> str:
            """What is stored."""

        @property
        def label(self) -> str:
            """What is shown."""

        @property
        def hidden(self) -> bool:
            """Whether it is kept out of hints."""

        @property
        def aliases(self) -> tuple[str, ...]:
            """Other words for it."""

    class PropertyLike(Protocol):
        """The declaration of a property, as far as types need it."""

        @property
        def type(self) -> str:
            """HubSpot's word for what is stored."""

        @property
        def field_type(self) -> str:
            """HubSpot's word for how it is typed."""

        @property
        def format(self) -> str:
            """Our word, a key of TYPES, or ""."""

        @property
        def options(self) -> Sequence[OptionLike]:
            """The options of an enumeration."""

        @property
        def scale(self) -> int:
            """The decimals that the index keeps."""


# Every type: our word for it → the module and the class.
TYPES = {
    "string": ("text", "String"),
    "text": ("text", "Text"),
    "number": ("number", "Number"),
    "percent": ("number", "Percent"),
    "money": ("money", "Money"),
    "duration": ("duration", "Duration"),
    "interval": ("interval", "Interval"),
    "date": ("date", "Date"),
    "datetime": ("moment", "DateTime"),
    "bool": ("choice", "Bool"),
    "option": ("choice", "Option"),
    "options": ("several", "Several"),
    "email": ("address", "Email"),
    "url": ("address", "Url"),
    "domain": ("domain", "Domain"),
    "phone": ("phone", "Phone"),
    "user": ("user", "Owner"),
    "reference": ("reference", "Reference"),
    "json": ("document", "Json"),
}

# A property's `type` → our word, where `field_type` and `format` say nothing else.
_BY_TYPE = {
    "string": "string",
    "number": "number",
    "date": "date",
    "datetime": "datetime",
    "bool": "bool",
    "enumeration": "option",
    "phone_number": "phone",
    "object_coordinates": "string",
    "json": "json",
}
_BY_FIELD_TYPE = {
    ("string", "textarea"): "text",
    ("string", "html"): "text",
    ("string", "phonenumber"): "phone",
}
_SCALED = frozenset({"number", "percent", "money"})


class UnknownType(CrmError):
    """A declaration whose `type` or `format` is none that crm knows."""

    def __init__(self, key: str, word: str, known: Sequence[str]) -> None:
        self.key = key  # "type" or "format"
        self.word = word
        super().__init__(f'"{word}" is not a {key} of a property', f"one of: {', '.join(known)}")


def type_name(prop: PropertyLike) -> str:
    """Give our word for the type of one value of a property, a key of TYPES other than "options".

    `format` wins over `type` and `field_type`. Raises UnknownType.
    """
    if prop.format:
        if prop.format not in TYPES or prop.format == "options":
            raise UnknownType("format", prop.format, [name for name in TYPES if name != "options"])
        return prop.format
    if prop.type not in _BY_TYPE:
        raise UnknownType("type", prop.type, list(_BY_TYPE))
    return _BY_FIELD_TYPE.get((prop.type, prop.field_type)) or _BY_TYPE[prop.type]


def bind(prop: PropertyLike) -> ValueType:
    """Give the type that parses, checks and shows a property's values; cached by its declaration.

    Raises UnknownType.
    """
    name = type_name(prop)
    several = prop.type == "enumeration" and prop.field_type == "checkbox"
    options = tuple(prop.options) if name == "option" else ()
    return _make(name, several, options, prop.scale if name in _SCALED else 0)


@lru_cache(maxsize=4096)
def _make(name: str, several: bool, options: tuple[OptionLike, ...], scale: int) -> ValueType:  # noqa: FBT001
    if several:
        made: ValueType = _class("options")(_make(name, False, options, scale))  # noqa: FBT003
    elif name == "option":
        made = _class(name)(options)
    else:
        made = _class(name)(scale) if name in _SCALED else _class(name)()
    return made


def _class(name: str) -> type:
    module, class_name = TYPES[name]
    found: type = getattr(import_module(f"crmcli.types.{module}"), class_name)
    return found
