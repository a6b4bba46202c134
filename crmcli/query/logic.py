"""and, or, not, and if … then … else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.query.comparison import unknown
from crmcli.query.compile import condition
from crmcli.query.fragments import Fragment, Measure, balanced, compose, measure
from crmcli.query.literals import alike
from crmcli.query.syntax import Known

if TYPE_CHECKING:
    from crmcli.query.scope import Scope
    from crmcli.query.syntax import Choice, Logic, Not


def joined(node: Logic, scope: Scope) -> Fragment:
    """Compile conditions joined by and, or."""
    return balanced(node.operator.upper(), tuple(condition(operand, scope) for operand in node.operands))


def opposite(node: Not, scope: Scope) -> Fragment:
    """Compile the opposite; that of unknown is unknown."""
    if isinstance(node.operand, Known):
        scope.count(node.operand)
        return unknown(node.operand, scope)
    return compose("(NOT {})", condition(node.operand, scope))


def chosen(node: Choice, scope: Scope) -> Measure:
    """Compile a choice between two values of one type; where the condition is unknown, the second, or unset."""
    test = condition(node.condition, scope)
    branches = alike((node.then, node.otherwise) if node.otherwise else (node.then,), scope)
    template = "CASE WHEN {} THEN {} ELSE {} END" if node.otherwise else "CASE WHEN {} THEN {} END"
    return measure(compose(template, test, *branches), branches[0].value_type)
