"""The condition that a request for a report stands for: its own, its pipeline, its period."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.services.lookup import literal
from crmcli.services.reporting.periods import report_period, within
from crmcli.services.stage_words import find_pipeline

if TYPE_CHECKING:
    from crmcli.model.objects import ObjectType
    from crmcli.services.reporting.request import ReportRequest
    from crmcli.services.workspace import Workspace


def both(*conditions: str) -> str:
    """Join conditions that all have to be met; "" is none."""
    said = [condition for condition in conditions if condition]
    return said[0] if len(said) == 1 else " and ".join(f"({condition})" for condition in said)


def asked(workspace: Workspace, found: ObjectType, request: ReportRequest, dated: str = "created") -> str:
    """Give the condition of a request; the period is that of the property with the role `dated`.

    Raises UnknownPipeline and UnknownPeriod.
    """
    pipeline = period = ""
    if request.pipeline:
        pipeline = f"{found.roles.get('pipeline')} = {literal(find_pipeline(found, request.pipeline).id)}"
    if request.period:
        period = within(found.roles[dated], report_period(workspace, request.period))
    return both(request.where, pipeline, period)
