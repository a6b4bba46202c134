"""Calculated properties of every object with pipelines: when a record came to each stage, how long it stood there.

Their names are HubSpot's. They are of the system: nobody is asked for them, and a page has them when all is wanted.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crmcli.model.objects import Property

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crmcli.model.objects import Pipeline, Stage

STAGE_TIMES = "stage_times"  # their property group

# Name before the stage's, label before the stage's, formula, and whether it is a moment.
_OF_EACH = (
    ("hs_v2_date_entered", "Date entered", "entered", True),
    ("hs_v2_date_exited", "Date exited", "exited", True),
    ("hs_v2_latest_time_in", "Latest time in", "latest_time_in", False),
    ("hs_v2_cumulative_time_in", "Cumulative time in", "time_in", False),
)
_OF_PRESENT = (
    ("hs_v2_date_entered_current_stage", "Date entered current stage", "entered()", True),
    ("hs_v2_time_in_current_stage", "Time in current stage", "time_in_stage()", False),
)


def stage_properties(pipelines: Sequence[Pipeline]) -> dict[str, Property]:
    """Give the stage properties of an object with these pipelines, by name; none without pipelines."""
    if not pipelines:
        return {}
    found = {name: _made(name, label, formula, moment=moment) for name, label, formula, moment in _OF_PRESENT}
    for pipeline in pipelines:
        for stage in pipeline.stages:
            found |= {prop.name: prop for prop in _of_stage(pipeline, stage)}
    return found


def stage_property_names(stages: Iterable[str]) -> frozenset[str]:
    """Give the names of the stage properties of an object with these stages (ids)."""
    each = {f"{name}_{_word(stage)}" for stage in stages for name, *_ in _OF_EACH}
    return frozenset(each | {name for name, *_ in _OF_PRESENT} if each else ())


def _word(stage: str) -> str:
    return re.sub(r"[^a-z0-9_]", "_", stage.lower())


def _of_stage(pipeline: Pipeline, stage: Stage) -> Iterator[Property]:
    for name, label, function, moment in _OF_EACH:
        yield _made(
            f"{name}_{_word(stage.id)}",
            f"{label} {stage.label}",
            f"{function}({_quoted(stage.id)})",
            f'{label} "{stage.label} ({pipeline.label})"',  # the heading in HubSpot's exports
            moment=moment,
        )


def _made(name: str, label: str, formula: str, *aliases: str, moment: bool) -> Property:
    return Property(
        name,
        label,
        "datetime" if moment else "number",
        "calculation_equation",
        format="" if moment else "duration",
        group=STAGE_TIMES,
        aliases=aliases,
        read_only=True,
        system=True,
        formula=formula,
    )


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
