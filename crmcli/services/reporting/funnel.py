"""The funnel: how many of those that came into a pipeline got how far, through all stages in order or at all."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from crmcli.services.reporting.figures import share
from crmcli.services.reporting.lives import Line, lives, path_of, span
from crmcli.services.reporting.measures import COUNT
from crmcli.services.reporting.table import ReportColumn, ReportTable
from crmcli.types.number import Percent

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crmcli.model.objects import Pipeline
    from crmcli.query.visits import Visit
    from crmcli.services.reporting.request import ReportRequest
    from crmcli.services.workspace import Workspace

_PERIOD = "last 12 months"
_COLUMNS = tuple(
    ReportColumn(name, heading, Percent() if "_of_" in name else COUNT, measure=True)
    for name, heading in (
        ("reached", "Reached"),
        ("reached_of_before", "Step"),
        ("reached_of_first", "Overall"),
        ("in_order", "In order"),
        ("in_order_of_before", "Step"),
        ("in_order_of_first", "Overall"),
    )
)


def funnel(workspace: Workspace, request: ReportRequest) -> ReportTable:
    """Report how far those got that came into a pipeline in a period, the last 12 months where none is named.

    Raises UnknownObject, NoPipelines, UnknownPipeline, UnknownPeriod and the errors of expressions.
    """
    period = request.period or _PERIOD
    begun, over = span(workspace, period)
    lived = lives(workspace, request)

    def lines(pipeline: Pipeline, visits: Mapping[int, Sequence[Visit]]) -> Iterator[Line]:
        stages = {stage.id for stage in pipeline.stages}
        came: dict[int, tuple[str, ...]] = {}
        for record_id, stays in visits.items():
            own = [stay for stay in stays if stay.stage in stages]
            if own and begun <= own[0].entered < over:
                came[record_id] = tuple([stay.stage for stay in own])
        yield from _lines(pipeline, came)

    columns = (*lived.columns, *_COLUMNS)
    plural = lived.about.plural
    definition = (
        f"Counted are the {plural} that came to any stage of the pipeline for the first time in the period ({period}).",
        "Reached: those that have ever stood at this stage, wherever they had been before.",
        "In order: those that have stood at every stage from the first to this one, in turn, skipping none.",
        "Step: of those at the stage above. Overall: of those at the first stage.",
        "Stages at which all is lost are left out.",
    )
    return ReportTable("funnel", f"Funnel of {plural}", columns, lived.rows(lines), definition, chart="funnel")


def _lines(pipeline: Pipeline, came: Mapping[int, tuple[str, ...]]) -> Iterator[Line]:
    path = path_of(pipeline)
    ways = Counter(came.values())  # there are far fewer ways than records
    steps = {way: _in_order([stage.id for stage in path], way) for way in ways}
    reached = [sum(count for way, count in ways.items() if stage.id in way) for stage in path]
    ordered = [sum(count for way, count in ways.items() if steps[way] > at) for at in range(len(path))]
    for place, stage in enumerate(path):
        ids = tuple([record_id for record_id, way in came.items() if stage.id in way])
        yield Line(stage, (*_shares(reached, place), *_shares(ordered, place)), ids)


def _shares(counts: Sequence[int], place: int) -> tuple[int, str | None, str | None]:
    here = counts[place]
    return here, share(here, counts[max(place - 1, 0)]), share(here, counts[0])


def _in_order(path: Sequence[str], stays: Sequence[str]) -> int:
    """Count how many stages of a path, from its first on, were visited one after the other."""
    step = 0
    for stage in stays:
        if step < len(path) and stage == path[step]:
            step += 1
    return step
