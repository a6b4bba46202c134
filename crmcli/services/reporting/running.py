"""Running a report by its name: a built-in one, one of this CRM's own, or one that is asked for only once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import CrmError
from crmcli.frozen import replace, said
from crmcli.services.reporting.built_in import REPORTS, run_built_in
from crmcli.services.reporting.definition import Definition, NotTogether
from crmcli.services.reporting.known import unknown_report

if TYPE_CHECKING:
    from crmcli.services.reporting.request import ReportRequest
    from crmcli.services.reporting.table import ReportTable
    from crmcli.services.workspace import Workspace

_NOTHING = Definition("")


def run_report(workspace: Workspace, name: str, request: ReportRequest, asked: Definition = _NOTHING) -> ReportTable:
    """Run a report: a built-in one, one of reports/*.yaml, or of an object what is `asked`.

    What is asked besides goes over what a file says; built-in reports take no more than the request. Raises
    UnknownReport, NotTogether, ReportTakesNo, ReportRefused, and what the report itself raises.
    """
    more = said(asked)
    del more["object_name"]
    if name in REPORTS:
        if more:
            options = " and ".join(f"--{_OPTIONS.get(word, word)}" for word in more)
            raise NotTogether(f"The report {name}", options, _WAY)
        return run_built_in(workspace, name, request)
    from crmcli.services.reporting.own import run_definition

    return run_definition(workspace, _laid_over(_meant(workspace, name, request), more, request))


_OPTIONS = {"group_by": "group-by", "columns_by": "columns-by", "measures": "measure"}
_WAY = "It is made as it is; crm report OBJECT --group-by … makes another"


def _meant(workspace: Workspace, name: str, request: ReportRequest) -> Definition:
    """Give the report of this CRM's own that a name means, or one of an object's records."""
    from crmcli.services.reporting.own_files import own_definition

    definition = own_definition(workspace, name)
    if definition is None:
        try:
            definition = Definition(workspace.object(name).name)
        except CrmError:
            if name in workspace.model.objects:  # it is not active
                raise
            raise unknown_report(workspace, name) from None
    if request.object_name:
        raise NotTogether(f"The report {name}", f'"{request.object_name}"', f"crm report {request.object_name} …")
    return definition


def _laid_over(definition: Definition, more: dict[str, object], request: ReportRequest) -> Definition:
    """Give a definition with what else was asked; conditions hold both."""
    changes = dict(more)
    if request.by:
        changes["group_by"] = (request.by,)
    if request.period:
        changes["period"] = request.period
    if request.compare:
        changes["compare"] = request.compare
    conditions = [text for text in (definition.where, request.where) if text]
    if request.pipeline:
        quoted = request.pipeline.replace("\\", "\\\\").replace('"', '\\"')
        conditions.append(f'pipeline = "{quoted}"')
    changes["where"] = " and ".join(f"({text})" for text in conditions) if len(conditions) > 1 else "".join(conditions)
    return replace(definition, **changes)
