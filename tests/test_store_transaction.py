"""What a transaction refuses, counts and undoes: keys, ids, ranges, labels, files."""

# ruff: noqa: PT012 - a transaction is refused while it is left, so its whole block raises

from __future__ import annotations

import pytest

from crmcli.store import columns
from crmcli.store.changes import Created, FileWritten, Linked, RangeRemoved, Removed, Updated
from crmcli.store.columns import held
from crmcli.store.creating import IdTaken
from crmcli.store.keys import DuplicateKey
from crmcli.store.ledger import DuplicateInBlock
from crmcli.store.linking import NoAssociation, UnknownLabel, WithItself
from crmcli.store.log import AmbiguousOperation, UnknownOperation
from crmcli.store.transaction import NoRecord
from crmcli.store.values import Association, KeyHit, Tombstone
from folder import index_tables, make_folder


@pytest.fixture
def folder(tmp_path):
    made = make_folder(tmp_path)
    made.create("contact", firstname="Ada", email="ada@example.com", hs_additional_emails=["king@example.com"])
    made.create("company", name="Engines", domain="engines.com")
    return made


def test_a_record_without_values_is_one(folder):
    assert folder.create("contact") == 2
    assert folder.values("contact", 2) == {}


def test_values_stand_in_schema_order_and_new_ones_take_their_place(folder):
    folder.create("contact", email="b@example.com", lastname="Nevis", firstname="Ben")
    folder.set("contact", 2, jobtitle="Mountain", salutation="Mr", unknown_one="x")
    folder.set("contact", 2, lastname="Ben-Nevis", email=None)

    with folder.opened() as store:
        order = [name for name in store.model.objects["contact"].properties if name in
                 {"firstname", "lastname", "salutation", "jobtitle"}]  # fmt: skip
    text = folder.shard().read_text()
    places = [text.index(f'"{name}"', text.index('"2"')) for name in [*order, "unknown_one"]]
    assert places == sorted(places)
    assert '"email": "b@' not in text


@pytest.mark.parametrize("values", [{"email": "ada@example.com"}, {"hs_additional_emails": ["ada@example.com"]},
                                    {"email": "king@example.com"}])  # fmt: skip
def test_a_key_that_is_held_is_refused_and_its_holder_named(folder, values):
    with pytest.raises(DuplicateKey) as refusal:
        folder.create("contact", **values)

    assert refusal.value.holder.object_name == "contact"
    assert refusal.value.holder.id == 1
    assert "is held by contact:1 already" in refusal.value.message
    assert refusal.value.hint == "look at it with: crm show contact:1"
    with pytest.raises(DuplicateKey), folder.writing() as change:
        other = change.create("contact", {"firstname": "Ben"})
        change.set("contact", other, values)
    assert folder.values("contact", 2) is None


def test_keys_given_up_in_an_operation_can_be_taken_in_it(folder):
    folder.create("contact", email="ben@example.com")
    with folder.writing() as change:
        change.set("contact", 1, {"email": None})
        change.set("contact", 2, {"email": "ada@example.com"})
        change.set("contact", 1, {"email": "ben@example.com"})

    with folder.opened() as store:
        assert store.find_key("email", "ada@example.com") == [KeyHit("contact", 2, "email", primary=True)]
        assert store.find_keys("email", ["ben@example.com", "no@example.com"], "contact") == {
            "ben@example.com": [KeyHit("contact", 1, "email", primary=True)]
        }
        assert store.find_key("domain", "engines.com") == [KeyHit("company", 1, "domain", primary=True)]


def test_conflicts_of_a_block_are_found_by_row(folder):
    names = ["email", "hs_additional_emails"]
    columns = [
        ["ada@example.com", "b@example.com", "b@example.com", None, "e@example.com", "f@example.com"],
        [None, None, ["x@example.com"], ["b@example.com"], ["e@example.com"], ["king@example.com"]],
    ]
    with folder.writing() as change:
        found = change.conflicts("contact", names, columns)

    assert sorted(found) == [0, 2, 3, 5]
    assert {row: type(refusal) for row, refusal in found.items()} == {
        0: DuplicateKey, 2: DuplicateInBlock, 3: DuplicateInBlock, 5: DuplicateKey,
    }  # fmt: skip
    assert [found[row].row for row in (2, 3)] == [1, 1]


def test_a_key_of_an_earlier_block_of_the_operation_is_held(folder):
    with folder.writing() as change:
        change.create_many("contact", ["email"], [["x@example.com"]])
        assert list(change.conflicts("contact", ["email"], [["y@example.com", "x@example.com"]])) == [1]
        assert list(change.conflicts("contact", ["hs_additional_emails"], [[["x@example.com"]]])) == [0]


