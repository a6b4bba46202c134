"""When records were first contacted: by the first of their activities since creation that reached out to somebody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.query import moments, periods
from crmcli.query.compile import TABLE, condition
from crmcli.query.fragments import Fragment, compose, quoted
from crmcli.query.parser import parse
from crmcli.query.scope import Frame, Scope
from crmcli.query.selection import Statement
from crmcli.query.syntax import Step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmcli.model.objects import Model, ObjectType, Pair, Property
    from crmcli.types.base import Context


def first_contacts(found: ObjectType, where: str, model: Model, context: Context) -> Statement:
    """Compile when records that meet a condition ("" for all) were first contacted; rows are (id, microseconds).

    What counts are activities that the schema calls contacting, and messages of ours in their conversations, from
    the record's creation up to now. Records that were never contacted are left out. Raises QueryError.
    """
    scope = Scope(found, TABLE, Frame(model, context), where)
    arms = [*_activities(scope), *_messages(scope)]
    if not arms:
        return Statement("SELECT 0, 0 WHERE 0", (), ())
    chosen = compose(" AND {}", condition(parse(where).root, scope)) if where else Fragment("", ())
    now = Fragment("?", (periods.micros(context.moment),))
    since = _moment(scope, found.role("created"))
    template = (
        f"SELECT {TABLE}.id AS id, {{}} AS at FROM {quoted(found.name)} {TABLE} {{}} AND {{}} BETWEEN {{}} AND {{}}{{}}"
    )
    each = [compose(template, at, source, at, since, now, chosen) for at, source in arms]
    united = compose(" UNION ALL ".join(["{}"] * len(each)), *each)
    rows = compose("SELECT id, min(at) FROM ({}) GROUP BY id", united)
    return Statement(rows.sql, rows.parameters, ())


def _activities(scope: Scope) -> Iterator[tuple[Fragment, Fragment]]:
    """Give for each object of activities the moment, and the joins and the condition that lead to those that count."""
    model = scope.frame.model
    for name in model.objects_with("activity"):
        pair, target = model.pair(name, scope.object.name), model.objects[name]
        contacting = target.role("contacting")
        if pair is None or pair.owner == pair.other or contacting is None:
            continue
        inner = scope.inner(target)
        counts = inner.measure(contacting, _NOWHERE)
        yield _moment(inner, target.role("at")), compose("{} WHERE {}", _join(scope, inner, pair), counts)


def _messages(scope: Scope) -> Iterator[tuple[Fragment, Fragment]]:
    """Give the same for messages: those on a record are in its conversations, those of ours go out."""
    model = scope.frame.model
    for name in model.objects_with("thread"):
        target = model.objects[name]
        direction = target.role("direction")
        outgoing = ours(target)
        for between in model.objects_with("conversation") if direction and outgoing else ():
            near, far = model.pair(between, scope.object.name), model.pair(name, between)
            if near is None or far is None or direction is None or scope.object.name == between:
                continue
            middle = scope.inner(model.objects[between])
            inner = scope.inner(target)
            joins = compose("{} {}", _join(scope, middle, near), _join(middle, inner, far))
            marks = Fragment(", ".join("?" * len(outgoing)), outgoing)
            out = compose("{} WHERE {} IN ({})", joins, inner.measure(direction, _NOWHERE), marks)
            yield _moment(inner, target.role("at")), out


def ours(target: ObjectType) -> tuple[str, ...]:
    """Give the directions that logging a message of ours stands for."""
    names = ("direction", target.roles.get("direction", ""))
    return tuple({text for said in target.log.values() for name, text in said.items() if name in names})


def _join(scope: Scope, inner: Scope, pair: Pair) -> Fragment:
    """Join the records that are associated with those of a scope."""
    near, far = ("owner", "other") if pair.owner == scope.object.name else ("other", "owner")
    link = f"a{inner.alias}"
    return Fragment(
        f"JOIN _association {link} ON {link}.pair = ? AND {link}.{near} = {scope.alias}.id"
        f" JOIN {quoted(inner.object.name)} {inner.alias} ON {inner.alias}.id = {link}.{far}",
        (pair.code,),
    )


def _moment(scope: Scope, prop: Property | None) -> Fragment:
    """Compile a date or moment as microseconds; NULL where the object has none."""
    if prop is None:
        return Fragment("NULL", ())
    return moments.as_kind(scope.measure(prop, _NOWHERE), "datetime", scope)


_NOWHERE = Step(0, 0, "")  # a place for what no person wrote
