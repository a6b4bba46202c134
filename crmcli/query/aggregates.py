"""any, all, count, sum, min, max, avg, first and latest: what associated records give together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.query.compile import condition, value
from crmcli.query.fragments import Fragment, Measure, compose, computed, measure
from crmcli.query.paths import Associated, associated, inner_property, singular
from crmcli.query.syntax import Call, Node, Path, Step

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmcli.query.scope import Scope

_AVERAGE_DECIMALS = 6
_SUMMABLE = frozenset({"number", "money", "percent", "duration"})
_ORDERED = frozenset({*_SUMMABLE, "date", "datetime", "string", "text"})


def quantified(node: Call, scope: Scope) -> Measure:
    """Compile any, all and count: true, false or a number, never unknown."""
    path, test = _path(node, scope), _argument(node, 1)
    if node.name == "all" and test is None:
        raise scope.wrong("all needs a condition", node, f"all({_written(path)}, CONDITION)")
    _at_most(node, 2, scope)

    def counted(found: Associated) -> Measure:
        tested = condition(test, found.scope) if test else Fragment("1", ())
        return _QUANTIFIERS[node.name](found, tested)

    result = _over(path.steps, scope, counted)
    if len(path.steps) == 1:
        return result
    empty = "1" if node.name == "all" else "0"  # where the path breaks off there is nothing, as over nothing
    return measure(compose(f"coalesce({{}}, {empty})", result), result.value_type)


def _any(found: Associated, tested: Fragment) -> Measure:
    sql = compose("EXISTS (SELECT 1 FROM {} WHERE {} AND {})", found.source, found.where, tested)
    return measure(sql, computed("bool"))


def _all(found: Associated, tested: Fragment) -> Measure:
    sql = compose("(NOT EXISTS (SELECT 1 FROM {} WHERE {} AND {} IS NOT TRUE))", found.source, found.where, tested)
    return measure(sql, computed("bool"))


def _count(found: Associated, tested: Fragment) -> Measure:
    sql = compose("(SELECT count(*) FROM {} WHERE {} AND {})", found.source, found.where, tested)
    return measure(sql, computed("number"))


_QUANTIFIERS: dict[str, Callable[[Associated, Fragment], Measure]] = {"any": _any, "all": _all, "count": _count}


def gathered(node: Call, scope: Scope) -> Measure:
    """Compile sum, min, max, avg: `sum(deals, amount)`, `sum(deals, amount, CONDITION)` or `sum(deals.amount)`.

    Money of several currencies has no sum, so the result is unset.
    """

    def summed(inner: Measure, rows: _Rows) -> Measure:
        allowed = _ORDERED if node.name in {"min", "max"} else _SUMMABLE
        if inner.kind not in allowed:
            raise scope.wrong(f"{node.name} of {inner.kind} means nothing", node, f"{node.name} takes numbers or money")
        return _aggregate(node.name, inner, rows)

    return _valued(node, scope, summed)


def _aggregate(name: str, inner: Measure, of: _Rows) -> Measure:
    currency = _currency(inner, of.scope)
    rows = compose("SELECT {} AS v, {} AS c FROM {} WHERE {} AND {}", inner, currency, *of.parts)
    scale = max(inner.scale, _AVERAGE_DECIMALS) if name == "avg" and inner.kind != "duration" else inner.scale
    template = {
        "sum": "coalesce(sum(v), 0)",
        "min": "min(v)",
        "max": "max(v)",
        "avg": f"crm_over(sum(v), count(v), {scale - inner.scale}, 0)",
    }[name]
    one_currency = f"CASE WHEN min(c) IS max(c) THEN {template} END"
    sql = compose(f"(SELECT {one_currency if currency.sql != '1' else template} FROM ({{}}) WHERE v IS NOT NULL)", rows)
    return measure(sql, inner.value_type if scale == inner.scale else computed(inner.kind, scale))


def _currency(inner: Measure, scope: Scope) -> Fragment:
    prop = scope.object.role("currency") if inner.kind == "money" else None
    if prop is None:
        return Fragment("1", ())
    return compose("coalesce({}, {})", scope.column(prop), Fragment("?", (scope.context.currency,)))


def joined(node: Call, scope: Scope) -> Measure:
    """Compile join: texts of associated records, each once and sorted, with commas between them; unset for none."""

    def listed(inner: Measure, rows: _Rows) -> Measure:
        if inner.group != "text":
            raise scope.wrong(f"{inner.kind} cannot be joined", node, "join takes a text")
        texts = compose("SELECT DISTINCT {} AS v FROM {} WHERE {} AND {} ORDER BY 1", inner, *rows.parts)
        return measure(compose("(SELECT group_concat(v, ', ') FROM ({}))", texts), computed("text"))

    return _valued(node, scope, listed)


def ranked(node: Call, scope: Scope) -> Measure:
    """Compile first and latest: a value of the associated record that was created first or last.

    `latest(deals, amount, CONDITION, closedate)` takes the one with the last close date instead.
    """
    direction = "DESC" if node.name == "latest" else "ASC"

    def taken(inner: Measure, rows: _Rows) -> Measure:
        template = f"(SELECT {{}} FROM {{}} WHERE {{}} AND {{}} ORDER BY {{}}{rows.scope.alias}.id {direction} LIMIT 1)"
        order = compose(f"{{}} {direction} NULLS LAST, ", rows.order) if rows.order else Fragment("", ())
        sql = compose(template, inner, *rows.parts, order)
        return Measure(sql.sql, sql.parameters, inner.value_type, None, inner.origin)

    return _valued(node, scope, taken)


@frozen
class _Rows:
    """What a value is taken from: FROM, WHERE and the condition; and what the rows are ordered by, if anything."""

    scope: Scope
    parts: tuple[Fragment, Fragment, Fragment]
    order: Fragment | None


def _valued(node: Call, scope: Scope, leaf: Callable[[Measure, _Rows], Measure]) -> Measure:
    """Read `f(deals.amount[, condition[, order]])` or `f(deals, amount[, condition[, order]])` and compile it."""
    path = _path(node, scope)
    inside = len(path.steps) > 1 and _ends_in_property(path, scope)
    if not inside and len(node.arguments) == 1:
        raise scope.wrong(f"{node.name} needs to know of what", node, f"{node.name}({_written(path)}, PROPERTY)")
    behind = 1 if inside else 2
    _at_most(node, behind + (2 if node.name in _RANKED else 1), scope)
    test, order = _argument(node, behind), _argument(node, behind + 1)

    def compiled(found: Associated) -> Measure:
        inner = inner_property(path.steps[-1], found.scope) if inside else value(node.arguments[1], found.scope)
        tested = condition(test, found.scope) if test else Fragment("1", ())
        by = value(order, found.scope) if order else _created(found.scope)
        return leaf(inner, _Rows(found.scope, (found.source, found.where, tested), by))

    return _over(path.steps[:-1] if inside else path.steps, scope, compiled)


_RANKED = frozenset({"first", "latest"})


def _created(scope: Scope) -> Fragment | None:
    prop = scope.object.role("created")
    return scope.column(prop) if prop else None


def _over(steps: tuple[Step, ...], scope: Scope, leaf: Callable[[Associated], Measure]) -> Measure:
    """Compile `leaf` for the records that the last step leads to, from where singulars before it lead."""
    return singular(steps[:-1], scope, lambda inner: leaf(associated(steps[-1], inner)))


def _ends_in_property(path: Path, scope: Scope) -> bool:
    """Whether the last step is a property of the records that the steps before it lead to."""
    inner = scope
    for step in path.steps[:-1]:
        inner = associated(step, inner).scope
    return inner.find(path.steps[-1].name) is not None or path.steps[-1].name.lower() == "id"


def _path(node: Call, scope: Scope) -> Path:
    first = _argument(node, 0)
    if not isinstance(first, Path):
        raise scope.wrong(f"{node.name} needs associated records first", first or node, f"{node.name}(PLURAL, …)")
    return first


def _argument(node: Call, place: int) -> Node | None:
    return node.arguments[place] if len(node.arguments) > place else None


def _at_most(node: Call, count: int, scope: Scope) -> None:
    if len(node.arguments) > count:
        raise scope.wrong(f"{node.name} takes {count} arguments here", node.arguments[count])


def _written(path: Path) -> str:
    return ".".join(step.name for step in path.steps)
