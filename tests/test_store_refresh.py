"""What else changes the files is seen by the next command: editors, git, damage, losses."""

from __future__ import annotations

import json
import os
import shutil

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tinydb import TinyDB

from crmcli.store.freshness import RACY_NS, UNKNOWN, look, settled, signature, stamps
from crmcli.store.journal import DamagedJournal
from crmcli.store.shard import DamagedFile
from folder import index_tables, make_folder, write_elsewhere


@pytest.fixture
def folder(tmp_path):
    made = make_folder(tmp_path)
    made.create("contact", firstname="Ada", email="ada@example.com")
    made.create("company", name="Engines")
    with made.writing() as change:
        change.link(("contact", 1), ("company", 1))
    return made


def same_as_an_index_made_anew(folder):
    with folder.opened() as store:
        kept = index_tables(store)
    shutil.rmtree(folder.cache)
    with folder.opened() as store:
        return kept == index_tables(store)


def edit(folder, rows, object_name="contact", number=0, **tables):
    write_elsewhere(folder.shard(object_name, number), json.dumps({object_name: rows} | tables, indent=2))


def test_an_edit_by_hand_is_seen_by_the_next_command(folder):
    text = folder.shard().read_text()
    write_elsewhere(folder.shard(), text.replace("Ada", "Augusta").replace("ada@", "augusta@"))

    assert folder.values("contact", 1) == {"firstname": "Augusta", "email": "augusta@example.com"}
    with folder.opened() as store:
        assert store.find_key("email", "ada@example.com") == []
        assert [hit.id for hit in store.find_key("email", "augusta@example.com")] == [1]
    assert same_as_an_index_made_anew(folder)


def test_what_plain_tinydb_writes_is_seen_and_made_canonical_at_the_next_write(folder):
    with TinyDB(folder.shard()) as database:
        database.table("contact").update({"lastname": "Lovelace"}, doc_ids=[1])
        assert database.table("contact").insert({"firstname": "Ben"}) == 2

    assert folder.values("contact", 1)["lastname"] == "Lovelace"
    assert folder.create("contact", firstname="Cher") == 3
    assert folder.shard().read_text().startswith('{\n  "contact": {\n    "1": {\n      "firstname": "Ada",')


def test_a_file_as_fresh_as_the_look_at_it_is_looked_at_again(folder):
    path = folder.shard()
    for name in ("Augusta", "Beatrix"):  # the second write has the size and may have the time of the first
        path.write_text(path.read_text().replace("Ada", name).replace("Augusta", name))
        assert folder.values("contact", 1)["firstname"] == name


def test_a_stamp_is_trusted_once_it_is_old_enough():
    seen = (10**18, 1, 2, 3)

    assert settled(seen, seen[0] + RACY_NS + 1) == seen
    assert settled(seen, seen[0] + RACY_NS) == UNKNOWN
    assert settled(seen, seen[0] - 5) == UNKNOWN


@given(st.dictionaries(st.integers(0, 10**8), st.tuples(*[st.integers(0, 2**62)] * 4), max_size=5))
def test_signatures_read_back(marks):
    assert stamps(signature(marks)) == marks
    assert signature(dict(reversed(marks.items()))) == signature(marks)


def test_only_canonically_named_files_are_shards(tmp_path):
    for name in ("00000.json", "00012.json", "123456.json", "1.json", "000012.json", "00003.json.bak", "٠٠٠٠٤.json"):
        (tmp_path / name).write_text("{}")
    (tmp_path / "00002.json").symlink_to("nowhere")

    assert sorted(look(str(tmp_path))) == [0, 12, 123456]
    assert look(str(tmp_path / "none")) == {}


def test_a_git_checkout_of_an_older_file_is_seen(folder):
    before = folder.shard().read_bytes()
    folder.set("contact", 1, firstname="Augusta")
    after = folder.shard().read_bytes()
    for content, name in ((before, "Ada"), (after, "Augusta"), (before, "Ada")):
        folder.shard().unlink()
        folder.shard().write_bytes(content)
        assert folder.values("contact", 1)["firstname"] == name
    assert same_as_an_index_made_anew(folder)


