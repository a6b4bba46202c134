"""Erasing a person: what goes and what stays, what others keep, and that it is done once it is decided."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crmcli.errors import CrmError
from crmcli.services import records
from crmcli.services.diff import diff
from crmcli.services.edit import ApplyEdit, apply_edit, records_for_edit
from crmcli.services.erasing import files as erasing_files
from crmcli.services.erasing.barring import ErasedBefore
from crmcli.services.erasing.erase import erase
from crmcli.services.erasing.files import Left
from crmcli.services.erasing.persons import find
from crmcli.services.history import record_history
from crmcli.services.importing.imports import ImportRequest
from crmcli.services.importing.objects import import_all
from crmcli.services.merging.merging import merge
from crmcli.services.merging.plans import MergeRecords
from crmcli.services.merging.unmerging import Unmerge, unmerge
from crmcli.services.references import Ref, UnknownReference
from crmcli.services.undo import NotUndoable, last_operation, undo
from crmcli.store import erasing as store_erasing
from crmcli.store import journal
from crmcli.store.barred import Barred, DamagedBarred
from crmcli.store.changes import Updated
from crmcli.store.cleansing import Mention
from crmcli.store.edits import ChangedMeanwhile
from crmcli.store.erasing import TwoVersions, UnfinishedErasure
from crmcli.store.files import ERASED, ERASING, Modes
from crmcli.store.journal import DamagedJournal
from crmcli.store.shard import DamagedFile
from crmcli.store.transaction import CannotWrite
from crmcli.store.values import Intent, Operation
from office import changed, made, make_office, reopened, values
from random_stores import fill
from random_stores import office as random_office
from random_stores import reopened as random_reopened

BEN = "firstname=Ben", "email=ben@example.com"
ADA = "firstname=Ada", "lastname=Lovelace", "email=ada@example.com", "phone=+31612345678"


@pytest.fixture
def office(tmp_path):
    """A workspace with Ada, contact:1, and Ben, contact:2."""
    workspace = make_office(tmp_path)
    made(workspace, "contact", *ADA)
    made(workspace, "contact", *BEN)
    return workspace


def note(workspace, text, *refs):
    return made(workspace, "note", f"hs_note_body={text}", links=tuple((ref, None) for ref in refs))


ONE, TWO = Ref("contact", 1), Ref("contact", 2)


def everything(workspace) -> dict[str, bytes]:
    """All files of the workspace."""
    root = Path(workspace.root)
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def texts(workspace) -> str:
    return b"\n".join(everything(workspace).values()).decode()


def test_a_dry_run_says_what_would_go_and_writes_nothing(office):
    note(office, "Ada Lovelace wrote", TWO)
    before = everything(office)
    would = erase(office, ONE, dry_run=True)
    assert everything(office) == before
    assert [each.path for each in would.files] == ["data/contact/00000.json", "journal/2026-11.1.jsonl"]
    assert would.files[0].counts == {"record": 1}
    assert would.mentions == {Mention("note:1", "hs_note_body"): 1}
    assert would.operation is None
    done = erase(office, ONE)
    assert (done.person.refs, done.files[0].counts) == (would.person.refs, would.files[0].counts)


def test_texts_of_others_stay_unless_they_are_to_be_redacted(office, tmp_path):
    first = note(office, "Ada Lovelace wrote from ADA@example.com, call 06-12345678", TWO)
    changed(office, first, "hs_note_body=Lovelace, Ada wrote")
    erase(office, ONE)
    assert values(reopened(tmp_path), first)["hs_note_body"] == "Lovelace, Ada wrote"
    assert "Ada Lovelace wrote from" in texts(office)


def test_redacting_takes_the_person_out_of_texts_and_their_history(office, tmp_path):
    first = note(office, "Ada Lovelace wrote from ADA@example.com, call 06-12345678", TWO)
    changed(office, first, "hs_note_body=Lovelace, Ada wrote")
    done = erase(office, ONE, redact=True)
    workspace = reopened(tmp_path)
    assert values(workspace, first)["hs_note_body"] == "[erased] wrote"
    (event,) = record_history(workspace, first, "hs_note_body")
    assert (event.old_text, event.new_text) == (
        "[erased] wrote from [erased], call [erased]",
        "[erased] wrote",
    )
    assert done.mentions[Mention("note:1", "hs_note_body")] == 5


def test_values_of_others_that_are_no_texts_stay(office, tmp_path):
    changed(office, TWO, "phone=+31612345678", "message=Ask Ada Lovelace")
    done = erase(office, ONE, redact=True)
    assert values(reopened(tmp_path), TWO)["phone"] == "+31612345678"
    assert values(reopened(tmp_path), TWO)["message"] == "Ask [erased]"
    assert {(mention.property_name, mention.is_text) for mention in done.mentions} == {
        ("phone", False),
        ("message", True),
    }


def test_others_keep_their_amounts_and_associations(office, tmp_path):
    company = made(office, "company", "name=Acme", links=((ONE, None), (TWO, None)))
    deal = made(office, "deal", "dealname=Engines", "amount=100", links=((ONE, None), (company, None)))
    erase(office, ONE)
    workspace = reopened(tmp_path)
    assert values(workspace, deal)["amount"] == "100"
    assert [a.other_object for a in workspace.store.associations("deal", deal.id)] == ["company"]
    ends = {(a.other_object, a.other_id) for a in workspace.store.associations("company", company.id)}
    assert ends == {("contact", 2), ("deal", deal.id)}
    assert '"contact:1"' not in "".join(Path(workspace.root, "data/deal/00000.json").read_text())
    assert workspace.store.doctor() == []


def test_activities_on_nobody_else_go_and_shared_ones_are_named(office, tmp_path):
    own, shared = note(office, "She is ill", ONE), note(office, "Both came", ONE, TWO)
    gone = note(office, "She was here", ONE)
    records.delete(office, records.Targets((gone,)))
    done = erase(office, ONE)
    assert (set(done.person.own), done.person.shared) == ({own, gone}, (shared,))
    workspace = reopened(tmp_path)
    assert "She " not in texts(workspace)
    assert values(workspace, shared)["hs_note_body"] == "Both came"
    assert workspace.store.tombstone("note", gone.id).kind == "erased"


def test_messages_go_with_the_conversation_of_the_person(office, tmp_path):
    talk = made(office, "conversation", "subject=Help", links=((ONE, None),))
    said = made(office, "message", "text=It hurts", links=((talk, None),))
    both = made(office, "conversation", "subject=Ours", links=((ONE, None), (TWO, None)))
    made(office, "message", "text=All is well", links=((both, None),))
    done = erase(office, ONE)
    assert (set(done.person.own), done.person.shared) == ({talk, said}, (both,))
    assert "It hurts" not in texts(reopened(tmp_path))


def test_what_is_a_part_of_the_record_goes_with_it(office, tmp_path):
    deal = made(office, "deal", "dealname=Engines", links=((TWO, None),))
    item = made(office, "line_item", "name=Cogs", "quantity=1", "price=5", links=((deal, None),))
    done = erase(office, deal)
    assert done.person.refs == (deal, item)
    workspace = reopened(tmp_path)
    assert workspace.store.tombstone("line_item", item.id).kind == "erased"
    assert workspace.store.record("contact", 2)
    assert workspace.store.doctor() == []


def test_a_deleted_person_can_be_erased(office, tmp_path):
    records.delete(office, records.Targets((ONE,)))
    assert find(office, "contact:1") == ONE
    note(office, "Ada Lovelace left", TWO)
    erase(office, ONE, redact=True)
    workspace = reopened(tmp_path)
    assert "Lovelace" not in texts(workspace)
    with pytest.raises(UnknownReference, match="was erased"):
        erase(workspace, find(workspace, "contact:1"))
    with pytest.raises(UnknownReference):
        find(workspace, "contact:99")
    with pytest.raises(UnknownReference):
        find(workspace, "nobody@example.com")


def test_a_record_of_a_range_that_was_undone_can_be_erased_and_the_others_come_back(tmp_path):
    workspace = make_office(tmp_path)
    with workspace.store.write(workspace.intent()) as change:
        change.create_many("contact", ["firstname"], [["Ada", "Ben", "Cleo"]])
        change.commit()
    created = last_operation(workspace).id
    undone = undo(workspace, created).operation.id
    erase(workspace, ONE)
    assert '"Ada"' not in texts(workspace)
    workspace = reopened(tmp_path)
    assert (workspace.store.tombstone("contact", 1).kind, workspace.store.tombstone("contact", 2).kind) == (
        "erased",
        "undone",
    )
    undo(workspace, undone)
    assert [r.id for r in workspace.store.stream("contact")] == [2, 3]
    assert workspace.store.tombstone("contact", 1).kind == "erased"
    assert workspace.store.doctor() == []


def test_restoring_a_range_leaves_records_gone_that_were_deleted_before(tmp_path):
    workspace = make_office(tmp_path)
    with workspace.store.write(workspace.intent()) as change:
        change.create_many("contact", ["firstname"], [["Ada", "Ben", "Cleo"]])
        change.commit()
    created = last_operation(workspace).id
    records.delete(workspace, records.Targets((TWO,)))
    undone = undo(workspace, created, force=True).operation.id
    undo(workspace, undone)
    assert workspace.store.tombstone("contact", 2).kind == "deleted"
    records.restore(workspace, ["contact:2"])
    assert values(workspace, TWO)["firstname"] == "Ben"


def test_what_was_done_to_the_person_is_told_without_saying_what(office, tmp_path):
    changed(office, (ONE, TWO), "jobtitle=Analyst")
    both = last_operation(office)
    erase(office, ONE)
    workspace = reopened(tmp_path)
    lines = diff(workspace, operation=both.id).lines
    assert [(str(line.ref), line.verb, line.new_text) for line in lines] == [
        ("contact:1", "erased", ""),
        ("contact:2", "updated", "Analyst"),
    ]
    assert [event.event for event in record_history(workspace, ONE)] == ["created", "updated, erased since", "erased"]
    written = undo(workspace, both.id)
    assert written.notes == ("contact:1 was erased, and nothing of it comes back",)
    assert "jobtitle" not in values(workspace, TWO)


def test_nothing_undoes_it_and_undo_passes_it_over(office, tmp_path):
    changed(office, TWO, "jobtitle=Analyst")
    done = erase(office, ONE)
    workspace = reopened(tmp_path)
    with pytest.raises(NotUndoable):
        undo(workspace, done.operation.id)
    assert last_operation(workspace).summary == "1 contact updated"
    third = made(workspace, "contact", "firstname=Cleo", "email=cleo@example.com")
    changed(workspace, third, "city=Delft")
    erase(workspace, third)
    workspace = reopened(tmp_path)
    assert last_operation(workspace).summary == "1 contact updated"  # what was done to the third is done with
    undo(workspace)
    undo(workspace)
    assert workspace.store.record("contact", 2) is None
    with pytest.raises(records.NotDeleted):
        records.restore(workspace, ["contact:1"])
    assert workspace.store.doctor() == []


def test_command_lines_keep_their_command_alone(office, tmp_path):
    commands = (
        "crm -C office --actor ada create contact firstname=Ada",
        "crm set contact:2 jobtitle=Boss",
        "crm set contact:2 'message=Ada Lovelace'",
        "crm set contact:2 'message=to contact:1",
        "crm import contacts 'Ada Lovelace.csv'",
    )
    workspace = office
    for number, command in enumerate(commands):
        workspace = reopened(tmp_path, command=command)
        changed(workspace, ONE if number == 0 else TWO, f"jobtitle=number {number}")
    erase(workspace, ONE)
    found = [operation.command for operation in reopened(tmp_path).store.log.operations()]
    assert found[::-1][2:] == [
        "crm create [erased]",
        "crm set contact:2 jobtitle=Boss",
        "crm set [erased]",
        "crm [erased]",
        "crm import [erased]",
        "crm erase contact:1",
    ]


def test_the_journals_of_other_clones_are_cleansed_too(office, tmp_path):
    journal = Path(office.root, "journal/2026-11.1.jsonl")
    other = journal.with_name("2026-11.2.jsonl")
    journal.rename(other)
    workspace = reopened(tmp_path)
    changed(workspace, TWO, "jobtitle=Analyst")
    erase(workspace, ONE)
    assert b"Lovelace" not in other.read_bytes()
    assert len(reopened(tmp_path).store.log.operations()) == 4


def test_what_comes_back_with_the_files_of_another_clone_is_erased_again(office, tmp_path):
    erase(office, ONE)
    there = Operation("ab" * 8, 9, 2, office.context.moment, "ben", "crm set")
    change = Updated("contact", 1, {"lastname": ("Lovelace", "King")})
    content, _ = journal.encode(journal.head_line(there, Intent("", "", there.at)), [change], counts={}, hashes={})
    journal.append(office.root, "2026-11.2.jsonl", content, Modes(""))
    other = Path(office.root, "journal/2026-11.2.jsonl")
    workspace = reopened(tmp_path)
    note(workspace, "Ada Lovelace", TWO)
    assert b"Lovelace" in other.read_bytes()
    erase(workspace, find(workspace, "contact:1"))
    assert b"Lovelace" not in other.read_bytes()
    assert reopened(tmp_path).store.doctor() == []


def test_many_associations_made_as_one_keep_those_of_others(office, tmp_path):
    company = made(office, "company", "name=Acme")
    pair = office.model.pair("contact", "company")
    with office.store.write(office.intent()) as change:
        change.link_many(pair, [(1, company.id), (2, company.id)])
        change.commit()
    linked = last_operation(office).id
    erase(office, ONE)
    workspace = reopened(tmp_path)
    assert [(str(line.ref), line.verb) for line in diff(workspace, operation=linked).lines] == [
        ("contact:1", "erased"),
        ("contact:2", "linked"),
    ]
    undo(workspace, linked)
    assert workspace.store.associations("contact", 2) == []


def test_keys_are_refused_afterwards_unless_that_is_allowed(office, tmp_path):
    changed(office, ONE, "email=ada@new.example", "hs_additional_emails+=countess@example.com")
    erase(office, ONE)
    workspace = reopened(tmp_path)
    for email in ("ada@example.com", "ADA@new.example", "countess@example.com"):
        with pytest.raises(CrmError, match="somebody who was erased"):
            made(workspace, "contact", f"email={email}")
        assert email.lower() not in texts(workspace)
    assert made(workspace, "contact", "email=ada@example.com", allow_erased=True) == Ref("contact", 3)
    assert made(workspace, "contact", "email=new@example.com") == Ref("contact", 4)


def test_setting_and_editing_give_no_erased_key_to_a_record_unless_that_is_allowed(office, tmp_path):
    erase(office, ONE)
    workspace = reopened(tmp_path)
    edit = ApplyEdit(records_for_edit(workspace, [TWO]), {str(TWO): {"email": "ada@example.com"}})
    with pytest.raises(ErasedBefore):
        apply_edit(workspace, edit)
    with pytest.raises(ErasedBefore):
        changed(workspace, TWO, "email=Ada@Example.com")
    changed(workspace, TWO, "email=ada@example.com", allow_erased=True)
    changed(workspace, TWO, "email=ada@example.com", "city=Delft")  # it is there


def test_an_import_does_not_give_an_erased_key_to_a_record_that_is_there(office, tmp_path):
    erase(office, ONE)
    workspace = reopened(tmp_path)
    path = tmp_path / "people.csv"
    path.write_text("id,Email,City\ncontact:2,ada@example.com,Delft\n")
    (done,) = import_all(workspace, [ImportRequest("contact", str(path))])
    assert [(row.code, row.column, row.value) for row in done.rejected_rows] == [
        ("GDPR_BLACKLISTED_EMAIL", "Email", "ada@example.com")
    ]
    assert "city" not in values(workspace, TWO)
    (done,) = import_all(workspace, [ImportRequest("contact", str(path), allow_erased=True)])
    assert (done.updated, values(workspace, TWO)["email"]) == (1, "ada@example.com")


@pytest.mark.parametrize(("gone", "left"), [(ONE, TWO), (TWO, ONE)])
def test_of_records_that_parted_again_the_other_one_stays(office, tmp_path, gone, left):
    before = values(office, left)
    merge(office, MergeRecords(ONE, (TWO,)))
    unmerge(office, Unmerge(TWO))
    erase(office, gone)
    workspace = reopened(tmp_path)
    assert values(workspace, left) == before
    assert workspace.store.doctor() == []
    assert ("Lovelace" in texts(workspace)) is (left == ONE)


def test_what_a_merge_brought_to_another_record_goes_out_of_its_history(office, tmp_path):
    changed(office, TWO, "city=Delft")
    changed(office, ONE, "jobtitle=Analyst", "city=London")
    merge(office, MergeRecords(TWO, (ONE,)))
    changed(office, TWO, "jobtitle=Engineer")  # instead of hers
    unmerge(office, Unmerge(ONE, prefer="survivor"))
    third = made(office, "contact", "firstname=Cleo")
    merge(office, MergeRecords(third, (TWO,)))
    unmerge(office, Unmerge(TWO))
    erased = erase(office, ONE)
    assert not erased.mentions
    left = texts(reopened(tmp_path))
    assert not [word for word in ("ada@example.com", "+31612345678", "Analyst", "London") if word in left]
    workspace = reopened(tmp_path)
    assert workspace.store.doctor() == []
    told = [(line.property, line.new_text) for line in record_history(workspace, TWO)]
    assert ("city", "Delft") in told
    assert ("jobtitle", "Engineer") in told


def test_what_another_record_kept_of_a_merge_stays_in_its_history(office, tmp_path):
    merge(office, MergeRecords(TWO, (ONE,)))
    unmerge(office, Unmerge(ONE))
    changed(office, TWO, "phone=+31612345678")  # they share it
    erase(office, ONE)
    assert values(reopened(tmp_path), TWO)["phone"] == "+31612345678"
    assert "+31612345678" in texts(reopened(tmp_path))


def test_two_clones_add_to_the_keys_each_with_its_salt():
    keys = {("email", "ada@example.com")}
    first = Barred.read(b"").with_keys(keys, 1, "a" * 16)
    both = Barred.read(first).with_keys({("email", "ben@example.com")}, 2, "b" * 16)
    again = Barred.read(both).with_keys({("email", "cy@example.com")}, 1, "c" * 16)
    barred = Barred.read(again)
    assert all(barred.has(("email", f"{name}@example.com")) for name in ("ada", "ben", "cy"))
    assert not barred.has(("email", "dee@example.com"))
    assert not barred.has(("domain", "ada@example.com"))
    assert json.loads(again)["1"]["salt"] == "a" * 16
    assert not Barred.read(b"")
    with pytest.raises(DamagedBarred):
        Barred.read(b"[]")


def test_the_doctor_looks_at_the_keys(office, tmp_path):
    erase(office, ONE)
    Path(office.root, "data/erased.json").write_text("{")
    workspace = reopened(tmp_path)
    assert [problem.where for problem in workspace.store.doctor()] == ["data/erased.json"]
    with pytest.raises(DamagedBarred):
        made(workspace, "contact", "firstname=Cy")


FILES = {
    "leads.rejected.csv": "crm_error,Name\nno mail,Ada Lovelace\nno mail,Cy\n",
    "all.rejected-2.csv": 'crm_error,Mail\n"two\nlines",ada@example.com\n',
    "plan.json": '{"plan": "merge", "version": 1, "after": "", "keep": ["contact:1"]}',
    "other.json": '{"plan": "merge", "version": 1, "after": "", "keep": ["contact:12"]}',
    "people.csv": "First name;Last name\nAda;Lovelace\nBen;King\n",
    "views/ada.yaml": "where: name = Ada Lovelace\n",
    "notes/todo.md": "Call Ada Lovelace\n",
    "export.json": '[{"email": "ada@example.com"}]',
    "backup.tar.gz": "\0\x1f",
    "copy/crm.toml": "",
    "copy/people.txt": "Ada Lovelace",
}


def put(workspace):
    for path, text in FILES.items():
        target = Path(workspace.root, path)
        target.parent.mkdir(exist_ok=True)
        target.write_text(text)


def test_repair_files_and_plans_are_rid_of_the_person_and_others_are_named(office):
    put(office)
    done = erase(office, ONE)
    after = everything(office)
    assert after["leads.rejected.csv"] == b"crm_error,Name\nno mail,Cy\n"
    assert {"all.rejected-2.csv", "plan.json"}.isdisjoint(after)
    for path in FILES.keys() - {"leads.rejected.csv", "all.rejected-2.csv", "plan.json"}:
        assert after[path].decode() == FILES[path]
    left = {each.path: each.unread for each in done.left}
    assert left == {
        "people.csv": False,
        "views/ada.yaml": False,
        "notes/todo.md": False,
        "export.json": False,
        "backup.tar.gz": True,
    }


def test_redacting_takes_the_person_out_of_tables_and_texts_in_the_folder(office):
    put(office)
    done = erase(office, ONE, redact=True)
    after = everything(office)
    assert after["people.csv"] == b"First name;Last name\nBen;King\n"
    assert after["views/ada.yaml"] == b"where: name = (erased)\n"
    assert after["notes/todo.md"] == b"Call [erased]\n"
    assert after["copy/people.txt"] == b"Ada Lovelace"
    assert {each.path for each in done.left} == {"export.json", "backup.tar.gz"}


def test_files_that_may_not_be_read_or_fill_the_memory_stay_and_are_named(office, monkeypatch):
    monkeypatch.setattr(erasing_files, "_LARGEST", 1000)
    Path(office.root, "large.txt").write_text("Ada Lovelace " * 100)
    Path(office.root, "odd.txt").write_bytes(b"\xff\x01\x02")
    read = store_erasing.read_if_there

    def refused(path):
        if path.endswith("locked.txt"):
            raise PermissionError(13, "Permission denied", path)
        return read(path)

    Path(office.root, "locked.txt").write_text("Ada Lovelace")
    monkeypatch.setattr(store_erasing, "read_if_there", refused)
    assert erase(office, ONE).left == tuple(Left(path, unread=True) for path in ("large.txt", "locked.txt", "odd.txt"))


def test_a_quote_that_is_never_closed_does_not_make_one_row_of_a_file(office):
    rows = ["Name,Note", 'Ben,"open', *(f"Cy {n}," for n in range(200)), "Ada Lovelace,", "Dee,"]
    Path(office.root, "people.csv").write_text("\n".join(rows))
    erase(office, ONE, redact=True)
    left = Path(office.root, "people.csv").read_text().split("\n")
    assert left == [row for row in rows if "Ada" not in row]


def test_who_uses_the_crm_is_no_text(tmp_path):
    workspace = make_office(tmp_path)
    made(workspace, "contact", "firstname=Ada", "email=ada@king.nl")
    done = erase(workspace, ONE, redact=True)
    assert [each.path for each in done.left] == ["crm.toml"]
    assert reopened(tmp_path).context.me


@pytest.mark.parametrize("path", ["data/contact/00000.json", "journal/2026-11.1.jsonl"])
def test_what_cannot_be_read_is_not_erased_by_half(office, path):
    note(office, "Ada Lovelace", TWO)
    target = Path(office.root, path)
    target.write_bytes(target.read_bytes()[:-9] + b"\n")
    before = everything(office)
    with pytest.raises((DamagedFile, DamagedJournal, UnknownReference)):
        erase(office, ONE)
    assert everything(office) == before


def test_two_versions_of_a_file_are_to_be_settled_first(office):
    note(office, "Hello", ONE)
    operation = last_operation(office).id
    path = Path(office.root, f"data/note/00000.json.{operation}.tmp")
    path.write_bytes(b"{}")
    Path(office.root, "data/note/00000.json").write_text('{"note": {"1": {"hs_note_body": "by hand"}}}')
    with pytest.raises(TwoVersions):
        erase(office, ONE)
    assert path.exists()


def test_a_file_that_somebody_writes_meanwhile_stops_it(office, monkeypatch):
    write = store_erasing.sync_tree

    def meddle(path):
        Path(office.root, "data/contact/00000.json").write_text("{}")
        write(path)

    monkeypatch.setattr(store_erasing, "sync_tree", meddle)
    with pytest.raises(ChangedMeanwhile):
        erase(office, ONE)
    assert not Path(office.root, ERASING).exists()


def test_a_disk_that_refuses_leaves_everything_as_it_was(office, monkeypatch):
    before = everything(office)

    def full(path):
        raise OSError(28, "No space left on device", path)

    monkeypatch.setattr(store_erasing, "sync_tree", full)
    with pytest.raises(CannotWrite):
        erase(office, ONE)
    assert everything(office) == before


class TestOnceItIsDecided:
    """The files of an erasure stand ready, and none of them in its place."""

    @pytest.fixture
    def decided(self, office, monkeypatch, tmp_path):
        def refused(*_):
            raise OSError(5, "Input/output error")

        with monkeypatch.context() as patch:
            patch.setattr(store_erasing, "take_places", refused)
            erase(office, ONE)
        assert office.store.warnings == ["it is decided; the next command will finish this (Input/output error)"]
        assert Path(office.root, ERASED).is_dir()
        assert "Lovelace" in texts(office)
        return tmp_path

    def test_the_next_command_finishes_it_before_it_reads(self, decided):
        reopened(decided).store.close()
        workspace = reopened(decided)
        kept = [path.read_bytes() for path in Path(workspace.cache).iterdir() if path.is_file()]
        assert not any(b"Lovelace" in content for content in kept)
        assert workspace.store.record("contact", 1) is None
        assert "Lovelace" not in texts(workspace)
        assert not Path(workspace.root, ERASED).exists()
        assert workspace.store.doctor() == []

    def test_it_can_be_finished_from_any_point(self, decided):
        root = Path(decided, "office")
        (root / ERASED / "files/data/contact/00000.json").rename(root / "data/contact/00000.json")
        workspace = reopened(decided)
        assert "Lovelace" not in texts(workspace)

    def test_clearing_away_may_be_interrupted(self, decided):
        reopened(decided)
        left = Path(decided, "office", ERASED)
        (left / "files").mkdir(parents=True)
        assert reopened(decided).store.doctor() == []
        assert not left.exists()

    def test_a_file_that_changed_since_stays_and_is_named(self, decided):
        path = Path(decided, "office/data/contact/00000.json")
        path.write_text(path.read_text().replace("Ben", "Bob"))
        workspace = reopened(decided)
        assert workspace.store.warnings == [
            "data/contact/00000.json was changed meanwhile, and may still name who was erased: erase them again"
        ]
        assert values(workspace, TWO)["firstname"] == "Bob"

    def test_what_went_already_is_passed_over(self, decided):
        listed = Path(decided, "office", ERASED, "list.json")
        gone = {"journal/none.torn": "ab"}
        listed.write_text(json.dumps({**json.loads(listed.read_text()), "gone": gone}))
        assert reopened(decided).store.doctor() == []

    def test_a_link_in_its_place_is_none_of_ours(self, decided, tmp_path):
        ready = Path(decided, "office", ERASED)
        ready.rename(tmp_path / "elsewhere")
        ready.symlink_to(tmp_path / "elsewhere")
        assert reopened(decided).store.record("contact", 1)
        assert (tmp_path / "elsewhere/list.json").exists()

    def test_who_may_not_write_is_told(self, decided, monkeypatch):
        def refused(*_):
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(store_erasing, "take_places", refused)
        with pytest.raises(UnfinishedErasure):
            reopened(decided)


def test_the_branch_of_the_repository_is_known_without_asking_git(office):
    assert erase(office, ONE, dry_run=True).branch == ""
    git = Path(office.root).parent / ".git"
    git.mkdir()
    (git / "HEAD").write_text("ref: refs/heads/trunk\n")
    assert erase(office, ONE, dry_run=True).branch == "trunk"
    (git / "HEAD").write_text("0123456789abcdef\n")
    assert erase(office, ONE, dry_run=True).branch == "main"


def test_a_worktree_says_where_its_repository_is(office, tmp_path):
    (tmp_path / "there").mkdir()
    (tmp_path / "there/HEAD").write_text("ref: refs/heads/side\n")
    Path(office.root, ".git").write_text("gitdir: ../there\n")
    assert erase(office, ONE, dry_run=True).branch == "side"
    Path(office.root, ".git").write_text("gitdir: nowhere\n")
    assert erase(office, ONE, dry_run=True).branch == "main"


@settings(deadline=None, max_examples=10, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_others_are_as_they_were_in_any_store(data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("store") / "one"
    workspace = random_office(folder)
    fill(workspace, data)
    ref = made(workspace, "contact", "firstname=zq01kv", "lastname=zq02kv")
    changed(workspace, ref, "jobtitle=zq03kv")
    others = told(workspace, ref)
    fill(workspace, data)
    others = told(workspace, ref)

    erase(random_reopened(folder), ref)

    workspace = random_reopened(folder)
    assert told(workspace, ref) == others
    assert workspace.store.doctor() == []
    assert "zq0" not in texts(workspace)
    for operation in workspace.store.log.operations():
        assert list(workspace.store.log.changes(operation))
    undoable = [o for o in workspace.store.log.operations() if not (o.erases or o.undone_by)]
    if undoable:
        undo(workspace, data.draw(st.sampled_from(undoable)).id, force=True)
        assert workspace.store.doctor() == []
        assert "zq0" not in texts(workspace)


def told(workspace, ref) -> dict[str, object]:
    """All records but one: values, associations with others and history."""
    found = {}
    for name in workspace.model.objects:
        for record in workspace.store.stream(name):
            if Ref(name, record.id) == ref:
                continue
            links = [
                a
                for a in workspace.store.associations(name, record.id)
                if (a.other_object, a.other_id) != (ref.object_name, ref.id)
            ]
            events = [e for e in workspace.store.log.history(name, record.id) if not e.note.startswith(str(ref))]
            found[f"{name}:{record.id}"] = dict(record.values), links, events
    return found
