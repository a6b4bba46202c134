"""The reports that come with the program: what there is, and running one."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import frozen, said

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.services.reporting.request import ReportRequest
    from crmcli.services.reporting.table import ReportTable
    from crmcli.services.workspace import Workspace


@frozen
class BuiltIn:
    """A report that comes with the program.

    `module` is where the function of its name stands (`time-in-stage` is `time_in_stage`), which takes a workspace and
    a request and gives a table; `takes` names what of a request it looks at.
    """

    module: str
    line: str
    family: str
    takes: tuple[str, ...] = ()


_SERVICE = "crmcli.services.reporting.service"

_LIVES = ("object_name", "where", "period", "by", "pipeline")

# The one table of built-in reports: name → where it is, its line in the list, its family, what it takes.
REPORTS: dict[str, BuiltIn] = {
    "pipeline": BuiltIn(
        "crmcli.services.reporting.pipeline",
        "What stands open, by stage or by owner, and what it is worth.",
        "Pipeline",
        _LIVES,
    ),
    "forecast": BuiltIn(
        "crmcli.services.reporting.forecast", "What is won and likely to be, beside the goal.", "Pipeline", _LIVES
    ),
    "waterfall": BuiltIn(
        "crmcli.services.reporting.waterfall",
        "How one forecast came to be another: new, won, lost, put off.",
        "Pipeline",
        ("object_name", "where", "period", "pipeline", "since", "until"),
    ),
    "won": BuiltIn("crmcli.services.reporting.outcomes", "What was won, by month or by owner.", "Pipeline", _LIVES),
    "lost": BuiltIn("crmcli.services.reporting.outcomes", "What was lost, and why.", "Pipeline", _LIVES),
    "velocity": BuiltIn("crmcli.services.reporting.velocity", "How much is won a day.", "Pipeline", _LIVES),
    "slippage": BuiltIn("crmcli.services.reporting.slippage", "What was put off, and how far.", "Pipeline", _LIVES),
    "funnel": BuiltIn(
        "crmcli.services.reporting.funnel", "How far those got that came into a pipeline.", "Pipeline", _LIVES
    ),
    "time-in-stage": BuiltIn(
        "crmcli.services.reporting.time_in_stage", "How long records stand at each stage.", "Pipeline", _LIVES
    ),
    "conversion": BuiltIn(
        "crmcli.services.reporting.conversion", "Where records went from each stage.", "Pipeline", _LIVES
    ),
    "stages": BuiltIn(
        "crmcli.services.reporting.stages", "What came to each stage and went from it.", "Pipeline", _LIVES
    ),
    "counts": BuiltIn(
        "crmcli.services.reporting.counts", "How many records there are.", "Data", ("object_name", "by", "where")
    ),
    "backlog": BuiltIn(_SERVICE, "What is open, by stage and age.", "Service", ("by", "where", "period", "pipeline")),
    "first-reply": BuiltIn(
        _SERVICE, "How soon requests were replied to.", "Service", ("by", "where", "period", "pipeline")
    ),
    "time-to-close": BuiltIn(
        _SERVICE, "How long requests took to close.", "Service", ("by", "where", "period", "pipeline")
    ),
    "sla": BuiltIn(_SERVICE, "Which targets were met, by priority.", "Service", ("where", "period", "pipeline")),
    "hygiene": BuiltIn(
        "crmcli.services.reporting.hygiene",
        "What should be looked after: late, left, lonely or empty records.",
        "Data",
        ("object_name", "where"),
    ),
    "activities": BuiltIn(
        "crmcli.services.reporting.activities",
        "What was done: by type, owner, day, week, month …",
        "Activity",
        ("by", "where", "period"),
    ),
    "lead-response": BuiltIn(
        "crmcli.services.reporting.response",
        "How soon new leads, or others, were first contacted.",
        "Activity",
        ("object_name", "by", "where", "period", "pipeline"),
    ),
    "lifecycle": BuiltIn(
        "crmcli.services.reporting.data",
        "How far people have come, and from which source.",
        "Data",
        ("object_name", "where", "period"),
    ),
    "fill-rates": BuiltIn(
        "crmcli.services.reporting.data",
        "In how many records each property has a value.",
        "Data",
        ("object_name", "where", "period"),
    ),
    "open-pipeline": BuiltIn(
        "crmcli.services.reporting.open_pipeline",
        "Companies by what is open with them, and with their children.",
        "Data",
        ("where", "period", "pipeline"),
    ),
}
FAMILIES = ("Pipeline", "Activity", "Service", "Data")  # in this order they are listed


class ReportTakesNo(CrmError):
    """Something is asked of a built-in report that it does not look at."""

    exit_code = ExitCode.USAGE

    def __init__(self, name: str, words: Sequence[str], takes: Sequence[str]) -> None:
        asked = " and ".join(_OPTIONS[word] for word in words)
        known = ", ".join(_OPTIONS[word] for word in takes)
        super().__init__(f"The report {name} takes no {asked}", f"It takes {known}" if known else "")


_OPTIONS = {
    "object_name": "OBJECT",
    "where": "--where",
    "period": "--period",
    "by": "--by",
    "pipeline": "--pipeline",
    "compare": "--compare",
    "since": "--from",
    "until": "--to",
}


def run_built_in(workspace: Workspace, name: str, request: ReportRequest) -> ReportTable:
    """Run a built-in report, one of REPORTS.

    Raises ReportTakesNo, and what the report itself raises: unknown objects, properties, periods.
    """
    found = REPORTS[name]
    refused = [word for word in said(request) if word not in found.takes]
    if refused:
        raise ReportTakesNo(name, refused, found.takes)
    report = getattr(import_module(found.module), name.replace("-", "_"))
    table: ReportTable = report(workspace, request)
    return table
