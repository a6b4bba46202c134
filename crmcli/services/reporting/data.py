"""Reports on the data: how far people have come and from where, and how well properties are filled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.query.filled import filled
from crmcli.query.totals import totals
from crmcli.services.reporting.conditions import asked, both
from crmcli.services.reporting.figures import in_order, share
from crmcli.services.reporting.subject import NoRole
from crmcli.services.reporting.table import Behind, ReportColumn, ReportRow, ReportTable
from crmcli.types.number import Number, Percent
from crmcli.types.text import String

if TYPE_CHECKING:
    from crmcli.services.reporting.request import ReportRequest
    from crmcli.services.workspace import Workspace

_SHARE = ReportColumn("share", "Share", Percent(3), measure=True)


class ObjectNeeded(CrmError):
    """A report about one object that none is named for."""

    exit_code = ExitCode.USAGE

    def __init__(self, name: str, plural: str) -> None:
        super().__init__(f"The report {name} is about one object", f"Name it: crm report {name} {plural.lower()}")


def lifecycle(workspace: Workspace, request: ReportRequest) -> ReportTable:
    """Count people, or another object with a lifecycle, by stage of it and by source.

    Raises UnknownObject, NoRole, UnknownPeriod and QueryError.
    """
    found = workspace.object(request.object_name or workspace.model.objects_with("person")[0])
    stage, source = found.role("lifecycle"), found.role("origin")
    if stage is None:
        raise NoRole(found, "lifecycle", "lifecycle stage")
    where = asked(workspace, found, request)
    groups = [stage, *([source] if source else [])]
    counting = totals(found, [prop.name for prop in groups], (), where, (workspace.model, workspace.context))
    counts = {(*values, None)[:2]: count for *values, count in workspace.store.rows(counting)}
    whole = sum(counts.values())
    rows = []
    for at in in_order((values[0] for values in counts), stage.value_type, workspace.context):
        sources = {values[1]: count for values, count in counts.items() if values[0] == at}
        for origin in sorted(sources, key=lambda each: (-sources[each], str(each))):
            cells = (at, *([origin] if source else []), sources[origin], share(sources[origin], whole))
            keys = tuple((prop.name, value) for prop, value in zip(groups, (at, origin), strict=False))
            rows.append(ReportRow(cells, Behind(found.name, where, keys=keys)))
    return ReportTable(
        name="lifecycle",
        title=f"{found.plural} by lifecycle stage and source",
        columns=(
            *(ReportColumn(prop.name, prop.label, prop.value_type) for prop in groups),
            ReportColumn("records", found.plural, Number(0), measure=True),
            _SHARE,
        ),
        rows=tuple(rows),
        definition=(
            f"{found.plural}: how many stand at this stage now and came from this source.",
            "With a period, of those that were created in it. Share: of all that are counted.",
        ),
        totals=ReportRow((*([None] * len(groups)), whole, None)),
    )


def fill_rates(workspace: Workspace, request: ReportRequest) -> ReportTable:
    """Say in how many records of an object each property has a value, most first.

    What is calculated, or filled by a system and empty, is left out. Raises ObjectNeeded, UnknownObject and QueryError.
    """
    if not request.object_name:
        raise ObjectNeeded("fill-rates", workspace.model.words[workspace.model.objects_with("person")[0]].plural)
    found = workspace.object(request.object_name)
    where = asked(workspace, found, request)
    stored = [
        prop for prop in found.properties.values() if not prop.formula and found.roles.get("modified") != prop.name
    ]
    counting = filled(found, [prop.name for prop in stored], where, (workspace.model, workspace.context))
    ((records, *counts),) = workspace.store.rows(counting)
    lines = [(count, prop) for count, prop in zip(counts, stored, strict=True) if count or not prop.system]
    rows = [
        ReportRow(
            (prop.label, prop.name, count, share(count, records)),
            Behind(found.name, both(where, f"{prop.name} is known")),
        )
        for count, prop in sorted(lines, key=lambda line: -line[0])
    ]
    hidden = len(stored) - len(lines)
    return ReportTable(
        name="fill-rates",
        title=f"How well the properties of {found.plural.lower()} are filled",
        columns=(
            ReportColumn("property", "Property", String()),
            ReportColumn("name", "Name", String()),
            ReportColumn("filled", "Filled", Number(0), measure=True),
            _SHARE,
        ),
        rows=tuple(rows),
        definition=(
            f"Filled: how many of the {found.plural.lower()} that are counted have a value. Share: of all of them.",
            "What is calculated is left out, and what systems fill where it is empty everywhere.",
        ),
        notes=(f"{records:,} {found.plural.lower()}", *((f"{hidden} empty properties of systems",) if hidden else ())),
    )
