"""Associating records by rule: those that are there when a person asks, and changed ones where crm.toml says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import frozen
from crmcli.model.settings_associations import MatchRule, both_sides
from crmcli.services.domain_links import DomainLinker, Person, domain_property
from crmcli.services.match_links import MatchLinker
from crmcli.services.written import Account
from crmcli.store.changes import Updated
from crmcli.store.transaction import NoRecord

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from crmcli.model.objects import ObjectType
    from crmcli.services.workspace import Workspace
    from crmcli.services.written import Written
    from crmcli.store.shard import Row
    from crmcli.store.transaction import Transaction

_BLOCK = 10_000
_FEW = 20  # organisations whose people are looked for when their domains change
_PERSON = ("email", "website", "company_name")


@frozen
class Associate:
    """What to associate: people by domain, or records of two objects `on` equal properties ("code=number").

    `where` picks among the records of `object_name`. `create` makes companies that are missing; `subdomains` counts
    mail.acme.com as acme.com where there is no company of its own, None as crm.toml says.
    """

    object_name: str
    other: str = ""
    on: str = ""
    where: str = ""
    create: bool = False
    subdomains: bool | None = None
    dry_run: bool = False


class NotHow(CrmError):
    """A request that does not say by what to associate."""

    exit_code = ExitCode.USAGE

    def __init__(self) -> None:
        super().__init__(
            "By what are they associated?",
            "crm associate contacts --by-domain, or crm associate deals companies --on billing_code=customer_code",
        )


def associate(workspace: Workspace, request: Associate) -> Written:
    """Associate the records that are there, as one operation. Raises NotHow, NoCompanies, and what rules raise."""
    if bool(request.other) != bool(request.on):
        raise NotHow
    found = workspace.object(request.object_name)
    account = Account(workspace)
    with workspace.store.write(workspace.intent(), dry_run=request.dry_run) as change:
        ids = _meeting(workspace, found, request.where)
        if request.on:
            rule = MatchRule(found.name, workspace.object(request.other).name, *both_sides(request.on))
            match = MatchLinker(workspace, change, rule)
            match.link(found.name, None if not request.where else ids)
            account.notes += match.notes
        else:
            always = workspace.settings.associations.by_domain_subdomains
            subdomains = always if request.subdomains is None else request.subdomains
            linker = DomainLinker(workspace, change, found, create=request.create, subdomains=subdomains)
            for start in range(0, len(ids), _BLOCK):
                linker.link(_people(workspace, found, linker.unassociated(ids[start : start + _BLOCK])))
            account.notes += linker.notes
        return account.finish(change, dry_run=request.dry_run)


def associate_changed(workspace: Workspace, change: Transaction, *, imported: ObjectType | None = None) -> list[str]:
    """Associate what an operation created or changed, as crm.toml says; give what is to be said of it.

    An import has seen to the domains of people: of one only the domains of what was `imported` are looked at.
    """
    settings = workspace.settings.associations
    notes: list[str] = []
    changed = _changed(change)
    if settings.by_domain and (imported is None or "organisation" in imported.object_roles):
        some = changed if imported is None else {imported.name: changed.get(imported.name, {})}
        for name in workspace.model.objects_with("person"):
            notes += _by_domain(workspace, change, workspace.model.objects[name], some)
    for rule in settings.rules:
        match = MatchLinker(workspace, change, rule)
        for name, ids in changed.items():
            prop = match.compared(name)
            if prop is None:
                continue
            match.link(name, [i for i, names in ids.items() if names is None])  # new ones are in the index already
            wanted = [i for i, names in ids.items() if names is not None and prop.name in names]
            rows = [(i, row[prop.name]) for i, row in _rows(change, name, wanted) if prop.name in row]
            match.link_values(name, [(i, prop.value_type.column(value)) for i, value in rows])  # type: ignore[arg-type]
        notes += match.notes
    return notes


def _changed(change: Transaction) -> dict[str, dict[int, set[str] | None]]:
    """Give what an operation made or changed, by object and id: the names of the properties, None for all of them."""
    found: dict[str, dict[int, set[str] | None]] = {}
    for made in change.creating.changes():
        found.setdefault(made.object_name, {}).update((i, None) for i in range(made.first, made.last + 1))
    for each in change.changes:
        if isinstance(each, Updated):
            names = found.setdefault(each.object_name, {}).setdefault(each.id, set())
            if names is not None:
                names.update(each.values)
    return found


def _rows(change: Transaction, name: str, ids: Iterable[int]) -> Iterator[tuple[int, Row]]:
    """Give the values of records as an operation has them; those that a dry run does not make are left out."""
    for record_id in ids:
        try:
            yield record_id, change.row((name, record_id))
        except NoRecord:
            continue


def _by_domain(
    workspace: Workspace, change: Transaction, found: ObjectType, changed: dict[str, dict[int, set[str] | None]]
) -> list[str]:
    """Associate people whose addresses changed, and those of the companies whose domains did."""
    settings = workspace.settings.associations
    linker = DomainLinker(
        workspace, change, found, create=settings.create_companies, subdomains=settings.by_domain_subdomains
    )
    addresses = {name for role in _PERSON[:2] if (name := found.roles.get(role))}
    ids = [i for i, names in changed.get(found.name, {}).items() if names is None or names & addresses]
    linker.link(_people_now(change, linker, found, ids))
    domain = domain_property(linker.company)
    keys = {domain.name, *(p.name for p in linker.company.properties.values() if p.additional_of == domain.name)}
    company = changed.get(linker.company.name, {})
    renamed = [i for i, names in company.items() if names is None or names & keys]
    if len(renamed) > _FEW:
        plural = found.plural.lower()
        return [*linker.notes, f"To associate {plural} with them: crm associate {found.name} --by-domain"]
    for each in renamed:
        row = dict(_rows(change, linker.company.name, [each])).get(each, {})
        domains = [row.get(name) for name in sorted(keys)]
        for one in [one for value in domains for one in (value if isinstance(value, list) else [value]) if one]:
            there = _meeting(workspace, found, f'{found.roles["email"]} ends with "@{one}"')
            linker.link(_people(workspace, found, linker.unassociated(there)))
    return linker.notes


def _people(workspace: Workspace, found: ObjectType, ids: Iterable[int]) -> Iterator[Person]:
    names = [found.roles[role] for role in _PERSON if role in found.roles]
    for record in workspace.store.records(found.name, sorted(ids), names):
        yield _person(found, record.id, record.values)


def _people_now(change: Transaction, linker: DomainLinker, found: ObjectType, ids: Sequence[int]) -> Iterator[Person]:
    """Give the people of an operation that have no company, by now."""
    taken = f"{linker.company.name}:"
    for record_id, row in _rows(change, found.name, ids):
        if linker.pair.owner == found.name:
            links = change.edits.of(found.name, record_id).shard.associations.get(record_id, {})
            free = not any(key.startswith(taken) for key in links)
        else:
            free = bool(linker.unassociated([record_id]))
        if free:
            yield _person(found, record_id, row)


def _meeting(workspace: Workspace, found: ObjectType, where: str) -> list[int]:
    """Give the records of an object that meet a condition, or all; in the order of their ids."""
    from crmcli.query import Selection, select

    wanted = Selection(found, where=where or None, columns=(), sort=(), limit=None, offset=0)
    return sorted(row[0] for row in workspace.store.rows(select(wanted, workspace.model, workspace.context)))


def _person(found: ObjectType, record_id: int, values: Mapping[str, object]) -> Person:
    return Person(record_id, *(values.get(found.roles.get(role, "")) for role in _PERSON))
