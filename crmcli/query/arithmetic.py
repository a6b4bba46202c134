"""Exact arithmetic: numbers and money as whole numbers at a scale, times on the calendar.

A sum has the larger scale of its two sides. A product has both scales together, up to 9 decimals; a
quotient has 6, or the larger scale of its sides. What has more is rounded, halves away from zero;
nothing is ever a float, and what leaves 63 bits is refused while the statement runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.query import moments
from crmcli.query.compile import value
from crmcli.query.fragments import Measure, compose, computed, measure
from crmcli.query.literals import operands
from crmcli.query.syntax import LITERALS, Node, Span, Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.query.scope import Scope
    from crmcli.query.syntax import Arithmetic

_PRODUCT_DECIMALS = 9
_QUOTIENT_DECIMALS = 6

# Left kind, operator, right kind → kind of the result, for two numbers and for lengths of time.
KINDS = {
    ("money", "*", "number"): "money",
    ("number", "*", "money"): "money",
    ("number", "*", "number"): "number",
    ("money", "/", "number"): "money",
    ("money", "/", "money"): "number",
    ("number", "/", "number"): "number",
    ("duration", "*", "number"): "duration",
    ("number", "*", "duration"): "duration",
    ("duration", "/", "number"): "duration",
    ("duration", "/", "duration"): "number",
    **{(a, sign, a): a for a in ("money", "number", "duration") for sign in "+-"},
    **{(a, sign, b): "money" for a, b in (("money", "number"), ("number", "money")) for sign in "+-"},
}


def calculated(node: Arithmetic, scope: Scope) -> Measure:
    """Compile + - * / of numbers, money, lengths of time, dates and date-times."""
    left, right = _side(node.left, node.right, scope), _side(node.right, node.left, scope)
    found = _timed(node, left, right, scope) if "time" in {left.group, right.group} else None
    if found:
        return found
    left, right = _length(node.left, left, scope), _length(node.right, right, scope)
    kind = KINDS.get((_plain(left), node.operator, _plain(right)))
    if kind is None:
        raise scope.wrong(f"{left.kind} {node.operator} {right.kind} means nothing", node, _hint(left, right))
    if left.kind == right.kind == "percent" and node.operator in "+-":
        kind = "percent"
    return _OPERATIONS[node.operator](left, right, kind)


def _side(node: Node, other: Node, scope: Scope) -> Measure:
    """Compile one side; a text beside a value that is not written out is read by that value's type."""
    if isinstance(node, Text) and not isinstance(other, LITERALS):
        return operands(node, value(other, scope), scope)[0]
    return value(node, scope)


def _length(node: Node, found: Measure, scope: Scope) -> Measure:
    """Read a length of time away from dates as durations are written: 5m are minutes, 1y is none."""
    return operands(node, found, scope)[0] if isinstance(node, Span) else found


def _plain(found: Measure) -> str:
    return "number" if found.kind == "percent" else found.kind


def _hint(left: Measure, right: Measure) -> str:
    return "texts are joined by concat(…)" if "text" in {left.group, right.group} else ""


def _timed(node: Arithmetic, left: Measure, right: Measure, scope: Scope) -> Measure | None:
    """Move a time, or subtract two; None where the sides are neither."""
    if node.operator == "-" and left.group == right.group == "time":
        return moments.distance(left, right, scope)
    if node.operator == "+" and left.kind == "duration":
        left, right = right, left
    if node.operator not in "+-" or right.kind != "duration" or left.group != "time":
        return None
    if node.operator == "-":
        right = _negative(right)
    try:
        found = moments.moved(left, right, scope)
    except OverflowError:
        raise scope.wrong("this leaves the calendar", node, "the years 1 to 9999 have dates") from None
    if found is None:
        raise scope.wrong("a day has no hours to add to", node, "use whole days, as in + 2d, or a property with a time")
    return found


def _negative(length: Measure) -> Measure:
    from crmcli.query.periods import Shift

    constant = -length.constant if isinstance(length.constant, Shift) else None
    found = compose("(- {})", length)
    return Measure(found.sql, found.parameters, length.value_type, constant)


def _sum(left: Measure, right: Measure, kind: str) -> Measure:
    return _added(left, right, kind, "{}")


def _difference(left: Measure, right: Measure, kind: str) -> Measure:
    return _added(left, right, kind, "(- {})")


def _added(left: Measure, right: Measure, kind: str, sign: str) -> Measure:
    scale = max(left.scale, right.scale)
    template = f"crm_plus({{}}, {scale - left.scale}, {sign}, {scale - right.scale})"
    return measure(compose(template, left, right), computed(kind, scale))


def _product(left: Measure, right: Measure, kind: str) -> Measure:
    scale = 0 if kind == "duration" else min(left.scale + right.scale, max(left.scale, right.scale, _PRODUCT_DECIMALS))
    template = f"crm_times({{}}, {{}}, {left.scale + right.scale - scale})"
    return measure(compose(template, left, right), computed(kind, scale))


def _quotient(left: Measure, right: Measure, kind: str) -> Measure:
    scale = 0 if kind == "duration" else max(left.scale, right.scale, _QUOTIENT_DECIMALS)
    template = f"crm_over({{}}, {{}}, {scale + right.scale}, {left.scale})"
    return measure(compose(template, left, right), computed(kind, scale))


_OPERATIONS = {"+": _sum, "-": _difference, "*": _product, "/": _quotient}


def rescaled(found: Measure, kind: str, scale: int) -> Measure:
    """Give the same number at another scale, rounded where it is smaller."""
    if scale > found.scale:
        found_sql = compose(f"crm_plus({{}}, {scale - found.scale}, 0, 0)", found)
    elif scale < found.scale:
        found_sql = compose(f"crm_times({{}}, 1, {found.scale - scale})", found)
    else:
        found_sql = found
    return measure(found_sql, computed(kind, scale))


def united(found: Sequence[Measure], scope: Scope) -> tuple[Measure, ...]:
    """Bring values of one group to one type: numbers to the largest scale, dates among date-times to these."""
    kinds = {one.kind for one in found}
    if found[0].group == "time" and len(kinds) > 1:
        return tuple(moments.as_kind(one, "datetime", scope) for one in found)
    if found[0].group != "number":
        return tuple(found)
    kind = next(iter(kinds)) if len(kinds) == 1 else "money" if "money" in kinds else "number"
    scale = max(one.scale for one in found)
    return tuple(rescaled(one, kind, scale) for one in found)
