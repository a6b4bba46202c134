"""What `crm report` does besides running a report: the records behind a row, the exit code of a check."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.cli.arguments import screenful
from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import replace

if TYPE_CHECKING:
    from crmcli.cli.session import Session
    from crmcli.services.reporting.table import ReportTable


def write_behind(session: Session, table: ReportTable, row: str) -> None:
    """List the records behind a row of a report. Raises NoSuchRow and NothingBehind."""
    from crmcli.render.listings import write_listing
    from crmcli.services.lists import list_records
    from crmcli.services.reporting.records import records_behind

    workspace = session.workspace
    request = records_behind(table, row, workspace.context)
    listing = list_records(workspace, replace(request, limit=screenful(None, session.output)))
    every = replace(request, columns=("id",))
    total = lambda: sum(1 for _ in list_records(workspace, every).rows)  # noqa: E731 - asked only where it is shown
    write_listing(session.output, listing, workspace.context, total=total)


def explain_all(session: Session) -> None:
    """Say of every report what it counts and how; of one that cannot be made here, why not."""
    from crmcli.render.reports import write_definition
    from crmcli.services.reporting.known import known_reports
    from crmcli.services.reporting.request import ReportRequest
    from crmcli.services.reporting.running import run_report

    for number, report in enumerate(known_reports(session.workspace)):
        if number:
            session.output.line()
        session.output.line((report.name, "heading"), f"  {report.line}")
        try:
            write_definition(session.output, run_report(session.workspace, report.name, ReportRequest()))
        except CrmError as refusal:
            session.output.line((f"{refusal.message}.", "dim"))


def exit_code(rows: int, most: int | None) -> ExitCode:
    """Give the exit code of a report or list that may have so many rows; None for any number."""
    return ExitCode.CHECK_FAILED if most is not None and rows > most else ExitCode.DONE
