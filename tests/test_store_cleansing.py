"""Data files and journals without a person: what is theirs goes, what is others' stays as it was written."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from crmcli.store import journal
from crmcli.store.belonging import removed_with
from crmcli.store.cleansed import is_of_store
from crmcli.store.cleansing import Cleansing, Mention
from crmcli.store.files import Modes
from crmcli.store.journal_cleansing import JournalCleansing
from crmcli.store.shard import Shard
from crmcli.store.spellings import Spellings
from crmcli.store.values import Intent, Operation

ADA = Spellings(["ada@example.com"], [("31", "612345678")], [["Ada", "Lovelace"]])
TOMB = {"kind": "erased", "operation": "f" * 16}
NAMED = "ada@example.com"


def cleansing(*, redact=True, ends=(("contact", 1), ("note", 5))):
    return Cleansing(ends, ADA, lambda _, name: name != "email", redact=redact)


def shard(records=None, associations=None, tombstones=None, **foreign):
    made = Shard("contact", records, associations, tombstones)
    made.foreign = foreign
    return made.dumps()


def cleansed(content, work=None, tomb=TOMB):
    found = (work or cleansing()).shard(content, "contact", "data/contact/00000.json", tomb)
    return None if found is None else json.loads(found)


def test_a_record_goes_with_its_associations_and_leaves_a_tombstone():
    content = shard({1: {"firstname": "Ada"}, 2: {"firstname": "Ben"}}, {1: {"company:1": ""}, 2: {"company:1": ""}})
    assert cleansed(content) == {
        "contact": {"2": {"firstname": "Ben"}},
        "associations": {"2": {"company:1": ""}},
        "tombstones": {"1": TOMB},
    }
    assert cleansed(content, tomb=None) == {
        "contact": {"2": {"firstname": "Ben"}},
        "associations": {"2": {"company:1": ""}},
    }


def test_associations_of_others_with_it_go():
    content = shard({2: {}, 3: {}}, {2: {"note:5": ""}, 3: {"note:5": "", "note:55": "x"}})
    work = cleansing(ends=[("note", 5)])
    assert cleansed(content, work) == {"contact": {"2": {}, "3": {}}, "associations": {"3": {"note:55": "x"}}}
    assert work.counts == {"association": 2}


def test_what_others_absorbed_is_rid_of_it():
    tomb = {
        "kind": "merged",
        "into": 2,
        "operation": "a",
        "record": {"bio": NAMED},
        "associations": {"note:5": "", "note:6": ""},
    }
    found = cleansed(shard({2: {}}, None, {3: tomb}), cleansing(ends=[("note", 5)]))
    assert found["tombstones"]["3"] == {**tomb, "record": {"bio": "[erased]"}, "associations": {"note:6": ""}}


def test_the_tombstone_of_what_it_absorbed_says_no_more():
    tomb = {"kind": "merged", "into": 2, "operation": "a", "record": {"bio": "x"}, "associations": {}}
    work = cleansing()
    assert cleansed(shard({}, None, {1: tomb}), work)["tombstones"] == {"1": TOMB}
    assert work.counts == {"record": 1, "association": 0}


def test_a_range_that_begins_with_it_goes_on_behind_it():
    tomb = {"last": 9, "kind": "undone", "operation": "a"}
    assert cleansed(shard({}, None, {1: tomb}))["tombstones"] == {"1": TOMB, "2": tomb}
    assert cleansed(shard({}, None, {1: {**tomb, "last": 1}}))["tombstones"] == {"1": TOMB}


def test_it_is_erased_once():
    assert cleansed(shard({2: {}}, None, {1: {"kind": "erased", "operation": "a"}})) is None


def test_values_of_any_depth_are_redacted_but_those_that_are_no_texts():
    row = {"bio": ["-", {"of": [f"<{NAMED}>", 1, None]}], "email": NAMED, "age": 7}
    work = cleansing()
    found = cleansed(shard({2: row}, extra={"7": {"by": NAMED}}), work)
    assert found["contact"]["2"] == {**row, "bio": ["-", {"of": ["<[erased]>", 1, None]}]}
    assert found["extra"] == {"7": {"by": "[erased]"}}
    assert work.mentions == {
        Mention("contact:2", "bio"): 1,
        Mention("contact:2", "email", is_text=False): 1,
        Mention("data/contact/00000.json", ""): 1,
    }


def test_what_is_only_to_be_named_stays_as_it_is():
    work = cleansing(redact=False, ends=[("note", 5)])
    assert cleansed(shard({2: {"bio": NAMED}}), work) is None
    assert work.mentions == {Mention("contact:2", "bio"): 1}


def test_a_file_without_it_is_not_even_read():
    assert cleansing().shard(b"no JSON", "contact", "data/contact/00007.json", TOMB) is None


KEPT = [
    {"created": "contact", "first": 2, "last": 9},
    {"updated": "contact", "id": 2, "values": {"age": [1, 5]}},
    {"updated": "company", "id": 1, "values": {"name": [None, "Acme"]}},
    {"linked": "contact", "id": 2, "other": "company:1", "labels": [None, ""]},
    {"removed": "deal", "id": 1, "kind": "deleted", "values": {}, "links": {"company:1": ""}},
    {"judged": "contact", "pair": [2, 3], "verdict": ["", "same"]},
    {"erased": "contact", "id": 11},
    {"erased": "contact", "id": 1, "was": "updated"},
    {"merged": "contact", "id": 3, "tombstone": {"into": 2, "record": {"age": 1}, "associations": {"company:1": ""}}},
    {"file": "views/a.yaml", "text": [None, "age: 1"]},
]
CHANGED = [
    ({"updated": "contact", "id": 1, "values": {"age": [1, 2]}}, [{"erased": "contact", "id": 1, "was": "updated"}]),
    (
        {"past": "contact", "id": 1, "property": "age", "values": [["2025", 1]]},
        [{"erased": "contact", "id": 1, "was": "past"}],
    ),
    (
        {"linked": "note", "id": 6, "other": "contact:1", "labels": [None, ""]},
        [{"erased": "contact", "id": 1, "was": "linked"}],
    ),
    (
        {"linked_many": "contact", "other": "note", "labels": "", "ends": [[1, 6], [2, 5], [2, 6]]},
        [
            {"linked_many": "contact", "other": "note", "labels": "", "ends": [[2, 6]]},
            {"erased": "contact", "id": 1, "was": "linked_many"},
            {"erased": "note", "id": 5, "was": "linked_many"},
        ],
    ),
    (
        {"linked_many": "contact", "other": "note", "labels": "", "ends": [[1, 6]]},
        [{"erased": "contact", "id": 1, "was": "linked_many"}],
    ),
    (
        {
            "removed": "deal",
            "id": 1,
            "kind": "deleted",
            "values": {"name": NAMED},
            "links": {"contact:1": "", "company:1": ""},
        },
        [{"removed": "deal", "id": 1, "kind": "deleted", "values": {"name": "[erased]"}, "links": {"company:1": ""}}],
    ),
    ({"judged": "contact", "pair": [1, 3], "verdict": ["", "same"]}, [{"erased": "contact", "id": 1, "was": "judged"}]),
    (
        {"unmerged": "contact", "id": 3, "tombstone": {"into": 1, "record": {}}},
        [{"erased": "contact", "id": 1, "was": "unmerged"}],
    ),
    (
        {
            "retold": "contact",
            "id": 3,
            "tombstone": [{"into": 2, "record": {"bio": NAMED}}, {"into": 2, "associations": {"note:5": ""}}],
        },
        [
            {
                "retold": "contact",
                "id": 3,
                "tombstone": [{"into": 2, "record": {"bio": "[erased]"}}, {"into": 2, "associations": {}}],
            }
        ],
    ),
    (
        {"past": "deal", "id": 7, "property": "bio", "values": [["2025", NAMED], ["2026", None]]},
        [{"past": "deal", "id": 7, "property": "bio", "values": [["2025", "[erased]"], ["2026", None]]}],
    ),
    (
        {"file": "views/a.yaml", "text": [None, f"x: {NAMED}"]},
        [{"file": "views/a.yaml", "text": [None, "x: (erased)"]}],
    ),
]


def entry(lines, number=1, **said):
    operation = Operation(
        f"{number:016x}", number, 1, datetime(2026, 11, 23, tzinfo=UTC), "ada", said.pop("command", "crm set")
    )
    head = journal.head_line(operation, Intent("", "ada", operation.at, **said))

    class Line:
        def __init__(self, line):
            self.line = lambda: line

    return journal.encode(head, [Line(line) for line in lines], counts={}, hashes={})[0]


def rewritten(tmp_path, content, work=None):
    journal.append(str(tmp_path), "2026-11.1.jsonl", content, Modes(""))
    found = JournalCleansing(work or cleansing(), lambda note: note.startswith("import"), lambda _: {}).rewritten(
        str(tmp_path), "2026-11.1.jsonl"
    )
    if found is None:
        return None
    path = tmp_path / "journal/2026-11.1.jsonl"
    path.write_bytes(found)
    entries, end = journal.read(str(path), path.name)  # checks lines and checksums
    assert end == len(found)
    return [(each.head, [json.loads(line) for line in each.lines]) for each in entries]


def test_what_is_about_others_stays_to_the_byte(tmp_path):
    assert rewritten(tmp_path, entry(KEPT) + entry(KEPT, 2)) is None


@pytest.mark.parametrize(("line", "lines"), CHANGED, ids=[next(iter(line)) for line, _ in CHANGED])
def test_what_is_about_the_person_says_no_more(tmp_path, line, lines):
    (found,) = rewritten(tmp_path, entry([KEPT[1], line, KEPT[2]]))
    assert found[1] == [KEPT[1], *lines, KEPT[2]]


def test_of_other_clones_only_what_is_committed_is_kept(tmp_path):
    content = entry(KEPT)
    assert len(rewritten(tmp_path, content + b'{"updated":"contact","id":1,')) == 1
    assert (tmp_path / "journal/2026-11.1.jsonl").read_bytes() == content


@pytest.mark.parametrize(
    ("note", "touched", "kept"),
    [
        ("she called", True, None),
        ("import of Ada Lovelace.csv", True, "import of [erased].csv"),
        ("as ada@example.com said", False, "as [erased] said"),
        ("as he said", False, "as he said"),
    ],
)
def test_notes_of_operations(tmp_path, note, touched, kept):
    lines = [CHANGED[0][0]] if touched else [KEPT[1], CHANGED[-1][0]]
    ((head, _),) = rewritten(tmp_path, entry(lines, note=note))
    assert head.get("note") == kept


def test_the_creation_of_the_person_takes_the_values_out_of_its_command(tmp_path):
    lines = [{"created": "contact", "first": 1, "last": 9}]
    ((head, kept),) = rewritten(tmp_path, entry(lines, command="crm -q --actor ada create contact firstname=Ada"))
    assert (head["command"], kept) == ("crm create [erased]", lines)


def test_records_that_went_with_it_are_known_from_the_journal_and_files_put_aside(tmp_path):
    went = {"removed": "note", "kind": "deleted", "values": {}}
    lines = [{**went, "id": 1, "links": {"contact:1": ""}}, {**went, "id": 2, "links": {"contact:1": "", "deal:1": ""}}]
    lines += [{**went, "id": 3, "links": {}}, {**went, "removed": "deal", "id": 4, "links": {"contact:1": ""}}]
    journal.append(str(tmp_path), "2026-11.1.jsonl", entry(lines), Modes(""))
    aside = tmp_path / "journal/removed/abc/note/00001.json"
    aside.parent.mkdir(parents=True)
    aside.write_bytes(Shard("note", {1000: {}}, {1000: {"contact:1": ""}}).dumps())
    aside.with_name("00002.json").write_bytes(Shard("note", {2000: {}}).dumps())
    assert removed_with(str(tmp_path), ["contact:1"], ["note"]) == {("note", 1), ("note", 1000)}
    assert removed_with(str(tmp_path / "nothing"), ["contact:1"], ["note"]) == set()


@pytest.mark.parametrize(
    ("path", "ours"),
    [
        ("data/contact/00000.json", True),
        ("data/contact/notes.json", False),
        ("data/contact/00000.json.damaged", True),
        ("data/notes.txt", False),
        ("data/schema.json", True),
        ("data/erased.json", True),
        ("journal/2026-11.1.jsonl", True),
        ("journal/2026-11.1.jsonl.torn", True),
        ("journal/export.jsonl", False),
        ("journal/removed/abc/contact/00000.json", True),
        ("journal/removed/00000.json", False),
        ("people/00000.json", False),
        ("plan.damaged", False),
    ],
)
def test_which_files_are_the_stores(path, ours):
    assert is_of_store(path) is ours