def test_gaps_are_filled_below_each_block_of_ids_and_in_each_copys_numbers(tmp_path):
    folder = make_folder(tmp_path)
    with folder.writing() as change:
        change.create_many("contact", ["firstname"], [["Ada", "Ben", "Cy"]], [1, 2_500, 2 * 10**9 + 1_001])
        change.create_many("contact", ["firstname"], [["Di"]], [2 * 10**9 + 3_001])

    names = sorted(path.name for path in folder.shard().parent.iterdir())
    assert names == ["00000.json", "00001.json", "00002.json", *(f"200000{n}.json" for n in range(4))]
    with folder.opened() as store:
        assert store.doctor() == []
        assert [record.values["firstname"] for record in store.stream("contact")] == ["Ada", "Ben", "Cy", "Di"]


@pytest.mark.parametrize("at_once", [1, 3, 100])
def test_what_records_hold_is_told_without_reading_them(tmp_path, monkeypatch, at_once):
    monkeypatch.setattr(columns, "_AT_ONCE", at_once)
    folder = make_folder(tmp_path)
    folder.create("contact", firstname="Ada", email="ada@example.com")
    folder.create("contact", lastname="Roe")
    write = folder.shard().read_text().replace('"lastname": "Roe"', '"lastname": "Roe", "shoe": 42')
    folder.shard().write_text(write)
    with folder.opened() as store:
        assert (set(held(store, "contact").properties), held(store, "contact").with_extra) == (
            {"firstname", "email", "lastname"},
            1,
        )
        assert (held(store, "contact", [1]).properties, held(store, "contact", [1]).with_extra) == (
            ("firstname", "email"),
            0,
        )
        assert (held(store, "contact", []).properties, held(store, "company").properties) == ((), ())
        assert store.records("contact", [1, 2], ["lastname"])[0].values == {}


def test_explicit_ids_fill_the_gap_with_empty_files(folder):
    assert folder.create("contact", record_id=3500, firstname="Far") == 3500

    assert [folder.shard(number=n).exists() for n in range(5)] == [True, True, True, True, False]
    assert folder.shard(number=1).read_text() == '{\n  "contact": {}\n}'
    assert folder.create("contact", firstname="Next") == 3501
    assert folder.values("contact", 3500) == {"firstname": "Far"}


def test_a_look_at_a_record_that_is_not_there_makes_no_file(folder):
    with folder.writing() as change:
        with pytest.raises(NoRecord):
            change.delete("contact", 7777)
        change.set("contact", 1, {"firstname": "Augusta"})

    assert not folder.shard(number=7).exists()
    assert folder.values("contact", 1)["firstname"] == "Augusta"


@pytest.mark.parametrize("record_id", [1, 2])
def test_an_id_is_never_used_twice(folder, record_id):
    folder.create("contact", firstname="Ben")
    with folder.writing() as change:
        change.delete("contact", 2)

    with pytest.raises(IdTaken, match=f'"contact:{record_id}" was used before'):
        folder.create("contact", record_id=record_id, firstname="Again")
    assert folder.create("contact", firstname="Cher") == 3


def test_a_dry_run_counts_and_changes_nothing(folder):
    before = folder.everything()
    with folder.writing(dry_run=True) as change:
        made = change.create("contact", {"firstname": "Ben"})
        change.link(("contact", made), ("company", 1))
        change.set("contact", 1, {"firstname": "Augusta"})
        change.delete("company", 1)
        change.write_file("views/x.yaml", "a")
        assert change.commit() is None

    assert dict(change.counts) == {
        "contact created": 1, "association linked": 1, "contact updated": 1, "company deleted": 1, "file written": 1,
    }  # fmt: skip
    assert folder.everything() == before
    assert folder.values("company", 1) is not None


def test_what_changes_nothing_is_no_operation(folder):
    before = folder.everything()
    with folder.writing() as change:
        assert change.set("contact", 1, {"firstname": "Ada", "lastname": None}) is False
        assert change.unlink(("contact", 1), ("company", 1)) is False
        change.write_file("views/x.yaml", None)
        assert change.commit() is None
    assert folder.everything() == before


def test_a_file_written_and_taken_away_again_is_no_change(folder):
    with folder.writing() as change:
        change.write_file("views/x.yaml", "a: 1\n")
        change.write_file("views/x.yaml", None)
        assert change.commit() is None
    assert not (folder.root / "views" / "x.yaml").exists()


def test_a_file_that_is_no_text_comes_back_byte_for_byte(folder):
    path = folder.root / "views" / "x.yaml"
    path.parent.mkdir()
    path.write_bytes(b"caf\xe9\n")
    with folder.writing() as change:
        change.write_file("views/x.yaml", "tea\n")
    with folder.opened() as store:
        (done,) = store.log.changes(store.log.operations(1)[0])
    assert isinstance(done, FileWritten)
    with folder.writing() as change:
        change.write_file("views/x.yaml", done.old)

    assert path.read_bytes() == b"caf\xe9\n"


