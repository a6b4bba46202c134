"""`activities`: what is associated of every object that is an activity, as if it were one object.

Its properties are role words (at, text, outcome …), `object` says of which object a record is. Which of them a call
or a task has tells its schema; what it has not is unset.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crmcli.model.objects import ObjectType, Option, Property
from crmcli.query import moments, stages
from crmcli.query.fragments import Fragment, compose, quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.model.objects import Pair
    from crmcli.query.scope import Scope
    from crmcli.query.syntax import Step

WORD = "activities"
ROLE = "activity"  # of the objects that are activities

_MOMENTS = ("at", "until")
_TEXTS = ("name", "text")
_CHOICES = ("outcome", "direction", "status", "kind", "channel", "priority")
_TRUTHS = ("contacting", "closed")
_WORDS = ("object", "owner", *_MOMENTS, *_TEXTS, *_CHOICES, *_TRUTHS)


def united(step: Step, scope: Scope) -> tuple[Scope, Fragment]:
    """Give a scope for all activities of a record, and the rows to select from: only columns that are named."""
    arms = list(_arms(scope))
    inner = scope.inner(_object([target for _, target in arms], scope))
    named = set(re.findall(r"\w+", scope.source.casefold()))
    words = [word for word in _WORDS if word in named or word == "at"]
    parts = [_arm(pair, target, words, (step, scope)) for pair, target in arms]
    if not parts:
        nothing = "".join(f", NULL AS {quoted(word)}" for word in words)
        parts = [Fragment(f"SELECT NULL AS id{nothing} WHERE 0", ())]
    rows = compose(" UNION ALL ".join(["{}"] * len(parts)), *parts)
    return inner, compose(f"({{}}) {inner.alias}", rows)


def _arms(scope: Scope) -> list[tuple[Pair, ObjectType]]:
    """Give the objects of activities that associate with this one; an object's own associations are left out."""
    model = scope.frame.model
    pairs = [(name, model.pair(name, scope.object.name)) for name in model.objects_with(ROLE)]
    return [(pair, model.objects[name]) for name, pair in pairs if pair and pair.owner != pair.other]


def _arm(pair: Pair, target: ObjectType, words: Sequence[str], place: tuple[Step, Scope]) -> Fragment:
    """Select the activities of one object, its properties under the words that they have."""
    step, scope = place
    inner = scope.inner(target)
    link = f"a{inner.alias}"
    near, far = ("owner", "other") if pair.owner == scope.object.name else ("other", "owner")
    columns = [compose(f"{{}} AS {quoted(word)}", _column(word, inner, step)) for word in words]
    return compose(
        f"SELECT {inner.alias}.id AS id{''.join([', {}'] * len(columns))} FROM _association {link}"
        f" JOIN {quoted(target.name)} {inner.alias} ON {inner.alias}.id = {link}.{far}"
        f" WHERE {link}.pair = {{}} AND {link}.{near} = {scope.alias}.id",
        *columns,
        Fragment("?", (pair.code,)),
    )


def _column(word: str, scope: Scope, step: Step) -> Fragment:
    if word == "object":
        return Fragment("?", (scope.object.name,))
    if word == "closed":
        found = stages.is_closed(scope, step)
        return compose("coalesce({}, 0)", found) if found else Fragment("0", ())
    prop = scope.object.role(word)
    if prop is None:
        return Fragment("0" if word in _TRUTHS else "NULL", ())
    found = scope.measure(prop, step)
    return moments.as_kind(found, "datetime", scope) if word in _MOMENTS else found


def _object(targets: Sequence[ObjectType], scope: Scope) -> ObjectType:
    """Make the object that stands for all of these."""
    words = scope.frame.model.words
    objects = tuple(Option(target.name, words[target.name].label) for target in targets)
    properties = [
        _property("object", "enumeration", "select", options=objects),
        _property("owner", "string", "text", "user"),
        *(_property(word, "datetime", "date") for word in _MOMENTS),
        *(_property(word, "string", "text") for word in _TEXTS),
        *(_choice(word, targets) for word in _CHOICES),
        *(_property(word, "bool", "booleancheckbox") for word in _TRUTHS),
    ]
    roles = {"created": "at", "owner": "owner", "name": "name"}
    return ObjectType(ROLE, "Activity", "Activities", {prop.name: prop for prop in properties}, roles=roles)


def _choice(word: str, targets: Sequence[ObjectType]) -> Property:
    """Make a property with the options that any of these has for it."""
    options: dict[str, Option] = {}
    for target in targets:
        prop = target.role(word)
        for option in prop.options if prop else ():
            options.setdefault(option.value, option)
    if not options:
        return _property(word, "string", "text")
    return _property(word, "enumeration", "select", options=tuple(options.values()))


def _property(
    name: str, type_name: str, field_type: str, form: str = "", *, options: tuple[Option, ...] = ()
) -> Property:
    return Property(name, name.capitalize(), type_name, field_type, format=form, options=options)
