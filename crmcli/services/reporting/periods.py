"""Calendar periods that reports are about: read from words, and as a condition on a date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.query.periods import read_period

if TYPE_CHECKING:
    from crmcli.query.periods import Period
    from crmcli.services.workspace import Workspace

_EXAMPLES = '"last month", "this quarter", "last 30 days", 2026-Q4, 2026-11, 2026, fiscal, 2026-01-01..2026-03-31'


class UnknownPeriod(CrmError):
    """Words that name no period of the calendar."""

    exit_code = ExitCode.USAGE

    def __init__(self, text: str) -> None:
        super().__init__(f'"{text}" is no period of the calendar', f"For example: {_EXAMPLES}")


def report_period(workspace: Workspace, text: str) -> Period:
    """Read words for a period, as of the workspace's day: "last month", "2026-Q4", "fiscal 2026", "2026-01..2026-03".

    A day is a period too. Raises UnknownPeriod.
    """
    context = workspace.context
    today = context.moment.astimezone(context.zone).date()
    try:
        found = read_period(" ".join(text.lower().split()), today, context.fiscal)
    except (ValueError, OverflowError):
        found = None
    if found is None:
        raise UnknownPeriod(text)
    return found


def within(name: str, period: Period) -> str:
    """Give the condition that a date or moment, a property's internal name or an expression, lies in a period."""
    return f"{name} between {period.first} and {period.last}"
