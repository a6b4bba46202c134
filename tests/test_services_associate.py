"""Associating by domain and by equal properties: when asked, and by itself where crm.toml says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmcli.model.settings import InvalidSettings, parse_settings
from crmcli.model.settings_associations import AssociationSettings, MatchRule
from crmcli.services.associate import Associate, NotHow, associate
from crmcli.services.associations import LinkRequest, association, link
from crmcli.services.importing.imports import ImportRequest, import_file
from crmcli.services.match_links import NotComparable
from crmcli.services.references import Ref
from crmcli.services.undo import undo
from office import changed, made, make_office, reopened

SCHEMAS = {
    "deal": "properties:\n  billing_code: {label: Billing code, type: string}\n",
    "company": "properties:\n  customer_code: {label: Customer code, type: string}\n"
    "  size: {label: Size, type: number}\n",
}


@pytest.fixture
def office(tmp_path):
    workspace = make_office(tmp_path)
    folder = Path(workspace.root) / "schemas"
    folder.mkdir(exist_ok=True)
    for name, text in SCHEMAS.items():
        (folder / f"{name}.yaml").write_text(text)
    return reopened(tmp_path)


def person(office, email, *more):
    return made(office, "contact", f"email={email}", *more)


def firm(office, *given):
    return made(office, "company", *given)


def said(tmp_path, text):
    path = tmp_path / "office" / "crm.toml"
    path.write_text(f"{path.read_text()}\n{text}\n")
    return reopened(tmp_path)


def companies(office, ref):
    return [each.other_id for each in office.store.associations(ref.object_name, ref.id)
            if each.other_object == "company"]  # fmt: skip


def by_domain(office, **more):
    return associate(office, Associate("contacts", **more))


def test_people_get_the_company_of_their_address(office):
    ada, ben = person(office, "ada@acme.example"), person(office, "ben@zeta.example")
    acme = firm(office, "name=Acme", "domain=acme.example")
    assert by_domain(office, dry_run=True).counts == {("association", "linked"): 1}
    assert companies(office, ada) == []
    assert by_domain(office).counts == {("association", "linked"): 1}
    assert association(office, ada, acme).primary
    assert companies(office, ben) == []
    assert by_domain(office, create=True).counts == {("association", "linked"): 1, ("company", "created"): 1}
    assert companies(office, ben) == [2]
    undo(office)
    assert office.store.count("company") == 1


def test_additional_domains_count(office):
    ada = person(office, "ada@acme.test")
    firm(office, "name=Acme", "domain=acme.example", "hs_additional_domains=acme.test")
    by_domain(office)
    assert companies(office, ada) == [1]


def test_a_provider_means_no_company_but_the_website_may(office):
    ada = person(office, "ada@gmail.com", "website=https://www.acme.example/people/ada")
    ben = person(office, "ben@gmail.com")
    firm(office, "name=Acme", "domain=acme.example")
    by_domain(office, create=True)
    assert (companies(office, ada), companies(office, ben)) == ([1], [])


def test_who_has_a_company_keeps_it(office):
    ada = person(office, "ada@acme.example")
    firm(office, "name=Acme", "domain=acme.example")
    zeta = firm(office, "name=Zeta")
    link(office, LinkRequest(ada, zeta))
    assert by_domain(office).operation is None


def test_a_subdomain_is_the_registered_one_only_when_asked(office):
    ada = person(office, "ada@mail.acme.co.uk")
    firm(office, "name=Acme", "domain=acme.co.uk")
    assert by_domain(office).operation is None
    by_domain(office, subdomains=True)
    assert companies(office, ada) == [1]


def test_a_condition_picks_whom(office):
    person(office, "ada@acme.example", "city=Delft"), person(office, "ben@acme.example")
    firm(office, "name=Acme", "domain=acme.example")
    assert by_domain(office, where='city = "Delft"').counts == {("association", "linked"): 1}


def test_crm_toml_associates_as_records_come(office, tmp_path):
    office = said(tmp_path, '[associations]\nby_domain = true\nexclude = ["staff.example"]')
    firm(office, "name=Acme", "domain=acme.example"), firm(office, "name=Staff", "domain=staff.example")
    ada = person(office, "ada@acme.example")
    assert companies(office, ada) == [1]
    assert companies(office, person(office, "ben@staff.example")) == []
    cy = person(office, "cy@nowhere.example")
    assert (companies(office, cy), office.store.count("company")) == ([], 2)
    changed(office, cy, "email=cy@acme.example")
    assert companies(office, cy) == [1]
    dora = person(office, "dora@new.example")
    firm(office, "name=New", "domain=new.example")
    assert companies(office, dora) == [3]
    path = tmp_path / "people.csv"
    path.write_text("email\neve@acme.example\n")
    import_file(office, ImportRequest("contacts", str(path)))
    assert companies(office, Ref("contact", 5)) == [1]


def test_an_import_of_companies_finds_their_people(office, tmp_path):
    office = said(tmp_path, "[associations]\nby_domain = true")
    ada, ben = person(office, "ada@acme.example"), person(office, "ben@zeta.example")
    path = tmp_path / "companies.csv"
    path.write_text("Name,Domain\nAcme,acme.example\nCora,cora.example\n")
    import_file(office, ImportRequest("company", str(path)))
    assert (companies(office, ada), companies(office, ben)) == ([1], [])
    path.write_text("Name,Domain\n" + "".join(f"Firm {n},firm{n}.example\n" for n in range(30)))
    notes = import_file(office, ImportRequest("company", str(path))).written.notes
    assert "To associate contacts with them: crm associate contact --by-domain" in notes


def test_an_undo_associates_nothing(office, tmp_path):
    office = said(tmp_path, "[associations]\nby_domain = true")
    firm(office, "name=Acme", "domain=acme.example")
    ada = person(office, "ada@nowhere.example")
    changed(office, ada, "email=ada@acme.example")
    undo(office)
    assert companies(office, ada) == []


def test_crm_toml_may_have_companies_made(office, tmp_path):
    office = said(tmp_path, "[associations]\nby_domain = true\ncreate_companies = true\nby_domain_subdomains = true")
    ada = person(office, "ada@mail.acme.example")
    assert companies(office, ada) == [1]
    assert office.store.record("company", 1).values["domain"] == "mail.acme.example"


def test_records_with_equal_properties_are_associated(office):
    one, two = (made(office, "deal", f"name={n}", f"billing_code={c}") for n, c in (("One", "A1"), ("Two", "B2")))
    firm(office, "name=Acme", "customer_code=A1"), firm(office, "name=Zeta", "customer_code=C3")
    written = associate(office, Associate("deals", "companies", "billing_code=customer_code"))
    assert written.counts == {("association", "linked"): 1}
    assert (companies(office, one), companies(office, two)) == ([1], [])
    assert associate(office, Associate("deals", "companies", "billing_code=customer_code")).operation is None
    changed(office, two, "billing_code=C3")
    back = Associate("companies", "deals", "customer_code=billing_code")
    assert associate(office, back).counts == {("association", "linked"): 1}
    assert companies(office, two) == [2]


def test_crm_toml_compares_properties_as_records_come(office, tmp_path):
    rule = '[[associations.rule]]\nfrom = "deal"\nto = "company"\non = "billing_code=customer_code"'
    office = said(tmp_path, rule)
    firm(office, "name=Acme", "customer_code=A1")
    assert companies(office, made(office, "deal", "name=One", "billing_code=A1")) == [1]
    two = made(office, "deal", "name=Two")
    changed(office, two, "billing_code=A1")
    assert companies(office, two) == [1]
    three = made(office, "deal", "name=Three", "billing_code=B2")
    firm(office, "name=Zeta", "customer_code=B2")
    assert companies(office, three) == [2]
    path = tmp_path / "deals.csv"
    path.write_text("name,billing_code\nFour,B2\nTwo,B2\n")
    import_file(office, ImportRequest("deals", str(path)))
    assert companies(office, Ref("deal", 4)) == [2]


def test_a_value_that_many_share_tells_nothing_apart(office):
    made(office, "deal", "name=One", "billing_code=none")
    for number in range(101):
        firm(office, f"name=N{number}", "customer_code=none")
    written = associate(office, Associate("deals", "companies", "billing_code=customer_code"))
    assert written.operation is None
    assert written.notes == ('"none" is the Customer code of more than 100 company records: passed over',)


def test_what_cannot_be_compared_is_refused(office):
    with pytest.raises(NotComparable):
        associate(office, Associate("deals", "companies", "billing_code=size"))
    with pytest.raises(NotHow):
        associate(office, Associate("deals", "companies"))


def test_settings_are_read_and_checked():
    text = (
        "[associations]\nby_domain = true\nexclude = ['A.example']\n"
        "[[associations.rule]]\nfrom = 'deal'\nto = 'company'\non = 'code'\n"
    )
    assert parse_settings(text, "crm.toml").associations == AssociationSettings(
        by_domain=True, exclude=("a.example",), rules=(MatchRule("deal", "company", "code", "code"),)
    )
    wrong = ["by_domain = 1", "bydomain = true", "exclude = 'a'", "rule = 1", "rule = [{from = 'deal'}]"]
    for line in wrong:
        with pytest.raises(InvalidSettings):
            parse_settings(f"[associations]\n{line}\n", "crm.toml")
