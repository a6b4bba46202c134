"""What the journal knows of a record: values that it had, how often and when, and when it changed."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING

from crmcli.query import periods
from crmcli.query.comparison import named, tested
from crmcli.query.fragments import Fragment, Measure, balanced, compose, computed, measure
from crmcli.query.literals import operands
from crmcli.query.paths import inner_property, singular
from crmcli.query.periods import Period
from crmcli.query.stages import creation, past
from crmcli.query.syntax import LITERALS, Number, Path, Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.query.scope import Scope
    from crmcli.query.syntax import Call, Node, Was
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
    value = node.value
    if isinstance(value, Number):
        value = Text(*value.span, value.text)  # to be read as the property reads it, at its own scale
    found = operands(value, target, scope) if isinstance(value, (*LITERALS, Path)) else ()
    exact = all(one.bound and (target.kind != "datetime" or isinstance(one.constant, datetime)) for one in found)
    if not found or not exact:
        raise scope.wrong(
            "after was stands one value", value, "a text in quotes, a number, a day, a moment or an option"
        )
    if node.often is None and not node.during:
        return balanced("OR", tuple(_had(target, one, node, scope) for one in found))
    present = balanced("OR", tuple(tested("=", target, one, node.value, scope) for one in found))
    return _within(target, [_folded(_kept(one, target.value_type)) for one in found], present, node, scope)


def _within(target: Measure, values: Sequence[Column], present: Fragment, node: Was, scope: Scope) -> Fragment:
    """Look at the times during which it had one of the values."""
    _, prop = target.origin  # type: ignore[misc]  # only properties have a history: see `was`
    wanted, known = Fragment("?", (json.dumps(values),)), past(scope, prop)
    bounds = Fragment("?, ?", _bounds(node.during, scope))
    if node.often is None:
        return compose("(crm_held_during({}, {}, {}, {}) = 1)", wanted, present, known, bounds)
    count = Fragment("?", (node.often.count,))
    return compose(
        f"(crm_was_held({{}}, {{}}, {{}}, {{}}) {node.often.operator} {{}})", wanted, present, known, bounds, count
    )


def _bounds(during: Sequence[Node], scope: Scope) -> tuple[int | None, int | None]:
    """Give the moments from and before which something was: of one period, or from one time to another."""
    if not during:
        return None, None
    moment = Measure("?", (None,), computed("datetime"))
    ends = [operands(node, moment, scope)[0].constant for node in during]
    for node, end in zip(during, ends, strict=True):
        if not isinstance(end, Period | datetime) or (len(ends) == 1 and not isinstance(end, Period)):
            hint = "in last month, in 2026-Q4, between 2026-01-01 and today"
            raise scope.wrong("here stands a period" if len(ends) == 1 else "here stands a day or a moment", node, hint)
    first, last = ends[0], ends[-1]
    zone = scope.context.zone
    begin = periods.midnight(first.first, zone) if isinstance(first, Period) else periods.micros(first)  # type: ignore[arg-type]
    after = periods.midnight(last.after, zone) if isinstance(last, Period) else periods.micros(last) + 1  # type: ignore[arg-type]
    return begin, after


def changes(node: Call, scope: Scope) -> Measure:
    """Compile how often a property changed, maybe within a period; by `changed`, when it last did."""
    most = 2 if node.name == "changes" else 1
    example = "changes(amount, last 30 days)" if most > 1 else "changed(amount)"
    if not 1 <= len(node.arguments) <= most:
        raise scope.wrong(f"{node.name} takes a property{' and maybe a period' * (most > 1)}", node, example)
    path = named(node.arguments[0], scope)
    if not isinstance(path, Path):
        raise scope.wrong(f"{node.name} takes a property", path, example)

    def told(inner: Scope) -> Measure:
        target = inner_property(path.steps[-1], inner)
        if target.origin is None:
            raise scope.wrong(f'"{path.steps[-1].name}" is calculated and has no history', path)
        bounds = Fragment("?, ?", _bounds(node.arguments[1:], scope))
        what = "times" if node.name == "changes" else "last"
        found = compose(f"crm_changed('{what}', {{}}, {{}})", past(inner, target.origin[1]), bounds)
        return measure(found, computed("number" if node.name == "changes" else "datetime"))

    return singular(path.steps[:-1], scope, told)


def _had(target: Measure, one: Measure, node: Was, scope: Scope) -> Fragment:
    present = tested("=", target, one, node.value, scope)
    kept = _kept(one, target.value_type)
    template = "json_extract(h.{}, '$') = ?"
    if target.kind == "options":
        template = "EXISTS (SELECT 1 FROM json_each(h.{}) j WHERE j.value = ?)"
    elif isinstance(kept, str):
        kept = _folded(kept)
        template = "crm_fold(json_extract(h.{}, '$')) = ?"
    marks = " OR ".join(template.format(end) for end in ("old", "new"))
    owner, prop = target.origin  # type: ignore[misc]  # only properties have a history: see `was`
    rows = f"SELECT 1 FROM _history h WHERE h.object = ? AND h.id = {scope.alias}.id AND h.property = ? AND ({marks})"
    earlier = Fragment(f"EXISTS ({rows})", (owner.name, prop.name, kept, kept))
    return compose("({} IS TRUE OR {})", present, earlier)


def _folded(value: Column) -> Column:
    return value.casefold() if isinstance(value, str) else value


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
