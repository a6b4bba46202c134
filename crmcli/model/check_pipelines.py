"""Finds what is wrong with the declarations of pipelines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import Problem
from crmcli.model.forecasting import FORECAST_CATEGORIES
from crmcli.types.nearest import suggestion

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmcli.model.nodes import Block

MAX_STAGES = 100


def pipeline_problems(tree: Block) -> Iterator[Problem]:
    """Check the pipelines of one object's complete declaration."""
    pipelines = tree.blocks("pipelines")
    roles = tree.scalars("roles")
    if pipelines and not {"pipeline", "stage"} <= roles.keys():
        hint = "say in `roles` which properties hold the pipeline and the stage"
        yield Problem(tree.place("pipelines"), "pipelines need the roles `pipeline` and `stage`", hint)
    labels: dict[str, str] = {}
    stages: dict[str, str] = {}
    for name, pipeline in pipelines.items():
        if not pipeline.text("label"):
            yield Problem(pipeline.where, f'the pipeline "{name}" needs a `label`')
        elif (other := labels.setdefault(pipeline.text("label").casefold(), name)) != name:
            message = f'the label "{pipeline.text("label")}" is that of the pipeline "{other}" too'
            yield Problem(pipeline.place("label"), message, "use another")
        yield from _stages(name, pipeline, stages)
    yield from _categories(tree)


def _categories(tree: Block) -> Iterator[Problem]:
    """Check that the property that overrides a forecast category has these categories for its options."""
    name = tree.block("roles").text("forecast")
    prop = tree.blocks("properties").get(name)
    options = prop.blocks("options") if prop else {}
    for value, option in options.items():
        if value.lower() not in FORECAST_CATEGORIES:
            message = f'the option "{value}" of "{name}" is no forecast category'
            yield Problem(option.where, message, suggestion(value.lower(), FORECAST_CATEGORIES))


def _stages(name: str, pipeline: Block, known: dict[str, str]) -> Iterator[Problem]:
    stages = pipeline.blocks("stages")
    if not 0 < len(stages) <= MAX_STAGES:
        message = f'the pipeline "{name}" has {len(stages)} stages'
        yield Problem(pipeline.place("stages"), message, f"it needs 1 to {MAX_STAGES}")
    labels: dict[str, str] = {}
    for stage, block in stages.items():
        label = block.text("label", stage)
        if (other := labels.setdefault(label.casefold(), stage)) != stage:
            message = f'the label "{label}" is that of the stage "{other}" too'
            yield Problem(block.place("label"), message, "use another")
        if (first := known.setdefault(stage, name)) != name:
            message = f'the stage "{stage}" is one of the pipeline "{first}" too'
            yield Problem(block.where, message, "a stage belongs to one pipeline: use another id, any label will do")
