"""Merging: which value stays, what follows, what is refused; and what a merged record's reference and keys lead to."""

from __future__ import annotations

import pytest

from crmcli.services.associations import LinkRequest, link, unlink
from crmcli.services.importing.imports import ImportRequest, import_file
from crmcli.services.keys import KeyHeld
from crmcli.services.merging.asked import TakeSyntax, asked_values, merge_refs, taken_from
from crmcli.services.merging.merging import merge, merge_all
from crmcli.services.merging.plans import MergeRecords, plan_merge
from crmcli.services.merging.refusals import (
    DifferentObjects,
    DifferentPipelines,
    InTwoGroups,
    MergedAlready,
    MergedWithItself,
    NotTaken,
    RelatedRecords,
)
from crmcli.services.records import Targets, delete, restore
from crmcli.services.references import Ref, UnknownReference, resolve
from crmcli.services.undo import LaterChanges, undo
from crmcli.store.doctor import examine
from office import changed, later, made, make_office, reopened, values


@pytest.fixture
def office(tmp_path):
    return make_office(tmp_path)


def merged(workspace, keep, *others, **more):
    """Merge records and give what the kept one holds."""
    merge(workspace, MergeRecords(keep, others, **more))
    return values(workspace, keep)


def why(workspace, keep, *others, **more):
    """What a plan says of each property: its value, whose it is, and why."""
    plan = plan_merge(workspace, MergeRecords(keep, others, **more))
    return {each.property: (each.value, str(each.source or ""), each.why) for each in plan.choices}


def test_the_kept_record_s_values_stay_and_others_fill_its_blanks(office):
    ada = made(office, "contact", "firstname=Ada", "jobtitle=Analyst")
    other = made(office, "contact", "firstname=Augusta", "lastname=King", "jobtitle=Countess")
    assert why(office, ada, other) == {
        "firstname": ("Ada", "contact:1", "the kept record's"),
        "lastname": ("King", "contact:2", "it was blank"),
        "jobtitle": ("Analyst", "contact:1", "the kept record's"),
    }
    plan = plan_merge(office, MergeRecords(ada, (other,)))
    assert [each.property for each in plan.conflicts] == ["firstname", "jobtitle"]
    found = merged(office, ada, other)
    assert (found["firstname"], found["lastname"], found["jobtitle"]) == ("Ada", "King", "Analyst")
    assert found["hs_merged_object_ids"] == ["contact:2"]


def test_of_several_others_the_one_with_the_lowest_id_fills_a_blank(office):
    said = (["firstname=A"], ["firstname=B", "city=Lier"], ["firstname=C", "city=Ghent"])
    refs = [made(office, "contact", *each) for each in said]
    assert merged(office, refs[0], refs[2], refs[1])["city"] == "Lier"


def test_the_rules_of_the_schema_choose(office):
    one = made(office, "contact", "firstname=A", "lifecyclestage=lead")
    two = made(office, "contact", "firstname=B", "lifecyclestage=customer")
    with office.store.write(office.intent()) as change:
        change.set("contact", 1, {"createdate": "2024-05-01T00:00:00Z", "num_conversion_events": 2})
        change.set("contact", 2, {"createdate": "2021-05-01T00:00:00Z", "num_conversion_events": 3})
        change.commit()
    found = merged(office, one, two)
    assert (found["lifecyclestage"], found["num_conversion_events"]) == ("customer", 5)
    assert found["createdate"] == "2021-05-01T00:00:00Z"


def test_latest_and_longest_choose_where_a_workspace_says_so(office, tmp_path):
    (tmp_path / "office" / "schemas").mkdir(exist_ok=True)
    (tmp_path / "office" / "schemas" / "contact.yaml").write_text(
        "survivorship:\n  rules: {jobtitle: latest, salutation: longest, company: kept}\n", encoding="utf-8"
    )
    office = reopened(tmp_path)
    one = made(office, "contact", "firstname=A", "jobtitle=Analyst", "salutation=Ms")
    two = made(office, "contact", "firstname=B", "jobtitle=Boss", "salutation=Prof. Dr", "company=Acme")
    changed(later(office), two, "jobtitle=Director")
    found = why(office, one, two)
    assert found["jobtitle"] == ("Director", "contact:2", "it was set last")
    assert found["salutation"] == ("Prof. Dr", "contact:2", "the longest")
    assert "company" not in merged(office, one, two)


def test_an_address_moves_as_a_whole(office):
    one = made(office, "company", "name=A", "city=Ghent")
    two = made(office, "company", "name=B", "city=Lier", "zip=2500", "country=Belgium")
    assert "zip" not in merged(office, one, two)
    three = made(office, "company", "name=C", "city=Ghent", "zip=9000", "country=Belgium")
    found = merged(office, one, three)
    assert (found["city"], found["zip"], found["country"]) == ("Ghent", "9000", "Belgium")


def test_a_taken_address_is_taken_as_a_whole_and_a_given_value_wins(office):
    one = made(office, "contact", "firstname=A", "city=Ghent", "jobtitle=Analyst")
    two = made(office, "contact", "firstname=B", "city=Lier", "zip=2500", "jobtitle=Boss")
    found = merged(office, one, two, take={"city": two}, values={"jobtitle": "Director"})
    assert (found["city"], found["zip"], found["jobtitle"]) == ("Lier", "2500", "Director")