def test_deleting_leaves_a_tombstone_and_restoring_brings_everything_back(folder):
    with folder.writing() as change:
        change.link(("contact", 1), ("company", 1), label="Billing Contact")
    before = folder.shard().read_bytes()
    with folder.writing() as change:
        change.delete("contact", 1)

    with folder.opened() as store:
        operation = store.log.operations(1)[0]
        assert store.tombstone("contact", 1) == Tombstone("contact", 1, "deleted", operation.id)
        assert store.associations("company", 1) == []
        (done,) = store.log.changes(operation)
        assert isinstance(done, Removed)
    with folder.writing() as change:
        change.restore("contact", 1)

    assert folder.shard().read_bytes() == before
    with folder.opened() as store:
        assert store.tombstone("contact", 1) is None
        assert store.associations("company", 1) == [
            Association("company", 1, "contact", 1, ("Billing Contact",), primary=True)
        ]
        assert [entry.event for entry in store.log.history("contact", 1)] == [
            "created",
            "linked",
            "deleted",
            "restored",
        ]


def test_labels_read_from_both_ends_and_primary_moves(folder):
    folder.create("contact", firstname="Ben")
    folder.create("company", name="Looms")
    with folder.writing() as change:
        assert change.link(("contact", 1), ("contact", 2), label="manager")
        assert change.link(("contact", 2), ("contact", 1), label="Employee") is False
        change.link(("company", 1), ("contact", 1))
        change.link(("contact", 1), ("company", 2))
    with folder.opened() as store:
        assert store.associations("contact", 2) == [Association("contact", 2, "contact", 1, ("Employee",))]
        assert [(one.other_id, one.primary) for one in store.associations("contact", 1)] == [
            (1, True),
            (2, False),
            (2, False),
        ]
    with folder.writing() as change:
        change.link(("contact", 1), ("company", 2), primary=True)
        assert dict(change.counts) == {"association relabelled": 2}
    with folder.opened() as store:
        assert [(one.other_id, one.primary) for one in store.associations("contact", 1)][:2] == [(2, True), (1, False)]


def test_associations_that_cannot_be_are_refused(folder):
    with pytest.raises(WithItself), folder.writing() as change:
        change.link(("contact", 1), ("contact", 1))
    with pytest.raises(NoRecord, match='"company:9"'), folder.writing() as change:
        change.link(("contact", 1), ("company", 9))
    with (
        pytest.raises(UnknownLabel, match='no label "Boss" from contact to contact') as unknown,
        folder.writing() as change,
    ):
        folder_end = ("contact", change.create("contact", {"firstname": "Ben"}))
        change.link(("contact", 1), folder_end, label="Boss")
    assert "Manager, Employee" in unknown.value.hint
    with pytest.raises(UnknownLabel) as none, folder.writing() as change:
        change.link(("company", 1), ("deal", change.create("deal", {"dealname": "D"})), label="Boss")
    assert "none is declared" in none.value.hint
    with pytest.raises(NoAssociation) as refusal, folder.writing() as change:
        change.link(("contact", 1), ("robot", 1))
    assert "company" in refusal.value.hint


def test_links_in_bulk_are_kept_where_they_stand(folder):
    with folder.writing() as change:
        change.link(("contact", 1), ("company", 1))
        ids = change.create_many("contact", ["firstname"], [["a", "b"]])
        change.create("company", {"name": "Looms"})
        pair = change._store.model.pair("contact", "company")
        change.link_many(pair, [(1, 2), (ids[0], 1), (ids[1], 1), (1, 1)])

    with folder.opened() as store:
        links = store.associated(pair, [1, *ids], from_owner=True)
        assert [(one.id, one.other_id, one.primary) for one in links] == [
            (1, 1, True), (1, 2, False), (ids[0], 1, True), (ids[1], 1, True),
        ]  # fmt: skip
        done = list(store.log.changes(store.log.operations(1)[0]))
    assert Linked("contact", 1, "company:2", None, "") in done
    assert Created("contact", ids[0], ids[1]) in done


def many_links(folder, then):
    """Link a contact in each of many files to a company, so that files leave memory and come back; then do more."""
    with folder.writing() as change:
        change.create_many("contact", ["firstname"], [[str(i) for i in range(16_000)]])
        for owner in range(500, 16_000, 1000):
            change.link(("contact", owner), ("company", 1))
        then(change)
    with folder.opened() as store:
        kept = index_tables(store)
    (folder.cache / "index.sqlite").unlink()
    with folder.opened() as store:
        assert index_tables(store) == kept
        return [one.other_id for one in store.associations("company", 1)]


