"""How a search is set: what the rows are, and what a user said about columns and values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

KINDS = ("person", "organisation", "thing")


@frozen
class Settings:
    """What may be said about a search; everything has a default but the kind of the rows."""

    kind: str
    weights: Mapping[str, float] = {}  # by column: its evidence counts this many times
    blocked: Collection[str] = ()  # values that are never evidence, such as "test"
    minimum: float = 0.5  # the least probability of a group
