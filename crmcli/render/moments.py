"""Moments as people read them: in the workspace's zone, to the minute."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime, tzinfo


def shown(moment: datetime, zone: tzinfo) -> str:
    """Say a moment: `2026-12-01 10:30`."""
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def iso(moment: datetime) -> str:
    """Write a moment as JSON has it: ISO 8601 in UTC."""
    from datetime import UTC

    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
