"""What is asked of a report."""

from __future__ import annotations

from crmcli.frozen import frozen


@frozen
class ReportRequest:
    """What is asked of a built-in report; "" is what the report itself takes where nothing is said.

    `object_name` is any word for an object; `where` a condition on the records that count; `period` words for a
    calendar period ("last month", "2026-Q4", "fiscal"); `by` what the rows are: owner, team, pipeline, or a property or
    expression; `pipeline` the name of one; `compare` the period to compare with; `since` and
    `until` days at whose ends, or moments at which, two states are compared. The moment is the workspace's own.
    """

    object_name: str = ""
    where: str = ""
    period: str = ""
    by: str = ""
    pipeline: str = ""
    compare: str = ""
    since: str = ""
    until: str = ""
