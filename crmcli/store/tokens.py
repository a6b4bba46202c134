"""JSON with every number kept as it was written, for data files, the journal and what the schema does not know."""

from __future__ import annotations

import json
from json.encoder import encode_basestring
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_INTEGER_DIGITS = 20  # so many at most are read as a number: Python and orjson write those alike


class NumberToken(str):
    """A JSON number kept as it was written, because Python might write it differently."""

    __slots__ = ()


def loads(text: str | bytes, pairs: Callable[[list[tuple[str, Any]]], object] | None = None) -> Any:  # noqa: ANN401
    """Read JSON; fractions, exponents and whole numbers of more than 20 digits come as NumberToken.

    `pairs` makes an object of its keys and values. Raises ValueError for what is no JSON, NaN and infinity included.
    """
    return json.loads(
        text, object_pairs_hook=pairs, parse_int=_integer, parse_float=NumberToken, parse_constant=_refuse
    )


def _integer(token: str) -> int | NumberToken:
    number = int(token) if len(token) <= _INTEGER_DIGITS else None
    return number if number is not None and str(number) == token else NumberToken(token)


def _refuse(token: str) -> object:
    raise ValueError(f"{token} is not JSON")


def compact(value: object) -> str:
    """Say a JSON value on one line, without spaces; a lone surrogate, which has no UTF-8, as its escape."""
    text = _flat(value)
    return text if text.isascii() else encoded(text).decode()


def _flat(value: object) -> str:
    if value is None or type(value) is int:  # the journal and the history of bulk work are full of these
        return "null" if value is None else repr(value)
    match value:
        case NumberToken():
            return value
        case str():
            return encode_basestring(value)
        case dict():
            return "{" + ",".join([f"{encode_basestring(key)}:{_flat(item)}" for key, item in value.items()]) + "}"
        case list() | tuple():
            return "[" + ",".join([_flat(item) for item in value]) + "]"
        case _:
            return json.dumps(value)


def indented(value: object, level: int) -> str:
    """Say a JSON value as `json.dumps(..., indent=2, ensure_ascii=False)` would at this level of nesting."""
    match value:
        case dict() | list() if value:
            return _block(value, level)
        case _:
            return _flat(value)


def _block(value: dict[str, object] | list[object], level: int) -> str:
    pad, end = "  " * (level + 1), "  " * level
    if isinstance(value, dict):
        items = [f"{pad}{encode_basestring(str(key))}: {indented(item, level + 1)}" for key, item in value.items()]
        return "{\n" + ",\n".join(items) + f"\n{end}}}"
    return "[\n" + ",\n".join(f"{pad}{indented(item, level + 1)}" for item in value) + f"\n{end}]"


def encoded(text: str) -> bytes:
    """Give JSON text in UTF-8; a lone surrogate, which has none, stands as the escape that it came in as."""
    return text.encode("utf-8", "backslashreplace")
