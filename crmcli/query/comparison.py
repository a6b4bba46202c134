"""Comparisons: = != > >= < <=, in, is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.query import moments, texts
from crmcli.query.compile import value
from crmcli.query.fragments import Fragment, Measure, balanced, compose
from crmcli.query.literals import operands
from crmcli.query.scope import fits
from crmcli.query.syntax import LITERALS, Among, Compare, Known, Node, Path, Step, Text

if TYPE_CHECKING:
    from crmcli.query.scope import Scope

_FLIPPED = {"=": "=", "!=": "!=", ">": "<", ">=": "<=", "<": ">", "<=": ">="}
_SQL = {"!=": "<>"}
_UNORDERED = frozenset({"option", "user", "reference"})


def compared(node: Compare, scope: Scope) -> Fragment:
    """Compile a comparison; with an unset value it is unknown."""
    left, right, operator = node.left, node.right, node.operator
    left = named(left, scope)
    if isinstance(left, LITERALS) and not isinstance(right, LITERALS):
        left, right, operator = right, left, _FLIPPED[operator]
    target = value(left, scope)
    others = operands(right, target, scope)
    parts = tuple(tested(operator, target, other, right, scope) for other in others)
    return balanced(_joint(operator, target), parts)


def _joint(operator: str, target: Measure) -> str:
    """Say how several meanings of one word join: a stage's label in two pipelines, the values of a list."""
    return "OR" if (operator == "=") != (target.kind == "options") else "AND"


def named(node: Node, scope: Scope) -> Node:
    """Read a text in quotes on the left of a test as a property where it is the label of one."""
    if isinstance(node, Text):
        word = node.value.strip().casefold()
        for prop in scope.object.properties.values():
            if prop.label.casefold() == word:
                return Path(*node.span, (Step(*node.span, prop.name),))
    return node


def tested(operator: str, left: Measure, right: Measure, node: Node, scope: Scope) -> Fragment:
    """Compile one comparison of two compiled values; `node` is where a mismatch is shown."""
    if left.kind == "options":
        return _has(operator, left, (right,), node, scope)
    if left.group != right.group:
        raise scope.wrong(f"{left.kind} cannot be compared with {right.kind}", node, _hint(left, right))
    if operator not in {"=", "!="}:
        _ordered(left, node, scope)
    symbol = _SQL.get(operator, operator)
    if left.group == "time":
        return moments.compared(operator if operator != "!=" else "<>", left, right, scope)
    if left.group == "number":
        return _numbers(symbol, left, right)
    if left.group == "text":
        return texts.compared(symbol, left, right)
    return compose(f"({{}} {symbol} {{}})", left, right)


def _hint(left: Measure, right: Measure) -> str:
    if right.group == "text":
        return "a text stands in quotes, a number or a date without"
    return "write a length of time like 30d" if left.kind == "duration" else "put a text in quotes"


def _ordered(left: Measure, node: Node, scope: Scope) -> None:
    """Refuse > >= < <= where values have no order."""
    if left.kind in _UNORDERED or left.group in {"bool", "json"}:
        raise scope.wrong(f"{left.kind} has no order", node, "compare it with =, != or in (…)")


def _numbers(symbol: str, left: Measure, right: Measure) -> Fragment:
    """Compare at one scale: natively where the columns share it or a bound value can take it."""
    for one, other in ((left, right), (right, left)):
        number = one.parameters[0] if one.bound else None
        shift = other.scale - one.scale
        if isinstance(number, int) and shift > 0 and fits(number * 10**shift):
            scaled = Fragment("?", (number * 10**shift,))
            pair = (scaled, other) if one is left else (other, scaled)
            return compose(f"({{}} {symbol} {{}})", *pair)
    if left.scale == right.scale:
        return compose(f"({{}} {symbol} {{}})", left, right)
    most = max(left.scale, right.scale)
    template = f"(crm_compare({{}}, {most - left.scale}, {{}}, {most - right.scale}) {symbol} 0)"
    return compose(template, left, right)


def _has(operator: str, left: Measure, values: tuple[Measure, ...], node: Node, scope: Scope) -> Fragment:
    """Test whether a property with several values has one of these."""
    if operator not in {"=", "!="}:
        raise scope.wrong("several values have no order", node, "ask whether it has one with = or in (…)")
    marks = ", ".join(["{}"] * len(values))
    template = f"(SELECT max(json_each.value IN ({marks})) FROM json_each({{}}))"
    found = compose(template, *values, left)
    return found if operator == "=" else compose("(NOT {})", found)


def among(node: Among, scope: Scope) -> Fragment:
    """Compile `in (…)`: natively one IN where all choices are bound values."""
    target = value(named(node.operand, scope), scope)
    choices = [(choice, other) for choice in node.choices for other in operands(choice, target, scope)]
    if target.kind == "options":
        return _has("=", target, tuple(other for _, other in choices), node, scope)
    parameters = tuple(p for choice, other in choices for p in _plain(target, other))
    if len(parameters) == len(choices):
        return texts.among(target, parameters)
    return balanced("OR", tuple(tested("=", target, other, choice, scope) for choice, other in choices))


def _plain(left: Measure, right: Measure) -> tuple[str | int | None, ...]:
    """Give the one bound value that SQL can compare with `left` as it stands, or ()."""
    if not right.bound or left.group != right.group or left.group == "time":
        return ()
    if left.group != "number":
        return right.parameters
    number, shift = right.parameters[0], left.scale - right.scale
    scaled = number * 10**shift if isinstance(number, int) and shift >= 0 else None
    return (scaled,) if scaled is not None and fits(scaled) else ()


def known(node: Known, scope: Scope) -> Fragment:
    """Compile `is known`: true or false, never unknown."""
    return compose("({} IS NOT NULL)", value(named(node.operand, scope), scope))


def unknown(node: Known, scope: Scope) -> Fragment:
    """Compile the opposite, `is unknown`, so that SQLite sees that an index can tell."""
    return compose("({} IS NULL)", value(named(node.operand, scope), scope))
