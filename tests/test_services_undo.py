"""History, differences and undo."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmcli.services.associations import LinkRequest, association, label, link, unlink
from crmcli.services.diff import NoOperations, diff
from crmcli.services.history import operations, record_history
from crmcli.services.importing.imports import ImportRequest, import_file
from crmcli.services.keys import KeyHeld
from crmcli.services.records import Targets, delete, restore
from crmcli.services.references import Ref
from crmcli.services.undo import AlreadyUndone, LaterChanges, NothingToUndo, last_operation, undo
from crmcli.services.users import NewUser, add_user
from crmcli.store.log import UnknownOperation
from office import changed, later, made, make_office, reopened, values

ADA = Ref("contact", 1)


@pytest.fixture
def office(tmp_path):
    workspace = make_office(tmp_path)
    made(workspace, "contact", "name=Ada Byron", "email=ada@example.com")
    return workspace


def snapshot(workspace):
    """All that the data files say, tombstones aside."""
    return {
        (name, record.id): (dict(record.values), workspace.store.associations(name, record.id))
        for name in workspace.model.objects
        for record in workspace.store.stream(name)
    }


def test_history_tells_events_as_shown(office):
    written = changed(later(office, actor="bob"), ADA, "lastname=King")
    created, renamed = record_history(office, ADA)
    assert (created.event, created.actor) == ("created", "ada_king")
    assert (renamed.event, renamed.label, renamed.old_text, renamed.new_text) == ("set", "Last Name", "Byron", "King")
    assert (renamed.actor, renamed.operation) == ("bob", written.short_id)
    assert [line.label for line in record_history(office, ADA, "last name")] == ["Last Name"]
    assert record_history(office, ADA, "phone") == ()


def test_operations_are_told_newest_first(office):
    changed(later(office), ADA, "lastname=King")
    made(office, "company", "name=Acme")
    assert [line.summary for line in operations(office)] == [
        "1 company created",
        "1 contact updated",
        "1 contact created",
    ]
    assert len(operations(office, 1)) == 1


def test_a_difference_shows_one_operation(office):
    written = changed(office, ADA, "lastname=King", "phone=0612345678")
    changed(office, ADA, "lastname=Lovelace")
    lines = diff(office, operation=written.short_id).lines
    assert [(line.ref, line.verb, line.property, line.old_text) for line in lines] == [
        (ADA, "updated", "lastname", "Byron"),
        (ADA, "updated", "phone", ""),
    ]
    assert lines[0].new_text == "King"
    assert [line.new_text for line in diff(office).lines] == ["Lovelace"]


def test_a_difference_since_a_moment_collapses_what_changed_often(office):
    first = later(office, minutes=24 * 60)
    changed(first, ADA, "lastname=King", "jobtitle=Boss")
    changed(later(first), ADA, "lastname=Lovelace")
    changed(later(first, minutes=2), ADA, "jobtitle=Queen")
    found = diff(first, since="2026-11-24")
    assert len(found.operations) == 3
    assert [(line.property, line.old_text, line.new_text) for line in found.lines] == [
        ("lastname", "Byron", "Lovelace"),
        ("jobtitle", "", "Queen"),
    ]


def test_what_came_back_is_no_difference(office):
    first = later(office, minutes=24 * 60)
    changed(first, ADA, "lastname=King")
    changed(first, ADA, "lastname=Byron")
    assert diff(first, since="2026-11-24").lines == ()


def test_a_difference_names_records_that_came_and_went(office):
    acme = made(office, "company", "name=Acme")
    link(office, LinkRequest(ADA, acme))
    (linked,) = diff(office).lines
    assert (linked.ref, linked.verb, linked.label) == (ADA, "linked", "Acme")
    delete(office, Targets((acme,)))
    assert ("deleted", acme, "Acme") in [(line.verb, line.ref, line.title) for line in diff(office).lines]


def test_a_difference_names_what_undo_and_restore_did(office):
    gone = delete(office, Targets((ADA,)))
    undone = undo(office, gone.short_id)
    (line,) = diff(office).lines
    assert (line.ref, line.title, line.verb) == (ADA, "Ada Byron", "restored")
    undo(office, undone.short_id)
    (line,) = diff(office).lines
    assert (line.ref, line.title, line.verb) == (ADA, "Ada Byron", "deleted")


def test_a_difference_shows_files(office):
    written = add_user(office, NewUser("Bob Stone"))
    (line,) = diff(office, operation=written.short_id).lines
    assert (line.ref, line.title, line.verb) == (None, "crm.toml", "file")
    assert "bob_stone" in line.new_text
    assert "bob_stone" not in line.old_text


def test_values_whose_property_is_gone_from_the_schema_are_shown_as_they_stand(office, tmp_path):
    overlay = Path(office.root, "schemas/contact.yaml")
    overlay.write_text("properties:\n  shoe: {label: Shoe size, type: number, fieldType: number}\n")
    changed(reopened(tmp_path), ADA, "shoe=38")
    overlay.unlink()
    (line,) = diff(reopened(tmp_path)).lines
    assert (line.property, line.label, line.old_text, line.new_text) == ("shoe", "Shoe", "", "38")


def test_an_empty_workspace_has_no_difference(tmp_path):
    with pytest.raises(NoOperations):
        diff(make_office(tmp_path))


def test_every_operation_can_be_undone_and_done_again(office):
    acme, ben = made(office, "company", "name=Acme"), made(office, "contact", "firstname=Ben")
    link(office, LinkRequest(ADA, ben))
    doings = [
        lambda: made(office, "contact", "firstname=New", links=((acme, None),)),
        lambda: changed(office, ADA, "lastname=King", "phone=0612345678"),
        lambda: link(office, LinkRequest(ADA, acme)),
        lambda: label(office, LinkRequest(ADA, ben, "Manager")),
        lambda: unlink(office, LinkRequest(ADA, ben, "Manager")),
        lambda: unlink(office, LinkRequest(ADA, acme)),
        lambda: delete(office, Targets((ADA, acme))),
        lambda: restore(office, ["contact:1"]),
    ]
    for do in doings:
        before = snapshot(office)
        do()
        after = snapshot(office)
        assert after != before
        operation = office.store.log.operations(1)[0].id
        undone = undo(office, operation)
        assert snapshot(office) == before
        undo(office, undone.operation.id)
        assert snapshot(office) == after


def test_undo_in_any_order(office):
    first = changed(office, ADA, "lastname=King")
    changed(office, ADA, "jobtitle=Boss")
    undo(office, first.short_id)
    assert values(office, ADA)["lastname"] == "Byron"
    assert values(office, ADA)["jobtitle"] == "Boss"


def test_a_later_change_is_named_and_lost_only_by_force(office):
    first = changed(office, ADA, "lastname=King")
    second = changed(later(office), ADA, "lastname=Lovelace")
    with pytest.raises(LaterChanges) as refusal:
        undo(office, first.short_id)
    assert refusal.value.changes == (
        f'Last Name of contact:1, "King" → "Lovelace", by {second.short_id} on 2026-11-23 10:31',
    )
    assert values(office, ADA)["lastname"] == "Lovelace"
    undo(office, first.short_id, force=True)
    assert values(office, ADA)["lastname"] == "Byron"


def test_the_creation_of_what_was_changed_since_is_not_undone(office):
    creation = office.store.log.operations(1)[0]
    changed(office, ADA, "lastname=King")
    with pytest.raises(LaterChanges):
        undo(office, creation.id)
    undo(office, creation.id, force=True)
    assert office.store.record("contact", 1) is None


def test_a_change_of_a_record_that_is_gone_is_passed_over_by_force(office):
    first = changed(office, ADA, "lastname=King")
    delete(office, Targets((ADA,)))
    written = undo(office, first.short_id, force=True)
    assert written.notes == ("contact:1 is gone, so its values could not be taken back",)
    assert written.operation is None


def test_undo_twice_is_refused(office):
    first = changed(office, ADA, "lastname=King")
    undone = undo(office, first.short_id)
    with pytest.raises(AlreadyUndone, match=undone.short_id):
        undo(office, first.short_id)


def test_undo_alone_goes_back_through_ones_own_operations(office):
    changed(office, ADA, "lastname=King")
    changed(later(office, actor="bob"), ADA, "jobtitle=Boss")
    assert last_operation(office).summary == "1 contact updated"
    undo(office)
    assert values(office, ADA) == {**values(office, ADA), "lastname": "Byron", "jobtitle": "Boss"}
    assert last_operation(office).summary == "1 contact created"
    undo(later(office, actor="bob"))
    assert "jobtitle" not in values(office, ADA)
    undo(office)
    assert office.store.count("contact") == 0
    with pytest.raises(NothingToUndo):
        undo(office)


def test_an_unknown_operation_is_named(office):
    with pytest.raises(UnknownOperation):
        undo(office, "zzzz")


def test_a_key_taken_meanwhile_refuses_the_undo(office):
    gone = delete(office, Targets((ADA,)))
    made(office, "contact", "email=ada@example.com")
    with pytest.raises(KeyHeld, match="contact:2"):
        undo(office, gone.short_id)


def test_settings_are_undone_too(office, tmp_path):
    path = Path(office.root, "crm.toml")
    before = path.read_text()
    written = add_user(office, NewUser("Bob Stone", "bob@stone.nl"))
    assert [user.id for user in reopened(tmp_path).settings.users] == ["ada_king", "bob_stone"]
    undo(office, written.short_id)
    assert path.read_text() == before


def test_what_an_editor_changed_since_is_a_later_change(office, tmp_path):
    first = changed(office, ADA, "lastname=King")
    path = Path(office.root, "data/contact/00000.json")
    path.write_text(path.read_text().replace('"King"', '"Lovelace"'))
    office = reopened(tmp_path)
    with pytest.raises(LaterChanges) as refusal:
        undo(office, first.short_id)
    assert refusal.value.changes == ('lastname of contact:1 is now "Lovelace", changed outside crm',)
    assert values(office, ADA)["lastname"] == "Lovelace"
    undo(office, first.short_id, force=True)
    assert values(office, ADA)["lastname"] == "Byron"


def test_settings_edited_since_are_not_lost(office):
    written = add_user(office, NewUser("Bob Stone"))
    path = Path(office.root, "crm.toml")
    path.write_text(path.read_text() + "# mine\n")
    with pytest.raises(LaterChanges, match=r"crm\.toml was changed outside crm"):
        undo(office, written.short_id)
    assert path.read_text().endswith("# mine\n")


def test_undoing_what_made_a_primary_gives_it_back(office):
    acme, zeta = made(office, "company", "name=Acme"), made(office, "company", "name=Zeta")
    link(office, LinkRequest(ADA, acme))
    link(office, LinkRequest(ADA, zeta))
    moved = link(office, LinkRequest(ADA, zeta, primary=True))
    undo(office, moved.short_id)
    assert [association(office, ADA, other).primary for other in (acme, zeta)] == [True, False]


def test_a_dry_run_undoes_nothing(office):
    changed(office, ADA, "lastname=King")
    written = undo(office, dry_run=True)
    assert written.counts == {("contact", "updated"): 1}
    assert [(line.old_text, line.new_text) for line in written.changes] == [("King", "Byron")]
    assert values(office, ADA)["lastname"] == "King"


def test_a_label_given_later_is_not_lost_with_its_association(office):
    ben = made(office, "contact", "firstname=Ben")
    linked = link(office, LinkRequest(ADA, ben))
    label(office, LinkRequest(ADA, ben, "Manager"))
    with pytest.raises(LaterChanges, match="relabelled"):
        undo(office, linked.short_id)
    undo(office, linked.short_id, force=True)
    assert association(office, ADA, ben) is None


def test_another_association_of_the_record_is_no_later_change(office):
    ben, cas = made(office, "contact", "firstname=Ben"), made(office, "contact", "firstname=Cas")
    linked = link(office, LinkRequest(ADA, ben))
    link(office, LinkRequest(ADA, cas))
    undo(office, linked.short_id)
    assert association(office, ADA, ben) is None
    assert association(office, ADA, cas) is not None


def test_what_was_restored_since_is_not_brought_back_again(office):
    gone = delete(office, Targets((ADA,)))
    restore(office, ["contact:1"])
    with pytest.raises(LaterChanges, match="contact:1 was restored"):
        undo(office, gone.short_id)
    assert undo(office, gone.short_id, force=True).notes == ("contact:1 is there again already",)


@pytest.fixture
def imported(office, tmp_path):
    """An import of 2,500 contacts into the office that has one."""
    path = tmp_path / "leads.csv"
    path.write_text("firstname,email\n" + "".join(f"Lead {n},lead{n}@example.com\n" for n in range(2500)))
    return import_file(office, ImportRequest("contact", str(path))).written


def test_an_import_is_undone_and_done_again(office, imported):
    after = snapshot(office)
    assert len(after) == 2501
    undone = undo(office, imported.short_id)
    assert list(snapshot(office)) == [("contact", 1)]
    undo(office, undone.short_id)
    assert snapshot(office) == after
    undo(office, imported.short_id)
    assert office.store.count("contact") == 1


@pytest.mark.parametrize("force", [False, True])
def test_an_import_some_of_which_was_deleted_since_is_undone(office, imported, force):
    delete(office, Targets((Ref("contact", 100), Ref("contact", 1500), Ref("contact", 2400))))
    assert undo(office, imported.short_id, force=force).kept == (0 if force else 3)
    assert list(snapshot(office)) == [("contact", 1)]


def test_only_the_first_of_many_later_changes_are_named(office, imported):
    undone = changed(office, (Ref("contact", 1), *(Ref("contact", n) for n in range(2, 32))), "jobtitle=Boss")
    changed(office, tuple(Ref("contact", n) for n in range(2, 32)), "jobtitle=Chief")
    with pytest.raises(LaterChanges, match="and 20 more") as refusal:
        undo(office, undone.short_id)
    assert (len(refusal.value.changes), refusal.value.total) == (10, 30)
    written = undo(office, imported.short_id)
    assert (written.kept, len(written.notes), written.notes[-1]) == (60, 11, "Kept: 50 more later changes")


def test_an_import_is_one_line_of_a_difference_and_its_undo_one_for_each_data_file(office, imported):
    (line,) = diff(office, operation=imported.short_id).lines
    assert (line.ref, line.verb, line.count) == (Ref("contact", 2), "created", 2500)
    undone = undo(office, imported.short_id)
    assert sum(line.count for line in diff(office).lines if line.verb == "undone") == 2500
    undo(office, undone.short_id)
    assert sum(line.count for line in diff(office).lines if line.verb == "restored") == 2500
