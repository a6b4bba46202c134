"""Allowing associations, and making and removing labels, in the workspace's schemas."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmcli.model.matrix import Cell
from crmcli.render.schema_text import with_entry, without_entry
from crmcli.services.association_schema import (
    BadLabel,
    LabelInUse,
    LabelTaken,
    NewAssociation,
    NewLabel,
    NoSuchLabel,
    add_label,
    allow,
    association_lines,
    label_rules,
    remove_label,
    rules_of,
)
from crmcli.services.associations import LinkRequest, link, unlink
from crmcli.services.undo import undo
from crmcli.store.linking import NoAssociation
from office import made, make_office, reopened


@pytest.fixture
def office(tmp_path):
    return make_office(tmp_path)


def overlay(office, name):
    path = Path(office.root) / "schemas" / f"{name}.yaml"
    return path.read_text() if path.exists() else None


def test_a_guessed_no_is_refused_with_the_command_that_allows_it(office, tmp_path):
    lead, item = (
        made(office, "contact", "firstname=Ada"),
        made(office, "marketing_event", "hs_event_name=Fair", force=True),
    )
    company = made(office, "company", "name=Acme")
    assert link(office, LinkRequest(lead, item)).counts == {("association", "linked"): 1}
    with pytest.raises(NoAssociation) as refusal:
        link(office, LinkRequest(company, item))
    assert refusal.value.allowed_by == "crm schema association allow company marketing_event"
    assert refusal.value.hint.splitlines()[0] == "Allow it: crm schema association allow company marketing_event"
    written = allow(office, NewAssociation("company", "marketing_event"), with_entry)
    assert overlay(office, "marketing_event") == "associations:\n  company: {}\n"
    office = reopened(tmp_path)
    assert link(office, LinkRequest(company, item)).counts == {("association", "linked"): 1}
    undo(office, written.operation.id)
    assert overlay(office, "marketing_event") is None


def test_a_certain_no_offers_only_what_is_possible():
    error = NoAssociation("product", "deal", Cell("no", "high", "a line item is associated instead"), ["task"])
    assert error.message == 'records of "product" and "deal" do not associate: a line item is associated instead'
    assert (error.hint, error.allowed_by) == ("product associates with: task", "")


def test_an_object_of_ones_own_is_configured_first(office, tmp_path):
    (Path(office.root) / "schemas").mkdir(exist_ok=True)
    (Path(office.root) / "schemas" / "batch.yaml").write_text(
        "label: Batch\nplural: Batches\ndisplay: [name]\nproperties:\n  name: {label: Name, type: string}\n"
    )
    office = reopened(tmp_path)
    batch, ada = made(office, "batch", "name=One"), made(office, "contact", "firstname=Ada")
    with pytest.raises(NoAssociation, match="must be configured first"):
        link(office, LinkRequest(ada, batch))
    allow(office, NewAssociation("contact", "batch", limit=3), with_entry)
    office = reopened(tmp_path)
    pair = office.model.pair("contact", "batch")
    assert (pair.owner, pair.limit, pair.other_limit) == ("batch", 0, 3)
    link(office, LinkRequest(ada, batch))


def test_a_limit_is_put_into_the_overlay_of_the_owner(office, tmp_path):
    allow(office, NewAssociation("contact", "deal", limit=2), with_entry)
    assert overlay(office, "deal") == "associations:\n  contact: {other_limit: 2}\n"
    pair = reopened(tmp_path).model.pair("deal", "contact")
    assert rules_of(office.model, pair) == ("at most 2 for one contact",)
    assert pair.type_ids == (3, 4)


def test_a_label_is_made_used_and_removed(office, tmp_path):
    add_label(office, NewLabel("contact", "contact", "Mentor", "Protege", limit=1, acyclic=True), with_entry)
    office = reopened(tmp_path)
    label = next(label for label in office.model.pair("contact", "contact").labels if label.name == "Mentor")
    assert (label.inverse, label.limit, label.acyclic) == ("Protege", 1, True)
    assert label_rules(label) == ("Mentor of at most 1", "no circles")
    ada, ben = made(office, "contact", "firstname=Ada"), made(office, "contact", "firstname=Ben")
    link(office, LinkRequest(ben, ada, "protege"))
    (line,) = [each for each in association_lines(office, "contact") if each.pair.other == each.pair.owner]
    assert (line.records, line.by_label["Mentor"]) == (1, 1)
    with pytest.raises(LabelInUse) as refusal:
        remove_label(office, ("contact", "contact"), "Protege", without_entry)
    assert refusal.value.count == 1
    unlink(office, LinkRequest(ada, ben, "Mentor"))
    remove_label(office, ("contact", "contact"), "Protege", without_entry)
    assert "Mentor" not in (overlay(office, "contact") or "")


def test_an_association_with_labels_from_both_ends_counts_once(office, tmp_path):
    add_label(office, NewLabel("contact", "contact", "Mentor", "Pupil"), with_entry)
    office = reopened(tmp_path)
    ada, ben = made(office, "contact", "firstname=Ada"), made(office, "contact", "firstname=Ben")
    link(office, LinkRequest(ada, ben, "Manager"))
    link(office, LinkRequest(ben, ada, "Mentor"))
    (line,) = [each for each in association_lines(office, "contact") if each.pair.other == each.pair.owner]
    assert (line.records, line.by_label) == (1, {"Manager": 1, "Mentor": 1})


def test_a_label_from_the_other_end_says_where_it_begins(office, tmp_path):
    add_label(office, NewLabel("company", "contact", "Former employer", "Alumna"), with_entry)
    pair = reopened(tmp_path).model.pair("contact", "company")
    label = next(label for label in pair.labels if label.name == "Former employer")
    assert (label.from_object, label.to_object, label.inverse) == ("company", "contact", "Alumna")


@pytest.mark.parametrize("word", ["", "A; B", "A]", "primary", 'the "boss"'])
def test_what_cannot_be_a_label(office, word):
    with pytest.raises(BadLabel):
        add_label(office, NewLabel("contact", "contact", word), with_entry)


def test_labels_that_are_there_already_or_everybodys(office):
    with pytest.raises(LabelTaken):
        add_label(office, NewLabel("contact", "contact", "employee"), with_entry)
    with pytest.raises(NoSuchLabel, match="no label of this CRM's own"):
        remove_label(office, ("contact", "contact"), "Manager", without_entry)
    with pytest.raises(NoSuchLabel, match='no label "Butler"'):
        remove_label(office, ("contact", "contact"), "Butler", without_entry)
    with pytest.raises(NoAssociation):
        add_label(office, NewLabel("company", "marketing_event", "Host"), with_entry)
