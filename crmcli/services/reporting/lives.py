"""Records with the visits of stages that they have made, for the reports on how they move."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import frozen, replace
from crmcli.model.forecasting import is_won
from crmcli.services.reporting.groups import Group, grouped, stage_columns
from crmcli.services.reporting.periods import report_period
from crmcli.services.reporting.stays import stays
from crmcli.services.reporting.subject import moments, standings, subject
from crmcli.services.reporting.table import Behind, ReportColumn, ReportRow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from crmcli.model.objects import Pipeline, Stage
    from crmcli.query.visits import Visit
    from crmcli.services.reporting.request import ReportRequest
    from crmcli.services.reporting.subject import Subject
    from crmcli.services.workspace import Workspace
    from crmcli.types.base import Stored


@frozen
class Line:
    """What a report says of a stage: a number a column, and the records behind it."""

    stage: Stage
    cells: tuple[Stored | None, ...]
    ids: tuple[int, ...]


@frozen
class Lives:
    """The records of a report in groups, one group where nothing is said, with their visits of stages, by id.

    They are those of all pipelines: what stands in one today may have gone through another.
    """

    about: Subject
    columns: tuple[ReportColumn, ...]
    groups: tuple[Group, ...]
    visits: Mapping[int, Sequence[Visit]]

    def rows(self, lines: Callable[[Pipeline, Mapping[int, Sequence[Visit]]], Iterator[Line]]) -> tuple[ReportRow, ...]:
        """Work out the lines of each pipeline for each group of records."""
        several = len(self.about.pipelines) > 1
        return tuple(
            ReportRow(
                (*group.cells, line.stage.id, *([pipeline.id] if several else []), *line.cells),
                Behind(self.about.found.name, ids=line.ids),
            )
            for group in self.groups
            for pipeline in self.about.pipelines
            for line in lines(pipeline, {one.id: self.visits[one.id] for one in group.here})
        )


def lives(workspace: Workspace, request: ReportRequest) -> Lives:
    """Read the records of a report with their visits. Raises what `subject` and `grouped` raise."""
    about = subject(workspace, request)
    everywhere = replace(about, pipelines=about.found.pipelines)
    if request.by:
        groups = grouped(everywhere, request.by)
        columns, parts = groups.columns, groups.rows
    else:
        columns, parts = (), (Group((), standings(everywhere)),)
    present = ((one.id, one.stage) for part in parts for one in part.here)
    return Lives(about, (*columns, *stage_columns(about)), parts, dict(stays(workspace, about.found, present)))


def span(workspace: Workspace, period: str) -> tuple[int, int]:
    """Give when a period begins and when it is over, at the latest now, in microseconds. Raises UnknownPeriod."""
    from crmcli.query.periods import micros

    first, after = moments(workspace, report_period(workspace, period))
    return first, min(after, micros(workspace.context.moment) + 1)


def path_of(pipeline: Pipeline) -> tuple[Stage, ...]:
    """Give the stages on the way: all open ones, then the won ones, or else the first one at which all is over."""
    opened = [stage for stage in pipeline.stages if not stage.closed]
    goals = [stage for stage in pipeline.stages if is_won(stage)]
    return (*opened, *(goals or [stage for stage in pipeline.stages if stage.closed][:1]))
