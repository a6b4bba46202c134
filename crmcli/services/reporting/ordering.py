"""In which order the values of a group stand: options as declared, dates and numbers upwards, texts by the alphabet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crmcli.types.base import ValueType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmcli.types.base import Column, Context, Stored


class Rest(str):
    """What stands for all values of a group that are not among the first."""

    __slots__ = ()


class OrRest(ValueType):
    """The values of a type, and the rest of them."""

    def __init__(self, value_type: ValueType) -> None:
        self._type = value_type
        self.name = value_type.name  # type: ignore[misc]  # it is shown and drawn as that type is
        self.scale = value_type.scale

    def parse(self, text: str, context: Context) -> Stored:
        """Read as the type does."""
        return self._type.parse(text, context)

    def accept(self, value: object) -> Stored:
        """Check as the type does."""
        return self._type.accept(value)

    def show(self, value: Stored, context: Context) -> str:
        """Say a value as the type does, the rest as it stands."""
        return str(value) if isinstance(value, Rest) else self._type.show(value, context)

    def stored(self, column: str | int) -> Stored:
        """Give the stored value as the type does, the rest as it stands."""
        return column if isinstance(column, Rest) else self._type.stored(column)


def natural(value_type: ValueType) -> bool:
    """Whether values of a type have an order of their own: rows of such a group follow it, and not their numbers."""
    return bool(getattr(value_type, "options", ())) or value_type.name in _NATURAL


_NATURAL = frozenset({"date", "datetime", "number", "money", "percent", "duration", "bool"})


def places(value_type: ValueType, context: Context) -> Places:
    """Give what says where each value of a type stands."""
    options = getattr(value_type, "options", ())
    return Places(value_type, context, {option.value: place for place, option in enumerate(options)})


class Places:
    """Says where the values of a type stand: the known ones, then what is unset, then the rest."""

    def __init__(self, value_type: ValueType, context: Context, ranks: Mapping[str, int]) -> None:
        self._type, self._context, self._ranks = value_type, context, ranks

    def __call__(self, value: Column) -> tuple[Any, ...]:
        """Give the key to sort a value of the index by."""
        if value is None or isinstance(value, Rest):
            return (2, 0) if value else (1, 0)
        if self._ranks:
            return (0, self._ranks.get(str(value), len(self._ranks)), str(value))
        if isinstance(value, int) or natural(self._type):
            return (0, value)
        return (0, self._type.show(self._type.stored(value), self._context).casefold(), value)
