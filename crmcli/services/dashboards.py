"""Dashboards: reports that are looked at together, each a file of the folder dashboards/."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode, Problem
from crmcli.frozen import frozen, replace
from crmcli.model.dashboard_files import (
    FOLDER,
    dashboard_files,
    dashboard_names,
    find_dashboard,
    misnamed_dashboards,
)
from crmcli.model.nodes import Block
from crmcli.services.reporting.own_files import definition_of
from crmcli.services.reporting.request import ReportRequest
from crmcli.services.reporting.running import run_report
from crmcli.types.nearest import suggestion

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.services.reporting.table import ReportTable
    from crmcli.services.workspace import Workspace

# What a report of any kind may be asked, by its key in the file.
_ASKED = ("where", "period", "by", "pipeline", "compare")


@frozen
class DashboardLine:
    """A dashboard in the list of them; `problem` is the first that its file has, "" for none."""

    name: str
    title: str
    description: str
    reports: int
    problem: str = ""


@frozen
class DashboardPart:
    """A report of a dashboard: its table, or the refusal for which there is none."""

    title: str
    table: ReportTable | None = None
    failure: CrmError | None = None


@frozen
class Dashboard:
    """A dashboard whose reports were run; `columns` is how many of them stand beside each other on a page."""

    name: str
    title: str
    columns: int
    parts: tuple[DashboardPart, ...]

    @property
    def exit_code(self) -> ExitCode:
        """That of the first report that failed, else of a command that is done."""
        return next((ExitCode(part.failure.exit_code) for part in self.parts if part.failure), ExitCode.DONE)


class NoSuchDashboard(CrmError):
    """A name of no dashboard."""

    exit_code = ExitCode.NOT_FOUND

    def __init__(self, name: str, known: Sequence[str]) -> None:
        none = f"A dashboard is a file of the folder {FOLDER}: crm dashboard show --help"
        super().__init__(f'There is no dashboard "{name}"', suggestion(name, known) if known else none)


class DashboardRefused(CrmError):
    """A dashboard whose file is not in order; `problems` is all that is wrong with it."""

    exit_code = ExitCode.USAGE

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        first = problems[0]
        if len(problems) == 1:
            super().__init__(f"{first.where}: {first.message}", first.hint)
        else:
            file = first.where.partition(":")[0]
            super().__init__(f"{file} has {len(problems)} problems", "Mend them; crm dashboard check names those left")


def dashboards(workspace: Workspace) -> tuple[DashboardLine, ...]:
    """List the dashboards, by name."""
    return tuple(
        DashboardLine(
            file.name,
            file.block.text("title", file.name),
            file.block.text("description"),
            len(file.entries),
            f"{file.problems[0].where}: {file.problems[0].message}" if file.problems else "",
        )
        for file in dashboard_files(workspace.root)
    )


def run_dashboard(workspace: Workspace, name: str) -> Dashboard:
    """Run the reports of a dashboard; one that fails keeps none of the others from being run.

    Raises NoSuchDashboard and DashboardRefused.
    """
    file = find_dashboard(workspace.root, name)
    if file is None:
        raise NoSuchDashboard(name, dashboard_names(workspace.root))
    if file.problems:
        raise DashboardRefused(file.problems)
    parts = tuple(_run(workspace, entry) for entry in file.entries)
    return Dashboard(name, file.block.text("title", name), int(file.block.text("columns", "1")), parts)


def check_dashboards(workspace: Workspace, name: str = "") -> list[Problem]:
    """Give all that is wrong with the files of dashboards, and with their reports, each of which is run.

    Raises NoSuchDashboard.
    """
    known = dashboard_names(workspace.root)
    if name and name not in known:
        raise NoSuchDashboard(name, known)
    problems: list[Problem] = [] if name else [*misnamed_dashboards(workspace.root)]
    for file in dashboard_files(workspace.root):
        if name in ("", file.name):
            problems += file.problems
            failures = ((entry, _run(workspace, entry).failure) for entry in file.entries if not file.problems)
            problems += [_problem(entry, failure) for entry, failure in failures if failure]
    return problems


def _problem(entry: Block, failure: CrmError) -> Problem:
    """Say a refusal in one line, without the place in an expression that may follow."""
    return Problem(entry.where, failure.message.split("\n")[0], failure.hint)


def _run(workspace: Workspace, entry: Block) -> DashboardPart:
    """Run a report; what it refuses is told in its place."""
    name = entry.text("report")
    about = entry.text("object") if name else ""
    request = ReportRequest(about, **{key: entry.text(key) for key in _ASKED})
    rest = {key: node for key, node in entry.entries.items() if key not in (*_ASKED, "object", "title", "chart")}
    try:
        asked = definition_of(Block(rest, entry.where))
        table = run_report(workspace, name or entry.text("object"), request, asked)
    except CrmError as failure:
        return DashboardPart(entry.text("title", name or entry.text("object")), failure=failure)
    drawn = replace(table, chart=entry.text("chart", table.chart))
    return DashboardPart(entry.text("title", table.title), drawn)