def test_every_e_mail_is_kept_and_finds_the_record(office):
    one = made(office, "contact", "email=a@x.example", "hs_additional_emails=c@x.example")
    two = made(office, "contact", "email=b@x.example", "hs_additional_emails=d@x.example")
    found = merged(office, one, two, take={"email": two})
    assert found["email"] == "b@x.example"
    assert found["hs_additional_emails"] == ["c@x.example", "d@x.example", "a@x.example"]
    assert {resolve(office, f"{letter}@x.example") for letter in "abcd"} == {one}
    assert resolve(office, "contact:2") == one


def test_a_key_of_a_merged_record_is_nobody_else_s(office):
    one, two = made(office, "contact", "firstname=A"), made(office, "contact", "email=b@x.example", "firstname=B")
    merged(office, one, two)
    changed(office, one, "email=new@x.example")
    with pytest.raises(KeyHeld) as refused:
        made(office, "contact", "email=B@x.example")
    assert refused.value.holder == one
    changed(office, one, "email=b@x.example")  # but its survivor may have it


def test_keys_of_what_was_merged_into_a_deleted_record_are_free_and_then_in_its_way(office):
    one, two = made(office, "contact", "firstname=A"), made(office, "contact", "email=b@x.example", "firstname=B")
    merged(office, one, two)
    delete(office, Targets((one,)))
    with pytest.raises(UnknownReference, match="contact:1 was deleted"):
        resolve(office, "contact:2")
    three = made(office, "contact", "email=b@x.example")
    assert examine(office.store) == []
    with pytest.raises(KeyHeld):
        restore(office, ["contact:1"])
    delete(office, Targets((three,)))
    restore(office, ["contact:1"])
    assert resolve(office, "b@x.example") == one


def test_associations_are_united_with_their_labels_and_the_primary_company_stays(office):
    one, two = made(office, "contact", "firstname=A"), made(office, "contact", "firstname=B")
    acme, bolt = made(office, "company", "name=Acme"), made(office, "company", "name=Bolt")
    deal = made(office, "deal", "dealname=D", "pipeline=default", "dealstage=appointmentscheduled")
    link(office, LinkRequest(one, acme))
    link(office, LinkRequest(two, bolt))
    link(office, LinkRequest(two, acme, "Billing Contact"))
    link(office, LinkRequest(deal, two))
    link(office, LinkRequest(one, two, "Manager"))
    assert plan_merge(office, MergeRecords(one, (two,))).associations == {"company": 1, "deal": 1}
    merged(office, one, two)
    found = {(a.other_object, a.other_id): (a.labels, a.primary) for a in office.store.associations("contact", 1)}
    assert found == {
        ("company", 1): (("Billing Contact",), True),
        ("company", 2): ((), False),
        ("deal", 1): ((), False),
    }


def test_an_association_by_a_merged_record_s_name_is_changed_by_the_survivor_s(office):
    one, two = made(office, "company", "name=A"), made(office, "company", "name=B")
    ada = made(office, "contact", "firstname=Ada", links=((two, None),))
    merged(office, one, two)
    link(office, LinkRequest(ada, one, "Billing Contact"))
    (found,) = office.store.associations("contact", 1)
    assert (found.other_id, found.labels, found.primary) == (1, ("Billing Contact",), True)
    unlink(office, LinkRequest(ada, one, "Billing Contact"))
    assert office.store.associations("contact", 1)[0].labels == ()
    unlink(office, LinkRequest(ada, one))
    assert office.store.associations("contact", 1) == []


def test_a_second_company_does_not_become_primary_beside_a_merged_one(office):
    one, two, three = (made(office, "company", f"name={name}") for name in "ABC")
    ada = made(office, "contact", "firstname=Ada", links=((two, None),))
    merged(office, one, two)
    link(office, LinkRequest(ada, three))
    assert [(a.other_id, a.primary) for a in office.store.associations("contact", 1)] == [(1, True), (3, False)]


def test_what_cannot_be_merged_is_refused(office):
    one, two = made(office, "contact", "firstname=A"), made(office, "contact", "firstname=B")
    acme = made(office, "company", "name=Acme")
    for others, refusal in [
        ((one,), MergedWithItself),
        ((two, two), MergedWithItself),
        ((acme,), DifferentObjects),
        ((Ref("contact", 9),), UnknownReference),
    ]:
        with pytest.raises(refusal):
            plan_merge(office, MergeRecords(one, others))
    with pytest.raises(NotTaken):
        plan_merge(office, MergeRecords(one, (two,), {"city": Ref("contact", 9)}))
    merged(office, one, two)
    with pytest.raises(MergedAlready, match="contact:2 is merged into contact:1 already"):
        plan_merge(office, MergeRecords(made(office, "contact", "firstname=C"), (two,)))


