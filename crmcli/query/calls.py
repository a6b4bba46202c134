"""Functions: which there are, and those of plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.query import aggregates, buckets, stages
from crmcli.query.compile import value
from crmcli.query.fragments import Fragment, Measure, compose, computed, measure
from crmcli.query.literals import alike
from crmcli.query.syntax import Node, Number
from crmcli.types.bucket import UNITS

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmcli.query.scope import Scope
    from crmcli.query.syntax import Call


def called(node: Call, scope: Scope) -> Measure:
    """Compile a function; raises UnknownName for one that does not exist."""
    compiler = CALLS.get(node.name)
    if node.name == "segment":
        raise scope.wrong("before segment(…) stands in", node, f"in {scope.source[node.start : node.end]}")
    if compiler is None:
        raise scope.unknown(node.name, "a function", Node(node.start, node.start + len(node.name)), CALLS)
    return compiler(node, scope)


def _coalesce(node: Call, scope: Scope) -> Measure:
    """Compile the first of several values that is known."""
    if len(node.arguments) < 2:
        raise scope.wrong("coalesce needs two values or more", node, "coalesce(amount, 0)")
    found = alike(node.arguments, scope)
    marks = ", ".join(["{}"] * len(found))
    return measure(compose(f"coalesce({marks})", *found), found[0].value_type)


def _concat(node: Call, scope: Scope) -> Measure:
    """Compile texts one behind the other; what is unset adds nothing."""
    if not node.arguments:
        raise scope.wrong("concat needs a value or more", node, 'concat(firstname, " ", lastname)')
    parts = [_shown(value(argument, scope), scope) for argument in node.arguments]
    template = " || ".join(["coalesce({}, '')"] * len(parts))
    return measure(compose(f"({template})", *parts), computed("text"))


def _shown(found: Measure, scope: Scope) -> Fragment:
    """Turn a value into the text that people read."""
    if found.group in {"number", "duration"}:
        return compose(f"crm_decimal({{}}, {found.scale})", found)
    if found.kind == "datetime":
        return compose("crm_clock({}, {})", found, Fragment("?", (scope.zone,)))
    if found.kind == "bool":
        return compose("CASE {} WHEN 1 THEN 'yes' WHEN 0 THEN 'no' END", found)
    options = getattr(found.value_type, "options", ())
    if options:
        cases = tuple(Fragment("WHEN ? THEN ?", (option.value, option.label)) for option in options)
        return compose(f"CASE {{}} {' '.join(['{}'] * len(cases))} END", found, *cases)
    return found


def _round(node: Call, scope: Scope) -> Measure:
    """Compile round(number) and round(number, decimals); halves go away from zero."""
    if not 1 <= len(node.arguments) <= 2:
        raise scope.wrong("round takes a number and how many decimals", node, "round(amount, 2)")
    found = value(node.arguments[0], scope)
    if found.group != "number":
        raise scope.wrong(f"{found.kind} cannot be rounded", node.arguments[0], "round takes a number or money")
    kept = node.arguments[1] if len(node.arguments) == 2 else Number(*node.span, "0")
    if not isinstance(kept, Number) or kept.text.lstrip("-") not in map(str, range(10)):
        raise scope.wrong("how many decimals is a whole number up to 9", kept, "round(amount, 2)")
    drop = max(0, found.scale - int(kept.text))
    return measure(compose(f"crm_round({{}}, {drop})", found), computed(found.kind, found.scale))


def _changes(node: Call, scope: Scope) -> Measure:
    """Compile how often, or when last, a property changed."""
    from crmcli.query.history import changes

    return changes(node, scope)


def _converted(node: Call, scope: Scope) -> Measure:
    """Compile an amount in the workspace's currency."""
    from crmcli.query.rates import converted

    if len(node.arguments) != 1:
        raise scope.wrong("converted takes an amount", node, "converted(amount)")
    found = value(node.arguments[0], scope)
    if found.kind != "money":
        raise scope.wrong(f"{found.kind} has no currency", node.arguments[0], "converted takes an amount")
    return converted(found, scope)


CALLS: dict[str, Callable[[Call, Scope], Measure]] = {
    "any": aggregates.quantified,
    "all": aggregates.quantified,
    "count": aggregates.quantified,
    "sum": aggregates.gathered,
    "min": aggregates.gathered,
    "max": aggregates.gathered,
    "avg": aggregates.gathered,
    "first": aggregates.ranked,
    "latest": aggregates.ranked,
    "join": aggregates.joined,
    "coalesce": _coalesce,
    "concat": _concat,
    "round": _round,
    "entered": stages.visited,
    "exited": stages.visited,
    "time_in": stages.visited,
    "latest_time_in": stages.visited,
    "time_in_stage": stages.visited,
    "changes": _changes,
    "changed": _changes,
    "probability": stages.probability,
    "closed": stages.closed,
    "converted": _converted,
    **dict.fromkeys(UNITS, buckets.bucketed),
    **dict.fromkeys((f"{unit}s" for unit in UNITS), buckets.counted),
}
