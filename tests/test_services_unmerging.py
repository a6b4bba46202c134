"""Unmerging: each record with its own; what came since stays with the survivor, or goes where it is said to belong."""

from __future__ import annotations

import json

import pytest

from crmcli.services.associations import LinkRequest, link
from crmcli.services.duplicates.judgements import DIFFERENT, judgements
from crmcli.services.history import record_history
from crmcli.services.merging.giving_back import NotGivenBack
from crmcli.services.merging.merged import SeveralMerged, merged_record, merged_records
from crmcli.services.merging.merging import merge
from crmcli.services.merging.plans import MergeRecords
from crmcli.services.merging.unmerging import (
    ABSORBED,
    SURVIVOR,
    ChangedSinceMerge,
    UnknownPreference,
    Unmerge,
    unmerge,
)
from crmcli.services.records import Targets, delete
from crmcli.services.references import Ref, resolve
from crmcli.services.timeline import TimelineRequest, timeline
from crmcli.services.undo import undo
from crmcli.store.doctor import examine
from crmcli.store.merging import NotMerged
from office import changed, later, made, make_office, reopened, values

ADA, KING = Ref("contact", 1), Ref("contact", 2)


@pytest.fixture
def office(tmp_path):
    """Two contacts that are one: the second has a phone and an e-mail that the first has not."""
    workspace = make_office(tmp_path)
    made(workspace, "contact", "firstname=Ada", "email=ada@x.example")
    made(workspace, "contact", "firstname=Augusta", "lastname=King", "email=king@x.example", "city=Ghent")
    merge(workspace, MergeRecords(ADA, (KING,)))
    return workspace


def test_each_record_has_its_own_again(office):
    written = unmerge(later(office), Unmerge(KING))
    assert written.counts == {("contact", "updated"): 1, ("contact", "unmerged"): 1, ("pair", "judged"): 1}
    assert written.notes == (
        "contact:1 and contact:2 are judged to be different, and proposed no more",
        "contact:2 (Augusta King) is a record of its own again",
    )
    assert {line.property: (line.old_text, line.new_text) for line in written.changes} == {
        "lastname": ("King", ""),
        "city": ("Ghent", ""),
        "hs_additional_emails": ("king@x.example", ""),
        "hs_merged_object_ids": ("contact:2", ""),
    }
    assert resolve(office, "contact:2") == resolve(office, "king@x.example") == KING
    with pytest.raises(NotMerged):
        unmerge(office, Unmerge(KING))


def test_what_nobody_else_said_stays_with_the_survivor(office):
    changed(later(office), ADA, "jobtitle=Analyst", "firstname=Ada Augusta")
    unmerge(office, Unmerge(KING))
    assert (values(office, ADA)["jobtitle"], values(office, ADA)["firstname"]) == ("Analyst", "Ada Augusta")


def test_what_came_from_the_merged_record_and_was_changed_since_is_asked_for(office):
    changed(later(office), ADA, "lastname=Lovelace")
    with pytest.raises(ChangedSinceMerge) as asked:
        unmerge(office, Unmerge(KING))
    assert asked.value.changes == ('Last Name, "King" then, is "Lovelace" now',)
    assert resolve(office, "contact:2") == ADA  # nothing was done
    with pytest.raises(UnknownPreference):
        unmerge(office, Unmerge(KING, "mine"))


@pytest.mark.parametrize(("prefer", "names"), [(SURVIVOR, ("Lovelace", "King")), (ABSORBED, (None, "Lovelace"))])
def test_a_preference_says_whose_it_is(office, prefer, names):
    changed(later(office), ADA, "lastname=Lovelace")
    unmerge(office, Unmerge(KING, prefer))
    assert (values(office, ADA).get("lastname"), values(office, KING)["lastname"]) == names


@pytest.mark.parametrize(
    ("prefer", "mails"), [(SURVIVOR, ("king@x.example", None)), (ABSORBED, (None, "king@x.example"))]
)
def test_a_key_that_the_survivor_was_given_since_is_one_record_s_only(office, prefer, mails):
    changed(later(office), ADA, "email=king@x.example")
    with pytest.raises(ChangedSinceMerge) as asked:
        unmerge(office, Unmerge(KING))
    assert 'Email "king@x.example", given to contact:1 since' in asked.value.changes
    unmerge(office, Unmerge(KING, prefer))
    assert (values(office, ADA).get("email"), values(office, KING).get("email")) == mails
    assert examine(office.store) == []


