"""The forecast: what is won, what is likely to be, how sure that is, and how far it is from the goal."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from crmcli.frozen import replace
from crmcli.model.forecasting import CLOSED, FORECAST_CATEGORIES, OMITTED, OPEN
from crmcli.query.functions import divided
from crmcli.services.reporting.categories import by_hand, categoriser, hand_notes
from crmcli.services.reporting.figures import in_order
from crmcli.services.reporting.goals import RULES, goals_of
from crmcli.services.reporting.groups import TEAM, Group, Groups, grouped, report_table
from crmcli.services.reporting.measures import COUNT, Amounts, added, count_of, money_of, weighted_of
from crmcli.services.reporting.periods import report_period
from crmcli.services.reporting.subject import DUE, standings, subject
from crmcli.services.reporting.table import ReportColumn
from crmcli.types.number import Number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from crmcli.services.reporting.goals import Goals
    from crmcli.services.reporting.groups import Measure
    from crmcli.services.reporting.request import ReportRequest
    from crmcli.services.reporting.subject import Standing, Subject
    from crmcli.services.reporting.table import ReportTable
    from crmcli.services.workspace import Workspace
    from crmcli.types.base import Stored

PERIOD = "this quarter"
ROLES = ("amount", "probability", "forecast")
_CATEGORY = "category"
_HUNDREDTHS = Number(2)


def forecast(workspace: Workspace, request: ReportRequest) -> ReportTable:
    """Report what is forecast for a period, this quarter where none is named: by category, or by what is asked for.

    Raises NoRole, UnknownObject, NoPipelines, UnknownPipeline, UnknownPeriod, RulesRefused and the errors of
    expressions.
    """
    words = request.period or PERIOD
    period = report_period(workspace, words)
    about = subject(workspace, request)
    about.property("amount", "amount")
    about = about.within(period, *DUE)
    goals = goals_of(about, period)
    if request.where:  # they are for all, and not for a part
        goals = replace(goals, goals=())
    by_category = request.by.strip().lower() in ("", _CATEGORY)
    table = _by_category(about, goals) if by_category else _by_group(about, goals, request.by)
    definition = (
        f"Counted are the {about.plural} whose {about.property(*DUE).label} is in the period ({words}).",
        "Category: an open one's own where somebody set it (by hand), which no move changes; else that of its stage.",
        "What is won is Closed, what is lost Not forecasted, which the totals leave out.",
        "Weighted: each amount times its probability, what is won whole; added up, then rounded.",
        *RULES,
        "With a condition there are no goals: they are for all.",
        "Gap: Goal less Closed. Coverage: how many times what is open and forecast makes up for the gap.",
    )
    return replace(table, definition=definition)


def _by_category(about: Subject, goals: Goals) -> ReportTable:
    from crmcli.model.properties import Option as Named
    from crmcli.types.choice import Option

    category, here = categoriser(about), standings(about, *ROLES)
    kind = Option([Named(value, label) for value, label in FORECAST_CATEGORIES.items()])
    parts = {word: [one for one in here if category(one) == word] for word in FORECAST_CATEGORIES}
    column = ReportColumn(_CATEGORY, "Category", kind)
    groups = Groups((column,), tuple(Group((word,), part) for word, part in parts.items()), leaving_out=(OMITTED,))
    hand = ReportColumn("by_hand", "By hand", COUNT, measure=True)
    measures: list[Measure] = [count_of(about), *money_of(about), *weighted_of(about)]
    measures.append((hand, lambda group: len(by_hand(about, group.here))))
    table = report_table(about, ("forecast", _title(about)), groups, measures, ())
    notes = (*_Figures(about, goals, lambda _: None).notes(here), *hand_notes(about, here))
    return replace(table, notes=notes)


def _by_group(about: Subject, goals: Goals, by: str) -> ReportTable:
    groups = grouped(about, by, *ROLES)
    goal_of = _goal_of(about, goals, groups.columns[0].name)
    groups = _with_goals(about, groups, goal_of)
    figures = _Figures(about, goals, goal_of)
    first, *others = figures.sums()
    measures = [count_of(about), first, *figures.goal_measures(), *others, *weighted_of(about)]
    table = report_table(about, ("forecast", _title(about)), groups, measures, ())
    return replace(table, notes=tuple(hand_notes(about, groups.here)))


def _title(about: Subject) -> str:
    return f"Forecast of {about.plural}"


def _goal_of(about: Subject, goals: Goals, column: str) -> Callable[[str], int | None] | None:
    """Give what tells the goals of the groups of a column; None where goals are not set by such groups."""
    roles = about.found.roles
    if column == TEAM:
        return goals.of_team
    return {roles.get("owner"): goals.of_user, roles.get("pipeline"): goals.of_pipeline}.get(column)


def _with_goals(about: Subject, groups: Groups, goal_of: Callable[[str], int | None] | None) -> Groups:
    """Add those that have a goal and nothing that is due, too."""
    if goal_of is None:
        return groups
    users, kind = about.workspace.settings.users, groups.columns[0].value_type
    holders = {*(user.id for user in users), *(user.team for user in users), *(one.id for one in about.pipelines)}
    rows = {None if group.cells[0] is None else str(group.cells[0]): group for group in groups.rows}
    rows |= {one: Group((one,), ()) for one in holders - rows.keys() if goal_of(one) is not None}
    order = in_order(rows, kind, about.workspace.context)
    return replace(groups, rows=tuple(rows[None if key is None else str(key)] for key in order))


class _Figures:
    """What the forecast says of a group: sums by category, and what they are beside its goal."""

    def __init__(self, about: Subject, goals: Goals, goal_of: Callable[[str], int | None] | None) -> None:
        self._about = about
        self._amounts = Amounts(about)
        self._category = categoriser(about)
        self._goals = goals
        self._goal_of = goal_of

    def sums(self) -> list[Measure]:
        """Add up what is forecast, by category."""
        kind = self._amounts.value_type
        return [
            (ReportColumn(word, FORECAST_CATEGORIES[word], kind, measure=True), partial(self._sum_of, word))
            for word in (CLOSED, *OPEN)
        ]

    def goal_measures(self) -> list[Measure]:
        """Give goal, gap and coverage, where goals are set by such groups."""
        if self._goal_of is None or not self._goals.goals:
            return []
        kind = self._amounts.value_type
        return [
            (ReportColumn("goal", "Goal", kind, measure=True), self._goal),
            (ReportColumn("gap", "Gap", kind, measure=True), self._gap),
            (ReportColumn("coverage", "Coverage", _HUNDREDTHS, measure=True), self._coverage),
        ]

    def notes(self, here: Sequence[Standing]) -> Iterator[str]:
        """Say of everyone's goal what of it is won and what is open."""
        group = Group((), here)
        goal, gap, coverage = self._goal(group), self._gap(group), self._coverage(group)
        if goal is None or gap is None or any(one.currency for one in here):
            return
        kind, context = self._amounts.value_type, self._about.workspace.context
        covered = f", which what is open covers {coverage} times" if coverage is not None else ""
        yield f"Goal {kind.show(goal, context)}; gap {kind.show(gap, context)}{covered}"

    def _of(self, group: Group, *categories: str) -> int:
        return added(one for one in group.here if self._category(one) in categories)

    def _sum_of(self, category: str, group: Group) -> Stored:
        return self._amounts.total(self._of(group, category))

    def _set(self, group: Group) -> int | None:
        """Give a group's goal: everyone's for all groups together, none for those in another currency."""
        if group.currency or self._goal_of is None:
            return None
        if not group.cells:
            return self._goals.of_everyone()
        return None if group.cells[0] is None else self._goal_of(str(group.cells[0]))

    def _goal(self, group: Group) -> Stored | None:
        goal = self._set(group)
        return None if goal is None else self._amounts.total(goal)

    def _left(self, group: Group) -> int | None:
        goal = self._set(group)
        return None if goal is None else max(0, goal - self._of(group, CLOSED))

    def _gap(self, group: Group) -> Stored | None:
        left = self._left(group)
        return None if left is None else self._amounts.total(left)

    def _coverage(self, group: Group) -> Stored | None:
        left = self._left(group)
        return _HUNDREDTHS.stored(divided(self._of(group, *OPEN) * 100, left)) if left else None
