"""What the journal knows of a record: values that it had, and when it last changed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from crmcli.query.comparison import named, tested
from crmcli.query.fragments import Fragment, Measure, balanced, compose, computed, measure
from crmcli.query.literals import operands
from crmcli.query.paths import inner_property, singular
from crmcli.query.stages import creation
from crmcli.query.syntax import LITERALS, Number, Path, Text

if TYPE_CHECKING:
    from crmcli.query.scope import Scope
    from crmcli.query.syntax import Was
    from crmcli.types.base import Column, ValueType


def was(node: Was, scope: Scope) -> Fragment:
    """Compile whether a property has, or ever had, a value: true or false, never unknown."""
    path = named(node.operand, scope)
    if not isinstance(path, Path):
        raise scope.wrong("before was stands a property", node.operand, 'firstname was "Nick"')

    def ever(inner: Scope) -> Measure:
        target = inner_property(path.steps[-1], inner)
        if target.origin is None:
            raise scope.wrong(f'"{path.steps[-1].name}" is calculated and has no history', path)
        return measure(_ever(target, node, inner), computed("bool"))

    return compose("({} IS TRUE)", singular(path.steps[:-1], scope, ever))


def _ever(target: Measure, node: Was, scope: Scope) -> Fragment:
    """Look for each meaning of the value among the present one and all old and new ones of the history."""
    past = node.value
    if isinstance(past, Number):
        past = Text(*past.span, past.text)  # to be read as the property reads it, at its own scale
    found = operands(past, target, scope) if isinstance(past, (*LITERALS, Path)) else ()
    exact = all(one.bound and (target.kind != "datetime" or isinstance(one.constant, datetime)) for one in found)
    if not found or not exact:
        raise scope.wrong(
            "after was stands one value", past, "a text in quotes, a number, a day, a moment or an option"
        )
    return balanced("OR", tuple(_had(target, one, node, scope) for one in found))


def _had(target: Measure, one: Measure, node: Was, scope: Scope) -> Fragment:
    present = tested("=", target, one, node.value, scope)
    kept = _kept(one, target.value_type)
    template = "json_extract(h.{}, '$') = ?"
    if target.kind == "options":
        template = "EXISTS (SELECT 1 FROM json_each(h.{}) j WHERE j.value = ?)"
    elif isinstance(kept, str):
        kept = kept.casefold()
        template = "crm_fold(json_extract(h.{}, '$')) = ?"
    marks = " OR ".join(template.format(end) for end in ("old", "new"))
    owner, prop = target.origin  # type: ignore[misc]  # only properties have a history: see `was`
    rows = f"SELECT 1 FROM _history h WHERE h.object = ? AND h.id = {scope.alias}.id AND h.property = ? AND ({marks})"
    past = Fragment(f"EXISTS ({rows})", (owner.name, prop.name, kept, kept))
    return compose("({} IS TRUE OR {})", present, past)


def _kept(one: Measure, value_type: ValueType) -> Column:
    """Give a bound value as SQLite reads it from the JSON of the history."""
    column = one.parameters[0]
    if column is None or value_type.name == "options":
        return column
    stored = value_type.stored(column)
    return stored if isinstance(stored, int) else str(stored)


def modified(scope: Scope, value_type: ValueType) -> Measure:
    """Compile the moment of a record's last change: of its history, else of its creation."""
    name = scope.object.name
    rows = f"SELECT max(h.recorded) FROM _history h WHERE h.object = ? AND h.id = {scope.alias}.id"
    return measure(compose("coalesce(({}), {})", Fragment(rows, (name,)), creation(scope)), value_type)
