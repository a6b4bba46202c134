"""Goals as the forecast goes by them: whose they are, and of which months a quarter's consists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.services.reporting.goal_rules import read_goals
from crmcli.services.reporting.service_rules import RulesRefused

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crmcli.query.periods import Period
    from crmcli.services.reporting.goal_rules import Goal
    from crmcli.services.reporting.subject import Subject

RULES = (
    "Goals stand in goals.yaml: `goals: [{user: ada, period: 2026-Q4, amount: 120000}]`; for a team `team: North`.",
    "One that names nobody is everyone's; `pipeline` makes it one of that pipeline only.",
    "Goal: for this very period, or else the sum of those that make it up, as three months a quarter.",
    "A team without a goal has the sum of its members'; everyone the sum of all teams and of users without a team.",
)


@frozen
class Goals:
    """The goals that concern a report: those of its object, its pipelines and its period, one or in parts."""

    about: Subject
    period: Period
    goals: tuple[Goal, ...]

    def of_user(self, user: str) -> int | None:
        """Give the goal of a user, by id, as amounts are in the index; None where there is none."""
        return self._of((user, ""))

    def of_team(self, team: str) -> int | None:
        """Give the goal of a team: its own, or else those of its members together."""
        own = self._of(("", team))
        users = self.about.workspace.settings.users
        return _together(self.of_user(user.id) for user in users if user.team == team) if own is None else own

    def of_everyone(self) -> int | None:
        """Give everyone's goal: the one that names nobody, or else all the others together."""
        own, users = self._of(("", "")), self.about.workspace.settings.users
        if own is not None:
            return own
        teams = sorted({user.team for user in users if user.team})
        alone = (self.of_user(user.id) for user in users if not user.team)
        return _together([*map(self.of_team, teams), *alone])

    def of_pipeline(self, pipeline: str) -> int | None:
        """Give everyone's goal of one pipeline."""
        chosen = tuple(goal for goal in self.goals if goal.pipeline == pipeline)
        return Goals(self.about, self.period, chosen).of_everyone()

    def _of(self, holder: tuple[str, str]) -> int | None:
        """Give a holder's goal: that of no pipeline where all are meant, or else those of all of them together."""
        own = [goal for goal in self.goals if goal.holder == holder]
        whole = _filling([goal for goal in own if not goal.pipeline], self.period)
        if whole is not None:
            return whole
        pipelines = sorted({goal.pipeline for goal in own if goal.pipeline})
        return _together(_filling([g for g in own if g.pipeline == one], self.period) for one in pipelines)


def goals_of(about: Subject, period: Period) -> Goals:
    """Read the goals that concern a report. Raises RulesRefused for a goals.yaml that is not in order."""
    workspace = about.workspace
    goals, problems = read_goals(workspace.root, workspace.model, workspace.context)
    if problems:
        raise RulesRefused(problems)
    pipelines = {pipeline.id for pipeline in about.pipelines}
    if len(about.pipelines) == len(about.found.pipelines):
        pipelines.add("")
    chosen = (goal for goal in goals if goal.object_name == about.found.name and goal.pipeline in pipelines)
    return Goals(about, period, tuple(chosen))


def _filling(goals: Iterable[Goal], period: Period) -> int | None:
    """Add up goals whose periods follow one another and make a period up, longer ones first; None where they do not."""
    total, day = 0, period.first
    for goal in sorted(goals, key=lambda goal: (goal.period.first, -goal.period.after.toordinal())):
        if goal.period.first == day and goal.period.after <= period.after:
            total, day = total + goal.amount, goal.period.after
    return total if day == period.after else None


def _together(parts: Iterable[int | None]) -> int | None:
    known = [part for part in parts if part is not None]
    return sum(known) if known else None
