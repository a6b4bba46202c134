"""Limits, circles, parents and needs of associations, on every path."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmcli.services.association_refusals import (
    Circle,
    ParentNeeded,
    PartnerNeeded,
    PropertyKept,
    PropertyNeeded,
    StillNeeded,
    TooMany,
)
from crmcli.services.associations import LinkRequest, association, link, unlink
from crmcli.services.records import Targets, delete, restore
from crmcli.services.references import Ref
from crmcli.services.undo import undo
from office import changed, made, make_office, reopened, values

COMPANY = """
associations:
  company:
    labels:
      Parent Company: {inverse_limit: 1, acyclic: true}
      Partner: {limit: 1}
"""
DEAL = """
associations:
  contact: {limit: 2, other_limit: 1}
  company: {requires: [amount]}
"""
PART = """
label: Part
plural: Parts
display: [name]
parents: [deal, tender]
properties:
  name: {label: Name, type: string}
associations:
  deal: {}
"""
TENDER = """
label: Tender
plural: Tenders
display: [name]
properties:
  name: {label: Name, type: string}
associations:
  deal: {required: true, limit: 1}
  part: {}
"""
VISIT = """
label: Visit
plural: Visits
display: [name]
properties:
  name: {label: Name, type: string}
associations:
  contact: {required_any: true}
  company: {required_any: true}
