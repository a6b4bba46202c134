"""Doctor names what is wrong in files, journal and index; --fix mends what needs no guess."""

from __future__ import annotations

import json

import pytest

from crmcli.store.shard import DamagedFile
from folder import make_folder, write_elsewhere

CONTACTS, COMPANIES = "data/contact/00000.json", "data/company/00000.json"


@pytest.fixture
def folder(tmp_path):
    made = make_folder(tmp_path)
    made.create("contact", firstname="Ada", email="ada@example.com")
    made.create("contact", firstname="Ben")
    made.create("company", name="Engines")
    with made.writing() as change:
        change.link(("contact", 1), ("company", 1))
        change.delete("contact", 2)
    return made


def examined(folder):
    with folder.opened() as store:
        return {(problem.where, problem.message) for problem in store.doctor()}


def edit(folder, change):
    content = json.loads(folder.shard().read_text())
    change(content)
    write_elsewhere(folder.shard(), json.dumps(content, indent=2))


def test_a_sound_workspace_has_no_problem(folder):
    assert examined(folder) == set()


def test_a_file_that_cannot_be_read_is_named(folder):
    write_elsewhere(folder.shard(), "")
    folder.shard("company").unlink()
    folder.shard("company").mkdir()

    assert examined(folder) >= {(CONTACTS, "it is empty"), (COMPANIES, "cannot be read: Is a directory")}


def test_a_missing_file_is_named(folder):
    folder.create("contact", record_id=2500, firstname="Far")
    folder.shard(number=1).unlink()

    assert examined(folder) == {("data/contact/00001.json", "this data file is missing")}


def test_a_refused_value_a_shared_key_and_a_living_dead_record_are_named(folder):
    def harm(content):
        content["contact"] |= {"2": {"firstname": "Ben"}, "3": {"email": "ada@example.com", "phone": "what"}}

    edit(folder, harm)
    messages = {message for _, message in examined(folder)}

    assert "contact:2 is there and has a tombstone" in messages
    assert 'contact:1 and contact:3 share Email "ada@example.com"' in messages
    assert any(message.startswith('contact:3 phone: "what" is not') for message in messages)
    assert len(messages) == 3


def test_an_association_with_no_record_is_named(folder):
    edit(folder, lambda content: content["associations"]["1"].update({"company:77": ""}))

    assert examined(folder) == {
        (CONTACTS, "there is no company:77, with which an association is: contact:1 company:77")
    }


def test_a_torn_journal_is_named(folder):
    (journal,) = folder.journals()
    write_elsewhere(journal, journal.read_bytes() + b'{"oper')

    assert examined(folder) == {("journal/2026-11.1.jsonl", "the last operation is torn")}


def test_an_index_that_differs_from_the_files_is_named_and_made_anew(folder):
    with folder.opened() as store:
        store.index.connection.execute("DELETE FROM contact")
    assert examined(folder) == {("index", "1 records of contact differ from the data files")}

    with folder.opened() as store:
        assert store.mend() == ["the index was made anew"]
        assert store.doctor() == []
        assert store.record("contact", 1).values["firstname"] == "Ada"


def test_duplicate_keys_are_mended_and_the_file_kept_aside(folder):
    text = folder.shard().read_text().replace('"firstname": "Ada"', '"firstname": "Ada", "firstname": "Eva", "x": 1.50')
    write_elsewhere(folder.shard(), text)
    with folder.opened() as store:
        with pytest.raises(DamagedFile):
            store.record("contact", 1)
        done = store.mend()
        assert store.doctor() == []
        assert store.record("contact", 1).values["firstname"] == "Eva"

    assert CONTACTS in done[0]
    assert folder.shard().with_name("00000.json.damaged").read_text() == text
    assert '"x": 1.50' in folder.shard().read_text()


@pytest.mark.parametrize("text", ["", "[]", "{}}", '{"contact": {"9000": {}}}', '{"contact": {"x": {}}}'])
def test_what_would_need_a_guess_is_left_alone(folder, text):
    write_elsewhere(folder.shard(), text)

    with folder.opened() as store:
        assert store.mend() == ["the index was made anew"]

    assert folder.shard().read_text() == text
