"""The forecast category of each record: its stage's, or one that somebody gave it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.model.forecasting import FORECAST_CATEGORIES, category_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from crmcli.services.reporting.subject import Standing, Subject

_NAMED = 5  # so many records with a category by hand are named below the report


def categoriser(about: Subject) -> Callable[[Standing], str]:
    """Give what tells the forecast category of a record: its own while it is open, else that of its stage."""
    of_stages = {stage.id: category_of(stage) for stage in about.stages.values()}
    closed = {stage.id for stage in about.stages.values() if stage.closed}

    def category(one: Standing) -> str:
        own = (one.forecast or "").lower()
        return of_stages[one.stage] if one.stage in closed or own not in FORECAST_CATEGORIES else own

    return category


def by_hand(about: Subject, here: Sequence[Standing]) -> Sequence[Standing]:
    """Give the open records whose category somebody set."""
    return [one for one in here if one.forecast is not None and not about.stages[one.stage].closed]


def hand_notes(about: Subject, here: Sequence[Standing]) -> Iterator[str]:
    """Say which records have a category by hand, what their stages say, and how to take it back."""
    found = by_hand(about, here)
    if not found:
        return
    category = categoriser(about)
    said = [
        f"{about.found.name}:{one.id} {FORECAST_CATEGORIES[category(one)]}"
        f" (its stage: {FORECAST_CATEGORIES[category_of(about.stages[one.stage])]})"
        for one in found[:_NAMED]
    ]
    more = f" and {len(found) - _NAMED:,} more" if len(found) > _NAMED else ""
    yield f"By hand: {', '.join(said)}{more}"
    yield f"To follow the stage again: crm set {about.found.name}:{found[0].id} --clear forecast"
