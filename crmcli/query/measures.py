"""What a report works out for a group of records: count(), sum(amount), percentile(age, 90), calculations with them.

The index gives what measures are made of: sums in two whole numbers, counts, or the values themselves. They can be put
together, so a total, the rest behind the top ten or a running total is worked out as exactly as a group's own.
"""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from crmcli.frozen import frozen, replace
from crmcli.query.arithmetic import KINDS
from crmcli.query.compile import value
from crmcli.query.fragments import Fragment, Measure, compose, computed
from crmcli.query.mentions import children
from crmcli.query.parser import parse
from crmcli.query.rates import converted
from crmcli.query.syntax import Arithmetic, Call, Node, Number, Path
from crmcli.query.tokens import tokens
from crmcli.query.totals import PART, SUMMABLE
from crmcli.types.duration import Length
from crmcli.types.money import digits

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crmcli.query.scope import Scope
    from crmcli.types.base import ValueType

_ORDERED = SUMMABLE | {"date", "datetime"}
ADD, LEAST, MOST, ALL, EACH = "add", "least", "most", "all", "each"
_SUM = ((f"sum({{}} / {PART})", ADD), (f"sum({{}} % {PART})", ADD))
_COUNT = ("count({})", ADD)
_VALUES = (("json_group_array({}) FILTER (WHERE {} IS NOT NULL)", ALL),)

# Function → what the index gives for it, each with how two groups' are put together; and of which kinds it may be.
_PARTS: Mapping[str, tuple[tuple[tuple[str, str], ...], frozenset[str]]] = {
    "count": ((_COUNT,), frozenset()),
    "sum": (_SUM, SUMMABLE),
    "avg": ((*_SUM, _COUNT), SUMMABLE),
    "min": ((("min({})", LEAST),), _ORDERED),
    "max": ((("max({})", MOST),), _ORDERED),
    "median": (_VALUES, SUMMABLE),
    "percentile": (_VALUES, SUMMABLE),
    "distinct": ((("json_group_array(DISTINCT {}) FILTER (WHERE {} IS NOT NULL)", EACH),), frozenset()),
}
_HEADINGS = {
    "sum": "{}",
    "avg": "Average {}",
    "min": "Lowest {}",
    "max": "Highest {}",
    "median": "Median {}",
    "distinct": "Different {}",
}


@frozen
class Aggregate:
    """One function over the records of a group: of `of`, the records themselves where that is None.

    `first` is the place of its first part among all that the index gives, `own` says that it is money in the records'
    own currency.
    """

    name: str
    of: Measure | None
    at: Fraction
    first: int
    own: bool

    @property
    def parts(self) -> Sequence[tuple[str, str]]:
        """What the index gives for it: an SQL template, and how two groups' are put together."""
        return _PARTS[self.name][0]


@frozen
class GroupMeasure:
    """A measure of groups: a tree whose calls are `aggregates`, in their order, and the type of what it comes to."""

    text: str
    name: str
    heading: str
    root: Node
    aggregates: Mapping[Node, Aggregate]
    value_type: ValueType

    @property
    def own(self) -> bool:
        """Whether it is money in the records' own currency."""
        return self.value_type.name == "money" and any(each.own for each in self.aggregates.values())


def divided_names(text: str) -> tuple[str, ...]:
    """Take a list of measures or groups apart at its commas; those in brackets and quotes divide nothing.

    Raises QuerySyntaxError.
    """
    pieces, depth, begin = [], 0, 0
    for token in tokens(text):
        depth += token.keyword("(", "[") - token.keyword(")", "]")
        if token.kind == "end" or (token.keyword(",") and depth <= 0):
            pieces.append(text[begin : token.start].strip())
            begin = token.end
    return tuple(piece for piece in pieces if piece)


def named(text: str) -> tuple[str, str]:
    """Take `expression as Name` apart; the name is "" where there is none."""
    found = tokens(text)
    for token, following in pairwise(found):
        if token.keyword("as") and following.kind != "end":
            name = following.text if following.kind == "text" else text[following.start :].strip()
            return text[: token.start].strip(), name
    return text.strip(), ""


@frozen
class Measures:
    """Measures compiled together: what the index is asked for, how it is put together, and the measures of it."""

    parts: tuple[Fragment, ...]
    merges: tuple[str, ...]
    measures: tuple[GroupMeasure, ...]


def compile_measures(texts: Sequence[str], scope: Scope, *, convert: bool = False) -> Measures:
    """Compile measures, each maybe with a name behind `as`.

    With `convert`, money in the records' own currency is brought into that of the workspace. Raises QueryError.
    """
    parts: list[Fragment] = []
    merges: list[str] = []
    measures = []
    for text in texts:
        expression, name = named(text)
        inside = replace(scope, source=expression)
        root = parse(expression).root
        aggregates: dict[Node, Aggregate] = {}
        for call in _calls(root, inside):
            found = _aggregate(call, inside, len(parts), convert=convert)
            aggregates[call] = found
            for template, merge in found.parts:
                parts.append(_part(template, found))
                merges.append(merge)
        measures.append(_measure((expression, name), root, aggregates, inside))
    return Measures(tuple(parts), tuple(merges), tuple(measures))


