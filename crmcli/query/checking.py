"""The expressions of a schema, compiled to find what is wrong with them: names, kinds, circles, depth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.query.compile import TABLE, condition
from crmcli.query.mistakes import BrokenFormula, FormulaCircle, QueryError
from crmcli.query.parser import parse
from crmcli.query.scope import Frame, Scope
from crmcli.query.syntax import Node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmcli.model.objects import Model, ObjectType, Property
    from crmcli.types.base import Context


@frozen
class Flaw:
    """What is wrong with an expression of an object: where it stands in its declaration, as keys, and the mistake."""

    object_name: str
    place: tuple[str, ...]
    mistake: QueryError


def flaws(model: Model, context: Context) -> Iterator[Flaw]:
    """Go through the expressions of all objects: formulas, checks, conditions; a circle is named once."""
    circles: set[frozenset[str]] = set()
    for found in model.objects.values():
        for flaw in (*_of_properties(found, model, context), *_of_also(found, model, context)):
            if isinstance(flaw.mistake, FormulaCircle):
                chain = frozenset(flaw.mistake.chain)
                if chain in circles:
                    continue
                circles.add(chain)
            yield flaw


def _of_properties(found: ObjectType, model: Model, context: Context) -> Iterator[Flaw]:
    for prop in found.properties.values():
        yield from _of_property(found, prop, model, context)


def _of_also(found: ObjectType, model: Model, context: Context) -> Iterator[Flaw]:
    for also in found.associate_also:
        other = model.objects.get(also.object)
        mistake = _condition(also.where, other, Frame(model, context)) if also.where and other else None
        if mistake:
            yield Flaw(found.name, ("associate_also", also.object, "where"), mistake)


def _of_property(found: ObjectType, prop: Property, model: Model, context: Context) -> Iterator[Flaw]:
    place = ("properties", prop.name)
    mistake = _formula(found, prop, Frame(model, context)) if prop.formula else None
    if mistake:
        yield Flaw(found.name, (*place, "formula"), mistake)
    conditions = {
        ("rules", "check"): prop.rules.check if prop.rules else "",
        ("show_when",): prop.show_when,
        ("required_when",): prop.required_when,
    }
    for keys, text in conditions.items():
        mistake = _condition(text, found, Frame(model, context)) if text else None
        if mistake:
            yield Flaw(found.name, (*place, *keys), mistake)


def _formula(found: ObjectType, prop: Property, frame: Frame) -> QueryError | None:
    """Give the mistake in a formula itself; that in another which it uses is told there."""
    name = f"{found.name}.{prop.name}"
    try:
        Scope(found, TABLE, frame, prop.formula).measure(prop, Node(0, len(prop.formula)))
    except BrokenFormula as broken:
        return broken.mistake if broken.name == name else None
    except FormulaCircle as circle:
        return circle if name in circle.chain else None
    except QueryError as mistake:
        return mistake
    return None


def _condition(text: str, found: ObjectType, frame: Frame) -> QueryError | None:
    try:
        condition(parse(text).root, Scope(found, TABLE, frame, text))
    except BrokenFormula:
        return None
    except QueryError as mistake:
        return mistake
    return None