"""


@pytest.fixture
def office(tmp_path):
    root = Path(make_office(tmp_path).root)
    for name, text in {"company": COMPANY, "deal": DEAL, "part": PART, "tender": TENDER, "visit": VISIT}.items():
        (root / "schemas").mkdir(exist_ok=True)
        (root / "schemas" / f"{name}.yaml").write_text(text)
    workspace = reopened(tmp_path)
    for name in ("Acme", "Beta", "Cora", "Dune"):
        made(workspace, "company", f"name={name}")
    return workspace


def company(number):
    return Ref("company", number)


def parent(office, of, child, **more):
    return link(office, LinkRequest(company(of), company(child), "Parent Company", **more))


def linked(office, ref, other):
    return sorted(each.other_id for each in office.store.associations(ref.object_name, ref.id)
                  if each.other_object == other)  # fmt: skip


def test_a_company_has_one_parent(office):
    parent(office, 1, 2)
    with pytest.raises(TooMany) as refusal:
        parent(office, 3, 2)
    assert refusal.value.message == "company:2 (Beta) is Child Company of company:1 (Acme) already"
    command = 'crm unlink company:2 company:1 --label "Child Company"'
    assert refusal.value.hint == f"Take that apart first: {command}; crm link --move does both"
    assert linked(office, company(2), "company") == [1]


def test_a_parent_has_many_children(office):
    for child in (2, 3, 4):
        parent(office, 1, child)
    assert linked(office, company(1), "company") == [2, 3, 4]


def test_a_child_moves_to_another_parent_when_asked(office):
    parent(office, 1, 2)
    written = parent(office, 3, 2, move=True)
    assert written.notes[0] == "Beta is no longer Child Company of Acme"
    assert association(office, company(3), company(2)).labels == ("Parent Company",)
    assert association(office, company(1), company(2)).labels == ()
    undo(office)
    assert association(office, company(1), company(2)).labels == ("Parent Company",)


def test_no_company_becomes_its_own_parent(office):
    parent(office, 1, 2)
    parent(office, 2, 3)
    with pytest.raises(Circle) as refusal:
        parent(office, 3, 1)
    assert refusal.value.names == ("Cora", "Acme", "Beta", "Cora")
    with pytest.raises(Circle):
        link(office, LinkRequest(company(1), company(2), "Child Company"))


def test_a_label_without_direction_has_one_limit_for_both_ends(office):
    link(office, LinkRequest(company(1), company(2), "Partner"))
    for ends in ((1, 3), (3, 1), (2, 4), (4, 2)):
        with pytest.raises(TooMany):
            link(office, LinkRequest(*map(company, ends), "Partner"))


def test_a_label_without_direction_is_the_same_from_either_end(office):
    link(office, LinkRequest(company(1), company(2), "Partner"))
    assert link(office, LinkRequest(company(2), company(1), "Partner")).operation is None
    unlink(office, LinkRequest(company(2), company(1), "Partner"))
    assert association(office, company(1), company(2)).labels == ()


def test_a_pair_has_a_limit_at_each_end(office):
    people = [made(office, "contact", f"firstname={name}") for name in ("Ada", "Ben", "Cy")]
    first = made(office, "deal", "name=One", links=((people[0], None), (people[1], None)))
    with pytest.raises(TooMany, match=r"deal:1 \(One\) is associated with contact:1 \(Ada\), contact:2 \(Ben\)"):
        link(office, LinkRequest(first, people[2]))
    with pytest.raises(TooMany, match=r"contact:1 \(Ada\) is associated with deal:1 \(One\)"):
        made(office, "deal", "name=Two", links=((people[0], None),))
    with pytest.raises(TooMany, match=r"deal:2 \(Three\)"):
        made(office, "deal", "name=Three", links=tuple((one, None) for one in people))


def test_properties_that_an_association_needs(office):
    with pytest.raises(PropertyNeeded, match=r"deal:1 \(One\) needs Amount \(amount\)"):
        made(office, "deal", "name=One", links=((company(1), None),))
    made(office, "deal", "name=One", "amount=5", links=((company(1), None),))


def test_a_property_that_an_association_needs_stays_while_the_association_does(office):
    deal = made(office, "deal", "name=One", "amount=5", links=((company(1), None),))
    with pytest.raises(PropertyKept, match=r"deal:1 \(One\) needs Amount \(amount\) while") as refusal:
        changed(office, deal, clears=("amount",))
    assert refusal.value.hint == "Take that apart first: crm unlink deal:1 company:1; or add --force"
    unlink(office, LinkRequest(deal, company(1)))
    changed(office, deal, clears=("amount",))
    assert "amount" not in values(office, deal)


def test_a_property_that_an_association_needs_may_be_cleared_by_force_and_by_undo(office):
    deal = made(office, "deal", "name=One", links=((company(1), None),), force=True)
    changed(office, deal, "amount=5")
    undo(office)
    assert "amount" not in values(office, deal)
    changed(office, deal, "amount=5")
    written = changed(office, deal, clears=("amount",), force=True)
    assert written.notes == ("deal:1 (One) needs Amount (amount) while it is associated with company:1 (Acme)",)


def test_one_of_several_partners_is_enough(office):
    with pytest.raises(PartnerNeeded) as refusal:
        made(office, "visit", "name=First")
    assert refusal.value.message == "visit:1 (First) needs a contact or company"
    assert refusal.value.hint == "Associate it at once: --link contact:ID or --link company:ID; or add --force"
    person = made(office, "contact", "firstname=Ada")
    visit = made(office, "visit", "name=First", links=((company(1), None),))
    link(office, LinkRequest(visit, person))
    unlink(office, LinkRequest(visit, company(1)))
    with pytest.raises(StillNeeded, match=r"visit:1 \(First\) needs contact:1 \(Ada\), and would have none"):
        unlink(office, LinkRequest(visit, person))
    with pytest.raises(StillNeeded):
        delete(office, Targets((person,)))
    delete(office, Targets((visit, person)))


def test_a_part_has_exactly_one_parent(office):
    one, two = made(office, "deal", "name=One"), made(office, "deal", "name=Two")
    with pytest.raises(ParentNeeded) as refusal:
        made(office, "part", "name=Bolt")
    assert refusal.value.message == "part:1 (Bolt) needs one deal or tender that it belongs to"
    bolt = made(office, "part", "name=Bolt", links=((one, None),))
    with pytest.raises(TooMany, match="belongs to deal:1"):
        link(office, LinkRequest(two, bolt))
    with pytest.raises(StillNeeded):
        unlink(office, LinkRequest(bolt, one))
    assert link(office, LinkRequest(two, bolt, move=True)).notes[0] == "Bolt no longer belongs to One"
    assert linked(office, bolt, "deal") == [2]
    with pytest.raises(TooMany):
        made(office, "part", "name=Nut", links=((one, None), (two, None)))


def test_what_belongs_to_a_record_alone_goes_and_comes_with_it(office):
    deal = made(office, "deal", "name=One")
    tender = made(office, "tender", "name=First", links=((deal, None),))
    parts = [made(office, "part", f"name={name}", links=((tender, None),)) for name in ("Bolt", "Nut")]
    written = delete(office, Targets((tender,)))
    assert written.counts == {("tender", "deleted"): 1, ("part", "deleted"): 2}
    assert [office.store.count(name) for name in ("tender", "part")] == [0, 0]
    assert restore(office, [str(tender)]).counts == {("tender", "restored"): 1, ("part", "restored"): 2}
    assert [linked(office, part, "tender") for part in parts] == [[1], [1]]
    delete(office, Targets((tender,)))
    undo(office)
    assert [linked(office, part, "tender") for part in parts] == [[1], [1]]


def test_a_part_does_not_come_back_without_its_parent(office):
    deal = made(office, "deal", "name=One")
    part = made(office, "part", "name=Bolt", links=((deal, None),))
    delete(office, Targets((deal,)))
    with pytest.raises(ParentNeeded):
        restore(office, [str(part)])
    restore(office, [str(part), str(deal)])
    assert linked(office, part, "deal") == [1]


def test_a_tender_needs_its_deal(office):
    deal, other = made(office, "deal", "name=One"), made(office, "deal", "name=Two")
    with pytest.raises(PartnerNeeded, match=r"tender:1 \(First\) needs a deal"):
        made(office, "tender", "name=First")
    tender = made(office, "tender", "name=First", links=((deal, None),))
    with pytest.raises(StillNeeded) as refusal:
        delete(office, Targets((deal,)))
    assert refusal.value.message == "tender:1 (First) needs deal:1 (One), and would have none"
    link(office, LinkRequest(tender, other, move=True))
    delete(office, Targets((deal,)))
    with pytest.raises(StillNeeded):
        unlink(office, LinkRequest(tender, other))
    delete(office, Targets((tender, other)))


def test_force_leaves_a_record_without_what_it_needs_and_says_so(office):
    deal = made(office, "deal", "name=One")
    tender = made(office, "tender", "name=First", links=((deal, None),))
    written = unlink(office, LinkRequest(tender, deal, force=True))
    assert written.notes[-1] == "tender:1 (First) needs deal:1 (One), and would have none"
    made(office, "tender", "name=Second", force=True)
    with pytest.raises(TooMany):
        made(office, "tender", "name=Third", force=True, links=((deal, None), (made(office, "deal", "name=B"), None)))


def test_a_record_does_not_come_back_beside_what_took_its_place(office):
    parent(office, 1, 2)
    delete(office, Targets((company(1),)))
    parent(office, 3, 2)
    with pytest.raises(TooMany, match=r"company:2 \(Beta\) is Child Company of company:3 \(Cora\) already"):
        restore(office, ["company:1"])
    unlink(office, LinkRequest(company(3), company(2), "Parent Company"))
    restore(office, ["company:1"])
    assert association(office, company(1), company(2)).labels == ("Parent Company",)


def test_an_undo_brings_back_what_there_was_whatever_the_rules_say(office):
    parent(office, 1, 2)
    taken = unlink(office, LinkRequest(company(1), company(2)))
    parent(office, 3, 2)
    written = undo(office, taken.operation.id)
    assert written.notes == ("company:2 (Beta) is Child Company of company:3 (Cora) already",)
    assert linked(office, company(2), "company") == [1, 3]


def test_an_excess_that_was_there_before_the_rule_stays(office, tmp_path):
    schema = Path(office.root) / "schemas" / "company.yaml"
    schema.write_text("associations: {company: {labels: {Partner: {}}}}")
    office = reopened(tmp_path)
    link(office, LinkRequest(company(1), company(3), "Partner"))
    link(office, LinkRequest(company(2), company(3), "Partner"))
    schema.write_text(COMPANY)
    office = reopened(tmp_path)
    link(office, LinkRequest(company(4), company(3)))
    with pytest.raises(TooMany):
        link(office, LinkRequest(company(4), company(3), "Partner"))
    unlink(office, LinkRequest(company(1), company(3)))
    assert linked(office, company(3), "company") == [2, 4]


def test_a_primary_company_that_goes_leaves_none_until_a_person_says(office):
    ada = made(office, "contact", "firstname=Ada", links=((company(1), None), (company(2), None)))
    written = unlink(office, LinkRequest(ada, company(1)))
    assert (
        written.notes[-1] == "Ada has no primary company now; to give it one: crm label contact:1 company:2 --primary"
    )
    assert not association(office, ada, company(2)).primary
    link(office, LinkRequest(ada, company(3)))
    assert association(office, ada, company(3)).primary


def test_a_primary_company_that_is_deleted_makes_room_and_comes_back_as_any(office):
    ada = made(office, "contact", "firstname=Ada", links=((company(1), None),))
    delete(office, Targets((company(1),)))
    link(office, LinkRequest(ada, company(2)))
    assert association(office, ada, company(2)).primary
    restore(office, ["company:1"])
    assert [association(office, ada, company(n)).primary for n in (1, 2)] == [False, True]
