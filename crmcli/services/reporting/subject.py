"""What a report on pipelines is about: an object, its pipelines, and where each of its records stands."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import frozen, replace
from crmcli.services.reporting.periods import within
from crmcli.services.stage_words import NoPipelines, find_pipeline

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from crmcli.model.objects import ObjectType, Pipeline, Property, Stage
    from crmcli.query.periods import Period
    from crmcli.query.selection import ColumnInfo
    from crmcli.services.reporting.request import ReportRequest
    from crmcli.services.workspace import Workspace
    from crmcli.types.base import Column

SALE = "sale"  # the object role of what a report is about where nothing is said
# Roles of dates and what they are called in the message of an object that has none.
DUE = ("due", "date at which they are due")
CLOSED = ("closed", "date of their closing")
CREATED = ("created", "date of their creation")


class Standing(NamedTuple):
    """A record and what a report needs of it, as the index has it; None where it is not set, or was not asked for.

    `amount` is an integer at the scale of its property, in the workspace's currency, or else in `currency`. A tuple,
    since there may be millions.
    """

    id: int
    stage: str
    owner: str | None = None
    amount: int | None = None
    currency: str | None = None
    due: str | int | None = None
    closed: str | int | None = None
    created: str | int | None = None
    probability: int | None = None
    forecast: str | None = None
    group: Column = None


class NoRole(CrmError):
    """A report that needs of an object what it does not have."""

    exit_code = ExitCode.USAGE

    def __init__(self, found: ObjectType, role: str, what: str) -> None:
        hint = f"Name the property that is: `roles: {{{role}: …}}` in schemas/{found.name}.yaml"
        super().__init__(f"{found.plural} have no {what}, and this report needs it", hint)


class NoWonStage(CrmError):
    """A report on what was won, or lost, of an object whose stages do not tell."""

    exit_code = ExitCode.USAGE

    def __init__(self, found: ObjectType, word: str, probability: int) -> None:
        hint = f"Say so in schemas/{found.name}.yaml: a stage with `closed: true, probability: {probability}`"
        super().__init__(f"{found.plural} have no stage at which they are {word}", hint)


class NoRate(CrmError):
    """Amounts in currencies of which crm.toml has no rate, so that they cannot be added up with the others."""

    exit_code = ExitCode.USAGE

    def __init__(self, found: ObjectType, currencies: Sequence[str], home: str) -> None:
        self.currencies = tuple(currencies)
        message = f"Some {found.plural.lower()} are in {' and '.join(currencies)}, and crm.toml has no rate to {home}"
        super().__init__(message, f"Say it there: [rates] {currencies[0]} = …; or --where 'currency = {home}'")


@frozen
class Subject:
    """An object, the pipelines of it that count, and the condition that its records meet."""

    workspace: Workspace
    found: ObjectType
    pipelines: tuple[Pipeline, ...]
    where: str = ""

    @property
    def stages(self) -> Mapping[str, Stage]:
        """The stages of these pipelines by id, in their order."""
        return {stage.id: stage for pipeline in self.pipelines for stage in pipeline.stages}

    @property
    def plural(self) -> str:
        """What the records are called within a sentence."""
        return self.found.plural.lower()

    @property
    def stage_property(self) -> Property:
        """The property that holds the stage: an object with pipelines has one."""
        return self.found.properties[self.found.roles["stage"]]

    def property(self, role: str, what: str) -> Property:
        """Give the property with a role. Raises NoRole, which calls it `what`."""
        prop = self.found.role(role)
        if prop is None:
            raise NoRole(self.found, role, what)
        return prop

    def standing(self, chosen: Callable[[Stage], bool]) -> Subject:
        """Give the same with these stages only."""
        pipelines = (replace(each, stages=tuple(filter(chosen, each.stages))) for each in self.pipelines)
        return replace(self, pipelines=tuple(pipelines))

    def within(self, period: Period, role: str, what: str) -> Subject:
        """Give the same with those records only whose date or moment with a role, called `what`, lies in a period."""
        lies = within(self.property(role, what).name, period)
        return replace(self, where=f"({self.where}) and {lies}" if self.where else lies)


def moments(workspace: Workspace, period: Period) -> tuple[int, int]:
    """Give when a period begins and when it is over, in microseconds."""
    from crmcli.query.periods import midnight

    zone = workspace.context.zone
    return midnight(period.first, zone), midnight(period.after, zone)


def moment_of(about: Subject) -> Callable[[str | int | None], int | None]:
    """Give what tells when a date begins, or a moment is, in microseconds; None where it is not set."""
    from datetime import date

    from crmcli.query.periods import midnight

    zone = about.workspace.context.zone
    return lambda column: midnight(date.fromisoformat(column), zone) if isinstance(column, str) else column


def subject(workspace: Workspace, request: ReportRequest) -> Subject:
    """Say what a request is about: its object, else that of sales; the pipeline that it names, else all.

    Raises UnknownObject, NoPipelines and UnknownPipeline.
    """
    found = workspace.object(request.object_name or _usual(workspace))
    if not found.pipelines:
        raise NoPipelines(found)
    chosen = (find_pipeline(found, request.pipeline),) if request.pipeline else found.pipelines
    return Subject(workspace, found, chosen, request.where)


def _usual(workspace: Workspace) -> str:
    """Give the object that is sold by; where a CRM has none, the first with pipelines."""
    objects = workspace.model.objects
    named = [*workspace.model.objects_with(SALE), *objects]
    return next(name for name in named if objects[name].active and objects[name].pipelines)


def standings(about: Subject, *roles: str) -> list[Standing]:
    """Read the records that stand in the pipelines and meet the condition, by id, with the properties of these roles.

    Raises the errors of expressions.
    """
    return _read(about, {role: about.found.roles[role] for role in roles if role in about.found.roles})[0]


def grouped_standings(about: Subject, by: str, *roles: str) -> tuple[list[Standing], ColumnInfo]:
    """Read them with one more property or expression, their `group`, and give its column, too."""
    named = {role: about.found.roles[role] for role in roles if role in about.found.roles}
    here, columns = _read(about, {**named, "group": by})
    return here, columns[-1]


def _read(about: Subject, wanted: Mapping[str, str]) -> tuple[list[Standing], Sequence[ColumnInfo]]:
    from crmcli.query import Selection, select

    found, stages = about.found, about.stages
    if "amount" in wanted and "currency" in found.roles:
        converted = _converted(about)
        wanted = {**converted, **wanted, **converted}  # what groups them stays last
    names, columns = ["stage", *wanted], (found.roles["stage"], *wanted.values())
    chosen = Selection(found, where=about.where or None, columns=columns)
    statement = select(chosen, about.workspace.model, about.workspace.context)
    places = [names.index(field) + 1 if field in names else len(names) + 1 for field in Standing._fields[1:]]
    arranged, nothing = itemgetter(0, *places), (None,)
    rows = map(arranged, (row + nothing for row in about.workspace.store.rows(statement)))
    here = [Standing._make(row) for row in rows if row[1] in stages]
    return here, statement.columns


def _converted(about: Subject) -> Mapping[str, str]:
    """Give the expressions of amounts in the workspace's currency and, where there is no rate, in their own."""
    roles, home = about.found.roles, about.workspace.context.currency
    amount, currency = roles["amount"], roles["currency"]
    unrated = f'{currency} != "{home}" and {amount} is known and converted({amount}) is unknown'
    return {"amount": f"coalesce(converted({amount}), {amount})", "currency": f"if {unrated} then {currency}"}
