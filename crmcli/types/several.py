"""Several values of one type in one property."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from crmcli.types.base import InvalidValue, NotStored, ValueType, quoted
from crmcli.types.document import compact

if TYPE_CHECKING:
    from crmcli.types.base import Column, Context, Stored


class NoValues(InvalidValue):
    """A list of values with none in it."""

    def __init__(self, text: str) -> None:
        super().__init__(f"{quoted(text)} holds no value", "write values with ; between them, or clear the property")


class Several(ValueType):
    """Several values of the type `item`, each once, in the order given."""

    name = "options"
    doc = "Several values with a semicolon between them."
    several = True
    stored_is_column = False

    def __init__(self, item: ValueType) -> None:
        self.item = item

    def parse(self, text: str, context: Context) -> Stored:
        """Read values between semicolons, or a JSON list; raise NoValues or what `item` raises."""
        listed = _json_list(text)
        if listed is not None:
            return self.accept(listed)
        values = [self.item.parse(part, context) for part in text.split(";") if part.strip()]
        return self._once(values, text)

    def accept(self, value: object) -> Stored:
        """Take a JSON list with a value in it, each of which `item` takes."""
        if not isinstance(value, list):
            raise NotStored(value, "a list of values")
        return self._once([self.item.accept(v) for v in value], value)

    @staticmethod
    def _once(values: list[Stored], typed: object) -> Stored:
        if not values:
            raise NoValues(str(typed))
        return list({str(v): v for v in values}.values())

    def show(self, value: Stored, context: Context) -> str:
        """Say the values with semicolons between them; as a JSON list where one has a semicolon in it."""
        values = value if isinstance(value, list) else [value]
        text = "; ".join(self.item.show(v, context) for v in values)
        try:
            plain = self.parse(text, context) == values
        except InvalidValue:
            plain = False
        return text if plain else compact(values)

    def column(self, value: Stored) -> Column:
        """Give the values as compact JSON."""
        return compact(value)

    def stored(self, column: str | int) -> Stored:
        """Read the JSON list of the column."""
        values: Stored = json.loads(column) if isinstance(column, str) else [column]
        return values

    def canonical(self, value: Stored) -> str:
        """Give the items' canonical values, sorted: their order does not make two lists different."""
        return compact(sorted(self.item.canonical(v) for v in value)) if isinstance(value, list) else str(value)


def _json_list(text: str) -> list[object] | None:
    if not text.lstrip().startswith("["):
        return None
    try:
        listed = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return listed if isinstance(listed, list) else None