def test_files_that_left_memory_are_changed_again(folder):
    def then(change):
        change.unlink(("contact", 500), ("company", 1))
        change.set("contact", 1500, {"firstname": "again"})
        change.delete("contact", 2500)

    owners = many_links(folder, then)

    assert owners == list(range(3500, 16_000, 1000)) or owners == [1500, *range(3500, 16_000, 1000)]
    assert folder.values("contact", 1500) == {"firstname": "again"}
    assert folder.values("contact", 2500) is None


def test_bulk_creations_are_taken_back_by_whole_files_and_come_back(folder):
    with folder.writing() as change:
        change.create_many("contact", ["firstname"], [[f"C{i}" for i in range(2500)]])
    before = {n: folder.shard(number=n).read_bytes() for n in range(3)}
    with folder.writing() as change:
        change.remove_range("contact", 2, 2501)
    with folder.opened() as store:
        operation = store.log.operations(1)[0]
        done = list(store.log.changes(operation))
        assert [each for each in done if isinstance(each, RangeRemoved)] == [
            RangeRemoved("contact", 1000, 1999), RangeRemoved("contact", 2000, 2501),
        ]  # fmt: skip
        assert store.tombstone("contact", 1234) == Tombstone("contact", 1234, "undone", operation.id)
        assert store.count("contact") == 1
    with folder.writing() as change:
        change.restore("contact", 1234)
    assert folder.values("contact", 1234) == {"firstname": "C1232"}
    with folder.opened() as store:
        assert store.tombstone("contact", 1234) is None
        assert [store.tombstone("contact", i).kind for i in (1233, 1235)] == ["undone", "undone"]
        assert [entry.event for entry in store.log.history("contact", 1234)] == ["created", "undone", "restored"]
    with folder.writing() as change:
        for each in reversed(done):
            if isinstance(each, RangeRemoved):
                change.restore_range("contact", each.first, each.last, operation.id)
            else:
                change.restore("contact", each.id)

    assert {n: folder.shard(number=n).read_bytes() for n in range(3)} == before


def test_operations_are_found_by_the_beginning_of_their_id(folder):
    with folder.opened() as store:
        ids = iter(["abcd000000000000", "abcd100000000000"])
        store.new_id = lambda _sequence: next(ids)
        for name in ("Ben", "Cher"):
            with store.write(folder.intent()) as change:
                change.create("contact", {"firstname": name})
                change.commit()
        log = store.log
        assert log.short_id("abcd000000000000") == "abcd0"
        assert log.operation("ABCD1").id == "abcd100000000000"
        with pytest.raises(AmbiguousOperation, match=r"abcd0, abcd1|abcd1, abcd0"):
            log.operation("abcd")
        for unknown in ("ffff9", "*", ""):
            with pytest.raises(UnknownOperation):
                log.operation(unknown)
        assert log.operation("abcd0").summary == "1 contact created"


def test_later_changes_and_chains_of_undoing(folder):
    def write(undoes="", **values):
        with folder.opened() as store, store.write(folder.intent(undoes=undoes)) as change:
            change.set("contact", 1, values)
            return change.commit()

    first = write(firstname="Augusta")
    other = write(lastname="King")
    second = write(firstname="Beatrix")
    with folder.opened() as store:
        later = store.log.later_changes(first)
        assert [(one.property_name, one.operation) for one in later] == [("firstname", second.id)]
        assert store.log.later_changes(other) == store.log.later_changes(second) == []
        created = store.log.operations()[-1]
        assert {one.operation for one in store.log.later_changes(created)} == {first.id, other.id, second.id}
    undo = write(undoes=second.id, firstname="Augusta")
    with folder.opened() as store:
        assert store.log.later_changes(first) == []
        assert store.log.operation(second.id).undone_by == undo.id
    redo = write(undoes=undo.id, firstname="Beatrix")
    with folder.opened() as store:
        assert store.log.operation(second.id).undone_by == ""
        assert store.log.operation(undo.id).undone_by == redo.id
        assert [one.property_name for one in store.log.later_changes(first)] == ["firstname"]
        changes = [each for one in store.log.operations(2) for each in store.log.changes(one)]
    assert changes == [
        Updated("contact", 1, {"firstname": ("Augusta", "Beatrix")}),
        Updated("contact", 1, {"firstname": ("Beatrix", "Augusta")}),
    ]


def test_the_history_of_a_property_goes_from_old_to_new(folder):
    folder.set("contact", 1, firstname="Augusta")
    folder.set("contact", 1, firstname=None, lastname="King")

    with folder.opened() as store:
        entries = store.log.history("contact", 1, "firstname")
    assert [(entry.event, entry.old, entry.new, entry.actor) for entry in entries] == [
        ("set", "Ada", "Augusta", "ada"), ("set", "Augusta", None, "ada"),
    ]  # fmt: skip