def test_of_several_values_those_that_came_go_and_those_that_were_added_stay(office):
    changed(later(office), ADA, "hs_additional_emails+=new@x.example")
    unmerge(office, Unmerge(KING))
    assert values(office, ADA)["hs_additional_emails"] == ["new@x.example"]


def test_what_is_named_is_given_back(office):
    deal = made(office, "deal", "dealname=D", "pipeline=default", "dealstage=appointmentscheduled")
    firm = made(office, "company", "name=Acme")
    link(office, LinkRequest(deal, ADA))
    link(office, LinkRequest(ADA, firm, "Billing Contact"))
    with pytest.raises(NotGivenBack):
        unmerge(office, Unmerge(KING, give_back=(KING,)))
    written = unmerge(office, Unmerge(KING, give_back=(firm,)))
    assert "company:1 belongs to contact:2 again" in written.notes
    assert [(a.other_object, a.other_id) for a in office.store.associations("contact", 1)] == [("deal", 1)]
    assert [(a.other_id, a.labels) for a in office.store.associations("contact", 2)] == [(1, ("Billing Contact",))]


def mail(workspace, ref, **addresses):
    """A mail that is on a record."""
    assignments = [f"hs_email_{name}_email={said}" for name, said in addresses.items()]
    return made(
        workspace, "email", "hs_timestamp=2026-03-01", "hs_email_direction=EMAIL", *assignments, links=((ref, None),)
    )


def on(workspace, ref):
    return {Ref(each.other_object, each.other_id) for each in workspace.store.associations(ref.object_name, ref.id)}


def test_the_two_are_proposed_no_more_until_that_is_undone(office):
    written = unmerge(later(office), Unmerge(KING))
    assert [(each.a, each.b, each.verdict) for each in judgements(office, "contact")] == [(ADA, KING, DIFFERENT)]
    undo(office, written.short_id)
    assert judgements(office, "contact") == ()


def test_what_came_through_its_e_mail_is_given_back(office):
    workspace = later(office)
    hers = mail(workspace, ADA, to="Augusta <King@X.example>")
    both = mail(workspace, ADA, to="king@x.example; ada@x.example")
    ours = mail(workspace, ADA, to="ada@x.example")
    note = made(workspace, "note", "hs_note_body=ask king@x.example", links=((ADA, None),))
    written = unmerge(workspace, Unmerge(KING))
    assert {"email:1 belongs to contact:2 again", "email:2 belongs to contact:2 too"} <= set(written.notes)
    assert on(workspace, KING) == {hers, both}
    assert on(workspace, ADA) == {both, ours, note}
    assert examine(workspace.store) == []


def test_what_was_on_the_survivor_before_stays(tmp_path):
    workspace = make_office(tmp_path)
    made(workspace, "contact", "firstname=Ada", "email=ada@x.example")
    made(workspace, "contact", "firstname=Augusta", "email=king@x.example")
    about = mail(workspace, ADA, to="king@x.example")
    merge(workspace, MergeRecords(ADA, (KING,)))
    unmerge(later(workspace), Unmerge(KING))
    assert on(workspace, ADA) == {about}


def test_an_unmerge_is_undone(office):
    before = values(office, ADA)
    written = unmerge(later(office), Unmerge(KING))
    undo(office, written.short_id)
    assert values(office, ADA) == before
    assert resolve(office, "contact:2") == ADA


def test_what_a_third_record_says_fills_the_blank_that_is_left(office):
    third = made(office, "contact", "firstname=A.", "lastname=Byron")
    merge(later(office), MergeRecords(ADA, (third,)))
    unmerge(office, Unmerge(KING))
    assert values(office, ADA)["lastname"] == "Byron"
    unmerge(office, Unmerge(third))
    assert "lastname" not in values(office, ADA)


def test_a_record_below_one_that_was_merged_itself_takes_its_values_out_of_both(office):
    top = made(office, "contact", "firstname=Countess")
    merge(later(office), MergeRecords(top, (ADA,)))
    assert values(office, top)["lastname"] == "King"
    unmerge(office, Unmerge(KING))
    assert "lastname" not in values(office, top)
    unmerge(office, Unmerge(ADA))
    assert "lastname" not in values(office, ADA)
    assert values(office, top)["firstname"] == "Countess"


