"""When something is due, by the clock of the workspace: a midnight stands for the whole day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.services.moments import shown_moment

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from crmcli.model.objects import ObjectType
    from crmcli.types.base import Context, Stored

_MIDNIGHT = " 00:00"


def is_overdue(context: Context, due: datetime) -> bool:
    """Say whether what is due at a moment should have been done: a day is not over until it ends."""
    if shown_moment(context, due).endswith(_MIDNIGHT):
        return days_left(context, due) < 0
    return due < context.moment


def days_left(context: Context, due: datetime) -> int:
    """Count the days from today to the day on which something is due: negative where that has been."""
    today = context.moment.astimezone(context.zone).date()
    return (due.astimezone(context.zone).date() - today).days


def shown_due(context: Context, due: datetime) -> str:
    """Say when something is due: the day, and the time where it is not the whole day."""
    return shown_moment(context, due).removesuffix(_MIDNIGHT)


def what_and_when(context: Context, found: ObjectType, values: Mapping[str, Stored]) -> str:
    """Say what a task with these values is and when it is due."""
    from datetime import datetime

    due = shown_due(context, datetime.fromisoformat(str(values[found.roles["at"]])))
    return f"{values.get(found.roles.get('name', ''), '')}, due {due}"
