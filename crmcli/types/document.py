"""Any JSON value, for what has a shape of its own."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING

from crmcli.types.base import InvalidValue, NotStored, ValueType, quoted
from crmcli.types.text import encodable

if TYPE_CHECKING:
    from typing import NoReturn

    from crmcli.types.base import Column, Context, Stored


class NotJson(InvalidValue):
    """Text that is not a JSON value, or one that no data file can hold exactly."""

    def __init__(self, text: str, why: str) -> None:
        super().__init__(f"{quoted(text)} is not JSON: {why}", 'write for example {"size": 3} or ["a", "b"]')


@cache
def _encoder() -> json.JSONEncoder:
    return json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def compact(value: object) -> str:
    """Write a JSON value without blanks, as the index keeps it; raise ValueError for NaN or infinity."""
    return _encoder().encode(value)


def _refuse_constant(word: str) -> NoReturn:
    message = f"{word} is no number"
    raise ValueError(message)


class Json(ValueType):
    """Any JSON value other than null: null is what an unset property is."""

    name = "json"
    doc = "Any JSON value but null."
    stored_is_column = False

    def parse(self, text: str, context: Context) -> Stored:  # noqa: ARG002
        """Read JSON; raise NotJson, which says where it goes wrong."""
        try:
            value = json.loads(text, parse_constant=_refuse_constant)
            written = compact(value)
        except json.JSONDecodeError as error:
            raise NotJson(text, f"{error.msg} at character {error.pos + 1}") from None
        except (ValueError, RecursionError) as error:
            raise NotJson(text, str(error)) from None
        if value is None:
            raise NotJson(text, "null is no value")
        if not encodable(written):
            raise NotJson(text, "it holds half of a surrogate pair")
        read: Stored = value
        return read

    def accept(self, value: object) -> Stored:
        """Take any JSON value but null."""
        try:
            writable = value is not None and encodable(compact(value))
        except (TypeError, ValueError, RecursionError):
            writable = False
        if not writable:
            raise NotStored(value, "a JSON value other than null")
        return value  # type: ignore[return-value]  # it has just been written as JSON

    def show(self, value: Stored, context: Context) -> str:  # noqa: ARG002
        """Write the value as compact JSON."""
        return compact(value)

    def column(self, value: Stored) -> Column:
        """Give the compact JSON text."""
        return compact(value)

    def stored(self, column: str | int) -> Stored:
        """Read the JSON text of the column."""
        value: Stored = json.loads(column) if isinstance(column, str) else column
        return value

    def canonical(self, value: Stored) -> str:
        """Give compact JSON with sorted keys: order does not make two values different."""
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
