"""Merging duplicates that nobody looks at one by one: those that are sure, and plans that are edited."""

from __future__ import annotations

import json

import pytest

from crmcli.services.associations import LinkRequest, link
from crmcli.services.duplicates.finding import FindDuplicates, find
from crmcli.services.duplicates.judgements import SAME, UNSURE, judge, judgements
from crmcli.services.duplicates.plans import BadGroup, apply_plan, save_plan
from crmcli.services.duplicates.proposals import merge_sure
from crmcli.services.merging.refusals import InTwoGroups
from crmcli.services.plans import BadPlan, PlanExists, PlanNotWritten, PlanOutdated, read_plan
from crmcli.services.records import Targets, delete
from crmcli.services.references import Ref, by_id
from crmcli.services.undo import undo
from office import changed, made, make_office, values

ADA, BYRON, KING, GRACE, HOPPER, ALAN = (Ref("contact", number) for number in range(1, 7))


@pytest.fixture
def office(tmp_path):
    """Three records of Ada and two of Grace, which somebody says are the same, and one of Alan."""
    workspace = make_office(tmp_path)
    made(workspace, "contact", "firstname=Ada", "lastname=Byron", "email=ada@example.com", "jobtitle=Analyst")
    made(workspace, "contact", "firstname=Ada", "lastname=Byron", "phone=+31612345678")
    made(workspace, "contact", "firstname=Ada", "lastname=King", "email=ada@king.nl", "city=London")
    made(workspace, "contact", "firstname=Grace", "lastname=Hopper", "email=grace@navy.example")
    made(workspace, "contact", "firstname=G.", "lastname=Hopper", "jobtitle=Admiral")
    made(workspace, "contact", "firstname=Alan", "lastname=Turing")
    judge(workspace, [ADA, BYRON, KING], SAME)
    judge(workspace, [GRACE, HOPPER], SAME)
    return workspace


@pytest.fixture
def path(tmp_path):
    return str(tmp_path / "plan.json")


def found(workspace):
    return find(workspace, FindDuplicates("contact", minimum=0.5))


def planned(workspace, path):
    """Keep a plan and give what stands in its file."""
    save_plan(workspace, found(workspace), path)
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def edited(path, plan):
    with open(path, "w", encoding="utf-8") as file:
        json.dump(plan, file)
    return read_plan(path)


def of(plan, keep):
    """The group of a plan with a record that is kept."""
    return next(group for group in plan["groups"] if group["keep"] == str(keep))


def stands_for(workspace, ref):
    return by_id(workspace, workspace.model.objects[ref.object_name], ref.id)


def test_a_plan_says_what_would_be_merged_and_what_comes_of_it(office, path):
    plan = planned(office, path)
    assert (plan["plan"], plan["object"], len(plan["groups"])) == ("merge", "contact", 2)
    group = of(plan, ADA)
    assert (group["decision"], group["merge"]) == ("merge", ["contact:2", "contact:3"])
    assert group["values"]["lastname"] == "Byron"
    assert group["values"]["hs_additional_emails"] == ["ada@king.nl"]
    assert group["records"]["contact:2"]["phone"] == "+31612345678"
    assert any("same first name" in reason for reason in group["reasons"])


def test_a_plan_is_done_in_one_operation_that_is_undone_as_one(office, path):
    before = {record.id: record.values for record in office.store.stream("contact")}
    planned(office, path)
    written = apply_plan(office, read_plan(path))
    assert written.counts["contact", "merged"] == 3
    assert stands_for(office, KING) == ADA
    assert values(office, ADA)["phone"] == "+31612345678"
    undo(office, written.operation.id)
    assert {record.id: record.values for record in office.store.stream("contact")} == before


def test_a_dry_run_of_a_plan_merges_nothing(office, path):
    planned(office, path)
    written = apply_plan(office, read_plan(path), dry_run=True)
    assert (written.operation, written.counts["contact", "merged"]) == (None, 3)
    assert office.store.count("contact") == 6


