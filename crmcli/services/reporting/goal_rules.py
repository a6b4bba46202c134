"""Goals: what a user, a team or everyone is to win in a period, as goals.yaml says it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from crmcli.errors import CrmError, Problem
from crmcli.frozen import frozen
from crmcli.model.names import find_object_name
from crmcli.model.nodes import Block, Items
from crmcli.model.rule_files import read_rules
from crmcli.query.periods import Period, read_period
from crmcli.services.reporting.subject import SALE
from crmcli.services.stage_words import find_pipeline
from crmcli.types.nearest import suggestion

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmcli.model.objects import Model
    from crmcli.types.base import Context

NAME = "goals"
_DAYS = (date(2001, 2, 3), date(2011, 12, 13))  # a period that is the same seen from both is always the same
_EXAMPLE = "such as `period: 2026-Q4`, 2026-11, 2026, or fiscal 2026"


@frozen
class Goal:
    """What is to be won in a period: by a user (id), a team, or everyone where both are ""; of a pipeline, "" for all.

    `amount` is an integer at the scale of the object's amounts.
    """

    object_name: str
    period: Period
    amount: int
    user: str = ""
    team: str = ""
    pipeline: str = ""
    where: str = ""

    @property
    def holder(self) -> tuple[str, str]:
        """Whose it is."""
        return self.user, self.team


def read_goals(root: str, model: Model, context: Context) -> tuple[tuple[Goal, ...], list[Problem]]:
    """Read goals.yaml, with all that is wrong with it; no goals where there is no such file."""
    top, problems = read_rules(root, NAME)
    entries = top.entries.get(NAME)
    goals: dict[tuple[object, ...], Goal] = {}
    for entry in entries.items if isinstance(entries, Items) else ():
        wrong = list(_problems(entry, model, context)) if isinstance(entry, Block) else []
        problems += wrong
        if wrong or not isinstance(entry, Block):
            continue
        goal = _goal(entry, model, context)
        first = goals.setdefault((goal.object_name, goal.pipeline, goal.holder, goal.period), goal)
        if first is not goal:
            problems.append(Problem(entry.where, "this goal is set twice", f"the first stands at {first.where}"))
    return tuple(goals.values()), problems


def _problems(entry: Block, model: Model, context: Context) -> Iterator[Problem]:
    for key, hint in (("period", _EXAMPLE), ("amount", "such as `amount: 120000`")):
        if key not in entry.entries:
            yield Problem(entry.where, f"a goal needs `{key}`", hint)
    if "period" in entry.entries and _period(entry, context) is None:
        yield Problem(entry.place("period"), f'"{entry.text("period")}" is no fixed period', _EXAMPLE)
    if {"user", "team"} <= entry.entries.keys():
        yield Problem(entry.where, "a goal is a user's or a team's", "leave one of them out")
    users = [user.id for user in context.users]
    teams = sorted({user.team for user in context.users if user.team})
    for key, known in (("user", users), ("team", teams)):
        word = entry.text(key)
        if word and word not in known:
            yield Problem(entry.place(key), f'"{word}" is no {key} of this CRM', suggestion(word, known))
    yield from _amount_problems(entry, model, context)


def _amount_problems(entry: Block, model: Model, context: Context) -> Iterator[Problem]:
    key = "object"
    try:
        found = model.objects[_object(entry, model)]
        key = "pipeline"
        if "pipeline" in entry.entries:
            find_pipeline(found, entry.text(key))
        key, amount = "amount", found.role("amount")
        if amount is None:
            yield Problem(entry.where, f"{found.plural} have no amount", "name another `object`")
        elif key in entry.entries:
            amount.value_type.parse(entry.text(key), context)
    except CrmError as refusal:
        yield Problem(entry.place(key), refusal.message, refusal.hint)


def _goal(entry: Block, model: Model, context: Context) -> Goal:
    found = model.objects[_object(entry, model)]
    kind = found.properties[found.roles["amount"]].value_type
    pipeline = find_pipeline(found, entry.text("pipeline")).id if "pipeline" in entry.entries else ""
    period, amount = _period(entry, context), kind.column(kind.parse(entry.text("amount"), context))
    if period is None or not isinstance(amount, int):
        raise TypeError(entry)
    return Goal(found.name, period, amount, entry.text("user"), entry.text("team"), pipeline, entry.where)


def _object(entry: Block, model: Model) -> str:
    if "object" in entry.entries:
        return find_object_name(model, entry.text("object"))
    return model.objects_with(SALE)[0]


def _period(entry: Block, context: Context) -> Period | None:
    """Read a period that is the same on whatever day it is read."""
    text = " ".join(entry.text("period").lower().split())
    try:
        one, other = (read_period(text, day, context.fiscal) for day in _DAYS)
    except (ValueError, OverflowError):
        return None
    return one if one == other else None
