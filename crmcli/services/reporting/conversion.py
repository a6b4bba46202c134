"""Where records went from each stage: on, out, back; and which part went on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.model.forecasting import is_lost
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
_ON, _LOST, _AWAY, _HERE = range(4)


def conversion(workspace: Workspace, request: ReportRequest) -> ReportTable:
    """Report where the records went that came to each open stage in a period, the last 12 months where none is named.

    Raises UnknownObject, NoPipelines, UnknownPipeline, UnknownPeriod and the errors of expressions.
    """
    period = request.period or _PERIOD
    begun, over = span(workspace, period)
    lived = lives(workspace, request)

    def lines(pipeline: Pipeline, visits: Mapping[int, Sequence[Visit]]) -> Iterator[Line]:
        path = [stage.id for stage in path_of(pipeline)]
        lost = {stage.id for stage in pipeline.stages if is_lost(stage)}
        ways: dict[str, dict[int, int]] = {stage: {} for stage in path}
        for record_id, stays in visits.items():
            following = (*stays[1:], None)
            for stay, then in zip(stays, following, strict=True):
                if stay.stage in ways and begun <= stay.entered < over:
                    ways[stay.stage][record_id] = _way(stay, then, path, lost)
        for stage in pipeline.stages:
            if not stage.closed:
                went = list(ways[stage.id].values())
                counts = [went.count(way) for way in (_ON, _LOST, _AWAY, _HERE)]
                yield Line(stage, (len(went), *counts, share(counts[_ON], len(went))), tuple(ways[stage.id]))

    plural = lived.about.plural
    headings = ("entered", "advanced", "lost", "away", "here")
    columns = (
        *(ReportColumn(name, name.capitalize(), COUNT, measure=True) for name in headings),
        ReportColumn("conversion", "Conversion", Percent(), measure=True),
    )
    definition = (
        f"Entered: the {plural} that came to the stage in the period ({period}); who came twice counts once, by",
        "where it went after the last time.",
        "Advanced: to a later stage, or won; Lost: to a stage at which all is lost; Here: they stand there still.",
        "Away: back to an earlier stage, or out of the pipeline. Conversion: Advanced of Entered.",
    )
    title = f"Conversion of {plural} from stage to stage"
    return ReportTable("conversion", title, (*lived.columns, *columns), lived.rows(lines), definition, chart="bar")


def _way(stay: Visit, then: Visit | None, path: Sequence[str], lost: set[str]) -> int:
    """Say where a record went from a stay, given the next one."""
    if stay.left is None:
        return _HERE
    if then is None:
        return _AWAY
    if then.stage in lost:
        return _LOST
    return _ON if then.stage in path[path.index(stay.stage) + 1 :] else _AWAY
