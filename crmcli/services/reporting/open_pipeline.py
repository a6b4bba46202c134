"""Organisations by the size of what is open with them, and with those below them in their group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import CrmError
from crmcli.frozen import frozen
from crmcli.query.selection import Selection, select
from crmcli.services.references import Ref
from crmcli.services.reporting.conditions import asked, both
from crmcli.services.reporting.subject import SALE, NoRole
from crmcli.services.reporting.table import Behind, ReportColumn, ReportRow, ReportTable
from crmcli.services.titles import titles
from crmcli.types.money import Money
from crmcli.types.number import Number
from crmcli.types.text import String

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from crmcli.model.objects import ObjectType, Property
    from crmcli.services.reporting.request import ReportRequest
    from crmcli.services.workspace import Workspace
    from crmcli.types.base import Stored

_COLUMNS = (
    ReportColumn("records", "Open", Number(0), measure=True),
    ReportColumn("amount", "Amount", Money(), measure=True),
    ReportColumn("records_in_group", "In group", Number(0), measure=True),
    ReportColumn("amount_in_group", "Amount in group", Money(), measure=True),
)


class NothingSold(CrmError):
    """No object whose sales could be added up by organisation."""

    def __init__(self) -> None:
        super().__init__(
            "This CRM has no sales of organisations",
            "Give one object the role: object_roles: [sale], and associate it with one that is an organisation",
        )


@frozen
class _Open:
    """What is open with an organisation: the ids of the sales, and their amounts added up, as the index has them.

    The amount is None where no sale has one in the workspace's currency.
    """

    ids: tuple[int, ...] = ()
    amount: int | None = None

    def __add__(self, other: _Open) -> _Open:
        amounts = [each for each in (self.amount, other.amount) if each is not None]
        return _Open(self.ids + other.ids, sum(amounts) if amounts else None)


def open_pipeline(workspace: Workspace, request: ReportRequest) -> ReportTable:
    """Add up the open sales of each organisation, its children's in a column beside, the largest group first.

    Raises NothingSold, NoRole, UnknownPipeline, UnknownPeriod and QueryError.
    """
    sale, organisation = _objects(workspace)
    amount = sale.role("amount")
    if amount is None:
        raise NoRole(sale, "amount", "amount")
    own, without, unrated = _sales(workspace, sale, organisation, asked(workspace, sale, request))
    groups = _Groups(own, _parents(workspace, organisation, own))
    named = titles(workspace, [Ref(organisation.name, each) for each in groups.members])
    rows = []
    for each, depth in groups.in_order():
        mine, whole = own.get(each, _Open()), groups.whole(each)
        figures = [figure for one in (mine, whole) for figure in _figures(amount, one)]
        cells = (named[Ref(organisation.name, each)], *figures)
        rows.append(ReportRow(cells, Behind(sale.name, ids=whole.ids), depth))
    return ReportTable(
        name="open-pipeline",
        title=f"{organisation.plural} by open {sale.plural.lower()}",
        columns=(ReportColumn("organisation", organisation.label, String()), *_COLUMNS),
        rows=tuple(rows),
        definition=(
            f"Open: {sale.plural.lower()} at a stage that is not closed, by primary {organisation.label.lower()}.",
            f"Amount: theirs added up, in {workspace.context.currency}; other currencies by the rates of crm.toml.",
            f"In group: the same, with those of all {organisation.plural.lower()} below it.",
            "The records behind a row are those of the group.",
        ),
        totals=ReportRow((None, *_figures(amount, sum(own.values(), _Open())), None, None)),
        notes=tuple(_notes(sale, organisation, without, unrated)),
    )


def _objects(workspace: Workspace) -> tuple[ObjectType, ObjectType]:
    """Give the object of sales, and that of the organisations that they are with."""
    model = workspace.model
    for name in model.objects_with(SALE):
        for other in model.objects_with("organisation"):
            if model.pair(name, other) is not None and model.objects[name].pipelines:
                return model.objects[name], model.objects[other]
    raise NothingSold


def _sales(
    workspace: Workspace, sale: ObjectType, organisation: ObjectType, where: str
) -> tuple[Mapping[int, _Open], int, int]:
    """Give what is open by organisation, how many are with none, and how many have an amount without a rate."""
    amount = sale.roles["amount"]
    columns = (f"{organisation.name}.id", f"converted({amount})", amount)
    chosen = Selection(sale, where=both("not closed()", where), columns=columns)
    own: dict[int, _Open] = {}
    without = unrated = 0
    for record_id, company, converted, given in workspace.store.rows(
        select(chosen, workspace.model, workspace.context)
    ):
        unrated += given is not None and converted is None
        if company is None:
            without += 1
        else:
            own[company] = own.get(company, _Open()) + _Open((record_id,), converted)
    return own, without, unrated


def _parents(workspace: Workspace, organisation: ObjectType, members: Iterable[int]) -> Mapping[int, int]:
    """Give who stands above each of these, and above those, by the label that gives each one parent and no circle."""
    pair = workspace.model.pair(organisation.name, organisation.name)
    label = next((each for each in pair.labels if each.acyclic and each.inverse_limit == 1), None) if pair else None
    parents: dict[int, int] = {}
    above = set(members) if label else set()
    while pair and label and above:
        there = workspace.store.associated(pair, sorted(above), from_owner=False)
        found = {each.id: each.other_id for each in there if label.inverse in each.labels}
        parents |= found
        above = set(found.values()) - parents.keys()
    return parents


class _Groups:
    """Organisations in their groups: what is open with each and all below it."""

    def __init__(self, own: Mapping[int, _Open], parents: Mapping[int, int]) -> None:
        self.members = {*own, *parents.values()}
        self._own = own
        self._children: dict[int | None, list[int]] = {}
        for each in sorted(self.members):
            self._children.setdefault(parents.get(each), []).append(each)
        self._whole: dict[int, _Open] = {}

    def whole(self, each: int) -> _Open:
        """Give what is open with an organisation and with all below it."""
        if each not in self._whole:
            below = (self.whole(child) for child in self._children.get(each, ()))
            self._whole[each] = sum(below, self._own.get(each, _Open()))
        return self._whole[each]

    def in_order(self, above: int | None = None, depth: int = 0) -> Iterator[tuple[int, int]]:
        """Give each with how far it stands below others: the largest first, its children behind it."""
        for each in sorted(self._children.get(above, ()), key=lambda one: -(self.whole(one).amount or 0)):
            yield each, depth
            yield from self.in_order(each, depth + 1)


def _figures(amount: Property, opened: _Open) -> tuple[Stored, Stored | None]:
    return len(opened.ids), None if opened.amount is None else amount.value_type.stored(opened.amount)


def _notes(sale: ObjectType, organisation: ObjectType, without: int, unrated: int) -> Iterator[str]:
    if without:
        which, are = (sale.label, "is") if without == 1 else (sale.plural, "are")
        yield f"{without:,} open {which.lower()} without {organisation.label.lower()} {are} left out"
    if unrated:
        which, are = ("amount in a currency", "is") if unrated == 1 else ("amounts in currencies", "are")
        yield f"{unrated:,} {which} that crm.toml has no rate for, [rates], {are} left out"
