"""What the index gave for a group, put together with that of others, and what a measure of it comes to."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from crmcli.query.functions import divided
from crmcli.query.measures import ADD, ALL, EACH, LEAST, MOST
from crmcli.query.syntax import Arithmetic, Call, Node, Number
from crmcli.query.totals import PART

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import TypeAlias

    from crmcli.query.measures import Aggregate, GroupMeasure
    from crmcli.types.base import Stored

    # The parts of all measures of a group, as `load` makes them of a row of the index.
    State: TypeAlias = "tuple[Any, ...]"


def load(parts: Sequence[Any], merges: Sequence[str]) -> State:
    """Make a state of what the index gave."""
    return tuple(_LOAD[merge](part) for part, merge in zip(parts, merges, strict=True))


def together(states: Sequence[State], merges: Sequence[str]) -> State:
    """Put the states of several groups together to that of all their records; of none, nothing was found."""
    if len(states) == 1:
        return states[0]
    columns = zip(*states, strict=True) if states else ((),) * len(merges)
    return tuple(_TOGETHER[merge](column) for merge, column in zip(merges, columns, strict=True))


def _known(pick: Callable[..., Any]) -> Callable[[Sequence[Any]], Any]:
    return lambda values: pick((value for value in values if value is not None), default=None)


_LOAD: Mapping[str, Callable[[Any], Any]] = {
    ADD: lambda part: part or 0,
    LEAST: lambda part: part,
    MOST: lambda part: part,
    ALL: json.loads,
    EACH: lambda part: frozenset(json.loads(part)),
}
_TOGETHER: Mapping[str, Callable[[Sequence[Any]], Any]] = {
    ADD: sum,
    LEAST: _known(min),
    MOST: _known(max),
    ALL: lambda lists: [value for each in lists for value in each],
    EACH: lambda sets: frozenset().union(*sets),
}


def result(measure: GroupMeasure, state: State) -> Stored | None:
    """Say what a measure of a state comes to, as a value of its type; None where there is nothing to say."""
    alone = measure.aggregates.get(measure.root)
    if alone is not None and alone.name in {"min", "max"}:
        found = state[alone.first]
        return None if found is None else measure.value_type.stored(found)
    if alone is not None and alone.name in _WHOLE:  # what most measures are needs no fractions
        parts = state[alone.first : alone.first + 2]
        return measure.value_type.stored(parts[0] if alone.name == "count" else parts[0] * PART + parts[1])
    number = exact(measure.root, measure.aggregates, state)
    if number is None:
        return None
    scaled = number * 10**measure.value_type.scale
    return measure.value_type.stored(divided(scaled.numerator, scaled.denominator))


_WHOLE = frozenset({"count", "sum"})  # they come as whole numbers at the decimals of what they are of


def worth(measure: GroupMeasure, state: State) -> Any:  # noqa: ANN401 - a number, or a date as the index has it
    """Give what a measure comes to as something to sort by; None where it is unset."""
    alone = measure.aggregates.get(measure.root)
    if alone is not None and alone.name in {"min", "max"}:
        return state[alone.first]
    return exact(measure.root, measure.aggregates, state)


def exact(node: Node, aggregates: Mapping[Node, Aggregate], state: State) -> Fraction | None:
    """Work a measure out exactly; None where a part of it is unset, or something is divided by 0."""
    if node in aggregates:
        return _aggregated(aggregates[node], state)
    if isinstance(node, Number):
        number = Fraction(node.text.removesuffix("%"))
        return number / 100 if node.text.endswith("%") else number
    if isinstance(node, Call):
        return exact(node.arguments[0], aggregates, state)
    assert isinstance(node, Arithmetic)  # noqa: S101 - what a measure is made of was looked at before
    left, right = (exact(side, aggregates, state) for side in (node.left, node.right))
    if left is None or right is None or (node.operator == "/" and not right):
        return None
    return _OPERATIONS[node.operator](left, right)


_OPERATIONS: Mapping[str, Callable[[Fraction, Fraction], Fraction]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": lambda left, right: left / right,
}


def _aggregated(aggregate: Aggregate, state: State) -> Fraction | None:
    first = state[aggregate.first]
    if aggregate.name == "count":
        return Fraction(first)
    if aggregate.name == "distinct":
        return Fraction(len(first))
    unit = 10**aggregate.of.scale if aggregate.of else 1
    if aggregate.name in {"sum", "avg"}:
        total = Fraction(first * PART + state[aggregate.first + 1], unit)
        if aggregate.name == "sum":
            return total
        count = state[aggregate.first + 2]
        return total / count if count else None
    if aggregate.name in {"median", "percentile"}:
        return _percentile(sorted(first), aggregate.at, unit)
    return None if first is None else Fraction(first, unit)


def _percentile(values: Sequence[int], at: Fraction, unit: int) -> Fraction | None:
    """Give the value at a place between the least (0) and the greatest (1), in a line between its neighbours."""
    if not values:
        return None
    place = at * (len(values) - 1)
    below = int(place)
    above = min(below + 1, len(values) - 1)
    return (values[below] + (values[above] - values[below]) * (place - below)) / unit
