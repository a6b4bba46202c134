"""YAML as it is written into schema files: in braces where it is short, else one line an entry."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias

# What can be written; an empty mapping is `{}`.
Value: TypeAlias = "str | bool | int | Sequence[Value] | Mapping[str, Value]"

WIDTH = 120
_PLAIN = re.compile(r"\w(?:[\w ./()%+&'’–-]*[\w./()%+&'’–-])?")  # needs no quotes, in brackets neither
_WORDS = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})  # YAML means no text by them


def yaml_block(key: str, value: Value, indent: int = 0, column: int = 0) -> list[str]:
    """Write an entry as lines: in braces where it is short and flat, else one line an entry.

    Its value begins at `column` where that leaves room.
    """
    head = f"{' ' * indent}{yaml_scalar(key)}:"
    if isinstance(value, Mapping) and value:
        flat = not any(isinstance(each, Mapping) for each in value.values())
        if not flat or len(f"{head} {yaml_flow(value)}") > WIDTH:
            return [head, *(line for name, each in value.items() for line in yaml_block(name, each, indent + 2))]
    return [f"{head.ljust(column - 1)} {yaml_flow(value)}"]


def yaml_flow(value: Value) -> str:
    """Write a value on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{yaml_scalar(key)}: {yaml_flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, str | bool | int):
        return yaml_scalar(value)
    return "[" + ", ".join(map(yaml_flow, value)) + "]"


def yaml_scalar(value: str | bool | int) -> str:  # noqa: FBT001 - a value to write
    """Write a text, a flag or a number, in quotes where YAML would misread it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    return '"' + "".join(map(_quoted, text)) + '"'


def _quoted(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    return character if character.isprintable() else f"\\U{ord(character):08x}"
