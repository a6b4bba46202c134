"""What is known of a record's stage: since when, how long, how likely, and whether it is over."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from crmcli.query import periods
from crmcli.query.fragments import Fragment, Measure, compose, computed, measure
from crmcli.query.literals import operands

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmcli.model.objects import Property, Stage
    from crmcli.query.scope import Scope
    from crmcli.query.syntax import Call, Node

_PROBABILITY_DECIMALS = 6


def visited(node: Call, scope: Scope) -> Measure:
    """Compile entered, exited, time_in, latest_time_in of a stage; time_in_stage() and entered() of the present one."""
    prop = _stage_property(node, scope)
    current = scope.measure(prop, node)
    name, wanted = node.name, "[]"
    if node.name == "time_in_stage":
        _without_arguments(node, scope)
        name = "time_in"
    elif node.arguments or node.name != "entered":
        wanted = json.dumps(_stages(node, current, scope))
    now = periods.micros(scope.context.moment)
    found = compose(
        f"crm_stage_time({{}}, '{name}', {{}}, {{}}, {{}})",
        Fragment("?", (wanted,)), current, past(scope, prop), Fragment("?", (now,)),
    )  # fmt: skip
    return measure(found, computed("datetime" if name in {"entered", "exited"} else "duration"))


def past(scope: Scope, prop: Property) -> Fragment:
    """Give what is known of a property's past, as JSON that `visits.stays` reads: the creation, and each change."""
    history = Fragment(
        "(SELECT json_group_array(json_array(h.at, h.recorded, h.rowid, json(h.old), json(h.new), h.op, o.undoes))"
        " FROM _history h LEFT JOIN _operation o ON o.id = h.op"
        f" WHERE h.object = ? AND h.id = {scope.alias}.id AND h.property = ?)",
        (scope.object.name, prop.name),
    )
    return compose("json_array({}, json({}))", creation(scope), history)


def creation(scope: Scope) -> Fragment:
    """Give the moment at which a record was created here, from the ranges of ids that operations created."""
    sql = (
        f"(SELECT c.at FROM _creation c WHERE c.object = ? AND c.first <= {scope.alias}.id"
        f" AND c.last >= {scope.alias}.id ORDER BY c.first DESC LIMIT 1)"
    )
    return Fragment(sql, (scope.object.name,))


def probability(node: Call, scope: Scope) -> Measure:
    """Compile the probability of the present stage: unset where it has none."""
    _without_arguments(node, scope)
    return measure(_by_stage(node, scope, _scaled), computed("percent", _PROBABILITY_DECIMALS))


def closed(node: Call, scope: Scope) -> Measure:
    """Compile whether all is over, by the stage or else by the status: unset without one."""
    _without_arguments(node, scope)
    found = is_closed(scope, node)
    if found is None:
        raise scope.wrong(f"{scope.object.plural.lower()} have no stages, and no status that closes them", node)
    return measure(found, computed("bool"))


def is_closed(scope: Scope, node: Node) -> Fragment | None:
    """Compile whether a record's stage or status is one at which all is over; None where no object tells."""
    if scope.object.pipelines and scope.object.role("stage"):
        return _by_stage(node, scope, lambda stage: int(stage.closed))
    prop = scope.object.role("status")
    ended = tuple(option.value for option in prop.options if option.closed) if prop else ()
    if prop is None or not ended:
        return None
    marks = ", ".join("?" * len(ended))
    return compose("({} IN ({}))", scope.measure(prop, node), Fragment(marks, ended))


def _scaled(stage: Stage) -> int | None:
    return None if stage.probability is None else round(stage.probability * 10**_PROBABILITY_DECIMALS)


def _by_stage(node: Node, scope: Scope, told: Callable[[Stage], int | None]) -> Fragment:
    current = scope.measure(_stage_property(node, scope), node)
    stages = [stage for pipeline in scope.object.pipelines for stage in pipeline.stages]
    cases = [Fragment("WHEN ? THEN ?", (stage.id, told(stage))) for stage in stages]
    return compose(f"CASE {{}} {' '.join(['{}'] * len(cases))} END", current, *cases)


def _stage_property(node: Node, scope: Scope) -> Property:
    prop = scope.object.role("stage")
    if prop is None or not scope.object.pipelines:
        raise scope.wrong(f"{scope.object.plural.lower()} have no pipelines, so no stages", node)
    return prop


def _stages(node: Call, current: Measure, scope: Scope) -> list[str]:
    """Give the ids of the stage that is named: several where pipelines share a label."""
    if len(node.arguments) != 1:
        first = scope.object.pipelines[0].stages[0].id
        raise scope.wrong(f"{node.name} takes a stage", node, f"{node.name}({first})")
    found = operands(node.arguments[0], current, scope)
    if not all(one.bound for one in found):
        raise scope.wrong("here stands a stage", node.arguments[0], "its id, or its label in quotes")
    return [str(one.parameters[0]) for one in found]


def _without_arguments(node: Call, scope: Scope) -> None:
    if node.arguments:
        raise scope.wrong(f"{node.name} takes no argument", node.arguments[0], f"{node.name}()")
