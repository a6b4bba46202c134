"""What came to each stage and went from it in a period."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.services.reporting.lives import Line, lives, span
from crmcli.services.reporting.measures import COUNT
from crmcli.services.reporting.table import ReportColumn, ReportTable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crmcli.model.objects import Pipeline
    from crmcli.query.visits import Visit
    from crmcli.services.reporting.request import ReportRequest
    from crmcli.services.workspace import Workspace

_PERIOD = "this month"


def stages(workspace: Workspace, request: ReportRequest) -> ReportTable:
    """Report what stood at each stage before a period, came and went in it, and stood there after; or this month's.

    Raises UnknownObject, NoPipelines, UnknownPipeline, UnknownPeriod and the errors of expressions.
    """
    period = request.period or _PERIOD
    begun, over = span(workspace, period)
    lived = lives(workspace, request)

    def lines(pipeline: Pipeline, visits: Mapping[int, Sequence[Visit]]) -> Iterator[Line]:
        counts = {stage.id: [0, 0, 0] for stage in pipeline.stages}
        after: dict[str, list[int]] = {stage.id: [] for stage in pipeline.stages}
        for record_id, stays in visits.items():
            for stay in stays:
                if stay.stage in counts and stay.entered < over:
                    left = over if stay.left is None else stay.left
                    count = counts[stay.stage]
                    count[0] += stay.entered < begun <= left
                    count[1] += begun <= stay.entered
                    count[2] += begun <= left < over
                    if left >= over:
                        after[stay.stage].append(record_id)
        for stage in pipeline.stages:
            yield Line(stage, (*counts[stage.id], len(after[stage.id])), tuple(after[stage.id]))

    plural = lived.about.plural
    named = (("before", "Before"), ("came", "Came"), ("went", "Went"), ("after", "After"))
    columns = tuple(ReportColumn(name, heading, COUNT, measure=True) for name, heading in named)
    definition = (
        f"Before: the {plural} that stood at the stage when the period ({period}) began; After: when it ended, or now.",
        "Came, Went: how often one came to the stage and left it meanwhile. Before + Came - Went = After.",
        f"Deleted {plural} are not among them.",
    )
    title = f"How {plural} moved through their stages"
    return ReportTable("stages", title, (*lived.columns, *columns), lived.rows(lines), definition, chart="none")
