"""Properties as one says them on a command line: `Quality score:number`, `Roast:choice=Light,Medium,Dark`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import frozen
from crmcli.types.nearest import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

# The word for a type → what a schema file says for it.
TYPE_WORDS: Mapping[str, Mapping[str, str]] = {
    "text": {"type": "string", "fieldType": "text"},
    "long-text": {"type": "string", "fieldType": "textarea"},
    "number": {"type": "number", "fieldType": "number"},
    "money": {"type": "number", "fieldType": "number", "format": "money"},
    "percent": {"type": "number", "fieldType": "number", "format": "percent"},
    "date": {"type": "date", "fieldType": "date"},
    "datetime": {"type": "datetime", "fieldType": "date"},
    "yes-no": {"type": "bool", "fieldType": "booleancheckbox"},
    "choice": {"type": "enumeration", "fieldType": "select"},
    "choices": {"type": "enumeration", "fieldType": "checkbox"},
    "email": {"type": "string", "fieldType": "text", "format": "email"},
    "phone": {"type": "string", "fieldType": "phonenumber"},
    "url": {"type": "string", "fieldType": "text", "format": "url"},
    "user": {"type": "enumeration", "fieldType": "select", "format": "user"},
}
_CHOICES = ("choice", "choices")
# What else people say, and HubSpot does.
_ALSO = {
    "string": "text", "textarea": "long-text", "enumeration": "choice", "select": "choice", "checkbox": "choices",
    "bool": "yes-no", "boolean": "yes-no", "currency": "money", "day": "date", "owner": "user",
}  # fmt: skip


@frozen
class NewProperty:
    """A property to declare; `type` is a word of TYPE_WORDS, `options` are labels by value."""

    name: str
    label: str
    type: str = "text"
    options: Mapping[str, str] = {}
    description: str = ""
    unique: bool = False
    formula: str = ""
    default: str = ""

    @property
    def declaration(self) -> Mapping[str, str | bool | Mapping[str, str]]:
        """What a schema file says of it."""
        said: dict[str, str | bool | Mapping[str, str]] = {"label": self.label, **TYPE_WORDS[self.type]}
        if self.unique:
            said["unique"] = True
        said |= {key: text for key in ("description", "default", "formula") if (text := getattr(self, key))}
        if self.options:
            said["options"] = dict(self.options)
        return said


class UnknownPropertyType(CrmError):
    """A word for a property's type that is none."""

    exit_code = ExitCode.USAGE

    def __init__(self, word: str) -> None:
        near = nearest(word, [*TYPE_WORDS, *_ALSO])
        hint = f"did you mean {' or '.join(near)}?" if near else f"one of: {', '.join(TYPE_WORDS)}"
        super().__init__(f'"{word}" is no type of property', hint)


class NoInternalName(CrmError):
    """A label that no internal name can be made of."""

    exit_code = ExitCode.USAGE

    def __init__(self, label: str, how: str) -> None:
        super().__init__(f'"{label}" does not make an internal name', f"Give one in a-z, 0-9 and _: {how}")


class OptionsNeeded(CrmError):
    """A choice without options, or options of what is no choice."""

    exit_code = ExitCode.USAGE

    def __init__(self, label: str, word: str) -> None:
        if word in _CHOICES:
            super().__init__(f'"{label}" needs options to choose from', f'As in: "{label}:{word}=Light,Medium,Dark"')
        else:
            super().__init__(f'"{label}" is {word}: it takes no options', f'A choice does: "{label}:choice=…"')


def internal_name(label: str) -> str:
    """Make an internal name of a label: "Green lot #" → "green_lot"; "" where none can be made."""
    import unicodedata

    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode()
    name = re.sub(r"[^a-z0-9]+", "_", plain.lower()).strip("_")[:100]
    return name if name[:1].isalpha() else ""


def read_property(text: str) -> NewProperty:
    """Read `LABEL[:TYPE[=OPTION,OPTION…]]`, in front of it `NAME=` where the label makes no internal name.

    Raises UnknownPropertyType, NoInternalName and OptionsNeeded.
    """
    named = re.match(r"([a-z][a-z0-9_]*)=(?=[^:]*\S)", text.strip())
    rest = text.strip()[named.end() if named else 0 :]
    label, _, said = rest.partition(":")
    word, _, options = said.partition("=")
    label, kind = label.strip(), word.strip().lower() or "text"
    kind = _ALSO.get(kind, kind)
    if kind not in TYPE_WORDS:
        raise UnknownPropertyType(word.strip())
    name = named[1] if named else internal_name(label)
    if not label or not name:
        raise NoInternalName(label, f"quality_score={label or 'LABEL'}")
    return NewProperty(name, label, kind, read_options(label, kind, options.split(",")))


def read_options(label: str, kind: str, texts: list[str]) -> Mapping[str, str]:
    """Give the options of a choice, label by value, in order. Raises OptionsNeeded."""
    labels = [text.strip() for text in texts if text.strip()]
    if bool(labels) != (kind in _CHOICES):
        raise OptionsNeeded(label, kind)
    return {internal_name(one) or one: one for one in labels}