def _calls(node: Node, scope: Scope) -> Iterator[Call]:
    """Give the functions over groups in a measure, from left to right."""
    if isinstance(node, Arithmetic):
        yield from _calls(node.left, scope)
        yield from _calls(node.right, scope)
    elif isinstance(node, Call) and node.name == "percent" and len(node.arguments) == 1:
        yield from _calls(node.arguments[0], scope)
    elif isinstance(node, Call) and node.name in _PARTS:
        yield node
    elif not isinstance(node, Number):
        written = scope.source[node.start : node.end]
        raise scope.wrong(
            f"a group has no {written} of its own", node, f"say which: sum({written}), avg, min, max, count"
        )


def _aggregate(call: Call, scope: Scope, first: int, *, convert: bool) -> Aggregate:
    takes = 2 if call.name == "percentile" else 1
    if call.name == "count" and not call.arguments:
        return Aggregate(call.name, None, Fraction(0), first, own=False)
    if len(call.arguments) != takes:
        raise scope.wrong(f"{call.name} takes {_WORDS[takes]}", call, _EXAMPLES.get(call.name, f"{call.name}(amount)"))
    of, kinds = value(call.arguments[0], scope), _PARTS[call.name][1]
    if kinds and of.kind not in kinds:
        raise scope.wrong(
            f"{call.name} of {of.kind} means nothing", call.arguments[0], f"it takes {', '.join(sorted(kinds))}"
        )
    own = of.kind == "money" and scope.object.role("currency") is not None and _is_own(call.arguments[0], scope)
    at = _share(call.arguments[1], scope) if takes > 1 else Fraction(1, 2)
    if own and convert:
        of = replace(converted(of, scope), origin=of.origin)  # it is still that property's sum that is headed
    return Aggregate(call.name, of, at, first, own)


_WORDS = {1: "one value", 2: "a value and a percentage"}
_EXAMPLES = {"percentile": "percentile(amount, 90)"}


def _share(node: Node, scope: Scope) -> Fraction:
    number = Fraction(node.text.removesuffix("%")) / 100 if isinstance(node, Number) else Fraction(-1)
    if not 0 <= number <= 1:
        raise scope.wrong("this is no percentage", node, "percentile(amount, 90): nine tenths are not above it")
    return number


def _is_own(node: Node, scope: Scope) -> bool:
    """Whether money comes of the records' own amounts, which are in their own currency."""
    if isinstance(node, Path):
        prop = scope.find(node.steps[0].name) if node.word else None
        return prop is not None and prop.value_type.name == "money"
    if isinstance(node, Call) and node.name not in _OF_THE_SAME:
        return False
    return any(_is_own(child, scope) for child in children(node))


_OF_THE_SAME = frozenset({"coalesce", "round"})


def _part(template: str, aggregate: Aggregate) -> Fragment:
    of = aggregate.of
    if of is None:
        return Fragment("count(*)", ())
    if aggregate.name == "count" and of.kind == "bool":
        return compose("count(CASE WHEN {} THEN 1 END)", of)
    return compose(template, *([of] * template.count("{}")))


def _measure(said: tuple[str, str], root: Node, aggregates: Mapping[Node, Aggregate], scope: Scope) -> GroupMeasure:
    text, name = said
    value_type = _value_type(root, aggregates, scope)
    heading = name or _heading(root, aggregates, text)
    return GroupMeasure(text, machine_name(name or text), heading, root, aggregates, value_type)


def machine_name(text: str) -> str:
    """Give the name by which programs and --having know a column."""
    return re.sub(r"\W+", "_", text.lower()).strip("_") or "value"


def _heading(root: Node, aggregates: Mapping[Node, Aggregate], text: str) -> str:
    """Head a measure that is one function of a property by the property's label."""
    found = aggregates.get(root)
    if found is None:
        return text
    if found.of is None:
        return "Count"
    if found.of.origin is None or found.name not in _HEADINGS:
        return text
    return _HEADINGS[found.name].format(found.of.origin[1].label)


def _value_type(root: Node, aggregates: Mapping[Node, Aggregate], scope: Scope) -> ValueType:
    found = aggregates.get(root)
    if found is not None and found.of is not None and found.name in {"sum", "min", "max"}:
        return found.of.value_type
    if found is not None and found.name in {"count", "distinct"}:
        return computed("number", 0)
    kind = _kind(root, aggregates, scope)
    return Length() if kind == "duration" else computed(kind, _SCALES.get(kind, digits(scope.context.currency)))


_SCALES = {"number": 2, "percent": 4}  # of averages and calculations; money has the decimals of its currency


def _kind(node: Node, aggregates: Mapping[Node, Aggregate], scope: Scope) -> str:
    """Say what a measure is, as arithmetic has it."""
    if node in aggregates:
        found = aggregates[node]
        return "number" if found.of is None or found.name in {"count", "distinct"} else found.of.kind
    if isinstance(node, Arithmetic):
        sides = [_kind(side, aggregates, scope) for side in (node.left, node.right)]
        left, right = ("number" if side == "percent" else side for side in sides)
        kind = KINDS.get((left, node.operator, right))
        if kind is None:
            raise scope.wrong(f"{left} {node.operator} {right} means nothing", node)
        return kind
    return "percent" if isinstance(node, Call) else "number"
