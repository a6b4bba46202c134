"""Which objects associate with which, and how sure that is: the one answer for errors, drawings and tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import frozen

if TYPE_CHECKING:
    from crmcli.model.objects import Model, ObjectType, Unassociated

EVERY = "all"  # in `unassociated`: every object that no association is declared with
OWN = "_custom"  # in `associations` and `unassociated`: every object that a CRM makes itself


@frozen
class Cell:
    """Whether two objects associate.

    `value` is one of:

    yes          an association is declared
    no           HubSpot has none
    unknown      nothing tells
    assets_only  a link of a campaign to its assets, which is no association
    configurable only once it is declared: one end is an object of this CRM's own

    `confidence` (high, medium, inferred or guess) says how sure that is; `note` why, or what to use instead.
    """

    value: str
    confidence: str
    note: str = ""

    @property
    def final(self) -> bool:
        """Whether the two certainly do not associate: no CRM can allow it."""
        return self.value in ("no", "assets_only") and self.confidence == "high"


def cell(model: Model, a: str, b: str) -> Cell:
    """Say whether the objects named `a` and `b` associate, in either order; reads both unless they do."""
    pair = model.pair(a, b)
    if pair is not None:
        return Cell("yes", pair.confidence)
    unknown = [name for name in (a, b) if name not in model.objects]
    if unknown:
        return Cell("no", "high", f'there is no object "{unknown[0]}"')
    one, other = model.objects[a], model.objects[b]
    said = _said(one, other) or _said(other, one)
    if said is not None:
        return Cell(said.value, said.confidence, said.note)
    if one.own or other.own:
        return Cell("configurable", "medium")
    return Cell("no", "guess")


def possible(model: Model, name: str) -> list[str]:
    """Give the objects in use that an object associates with."""
    others = {pair.other if pair.owner == name else pair.owner for pair in model.pairs_of(name)}
    return sorted(other for other in others if model.words[other].active)


def _said(one: ObjectType, other: ObjectType) -> Unassociated | None:
    """What `one` says of `other`: by its name, as one of a CRM's own, or of every object; in this order."""
    said = {why.other: why for why in one.unassociated}
    return said.get(other.name) or (said.get(OWN) if other.own else None) or said.get(EVERY)
