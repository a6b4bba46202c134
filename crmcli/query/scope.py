"""Where names are looked up: an object, the table alias its records have, and what stands around it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from crmcli.errors import CrmError
from crmcli.frozen import frozen, replace
from crmcli.model import names
from crmcli.query.fragments import LIMIT, Fragment, Measure, computed, quoted
from crmcli.query.mistakes import BrokenFormula, FormulaCircle, QueryError, TooComplex, UnknownName, WrongType
from crmcli.types.nearest import suggestion

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from crmcli.model.objects import Model, ObjectType, Property
    from crmcli.model.segments import Segments
    from crmcli.query.syntax import Node, Step
    from crmcli.types.base import Context, InvalidValue, ValueType

_DEEPEST_FORMULA = 16
_MOST_PARTS = 60_000  # two for each bound value, of which SQLite takes 32,766


class Frame:
    """What one compilation shares: the model, the context, the aliases given out and the parts made."""

    def __init__(self, model: Model, context: Context) -> None:
        self.model = model
        self.context = context
        self.aliases = self.parts = 0
        self.members = False  # whether the statement holds the members of a segment, which change at any time

    @cached_property
    def segments(self) -> Segments:
        """The segments of the workspace, as they stand."""
        return self.model.segments


@frozen
class Scope:
    """One object whose properties bare words name; `source` is the text in which they stand."""

    object: ObjectType
    alias: str
    frame: Frame
    source: str
    formulas: tuple[str, ...] = ()  # calculated properties that led here, as object.property
    within: tuple[str, ...] = ()  # names of the segments that led here

    @property
    def context(self) -> Context:
        """The circumstances in which values are read."""
        return self.frame.context

    @property
    def today(self) -> date:
        """The day it is in the workspace's zone."""
        return self.context.moment.astimezone(self.context.zone).date()

    @property
    def zone(self) -> str:
        """The name of the workspace's zone, as SQL functions take it."""
        return str(self.context.zone)

    @property
    def id(self) -> Fragment:
        """The column with a record's id."""
        return Fragment(f"{self.alias}.id", ())

    def column(self, prop: Property) -> Fragment:
        """The column that a property has in the index."""
        return Fragment(f"{self.alias}.{quoted(prop.name)}", ())

    def inner(self, target: ObjectType) -> Scope:
        """Give a scope for associated records, with an alias of its own."""
        self.frame.aliases += 1
        return replace(self, object=target, alias=f"t{self.frame.aliases}")

    def count(self, node: Node) -> None:
        """Bound the size of the statement; raises TooComplex."""
        self.frame.parts += 1
        if self.frame.parts > _MOST_PARTS:
            raise TooComplex(f"the expression has more than {_MOST_PARTS} parts", self.source, node.span)

    def wrong(self, message: str, node: Node, hint: str = "") -> WrongType:
        """Make the refusal of a value or operator, with its place."""
        return WrongType(message, self.source, node.span, hint)

    def refused(self, refusal: InvalidValue, node: Node) -> WrongType:
        """Give a type's refusal of a value a place in the expression."""
        return WrongType(refusal.message, self.source, node.span, refusal.hint)

    def unknown(self, word: str, what: str, node: Node, candidates: Iterable[str]) -> UnknownName:
        """Make the refusal of a name, with its place and the nearest of the candidates."""
        return UnknownName(word, what, self.source, node.span, suggestion(word, candidates))

    def find(self, word: str) -> Property | None:
        """Find a property by internal name, label, role word or alias; None where there is none."""
        try:
            return names.find_property(self.object, word)
        except CrmError:
            return None

    def property(self, step: Step, *, quotable: bool = False) -> Measure:
        """Compile the property that a bare word names; raises UnknownName with the nearest names.

        `quotable` says that a text in quotes may have been meant.
        """
        prop = self.find(step.name)
        if prop is not None:
            return self.measure(prop, step)
        if step.name.lower() == "id":
            return Measure(self.id.sql, (), computed("number"))
        refusal = self.unknown(step.name, f"a property of {self.object.label}", step, self._names())
        if quotable:
            near = f"{refusal.hint} " if refusal.hint.startswith("did you mean") else ""
            refusal.hint = f'{near}a text stands in quotes: "{step.name}"'
        raise refusal

    def _names(self) -> tuple[str, ...]:
        """Give all names of properties, those that people fill first."""
        properties = sorted(self.object.properties.values(), key=lambda p: p.system)
        return (*(p.name for p in properties), *(p.label for p in properties), *self.object.roles)

    def measure(self, prop: Property, node: Node) -> Measure:
        """Compile a property: its column, the expression that calculates it, or the last change."""
        self.count(node)
        if prop.formula:
            return self._calculated(prop, node)
        if self.object.roles.get("modified") == prop.name:
            from crmcli.query.history import modified

            return modified(self, prop.value_type)
        column = self.column(prop)
        return Measure(column.sql, column.parameters, prop.value_type, None, (self.object, prop))

    def _calculated(self, prop: Property, node: Node) -> Measure:
        from crmcli.query.compile import value
        from crmcli.query.parser import parse

        name = f"{self.object.name}.{prop.name}"
        if name in self.formulas:
            raise FormulaCircle((*self.formulas[self.formulas.index(name) :], name), self.source, node.span)
        if len(self.formulas) >= _DEEPEST_FORMULA:
            raise TooComplex(f"more than {_DEEPEST_FORMULA} levels of calculated properties", self.source, node.span)
        inner = replace(self, source=prop.formula, formulas=(*self.formulas, name))
        try:
            found = value(parse(prop.formula).root, inner)
        except (BrokenFormula, FormulaCircle, TooComplex):
            raise
        except QueryError as mistake:
            raise BrokenFormula(name, mistake, (prop.changed or (prop.source,))[-1]) from None
        return _declared(found, prop.value_type, self, node)


def _declared(found: Measure, declared: ValueType, scope: Scope, node: Node) -> Measure:
    """Give what a formula computes at the type that its property declares."""
    from crmcli.query import arithmetic, moments

    target = Measure(found.sql, found.parameters, declared, found.constant)
    if target.group != found.group:
        raise scope.wrong(f"its formula gives {found.kind}, it is declared as {declared.name}", node)
    if target.group == "time":
        return replace(moments.as_kind(found, target.kind, scope), value_type=declared)
    if target.group == "number":
        return replace(arithmetic.rescaled(found, target.kind, target.scale), value_type=declared)
    return target


def fits(value: int) -> bool:
    """Whether a whole number fits the index."""
    return -LIMIT <= value < LIMIT