DAMAGE = {
    "": "it is empty",
    '{"contact": {"1": {': "line 1, column 20",
    "<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> other\n": "conflict markers of a merge (line 1)",
    '{"contact": {"1": {"firstname": "a", "firstname": "b"}}}': 'the key "firstname" stands twice',
    '{"contact": {"1000": {}}}': "record 1000 does not belong",
}  # fmt: skip


@pytest.mark.parametrize("text", DAMAGE, ids=["empty", "truncated", "conflict", "twice", "outside"])
def test_a_damaged_file_is_an_error_and_the_rest_goes_on(folder, text):
    sound = folder.shard().read_text()
    write_elsewhere(folder.shard(), text)

    with folder.opened() as store:
        for ask in (lambda: store.record("contact", 1), lambda: store.records("contact", [1]),
                    lambda: list(store.stream("contact"))):  # fmt: skip
            with pytest.raises(DamagedFile) as refusal:
                ask()
            assert refusal.value.path == "data/contact/00000.json"
            assert DAMAGE[text] in refusal.value.message
            assert "crm doctor" in refusal.value.hint
        assert store.record("company", 1).values == {"name": "Engines"}
    with folder.writing() as change:
        change.set("company", 1, {"name": "Looms"})
    with pytest.raises(DamagedFile):
        folder.create("contact", firstname="Ben")
    assert folder.shard().read_text() == text

    write_elsewhere(folder.shard(), sound)
    assert folder.values("contact", 1)["firstname"] == "Ada"
    assert same_as_an_index_made_anew(folder)


def test_a_file_that_cannot_be_opened_is_damaged(folder):
    folder.shard().unlink()
    folder.shard().mkdir()

    with folder.opened() as store, pytest.raises(DamagedFile, match="Is a directory"):
        store.record("contact", 1)


@pytest.fixture
def three_files(folder):
    with folder.writing() as change:
        change.create_many("contact", ["firstname"], [[f"C{i}" for i in range(2500)]])
    return folder


def test_a_missing_file_in_the_middle_is_an_error_until_it_is_back(three_files):
    aside = three_files.root / "aside.json"
    three_files.shard(number=1).rename(aside)
    for _ in range(2):
        with three_files.opened() as store:
            assert store.warnings == []
            assert store.record("contact", 1).values["firstname"] == "Ada"
            for ask in (lambda: store.record("contact", 1500), lambda: next(store.stream("contact"))):
                with pytest.raises(DamagedFile, match=r'"data/contact/00001.json" is damaged: it is missing'):
                    ask()
    aside.rename(three_files.shard(number=1))

    assert three_files.values("contact", 1500) == {"firstname": "C1498"}
    with three_files.opened() as store:
        assert store.count("contact") == len(list(store.stream("contact"))) == 2501
    assert same_as_an_index_made_anew(three_files)


def test_a_gap_is_none_once_the_files_above_it_are_gone(three_files):
    three_files.shard(number=1).unlink()
    with three_files.opened():
        pass
    three_files.shard(number=2).unlink()

    with three_files.opened() as store:
        assert store.count("contact") == len(list(store.stream("contact"))) == 999
    assert same_as_an_index_made_anew(three_files)


def test_a_last_file_that_is_gone_is_one_line(three_files):
    three_files.shard(number=2).unlink()

    with three_files.opened() as store:
        assert store.warnings == ["data/contact/00002.json is gone, with all records in it; git or a backup has it"]
        assert store.count("contact") == 1999
        assert store.record("contact", 2000) is None
    with three_files.opened() as store:
        assert store.warnings == []


def test_ids_of_records_that_are_gone_from_the_files_are_not_used_again(three_files):
    three_files.shard(number=2).unlink()

    assert three_files.create("contact", firstname="New") == 2502


def test_what_a_type_refuses_stays_in_the_file_out_of_the_index_and_is_no_key(folder):
    edit(folder, {"1": {"firstname": "Ada", "email": "Not An Address", "colour": {"r": 1.50}}})

    with folder.opened() as store:
        record = store.record("contact", 1)
        assert dict(record.values) == {"firstname": "Ada"}
        assert record.extra == {"email": "Not An Address", "colour": {"r": "1.5"}}
        assert store.find_key("email", "Not An Address") == []
    folder.set("contact", 1, email="ada@example.com")
    assert folder.values("contact", 1) == {"firstname": "Ada", "email": "ada@example.com"}
    assert same_as_an_index_made_anew(folder)


