"""Running a report by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.services.reporting.built_in import REPORTS, run_built_in
from crmcli.services.reporting.known import unknown_report

if TYPE_CHECKING:
    from crmcli.services.reporting.request import ReportRequest
    from crmcli.services.reporting.table import ReportTable
    from crmcli.services.workspace import Workspace


def run_report(workspace: Workspace, name: str, request: ReportRequest) -> ReportTable:
    """Run a report. Raises UnknownReport, ReportTakesNo, and what the report itself raises."""
    if name not in REPORTS:
        raise unknown_report(workspace, name)
    return run_built_in(workspace, name, request)
