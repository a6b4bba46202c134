"""Which reports there are, built-in and own, and which one a name means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import frozen
from crmcli.model.names import typed
from crmcli.model.report_files import report_files
from crmcli.services.reporting.built_in import FAMILIES, REPORTS
from crmcli.types.nearest import suggestion

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.services.workspace import Workspace

OWN = "Own"


@frozen
class KnownReport:
    """A report that can be run by its name: its line in the list, and its family, OWN for this CRM's own."""

    name: str
    line: str
    family: str


class UnknownReport(CrmError):
    """A name of no report, and of no object either."""

    exit_code = ExitCode.NOT_FOUND

    def __init__(self, name: str, known: Sequence[str]) -> None:
        near = suggestion(name, known)
        hint = near if near.startswith("did") else "crm report lists them; crm report OBJECT --group-by … makes one"
        super().__init__(f'There is no report "{name}"', hint)


def known_reports(workspace: Workspace) -> tuple[KnownReport, ...]:
    """List the reports: the built-in ones by family, as REPORTS has them, then those of this CRM."""
    built_in = [KnownReport(name, each.line, each.family) for name, each in REPORTS.items()]
    built_in.sort(key=lambda report: FAMILIES.index(report.family))
    return (*built_in, *_own(workspace))


def unknown_report(workspace: Workspace, name: str) -> UnknownReport:
    """Make the refusal of a name, with the nearest of reports and objects."""
    objects = [typed(words) for words in workspace.model.words.values() if words.active]
    return UnknownReport(name, [*(report.name for report in known_reports(workspace)), *objects])


def _own(workspace: Workspace) -> Sequence[KnownReport]:
    found = []
    for file in report_files(workspace.root):
        line = file.block.text("description") or file.block.text("title")
        problem = f"{file.problems[0].where}: {file.problems[0].message}" if file.problems else ""
        found.append(KnownReport(file.name, problem or line or f"Of {file.block.text('object')}.", OWN))
    return found
