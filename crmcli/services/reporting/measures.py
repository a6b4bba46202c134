"""The numbers that reports on pipelines work out of records: counts, exact amounts, weighted ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.query.functions import divided
from crmcli.services.reporting.table import ReportColumn
from crmcli.types.decimals import unscaled
from crmcli.types.money import Money, digits
from crmcli.types.number import Number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from crmcli.services.reporting.groups import Group, Measure
    from crmcli.services.reporting.subject import Standing, Subject
    from crmcli.types.base import Stored

COUNT = Number(0)
CERTAIN = 10**6  # probabilities are counted in millionths


class Amounts:
    """How the amounts of an object are added up: exactly; rounded once, where they are weighed or divided."""

    def __init__(self, about: Subject) -> None:
        """Take the object; raises NoRole where it has no amounts."""
        context = about.workspace.context
        self.value_type = about.property("amount", "amount").value_type
        self.total = self.value_type.stored
        self._unit = 10**self.value_type.scale
        self._digits = digits(context.currency) if self.value_type.name == Money.name else self.value_type.scale

    def rounded(self, amount: int, divisor: int) -> Stored | None:
        """Give an amount divided by something, to the smallest coin; None where there is nothing to divide by."""
        if not divisor:
            return None
        coins = divided(amount * int(10**self._digits), divisor * self._unit)
        return self.value_type.accept(unscaled(coins, self._digits))

    def weighted(self, amount: int) -> Stored | None:
        """Give a sum of amounts that were each multiplied by a probability in millionths."""
        return self.rounded(amount, CERTAIN)


def added(here: Iterable[Standing]) -> int:
    """Add up amounts; what has none counts for nothing."""
    return sum(one.amount for one in here if one.amount is not None)


def weigher(about: Subject) -> Callable[[Standing], int]:
    """Give what multiplies a record's amount by its probability in millionths.

    That is the probability of its own which it may have while it is open, else its stage's; 0 where neither has one.
    """
    own = about.found.role("probability")
    to_millionths = CERTAIN / 10**own.value_type.scale if own else 1
    of_stages = {stage.id: round((stage.probability or 0) * CERTAIN) for stage in about.stages.values()}
    closed = {stage.id for stage in about.stages.values() if stage.closed}

    def weighted(one: Standing) -> int:
        chance = of_stages[one.stage]
        if one.probability is not None and one.stage not in closed:
            chance = round(one.probability * to_millionths)
        return (one.amount or 0) * chance

    return weighted


def count_of(about: Subject) -> Measure:
    """Count records."""
    return ReportColumn("count", about.found.plural, COUNT, measure=True), lambda group: len(group.here)


def money_of(about: Subject) -> list[Measure]:
    """Add up amounts, where the object has any."""
    if about.found.role("amount") is None:
        return []
    amounts = Amounts(about)
    return [
        (
            ReportColumn("amount", "Amount", amounts.value_type, measure=True),
            lambda group: amounts.total(added(group.here)),
        )
    ]


def weighted_of(about: Subject) -> list[Measure]:
    """Add up weighted amounts, where the object has amounts and its stages have probabilities."""
    if about.found.role("amount") is None or all(stage.probability is None for stage in about.stages.values()):
        return []
    amounts, weighted = Amounts(about), weigher(about)
    column = ReportColumn("weighted", "Weighted", amounts.value_type, measure=True)
    return [(column, lambda group: amounts.weighted(sum(map(weighted, group.here))))]


def average_of(about: Subject) -> list[Measure]:
    """Give the mean of the amounts that are set, where the object has any."""
    if about.found.role("amount") is None:
        return []
    amounts = Amounts(about)

    def average(group: Group) -> Stored | None:
        return amounts.rounded(added(group.here), sum(one.amount is not None for one in group.here))

    return [(ReportColumn("average", "Average", amounts.value_type, measure=True), average)]
