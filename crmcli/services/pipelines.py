"""Pipelines as they stand: their stages, with how many records each holds and what these are worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.services.list_totals import NOTHING, TotalsRequest, totals_by
from crmcli.services.stage_words import NoPipelines, find_pipeline

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crmcli.model.objects import ObjectType, Pipeline, Stage
    from crmcli.services.workspace import Workspace
    from crmcli.types.base import Stored


@frozen
class PipelineLine:
    """A pipeline in the list of them."""

    object_name: str
    object_plural: str
    pipeline: Pipeline
    records: int


@frozen
class StageTotal:
    """What stands at a stage: how many records, and their amounts added up, one sum a currency.

    `sums` is currency → stored amount, largest first; empty where the object has no amounts. `shown` is how people read
    them, in that order.
    """

    stage: Stage
    count: int
    sums: Mapping[str, Stored]
    shown: tuple[str, ...]


@frozen
class Funnel:
    """A pipeline with what stands at each of its stages."""

    object_name: str
    object_plural: str
    pipeline: Pipeline
    stages: tuple[StageTotal, ...]


def pipelines(workspace: Workspace, word: str = "") -> tuple[PipelineLine, ...]:
    """List the pipelines of an object, or those of all objects for "". Raises UnknownObject or NoPipelines."""
    if word:
        return tuple(_lines(workspace, _with_pipelines(workspace, word)))
    objects = [workspace.model.objects[each.name] for each in workspace.in_use()]
    return tuple(line for found in objects if found.pipelines for line in _lines(workspace, found))


def funnel(workspace: Workspace, word: str, pipeline: str = "", where: str = "") -> Funnel:
    """Say what stands at the stages of a pipeline: by any of its names, the object's first one for "".

    Raises UnknownObject, NoPipelines, UnknownPipeline and the errors of expressions.
    """
    found = _with_pipelines(workspace, word)
    chosen = find_pipeline(found, pipeline or found.pipelines[0].id)
    stages = tuple(stage_totals(workspace, found, chosen, where))
    return Funnel(found.name, found.plural, chosen, stages)


def stage_totals(workspace: Workspace, found: ObjectType, pipeline: Pipeline, where: str = "") -> Iterator[StageTotal]:
    """Count and add up what stands at each stage of a pipeline, in order; those without records too."""
    amount = found.roles.get("amount")
    held = totals_by(workspace, found, TotalsRequest((found.roles["stage"],), (amount,) if amount else (), where))
    for known in pipeline.stages:
        total = held.get((known.id,), NOTHING)
        sums = total.sums[0].by_currency if total.sums else {}
        yield StageTotal(known, total.count, sums, total.sums[0].shown if total.sums else ())


def _lines(workspace: Workspace, found: ObjectType) -> Iterator[PipelineLine]:
    from crmcli.query import count_by

    counted = count_by(found, found.roles["stage"], None, workspace.model, workspace.context)
    counts = dict(workspace.store.rows(counted))
    for pipeline in found.pipelines:
        records = sum(counts.get(stage.id, 0) for stage in pipeline.stages)
        yield PipelineLine(found.name, found.plural, pipeline, records)


def _with_pipelines(workspace: Workspace, word: str) -> ObjectType:
    found = workspace.object(word)
    if not found.pipelines:
        raise NoPipelines(found)
    return found