def test_the_same_property_cleared_by_hand_is_cleared_in_the_index(folder):
    edit(folder, {"1": {"firstname": "Ada"}})

    assert folder.values("contact", 1) == {"firstname": "Ada"}
    assert same_as_an_index_made_anew(folder)


texts = st.sampled_from(
    ["ada@example.com", "b@example.com", "Not An Address", "+31612345678", "2026-11-23", "", "x\ud800"]
)
wild = st.recursive(
    texts | st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(texts, inner, max_size=2),
    max_leaves=4,
)
properties = st.sampled_from(
    ["firstname", "email", "hs_additional_emails", "phone", "createdate", "lifecyclestage", "hubspot_owner_id", "a b"]
)
rows = st.dictionaries(st.integers(1, 4).map(str), st.dictionaries(properties, wild, max_size=3), max_size=3)
others = st.sampled_from(["company:1", "company:" + "9" * 30, "company:-1", "contact:2", "robot:1", "nonsense", ""])
links = st.dictionaries(st.integers(1, 4).map(str), st.dictionaries(others, texts | wild, max_size=2), max_size=2)
burials = st.dictionaries(
    st.integers(1, 4).map(str),
    st.dictionaries(st.sampled_from(["last", "kind", "operation", "into"]), wild, max_size=4),
    max_size=2,
)


@settings(max_examples=25, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(versions=st.lists(st.tuples(rows, links, burials), min_size=1, max_size=3))
def test_whatever_stands_in_a_file_is_taken_up_as_if_it_were_new(versions, tmp_path_factory):
    folder = make_folder(tmp_path_factory.mktemp("wild"))
    folder.create("company", name="Engines")
    for content, associations, tombstones in versions:
        edit(folder, content, associations=associations, tombstones=tombstones)
        with folder.opened() as store:
            if store.index.damage("contact") is None:
                assert [record.id for record in store.stream("contact")] == sorted(map(int, content))
                for record in store.stream("contact"):
                    assert record.values.keys() | record.extra.keys() <= content[str(record.id)].keys()
                    store.associations("contact", record.id)
                    store.tombstone("contact", record.id)
                sound = True
            else:
                sound = False
    assert not sound or same_as_an_index_made_anew(folder)  # of a damaged file the index keeps what it had


def test_a_damaged_journal_costs_history_and_stops_writing_until_it_is_restored(folder):
    (journal,) = folder.journals()
    whole = journal.read_bytes()
    write_elsewhere(journal, whole.replace(b'"primary"', b'"Primary"'))
    for _ in range(2):
        shutil.rmtree(folder.cache)
        with folder.opened() as store:
            assert store.record("contact", 1).values["firstname"] == "Ada"
            (warning,) = store.warnings
            assert "2026-11.1.jsonl" in warning
            assert "the journal is damaged" in warning
            assert len(store.doctor()) == 1
    before = folder.everything()
    with pytest.raises(DamagedJournal, match="is not as it was written"):
        folder.set("contact", 1, firstname="Augusta")
    assert folder.everything() == before

    write_elsewhere(journal, whole)
    folder.set("contact", 1, firstname="Augusta")
    assert same_as_an_index_made_anew(folder)


def test_an_object_that_is_no_longer_in_the_journal_or_files_makes_a_new_index(folder):
    for path in folder.journals():
        path.unlink()

    with folder.opened() as store:
        assert store.log.operations() == []
    assert same_as_an_index_made_anew(folder)


def test_a_journal_that_was_changed_before_its_end_is_read_anew(folder):
    (journal,) = folder.journals()
    lines = journal.read_bytes().splitlines(keepends=True)
    write_elsewhere(journal, b"".join(lines[:3]))

    with folder.opened() as store:
        assert [operation.sequence for operation in store.log.operations()] == [1]
    assert same_as_an_index_made_anew(folder)


def test_a_damaged_index_is_made_anew(folder):
    for content in (b"nonsense" * 1000, b""):
        (folder.cache / "index.sqlite").write_bytes(content)
        for suffix in ("-wal", "-shm"):
            (folder.cache / f"index.sqlite{suffix}").unlink(missing_ok=True)
        assert folder.values("contact", 1)["firstname"] == "Ada"
    assert os.stat(folder.cache / "index.sqlite").st_mode & 0o777 == 0o600
