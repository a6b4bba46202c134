"""The layouts of a list: a table, a board, a calendar, a Gantt chart or cards, and what each needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.services.view_files import LAYOUTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.model.objects import ObjectType
    from crmcli.services.view_files import View
    from crmcli.services.workspace import Workspace

TABLE = "table"
# Part of a view → the layouts that look at it; what is not here, all do.
_USED_BY = {
    "columns": ("table", "cards"),
    "sort": ("table", "board", "gantt", "cards"),
    "group_by": ("table",),
    "summed": ("table", "board", "cards"),
    "pipeline": ("board",),
    "by": ("board", "calendar"),
    "starts": ("gantt",),
    "ends": ("gantt",),
    "month": ("calendar",),
    "page": ("table", "cards"),
}
_OPTIONS = {"summed": "sum", "starts": "from", "ends": "to"}


class UnknownLayout(CrmError):
    """A word that is no layout of a list."""

    exit_code = ExitCode.USAGE

    def __init__(self, word: str) -> None:
        super().__init__(f'"{word}" is no layout of a list', f"There are {', '.join(LAYOUTS)}")


class NotOfLayout(CrmError):
    """An option of `crm list` that its layout does not look at."""

    exit_code = ExitCode.USAGE

    def __init__(self, part: str, layout: str) -> None:
        option = f"--{_OPTIONS.get(part, part).replace('_', '-')}"
        others = " or ".join(f"--layout {each}" for each in _USED_BY[part])
        super().__init__(f"{option} means nothing in the layout {layout}", f"It goes with {others}")


def require_use(parts: Sequence[str], layout: str) -> None:
    """See that a layout looks at what was said. Raises UnknownLayout or NotOfLayout."""
    if layout not in LAYOUTS:
        raise UnknownLayout(layout)
    for part in parts:
        if layout not in _USED_BY.get(part, LAYOUTS):
            raise NotOfLayout(part, layout)


def check_layout(workspace: Workspace, found: ObjectType, view: View) -> None:
    """See that an object has what the layout of a view needs. Raises what the layout itself would."""
    if view.layout == "board":
        from crmcli.services.board import BoardRequest, division

        division(workspace, found, BoardRequest(view.by, view.pipeline))
    elif view.layout == "calendar":
        from crmcli.services.calendar import day_column

        day_column(workspace, found, view.by)
    elif view.layout == "gantt":
        from crmcli.services.gantt import GanttRequest, span_columns

        span_columns(workspace, found, GanttRequest(view.starts, view.ends))
