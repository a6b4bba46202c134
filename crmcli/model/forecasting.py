"""Forecast categories: how sure a sale is, by the stage at which it stands or by someone's own judgement."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmcli.model.objects import Stage

# What is sure first. The property with the role `forecast` has these words as its options, in whichever letters.
FORECAST_CATEGORIES: Mapping[str, str] = {
    "closed": "Closed",
    "commit": "Commit",
    "best_case": "Best case",
    "pipeline": "Pipeline",
    "omit": "Not forecasted",
}
CLOSED, *OPEN, OMITTED = FORECAST_CATEGORIES


def is_won(stage: Stage) -> bool:
    """Whether all is over at a stage and won."""
    return stage.closed and stage.probability == 1


def is_lost(stage: Stage) -> bool:
    """Whether all is over at a stage and lost."""
    return stage.closed and stage.probability == 0


def category_of(stage: Stage) -> str:
    """Give the forecast category of a stage: the declared one, else by whether it is open, won, or over otherwise."""
    if stage.forecast or not stage.closed:
        return stage.forecast or OPEN[-1]
    return CLOSED if is_won(stage) else OMITTED
