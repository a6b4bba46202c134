"""How many activities there were: by type, user, day, week, month, quarter or year, or what they say of themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import frozen
from crmcli.model.names import find_property
from crmcli.model.properties import Option as Named
from crmcli.query.outreach import ours
from crmcli.query.selection import count_by
from crmcli.services.activity_words import activity_objects
from crmcli.services.lookup import literal
from crmcli.services.reporting.conditions import both
from crmcli.services.reporting.figures import in_order
from crmcli.services.reporting.groups import TEAM
from crmcli.services.reporting.periods import report_period, within
from crmcli.services.reporting.table import Behind, ReportColumn, ReportRow, ReportTable
from crmcli.types.bucket import UNITS
from crmcli.types.choice import Option
from crmcli.types.nearest import suggestion
from crmcli.types.number import Number
from crmcli.types.text import String

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.model.objects import ObjectType
    from crmcli.services.reporting.request import ReportRequest
    from crmcli.services.workspace import Workspace
    from crmcli.types.base import Column

_TYPE = "type"  # what the rows are where nothing is said
_MEASURES = (
    ReportColumn("activities", "Activities", Number(0), measure=True, zero=True),
    ReportColumn("contacting", "Contacting", Number(0), measure=True, zero=True),
)
_DEFINITION = (
    "Activities: all that have been, by their date. A task counts when it is done, by the date of that.",
    "What is planned, or is still to be done, does not count.",
    "Contacting: of these, those by which somebody was reached out to, such as calls, meetings held, e-mails of ours.",
)


class NoActivityHas(CrmError):
    """What activities are to be counted by, and none of them has."""

    exit_code = ExitCode.USAGE

    def __init__(self, by: str, known: Sequence[str]) -> None:
        super().__init__(f'No activity has "{by}"', suggestion(by, known))


@frozen
class _Share:
    """The activities of an object that share a value: how many there are, and how many of these are contacting."""

    found: ObjectType
    value: Column | None
    count: int
    contacting: int
    behind: Behind


def activities(workspace: Workspace, request: ReportRequest) -> ReportTable:
    """Count activities by type, or by owner, team, day … year or a property that some of them have, and type.

    Raises UnknownPeriod and QueryError.
    """
    by = "" if request.by.casefold() == _TYPE else request.by
    kinds = [workspace.model.objects[name] for name in activity_objects(workspace.model)]
    if by and not any(_expression(workspace, found, by) for found in kinds):
        raise NoActivityHas(by, [_TYPE, TEAM, *UNITS, *{role for found in kinds for role in found.roles}])
    counted = [_counted(workspace, found, by, request) for found in kinds if workspace.store.has_records(found.name)]
    shares = [share for _, several in counted for share in several if share.count]
    group = next(
        (column for column, several in counted if several), ReportColumn(by.casefold(), by.capitalize(), String())
    )
    rows = []
    kind = group.value_type
    for value in in_order((share.value for share in shares), kind, workspace.context):
        for share in shares:
            if share.value == value:
                cells = (None if value is None else kind.stored(value), share.found.name, share.count, share.contacting)
                rows.append(ReportRow(cells if by else cells[1:], share.behind))
    types = ReportColumn(_TYPE, "Type", Option([Named(found.name, found.plural) for found in kinds]))
    totals = (None, None, sum(share.count for share in shares), sum(share.contacting for share in shares))
    return ReportTable(
        name="activities",
        title="Activities",
        columns=(group, types, *_MEASURES) if by else (types, *_MEASURES),
        rows=tuple(rows),
        definition=_DEFINITION,
        totals=ReportRow(totals if by else totals[1:]),
        chart="none" if by else "bar",
    )


def _counted(
    workspace: Workspace, found: ObjectType, by: str, request: ReportRequest
) -> tuple[ReportColumn, list[_Share]]:
    """Count the activities of an object; none where it does not have what they are counted by."""
    expression = _expression(workspace, found, by) if by else None
    if by and expression is None:
        return ReportColumn(by, by, String()), []
    context = workspace.context
    where = both(_done(workspace, found, request.period), request.where)
    statement = count_by(found, expression, where, workspace.model, context)
    reaching = count_by(found, expression, both(where, _contacting(found)), workspace.model, context)
    contacting = dict(workspace.store.rows(reaching))
    info = statement.columns[0]
    kind = info.value_type or String()
    as_text = hasattr(kind, "options")  # which other objects do not have: told by their labels
    shares = []
    for column, count in workspace.store.rows(statement):
        shown = kind.show(kind.stored(column), context) if as_text and column is not None else column
        behind = Behind(found.name, where, keys=((expression, column),) if expression else ())
        shares.append(_Share(found, shown, count, contacting.get(column, 0), behind))
    heading = by.capitalize() if by.casefold() in (*UNITS, TEAM) or by in found.roles else info.heading
    return ReportColumn(by.casefold(), heading, String() if as_text else kind), shares


def _expression(workspace: Workspace, found: ObjectType, by: str) -> str | None:
    """Give what an object's activities are counted by, None where it does not have it."""
    if by.casefold() == TEAM and "owner" in found.roles:
        return _team(workspace, found.roles["owner"])
    if by.casefold() in UNITS:
        return f"{by.casefold()}({_date(found)})"
    try:
        return find_property(found, by).name
    except CrmError:
        return None


def _team(workspace: Workspace, owner: str) -> str | None:
    """Give the expression for the team of an owner; None where no user is in one."""
    teams: dict[str, list[str]] = {}
    for user in workspace.settings.users:
        if user.team:
            teams.setdefault(user.team, []).append(literal(user.id))
    choices = [f"if {owner} in ({', '.join(ids)}) then {literal(team)}" for team, ids in teams.items()]
    return " else ".join(choices) or None


def _date(found: ObjectType) -> str:
    """Give the date of an activity: when it was, or a task was done."""
    at, completed = found.roles["at"], found.roles.get("completed")
    return f"coalesce({completed}, {at})" if completed else at


def _done(workspace: Workspace, found: ObjectType, period: str) -> str:
    """Give the condition that an activity has been, in a period if one is named."""
    done = "closed()" if "task" in found.object_roles else f"{found.roles['at']} <= now"
    return both(done, within(_date(found), report_period(workspace, period)) if period else "")


def _contacting(found: ObjectType) -> str:
    """Give the condition that somebody was reached out to by an activity."""
    if "contacting" in found.roles:
        return found.roles["contacting"]
    direction = found.roles.get("direction")
    words = ", ".join(map(literal, ours(found)))
    return f"{direction} in ({words})" if direction and words else "1 = 0"
