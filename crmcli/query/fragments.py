"""Pieces of SQL that carry their bound values, and what is known about the value that one computes."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from crmcli.frozen import frozen, replace
from crmcli.model.objects import Property
from crmcli.types import bind

if TYPE_CHECKING:
    from datetime import datetime

    from crmcli.model.objects import ObjectType
    from crmcli.query.periods import Period, Shift
    from crmcli.types.base import Column, ValueType

# A value that is known before the index is asked, and still needs what it is compared with to be bound.
Constant: TypeAlias = "Period | Shift | datetime"


@frozen
class Fragment:
    """A piece of SQL and the values of its question marks, in their order."""

    sql: str
    parameters: tuple[Column, ...]


@frozen
class Measure(Fragment):
    """A piece of SQL that computes a value as the index keeps values of `value_type`."""

    value_type: ValueType
    constant: Constant | None = None
    origin: tuple[ObjectType, Property] | None = None  # the property that it is, when it is one as it stands

    @property
    def kind(self) -> str:
        """The name of its type, such as money or option."""
        return self.value_type.name

    @property
    def scale(self) -> int:
        """How many decimals its integers have."""
        return self.value_type.scale

    @property
    def group(self) -> str:
        """What it compares with: "number", "duration", "time", "text", "bool", or its own kind."""
        return _GROUPS.get(self.kind, self.kind)

    @property
    def bound(self) -> bool:
        """Whether it is one bound value."""
        return self.sql == "?"


_GROUPS = {
    "number": "number",
    "money": "number",
    "percent": "number",
    "date": "time",
    "datetime": "time",
    **dict.fromkeys(("string", "text", "email", "phone", "url", "domain", "user", "reference", "option"), "text"),
}
CASELESS = frozenset({"string", "text", "url"})  # kinds that are compared and sorted without regard to case
LIMIT = 2**63  # the index's integers are below it


def compose(template: str, *parts: Fragment) -> Fragment:
    """Put fragments into the places `{}` of a template; the template holds no data."""
    parameters = tuple(value for part in parts for value in part.parameters)
    return Fragment(template.format(*(part.sql for part in parts)), parameters)


def measure(fragment: Fragment, value_type: ValueType) -> Measure:
    """Say what a fragment computes."""
    return Measure(fragment.sql, fragment.parameters, value_type)


def bound(value: Column, value_type: ValueType, constant: Constant | None = None) -> Measure:
    """Give one bound value."""
    return Measure("?", (value,), value_type, constant)


def balanced(operator: str, parts: tuple[Fragment, ...]) -> Fragment:
    """Join many fragments by AND or OR in a tree as flat as can be: SQLite bounds the depth."""
    if len(parts) == 1:
        return parts[0]
    middle = len(parts) // 2
    return compose(f"({{}} {operator} {{}})", balanced(operator, parts[:middle]), balanced(operator, parts[middle:]))


def quoted(name: str) -> str:
    """Quote a name of the schema as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def computed(kind: str, scale: int = 0) -> ValueType:
    """Give the type of a computed value; `kind` is a name of a type without options, `scale` its decimals."""
    return bind(replace(_COMPUTED, format=kind, scale=scale))


_COMPUTED = Property(name="", label="", type="string", field_type="text")
