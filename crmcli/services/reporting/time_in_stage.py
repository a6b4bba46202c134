"""How long records stand at the stages of their pipelines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.query.periods import micros
from crmcli.services.reporting.figures import average, median
from crmcli.services.reporting.lives import Line, lives, span
from crmcli.services.reporting.measures import COUNT
from crmcli.services.reporting.table import ReportColumn, ReportTable
from crmcli.types.duration import Length

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crmcli.model.objects import Pipeline
    from crmcli.query.visits import Visit
    from crmcli.services.reporting.request import ReportRequest
    from crmcli.services.workspace import Workspace


def time_in_stage(workspace: Workspace, request: ReportRequest) -> ReportTable:
    """Report how long records stood at each open stage; with a period, only of the stays that ended in it.

    Raises UnknownObject, NoPipelines, UnknownPipeline, UnknownPeriod and the errors of expressions.
    """
    now = micros(workspace.context.moment.replace(microsecond=0))
    ended = span(workspace, request.period) if request.period else None
    lived = lives(workspace, request)

    def lines(pipeline: Pipeline, visits: Mapping[int, Sequence[Visit]]) -> Iterator[Line]:
        opened = [stage for stage in pipeline.stages if not stage.closed]
        spent = _spent(visits, [stage.id for stage in opened], now, ended)
        for stage in opened:
            stays, times = spent[stage.id]
            lengths = [max(0, length) // 1000 for length in times.values()]
            cells = (len(times), stays, average(lengths), median(lengths), max(lengths, default=None))
            yield Line(stage, cells, tuple(times))

    plural = lived.about.found.plural
    columns = (
        ReportColumn("count", plural, COUNT, measure=True),
        ReportColumn("visits", "Stays", COUNT, measure=True),
        *(ReportColumn(name, name.capitalize(), Length(), measure=True) for name in ("average", "median", "longest")),
    )
    definition = (
        f"{plural}: those that stood at the stage; Stays: how often, as one may come back.",
        "Average, Median, Longest: of the time that each stood there, all its stays added up; "
        + (f"only stays that ended in {request.period} count." if ended else "a stay that lasts counts until now."),
        "Stages at which all is over are left out.",
    )
    title = f"How long {plural.lower()} stand at a stage"
    return ReportTable("time-in-stage", title, (*lived.columns, *columns), lived.rows(lines), definition, chart="bar")


def _spent(
    visits: Mapping[int, Sequence[Visit]], stages: Sequence[str], now: int, ended: tuple[int, int] | None
) -> Mapping[str, tuple[int, Mapping[int, int]]]:
    """Give how many stays each stage has seen, and how long each record stood there, in microseconds."""
    counts = dict.fromkeys(stages, 0)
    times: dict[str, dict[int, int]] = {stage: {} for stage in stages}
    for record_id, stays in visits.items():
        for stage, entered, left in stays:
            if stage in times and (ended is None or (left is not None and ended[0] <= left < ended[1])):
                of_stage = times[stage]
                of_stage[record_id] = of_stage.get(record_id, 0) + (now if left is None else left) - entered
                counts[stage] += 1
    return {stage: (counts[stage], times[stage]) for stage in stages}