def test_a_taken_value_goes_with_its_record_and_a_given_one_stays_to_the_last(office):
    third = made(office, "contact", "firstname=A.", "jobtitle=Boss", "industry=Mathematics")
    fourth = made(office, "contact", "firstname=B.", "jobtitle=Clerk", "industry=Poetry")
    unmerge(office, Unmerge(KING))
    request = MergeRecords(ADA, (third, fourth), {"jobtitle": third}, {"industry": "Engines"})
    merge(later(office), request)
    assert (values(office, ADA)["jobtitle"], values(office, ADA)["industry"]) == ("Boss", "Engines")
    unmerge(office, Unmerge(third))
    assert ("jobtitle" in values(office, ADA), values(office, ADA)["industry"]) == (False, "Engines")
    unmerge(office, Unmerge(fourth))
    assert values(office, ADA).keys() & {"jobtitle", "industry"} == set()


def test_it_comes_back_though_its_survivor_was_deleted(office):
    delete(later(office), Targets((ADA,)))
    unmerge(office, Unmerge(KING))
    assert values(office, KING)["lastname"] == "King"


def test_a_merged_record_is_found_by_its_own_reference_or_as_the_only_one(office):
    def find(text):
        return resolve(office, text)

    assert merged_record(office, "contact:2", find) == merged_record(office, "king@x.example", find) == KING
    assert [(each.ref, each.title, each.into) for each in merged_records(office, ADA)] == [(KING, "Augusta King", ADA)]
    third = made(office, "contact", "firstname=A.")
    with pytest.raises(NotMerged):
        merged_record(office, "contact:3", find)
    merge(later(office), MergeRecords(ADA, (third,)))
    with pytest.raises(SeveralMerged, match="2 records were merged into contact:1"):
        merged_record(office, "contact:1", find)


def test_the_history_of_both_tells_of_it(office):
    assert [line.note for line in record_history(office, ADA) if line.event == "merged with"] == [
        "Augusta King (contact:2)"
    ]
    unmerge(later(office), Unmerge(KING))
    events = [line.event for line in record_history(office, KING)]
    assert events == ["created", "merged into", "unmerged from", "judged"]


def test_the_timeline_tells_of_it_among_the_changes(office):
    merge(later(office), MergeRecords(ADA, (made(office, "contact", "firstname=A."),)))
    unmerge(later(office, minutes=2), Unmerge(KING))
    told = [entry.title for entry in timeline(office, TimelineRequest(ADA, changes=True)).past]
    assert told[:2] == ["Parted from Augusta King (contact:2)", "Merged with A. (contact:3)"]


def edit(office, change):
    """Change the contacts' file by hand."""
    path = f"{office.root}/data/contact/00000.json"
    with open(path, encoding="utf-8") as file:
        tables = json.load(file)
    change(tables)
    with open(path, "w", encoding="utf-8") as file:
        json.dump(tables, file, indent=2)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            lambda tables: tables["tombstones"]["2"].update(into=9),
            "contact:2 was merged into contact:9, and there is none",
        ),
        (
            lambda tables: (
                tables["tombstones"].update({"3": {**tables["tombstones"]["2"], "into": 2, "record": {}}})
                or tables["tombstones"]["2"].update(into=3)
            ),
            "contact:2 was merged into a record that was merged into it",
        ),
        (
            lambda tables: tables["contact"].update({"3": {"email": "king@x.example"}}),
            'contact:3 and contact:2, which is merged, share Email "king@x.example"',
        ),
    ],
)
def test_doctor_names_merges_that_an_edit_made_impossible_and_unmerging_mends_them(office, tmp_path, change, said):
    edit(office, lambda tables: tables["contact"]["1"].pop("hs_additional_emails"))
    edit(office, change)
    office = reopened(tmp_path)
    assert said in [problem.message for problem in examine(office.store)]
    edit(office, lambda tables: tables["contact"].pop("3", None))
    office = reopened(tmp_path)
    unmerge(office, Unmerge(KING, SURVIVOR))
    assert values(office, KING)["lastname"] == "King"
