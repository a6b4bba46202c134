"""Names and dotted paths: properties of the record itself, and of those associated with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.model.names import fold, typed
from crmcli.query import activities
from crmcli.query.fragments import Fragment, Measure, balanced, compose

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crmcli.model.objects import ObjectType, Pair, Summary
    from crmcli.query.scope import Scope
    from crmcli.query.syntax import Path, Step


@frozen
class Associated:
    """The records that one step of a path leads to: FROM and WHERE of a subquery, and their scope."""

    scope: Scope
    source: Fragment
    where: Fragment
    ranked: str  # ORDER BY for the one that a singular means
    plural: bool


def reached(node: Path, scope: Scope) -> Measure:
    """Compile a property, or one of the associated record that a path of singulars leads to."""
    return singular(node.steps[:-1], scope, lambda inner: inner_property(node.steps[-1], inner))


def inner_property(step: Step, scope: Scope) -> Measure:
    """Compile the last step of a path; a label belongs to an association, not to a property."""
    if scope.find(step.name) is None and step.name.lower() != "id" and _leads_on(step, scope):
        raise scope.wrong(
            f'"{step.name}" stands for associated records, not for a value',
            step,
            f"say what of them: {step.name}.PROPERTY, count({step.name}), any({step.name}, …)",
        )
    if step.label is not None:
        raise scope.wrong(f'"{step.name}" is a property: a label in [ ] belongs to an association', step)
    return scope.property(step)


def singular(steps: tuple[Step, ...], scope: Scope, leaf: Callable[[Scope], Measure]) -> Measure:
    """Compile `leaf` for the one record that a path of singulars leads to; unset where there is none."""
    if not steps:
        return leaf(scope)
    found = associated(steps[0], scope)
    if found.plural:
        raise scope.wrong(
            f'"{steps[0].name}" are many: say which',
            steps[0],
            f"any({steps[0].name}, …), all(…), count(…), sum(…), first({steps[0].name}, PROPERTY), latest(…)",
        )
    inner = singular(steps[1:], found.scope, leaf)
    sql = compose(
        "(SELECT {} FROM {} WHERE {}" + f" ORDER BY {found.ranked} LIMIT 1)", inner, found.source, found.where
    )
    return Measure(sql.sql, sql.parameters, inner.value_type, None, inner.origin)


def associated(step: Step, scope: Scope) -> Associated:
    """Find the records that a step leads to; raises UnknownName."""
    scope.count(step)
    if _is_activities(step, scope):
        inner, rows = activities.united(step, scope)
        return Associated(inner, rows, Fragment("1", ()), f"{inner.alias}.id", plural=True)
    found = _target(step, scope)
    if found is None:
        active = [words for _, words in _associates(scope) if words.active]
        candidates = [form for words in active for form in (words.name, typed(words))]
        raise scope.unknown(step.name, f"associated with {scope.object.plural.lower()}", step, candidates)
    pair, target, plural = found
    inner = scope.inner(target)
    table = f'"{target.name}" {inner.alias}'
    if pair.owner == pair.other:
        return _within(pair, step, scope, inner, plural)
    link = f"a{inner.alias}"
    owns = pair.owner == scope.object.name
    near, far = ("owner", "other") if owns else ("other", "owner")
    source = Fragment(f"_association {link} JOIN {table} ON {inner.alias}.id = {link}.{far}", ())
    where = Fragment(f"{link}.pair = ? AND {link}.{near} = {scope.alias}.id", (pair.code,))
    if step.label is not None:
        names = _label_names(pair, step, scope, owner_end=owns)
        where = compose("{} AND {}", where, _labelled(link, names))
    elif owns and pair.primary and not plural:
        where = compose("{} AND {}", where, Fragment(f"{link}.is_primary = 1", ()))
    return Associated(inner, source, where, f"{link}.is_primary DESC, {inner.alias}.id", plural)


def _leads_on(step: Step, scope: Scope) -> bool:
    return _is_activities(step, scope) or _target(step, scope) is not None


def _is_activities(step: Step, scope: Scope) -> bool:
    """Whether a step means the activities of all objects; of such an activity there are none."""
    return fold(step.name) == activities.WORD and step.label is None and scope.object.name != activities.ROLE


def _within(pair: Pair, step: Step, scope: Scope, inner: Scope, plural: bool) -> Associated:  # noqa: FBT001
    """Find associated records of the same object: the association is stored once and read from both ends."""
    ends = []
    for near, far in (("owner", "other"), ("other", "owner")):
        end = Fragment(
            f"SELECT a.{far} FROM _association a WHERE a.pair = ? AND a.{near} = {scope.alias}.id", (pair.code,)
        )
        names = _label_names(pair, step, scope, owner_end=near == "owner") if step.label is not None else None
        if names is None:
            ends.append(end)
        elif names:
            ends.append(compose("{} AND {}", end, _labelled("a", names)))
    where = compose(f"{inner.alias}.id IN ({{}})", _union(ends))
    return Associated(inner, Fragment(f'"{pair.owner}" {inner.alias}', ()), where, f"{inner.alias}.id", plural)


def _union(ends: list[Fragment]) -> Fragment:
    return compose(" UNION ".join(["{}"] * len(ends)), *ends)


def _labelled(link: str, names: tuple[str, ...]) -> Fragment:
    tests = tuple(
        Fragment(f"EXISTS (SELECT 1 FROM json_each({link}.labels) WHERE json_each.value = ?)", (name,))
        for name in names
    )
    return balanced("OR", tests)


def _label_names(pair: Pair, step: Step, scope: Scope, *, owner_end: bool) -> tuple[str, ...]:
    """Find the stored names of a label as it reads from this end; raises UnknownName where no end has it."""
    wanted = (step.label or "").strip().casefold()
    readings = [
        (label.name, _reading(label.name, label.inverse, label.from_object, pair, owner_end=owner_end))
        for label in pair.labels
    ]
    found = tuple(dict.fromkeys(name for name, reading in readings if reading.casefold() == wanted))
    same = pair.owner == pair.other
    known = (
        {text for label in pair.labels for text in (label.name, label.inverse)} if same else {r for _, r in readings}
    )
    if wanted not in {text.casefold() for text in known}:
        raise scope.unknown(step.label or "", "a label of this association", step, sorted(known))
    return found


def _reading(name: str, inverse: str, first: str, pair: Pair, *, owner_end: bool) -> str:
    """Say how a label reads: its name at the end of its first object, its inverse at the other."""
    at_first = owner_end if pair.owner == pair.other else owner_end == (first == pair.owner)
    return name if at_first else inverse


def _associates(scope: Scope) -> Iterator[tuple[Pair, Summary | ObjectType]]:
    """Go through the objects that may be associated with this one, without reading them."""
    words = scope.frame.model.words
    for pair in scope.frame.model.pairs_of(scope.object.name):
        yield pair, words[pair.other if scope.object.name == pair.owner else pair.owner]


def _target(step: Step, scope: Scope) -> tuple[Pair, ObjectType, bool] | None:
    """Find the pair and object that a word names among the associated ones, and whether it is a plural."""
    word = fold(step.name)
    for pair, target in _associates(scope):
        singular_forms = {fold(target.name), fold(target.label)}
        if word in singular_forms or word in {fold(form) for form in (target.plural, *target.aliases)}:
            return pair, scope.frame.model.objects[target.name], word not in singular_forms
    return None