def test_deals_of_different_pipelines_are_refused(office, tmp_path):
    (tmp_path / "office" / "schemas").mkdir(exist_ok=True)
    (tmp_path / "office" / "schemas" / "deal.yaml").write_text(
        "pipelines:\n  renewals: {label: Renewals, stages: {due: Due, done: {label: Done, probability: 1}}}\n",
        encoding="utf-8",
    )
    office = reopened(tmp_path)
    one = made(office, "deal", "dealname=A", "pipeline=default", "dealstage=appointmentscheduled")
    two = made(office, "deal", "dealname=B", "pipeline=renewals", "dealstage=due")
    with pytest.raises(DifferentPipelines, match=r"deal:1 is in the pipeline .* and deal:2 in Renewals"):
        plan_merge(office, MergeRecords(one, (two,)))


def test_a_company_and_one_above_it_are_refused(office):
    refs = [made(office, "company", f"name={name}") for name in "ABC"]
    link(office, LinkRequest(refs[0], refs[1], "Parent Company"))
    link(office, LinkRequest(refs[1], refs[2], "Parent Company"))
    with pytest.raises(RelatedRecords, match="company:1 is Parent Company of company:2, so"):
        plan_merge(office, MergeRecords(refs[1], (refs[0],)))
    with pytest.raises(RelatedRecords, match="company:1 is Parent Company of company:3, by others between them"):
        plan_merge(office, MergeRecords(refs[0], (refs[2],)))


def test_many_groups_are_one_operation_or_none(office):
    refs = [made(office, "contact", f"firstname={name}") for name in "ABCDE"]
    with pytest.raises(InTwoGroups):
        merge_all(office, [MergeRecords(refs[0], (refs[1],)), MergeRecords(refs[2], (refs[1],))])
    written = merge_all(office, [MergeRecords(refs[0], (refs[1],)), MergeRecords(refs[2], (refs[3], refs[4]))])
    assert written.counts["contact", "merged"] == 3
    assert [resolve(office, f"contact:{i}").id for i in range(1, 6)] == [1, 1, 3, 3, 3]
    undo(office, written.short_id)
    assert [resolve(office, f"contact:{i}").id for i in range(1, 6)] == [1, 2, 3, 4, 5]


def test_a_dry_run_merges_nothing(office):
    one, two = made(office, "contact", "firstname=A"), made(office, "contact", "firstname=B")
    written = merge(office, MergeRecords(one, (two,)), dry_run=True)
    assert written.counts["contact", "merged"] == 1
    assert resolve(office, "contact:2") == two


def test_undoing_a_merge_whose_survivor_was_changed_since_is_refused(office):
    one, two = made(office, "contact", "firstname=A"), made(office, "contact", "lastname=King", "firstname=B")
    written = merge(office, MergeRecords(one, (two,)))
    changed(later(office), one, "lastname=Lovelace")
    with pytest.raises(LaterChanges):
        undo(office, written.short_id)


def test_an_import_finds_a_merged_record_by_its_id_and_its_keys(office, tmp_path):
    one = made(office, "contact", "firstname=A")
    two = made(office, "contact", "firstname=B", "email=b@x.example")
    merged(office, one, two)
    for heading, value in (("Email", "b@x.example"), ("id", "contact:2")):
        (tmp_path / "people.csv").write_text(f"{heading},City\n{value},{heading}\n", encoding="utf-8")
        import_file(office, ImportRequest("contact", str(tmp_path / "people.csv")))
        assert values(office, one)["city"] == heading
    assert office.store.count("contact") == 1


def test_an_import_by_a_merged_record_s_own_number_leaves_the_kept_one_s(office, tmp_path):
    (tmp_path / "office" / "schemas").mkdir(exist_ok=True)
    path = tmp_path / "office" / "schemas" / "contact.yaml"
    badge = "{label: Badge, type: string, fieldType: text, unique: true}"
    path.write_text(f"groups:\n  contact_information:\n    properties:\n      badge: {badge}\n", encoding="utf-8")
    office = reopened(tmp_path)
    one, two = (made(office, "contact", f"firstname={name}", f"badge={name}") for name in ("A", "B"))
    merged(office, one, two)
    (tmp_path / "people.csv").write_text("badge,City\nB,Delft\n", encoding="utf-8")
    import_file(office, ImportRequest("contact", str(tmp_path / "people.csv")))
    assert (values(office, one)["badge"], values(office, one)["city"]) == ("A", "Delft")


def test_what_is_asked_is_read_as_typed(office):
    one, two = made(office, "contact", "firstname=A"), made(office, "contact", "firstname=B")

    def find(text):
        return resolve(office, text)

    contact = office.model.objects["contact"]
    assert merge_refs(["contact:1", "contact:2"], find) == (one, two)
    assert taken_from(contact, ["Job Title=contact:2"], find) == {"jobtitle": two}
    assert asked_values(office, contact, ["jobtitle=Boss"]) == {"jobtitle": "Boss"}
    with pytest.raises(TakeSyntax):
        taken_from(contact, ["jobtitle"], find)
    with pytest.raises(MergedWithItself):
        merge_refs(["contact:1", "contact:1"], find)
    merged(office, one, two)
    with pytest.raises(MergedAlready):
        merge_refs(["contact:1", "contact:2"], find)
