"""What the rows of a report are, where it goes through the records itself: an expression of them, or their team."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.services.reporting.groups import TEAM
from crmcli.services.reporting.table import ReportColumn
from crmcli.types.text import String

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmcli.model.objects import ObjectType
    from crmcli.query.selection import ColumnInfo
    from crmcli.services.workspace import Workspace
    from crmcli.types.base import Column


@frozen
class Grouping:
    """What is selected of a record to group it by; `teams` are those of users, where it is grouped by its owner's."""

    expression: str
    teams: Mapping[str, str] | None = None

    def group(self, value: Column | None) -> Column | None:
        """Give the group of a record with this value, as indexed."""
        return value if self.teams is None else self.teams.get(str(value)) or None

    def column(self, info: ColumnInfo) -> ReportColumn:
        """Give the column of a report that says the group; `info` is that of the query."""
        if self.teams is not None:
            return ReportColumn(TEAM, TEAM.capitalize(), String())
        return ReportColumn(info.name, info.heading, info.value_type or String())


def grouping(workspace: Workspace, found: ObjectType, by: str) -> Grouping:
    """Read what the rows shall be: team, or a property or expression under any of its names."""
    if by.strip().casefold() == TEAM and TEAM not in found.roles and "owner" in found.roles:
        return Grouping(found.roles["owner"], {user.id: user.team for user in workspace.settings.users})
    return Grouping(by)
