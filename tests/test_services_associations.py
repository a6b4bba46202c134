"""Associations of records, read from both ends."""

from __future__ import annotations

import pytest

from crmcli.services.associations import LinkRequest, NoPrimary, NotAssociated, association, label, link, unlink
from crmcli.services.references import Ref
from crmcli.store.linking import UnknownLabel, WithItself
from office import made, make_office

ADA, BEN, ACME, ZETA = Ref("contact", 1), Ref("contact", 2), Ref("company", 1), Ref("company", 2)


@pytest.fixture
def office(tmp_path):
    workspace = make_office(tmp_path)
    for name in ("Ada King", "Ben Bell"):
        made(workspace, "contact", f"name={name}")
    for name in ("Acme", "Zeta"):
        made(workspace, "company", f"name={name}")
    return workspace


def test_a_paired_label_reads_from_both_ends(office):
    written = link(office, LinkRequest(ADA, BEN, "manager"))
    assert written.notes == ("Ada King is Manager of Ben Bell", "Ben Bell is Employee of Ada King")
    assert written.refs == (ADA, BEN)
    assert association(office, ADA, BEN).labels == ("Manager",)
    assert association(office, BEN, ADA).labels == ("Employee",)


def test_the_other_word_of_a_pair_turns_it_round(office):
    assert link(office, LinkRequest(ADA, BEN, "Employee")).notes[0] == "Ada King is Employee of Ben Bell"
    assert association(office, BEN, ADA).labels == ("Manager",)


def test_the_first_company_is_primary_and_a_later_one_only_when_asked(office):
    assert link(office, LinkRequest(ADA, ACME)).notes == (
        "Ada King and Acme are associated",
        "Acme is the primary company of Ada King",
    )
    assert link(office, LinkRequest(ZETA, ADA)).notes == ("Zeta and Ada King are associated",)
    assert [association(office, ADA, other).primary for other in (ACME, ZETA)] == [True, False]
    written = link(office, LinkRequest(ZETA, ADA, primary=True))
    assert written.notes[-1] == "Zeta is the primary company of Ada King"
    assert [association(office, ADA, other).primary for other in (ACME, ZETA)] == [False, True]


def test_associating_again_writes_nothing(office):
    link(office, LinkRequest(ADA, ACME))
    assert link(office, LinkRequest(ACME, ADA)).operation is None


def test_a_label_needs_an_association(office):
    with pytest.raises(NotAssociated) as refusal:
        label(office, LinkRequest(ADA, BEN, "Manager"))
    assert refusal.value.hint == 'Associate them: crm link contact:1 contact:2 --label "Manager"'
    link(office, LinkRequest(ADA, BEN))
    label(office, LinkRequest(ADA, BEN, "Manager"))
    assert association(office, ADA, BEN).labels == ("Manager",)


def test_unlinking_takes_the_label_or_the_association(office):
    link(office, LinkRequest(ADA, BEN, "Manager"))
    written = unlink(office, LinkRequest(ADA, BEN, "Manager"))
    assert written.notes == ("Ada King is no longer Manager of Ben Bell",)
    assert association(office, ADA, BEN).labels == ()
    assert unlink(office, LinkRequest(BEN, ADA)).notes == ("Ben Bell and Ada King are no longer associated",)
    assert association(office, ADA, BEN) is None


def test_what_is_not_there_cannot_be_taken_away(office):
    with pytest.raises(NotAssociated, match=r"are not associated$"):
        unlink(office, LinkRequest(ADA, BEN))
    link(office, LinkRequest(ADA, BEN, "Manager"))
    with pytest.raises(NotAssociated, match='are not associated as "Employee"'):
        unlink(office, LinkRequest(ADA, BEN, "Employee"))
    assert association(office, ADA, BEN).labels == ("Manager",)


def test_what_makes_no_sense_is_refused(office):
    with pytest.raises(WithItself):
        link(office, LinkRequest(ADA, ADA))
    with pytest.raises(UnknownLabel, match="Butler"):
        link(office, LinkRequest(ADA, BEN, "Butler"))
    with pytest.raises(NoPrimary):
        link(office, LinkRequest(ADA, BEN, primary=True))


def test_a_dry_run_changes_nothing(office):
    written = link(office, LinkRequest(ADA, ACME, dry_run=True))
    assert written.counts == {("association", "linked"): 1}
    assert association(office, ADA, ACME) is None


def test_labels_from_either_end_are_one_association(office):
    link(office, LinkRequest(ADA, BEN))
    link(office, LinkRequest(BEN, ADA, "Manager"))
    link(office, LinkRequest(ADA, BEN, "Manager"))
    assert association(office, ADA, BEN).labels == ("Manager", "Employee")
    assert len(office.store.associations("contact", 1)) == 1
    unlink(office, LinkRequest(ADA, BEN))
    assert association(office, ADA, BEN) is None
    assert association(office, BEN, ADA) is None
