"""Syntax trees to SQL: which function compiles which kind of node."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from crmcli.query import syntax
from crmcli.query.fragments import Fragment, Measure, compose, computed, measure
from crmcli.query.parser import parse
from crmcli.query.scope import Frame, Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from crmcli.model.objects import Model, ObjectType
    from crmcli.types.base import Context

TABLE = "t"  # the alias of the object's table in every condition and value


def compile_condition(text: str, object_type: ObjectType, model: Model, context: Context) -> Fragment:
    """Compile a filter to a boolean SQL expression over the object's table with the alias `t`.

    The result is 1 or 0, never NULL: what is unknown for a record does not select it. Raises QueryError.
    """
    found = condition(*_opened(text, object_type, model, context))
    return compose("({}) IS TRUE", found)


def compile_value(text: str, object_type: ObjectType, model: Model, context: Context) -> Measure:
    """Compile an expression that computes a value for each record of the object's table, alias `t`.

    Raises QueryError.
    """
    return value(*_opened(text, object_type, model, context))


def _opened(text: str, object_type: ObjectType, model: Model, context: Context) -> tuple[syntax.Node, Scope]:
    return parse(text).root, Scope(object_type, TABLE, Frame(model, context), text)


def condition(node: syntax.Node, scope: Scope) -> Fragment:
    """Compile a node that must be true or false; NULL is unknown."""
    scope.count(node)
    compiler = _conditions().get(type(node))
    if compiler:
        return compiler(node, scope)
    found = value(node, scope)
    if found.kind == "bool":
        return found
    if {option.value for option in getattr(found.value_type, "options", ())} >= {"true", "false"}:
        return compose("({} = 'true')", found)
    raise scope.wrong(f"this is {found.kind}, not a condition", node, "compare it, for example with = or is known")


def value(node: syntax.Node, scope: Scope) -> Measure:
    """Compile a node to what it computes; a condition computes true or false."""
    scope.count(node)
    compiler = _values().get(type(node))
    if compiler:
        return compiler(node, scope)
    return measure(condition(node, scope), computed("bool"))


@cache
def _conditions() -> Mapping[type[syntax.Node], Callable[..., Fragment]]:
    from crmcli.query import comparison, history, logic, membership, texts

    return {
        syntax.Logic: logic.joined,
        syntax.Not: logic.opposite,
        syntax.Compare: comparison.compared,
        syntax.Among: comparison.among,
        syntax.Known: comparison.known,
        syntax.Match: texts.matched,
        syntax.Was: history.was,
        syntax.Member: membership.member,
    }


@cache
def _values() -> Mapping[type[syntax.Node], Callable[..., Measure]]:
    from crmcli.query import arithmetic, calls, literals, logic, paths

    return {
        syntax.Path: paths.reached,
        syntax.Call: calls.called,
        syntax.Choice: logic.chosen,
        syntax.Arithmetic: arithmetic.calculated,
        syntax.Text: literals.text,
        syntax.Number: literals.number,
        syntax.Span: literals.span,
        syntax.PeriodName: literals.period,
        syntax.Moment: literals.moment,
        syntax.Truth: literals.truth,
    }
