"""Associating many pairs at once, out of files and lists."""

from __future__ import annotations

import pytest

from crmcli.services.associations import association
from crmcli.services.bulk_links import (
    BulkLinks,
    NoPairColumns,
    PairLine,
    PairsRefused,
    link_pairs,
    pairs_of_file,
    pairs_of_lines,
)
from crmcli.services.references import Ref
from crmcli.services.undo import undo
from office import made, make_office


@pytest.fixture
def office(tmp_path):
    workspace = make_office(tmp_path)
    for name in ("Ada", "Ben", "Cy"):
        made(workspace, "contact", f"firstname={name}", f"email={name.lower()}@king.example")
    for name in ("Acme", "Zeta"):
        made(workspace, "company", f"name={name}", f"domain={name.lower()}.example")
    made(workspace, "deal", "name=One")
    return workspace


def contact(number):
    return Ref("contact", number)


def company(number):
    return Ref("company", number)


def linked(office, *lines, **more):
    return link_pairs(office, BulkLinks(pairs_of_lines(lines), **more))


def test_pairs_of_all_kinds_go_in_as_one_operation(office):
    written = linked(
        office,
        "contact:1 company:1",
        "ben@king.example acme.example Billing contact",
        "company:2\tcontact:1",
        "",
        "contact:2 contact:1 Manager",
        "contact:3 deal:1",
        "contact:3 contact:1",
    )
    assert written.counts == {("association", "linked"): 6}
    assert [association(office, contact(1), company(n)).primary for n in (1, 2)] == [True, False]
    assert association(office, contact(2), company(1)).labels == ("Billing Contact",)
    assert association(office, contact(1), contact(2)).labels == ("Employee",)
    assert association(office, contact(3), Ref("deal", 1)) is not None
    assert association(office, contact(1), contact(3)) is not None
    undo(office)
    assert office.store.associations("contact", 1) == []


def test_what_is_associated_gets_the_label_at_most(office):
    linked(office, "contact:1 company:1", "contact:1 company:2")
    assert linked(office, "contact:1 company:1").operation is None
    written = linked(office, "contact:1 company:2", label="Billing Contact")
    assert written.counts == {("association", "relabelled"): 1}
    assert association(office, contact(1), company(2)).labels == ("Billing Contact",)
    assert not association(office, contact(1), company(2)).primary


def test_one_wrong_pair_refuses_all(office):
    with pytest.raises(PairsRefused) as refusal:
        linked(
            office,
            "contact:1 company:1",
            "contact:9 company:1",
            "nobody@king.example company:1",
            "contact:1 contact:1",
            "contact:1 company:1 Butler",
            "contact:1",
        )
    assert refusal.value.total == 5
    assert [problem.where for problem in refusal.value.problems] == [f"line {n}" for n in range(2, 7)]
    assert office.store.associations("contact", 1) == []


def test_rules_hold_for_all_pairs_together(office):
    from crmcli.services.association_refusals import Circle, TooMany

    for name in ("Beta", "Cora"):
        made(office, "company", f"name={name}")
    with pytest.raises(TooMany):
        linked(office, "company:1 company:2 Parent Company", "company:3 company:2 Parent Company")
    with pytest.raises(Circle):
        linked(office, "company:1 company:2 Parent Company", "company:2 company:1 Parent Company")


def test_a_file_names_its_columns(office, tmp_path):
    path = tmp_path / "pairs.csv"
    path.write_text("From;Note;To;Label\ncontact:1;x;company:1;\ncontact:2;y;company:1;Billing Contact\n")
    assert list(pairs_of_file(str(path), None)) == [
        PairLine(f"{path}:2", "contact:1", "company:1"),
        PairLine(f"{path}:3", "contact:2", "company:1", "Billing Contact"),
    ]
    assert link_pairs(office, BulkLinks(pairs_of_file(str(path), None), dry_run=True)).operation is None
    assert office.store.associations("contact", 1) == []
    path.write_text("who,whom\ncontact:1,company:1\n")
    with pytest.raises(NoPairColumns):
        list(pairs_of_file(str(path), None))


def test_a_block_of_pairs_has_its_history_at_both_ends_and_after_a_rebuild(office):
    from crmcli.services.history import record_history

    linked(office, "contact:1 company:1", "contact:2 company:1")
    told = [[(line.event, line.note) for line in record_history(office, ref)][-1] for ref in (contact(2), company(1))]
    assert told == [("linked", "Acme (company:1) [primary]"), ("linked", "Ben (contact:2) [primary]")]
    office.store.rebuild()
    again = [[(line.event, line.note) for line in record_history(office, ref)][-1] for ref in (contact(2), company(1))]
    assert again == told
