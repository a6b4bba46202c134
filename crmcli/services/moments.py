"""Moments as a person reads and types them, in the workspace's time zone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.model.objects import Property

if TYPE_CHECKING:
    from datetime import datetime

    from crmcli.types.base import Context


def shown_moment(context: Context, moment: datetime) -> str:
    """Say an aware moment to the minute in the workspace's zone: "2026-11-23 09:30"."""
    return moment.astimezone(context.zone).strftime("%Y-%m-%d %H:%M")


def stored_moment(moment: datetime) -> str:
    """Give an aware moment's stored form to the second, which is as fine as anyone reads: ISO, UTC."""
    from datetime import UTC

    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_moment(context: Context, text: str) -> datetime:
    """Read a typed date or date-time ("monday", "2026-11-01", "-7d") as an aware moment; raise InvalidValue."""
    from datetime import datetime

    value_type = Property("since", "Since", "datetime", "date").value_type
    return datetime.fromisoformat(str(value_type.parse(text, context)))