def test_values_of_a_plan_can_be_others(office, path):
    plan = planned(office, path)
    of(plan, ADA)["values"] |= {"lastname": "Lovelace", "city": None, "jobtitle": "Countess", "state": "Kent"}
    apply_plan(office, edited(path, plan))
    merged = values(office, ADA)
    assert (merged["lastname"], merged["jobtitle"], merged["state"]) == ("Lovelace", "Countess", "Kent")
    assert "city" not in merged


def test_another_record_can_be_kept_and_one_left_out(office, path):
    plan = planned(office, path)
    of(plan, ADA).update(keep="contact:3", merge=["contact:1"], values={})
    apply_plan(office, edited(path, plan))
    assert stands_for(office, ADA) == KING
    assert stands_for(office, BYRON) == BYRON
    assert values(office, KING)["email"] == "ada@king.nl"


def test_what_a_plan_judges_is_kept_with_the_merges(office, path):
    plan = planned(office, path)
    of(plan, GRACE)["decision"] = "different"
    written = apply_plan(office, edited(path, plan))
    assert written.counts["pair", "judged"] == 1
    said = {(each.a, each.b): each.verdict for each in judgements(office, "contact")}
    assert said == {(GRACE, HOPPER): "different"}
    assert [group.refs for group in found(office).groups] == []


def test_what_is_skipped_stays(office, path):
    plan = planned(office, path)
    for group in plan["groups"]:
        group["decision"] = "skip"
    assert apply_plan(office, edited(path, plan)).operation is None


@pytest.mark.parametrize("change", ["value", "gone", "merged"])
def test_a_plan_of_records_that_changed_is_refused_whole(office, path, change):
    planned(office, path)
    if change == "value":
        changed(office, BYRON, "city=Paris")
    elif change == "gone":
        delete(office, Targets((BYRON,)))
    else:
        apply_plan(office, read_plan(path))
    count = office.store.count("contact")
    with pytest.raises(PlanOutdated, match=r"contact:[12] .*not what it says: the CRM has changed: 1 operation since"):
        apply_plan(office, read_plan(path))
    assert office.store.count("contact") == count


def test_a_change_of_what_a_plan_leaves_alone_does_not_matter(office, path):
    plan = planned(office, path)
    of(plan, GRACE)["decision"] = "skip"
    changed(office, GRACE, "city=Arlington")
    changed(office, ALAN, "city=Bletchley")
    assert apply_plan(office, edited(path, plan)).counts["contact", "merged"] == 2


def test_a_record_in_two_groups_is_refused(office, path):
    plan = planned(office, path)
    of(plan, GRACE)["merge"].append("contact:1")
    of(plan, GRACE)["records"] |= of(plan, ADA)["records"]
    with pytest.raises(InTwoGroups):
        apply_plan(office, edited(path, plan))


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        ({"decision": "maybe"}, 'group 1: "maybe" is none of merge, same, different, unsure, skip'),
        ({"keep": "deal:1"}, 'group 1: "deal:1" is no record of contacts'),
        ({"keep": "contact:99999999999999999999"}, 'group 1: "contact:99999999999999999999" is no record of contacts'),
        ({"keep": "contact:6"}, 'group 1: contact:6 is not among its "records"'),
        ({"values": {"shoesize": 42}}, 'group 1: there is no property "shoesize"'),
        ({"values": {"email": "no address"}}, 'group 1: email: "no address" is not an e-mail address'),
        ({"values": {"lifecyclestage": ["lead"]}}, "group 1: lifecyclestage: "),
        ({"merge": 3}, "group 1: it does not read as one"),
        ({"records": []}, "group 1: it does not read as one"),
    ],
)
def test_a_group_that_cannot_be_read_is_named(office, path, edit, why):
    plan = planned(office, path)
    plan["groups"][0] |= edit
    with pytest.raises(BadGroup) as refusal:
        apply_plan(office, edited(path, plan))
    assert why in refusal.value.message


@pytest.mark.parametrize("edit", [{"groups": 3}, {"object": "unicorn"}, {"object": None}])
def test_what_is_no_plan_of_merges(office, path, edit):
    with pytest.raises(BadPlan):
        apply_plan(office, edited(path, planned(office, path) | edit))


def test_a_plan_takes_the_place_of_no_other_file(office, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(PlanExists):
        save_plan(office, found(office), str(tmp_path / "notes.txt"))


def test_a_plan_that_cannot_be_written_is_refused(office, tmp_path):
    with pytest.raises(PlanNotWritten, match="no such file"):
        save_plan(office, found(office), str(tmp_path / "nowhere" / "plan.json"))


def test_what_cannot_be_merged_is_planned_to_be_skipped(tmp_path, path):
    workspace = make_office(tmp_path)
    for name in ("Acme", "Acme Ltd"):
        made(workspace, "company", f"name={name}", "city=Delft")
    acme, limited = Ref("company", 1), Ref("company", 2)
    judge(workspace, [acme, limited], SAME)
    link(workspace, LinkRequest(acme, limited, "Parent Company"))
    save_plan(workspace, find(workspace, FindDuplicates("company", minimum=0.5)), path)
    [group] = read_plan(path).content["groups"]
    assert group["decision"] == "skip"
    assert "is Parent Company of" in group["refused"]
    assert apply_plan(workspace, read_plan(path)).operation is None


def test_what_rules_of_associations_keep_apart_is_left_and_the_others_are_merged(tmp_path, path):
    workspace = make_office(tmp_path)
    for name in ("Acme", "Acme", "Mill", "Mill", "One", "Two"):
        made(workspace, "company", f"name={name}")
    acme, other, mill, again, one, two = (Ref("company", number) for number in range(1, 7))
    judge(workspace, [acme, other], SAME)
    judge(workspace, [mill, again], SAME)
    link(workspace, LinkRequest(one, acme, "Parent Company"))
    link(workspace, LinkRequest(two, other, "Parent Company"))
    duplicates = find(workspace, FindDuplicates("company", minimum=0.999))
    save_plan(workspace, duplicates, path)
    assert {group["keep"]: group["decision"] for group in read_plan(path).content["groups"]} == {
        "company:1": "skip",
        "company:3": "merge",
    }
    done = merge_sure(workspace, duplicates, 0.999)
    assert [each.refs for each in done.left] == [(acme, other)]
    assert done.left[0].left == "company:1 (Acme) is Child Company of company:5 (One) already"
    assert stands_for(workspace, again) == mill


def test_what_is_sure_is_merged_in_one_operation(office):
    done = merge_sure(office, found(office), 0.999)
    assert (done.left, done.less_sure) == ((), 0)
    assert done.written.counts["contact", "merged"] == 3
    assert office.store.count("contact") == 3


def test_what_is_less_sure_is_left(office):
    judge(office, [ADA, BYRON], UNSURE)
    done = merge_sure(office, found(office), 0.999)
    assert [(each.refs, each.left) for each in done.left] == [((ADA, BYRON, KING), "somebody was unsure of it")]
    assert stands_for(office, HOPPER) == GRACE
    assert office.store.count("contact") == 5


def test_what_no_one_has_two_of_is_not_merged_unseen(office):
    changed(office, ADA, "date_of_birth=1815-12-10")
    changed(office, KING, "date_of_birth=1816-12-10")
    done = merge_sure(office, found(office), 0.999, dry_run=True)
    assert [each.left for each in done.left] == ["other date of birth"]
    assert done.written.counts["contact", "merged"] == 1


def test_two_addresses_are_no_conflict(office):
    assert merge_sure(office, found(office), 0.999, dry_run=True).left == ()
