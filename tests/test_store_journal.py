"""The journal: every change comes back, a torn tail at any byte loses nothing that was committed."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmcli.store import journal
from crmcli.store.change_lines import _READERS, from_line
from crmcli.store.changes import (
    Created,
    Erased,
    FileWritten,
    Judged,
    LinesWritten,
    Linked,
    LinkedMany,
    Past,
    RangeRemoved,
    RangeRestored,
    Removed,
    Restored,
    Updated,
)
from crmcli.store.files import Modes, journal_clone, journal_names
from crmcli.store.journal import DamagedJournal
from crmcli.store.merge_changes import Merged, Retold, Unmerged
from crmcli.store.tokens import NumberToken
from crmcli.store.values import Intent, Operation
from folder import MOMENT

NAME = "2026-11.1.jsonl"
names = st.sampled_from(["contact", "deal"])
ids = st.integers(1, 10**14)
texts = st.text(max_size=20)
tokens = st.sampled_from(["1.50", "1e400", "-0"]).map(NumberToken)
stored = texts | st.integers(-(2**53), 2**53) | st.booleans() | st.lists(texts, max_size=3) | tokens
maybe = st.none() | texts
moments = st.datetimes().map("{:%Y-%m-%dT%H:%M:%S.%f}Z".format)
tombs = st.fixed_dictionaries(
    {"kind": st.just("merged"), "into": ids, "record": st.dictionaries(texts, stored, max_size=2)},
    optional={"values": st.dictionaries(texts, st.lists(st.none() | stored, min_size=2, max_size=2), max_size=2)},
)
CHANGES = {
    Created: st.builds(Created, names, ids, ids),
    Updated: st.builds(
        Updated,
        names,
        ids,
        st.dictionaries(texts, st.tuples(st.none() | stored, st.none() | stored), max_size=3),
        st.just("") | moments,
    ),
    Past: st.builds(
        Past, names, ids, texts, st.lists(st.tuples(moments, st.none() | stored), max_size=3), st.booleans()
    ),
    Removed: st.builds(
        Removed,
        names,
        ids,
        st.sampled_from(["deleted", "undone"]),
        st.dictionaries(texts, stored | st.dictionaries(texts, stored, max_size=2), max_size=3),
        st.dictionaries(texts, texts, max_size=2),
    ),
    Restored: st.builds(Restored, names, ids),
    RangeRemoved: st.builds(RangeRemoved, names, ids, ids),
    RangeRestored: st.builds(RangeRestored, names, ids, ids, texts),
    Linked: st.builds(Linked, names, ids, st.builds("contact:{}".format, ids), maybe, maybe),
    LinkedMany: st.builds(LinkedMany, names, names, texts, st.lists(st.tuples(ids, ids), max_size=3)),
    Merged: st.builds(Merged, names, ids, tombs),
    Unmerged: st.builds(Unmerged, names, ids, tombs),
    Retold: st.builds(Retold, names, ids, tombs, tombs),
    Judged: st.builds(Judged, names, ids, ids, texts, texts),
    Erased: st.builds(Erased, names, ids, texts),
    FileWritten: st.builds(FileWritten, texts, maybe, maybe),
    LinesWritten: st.builds(LinesWritten, texts, st.lists(texts, max_size=3), st.lists(texts, max_size=3)),
}
changes = st.one_of(*CHANGES.values())


def operation(number):
    return Operation(f"{number:016x}", number, 1, MOMENT, "ada", "crm test")


def encoded(number, done=()):
    head = journal.head_line(operation(number), Intent("crm test", "ada", MOMENT))
    return journal.encode(head, done, counts={"contact created": 1}, hashes={"data/contact/00000.json": ("", "ab")})


def write(tmp_path, content, name=NAME):
    (tmp_path / "journal").mkdir(exist_ok=True)
    path = tmp_path / "journal" / name
    path.write_bytes(content)
    return path


def test_every_kind_of_change_is_tried():
    assert len(CHANGES) == len(_READERS)


@settings(deadline=None)
@given(done=st.lists(changes, max_size=6))
def test_changes_come_back_as_they_were_written(done, tmp_path_factory):
    content, commit = encoded(1, done)
    path = tmp_path_factory.getbasetemp() / NAME
    path.write_bytes(content)

    (entry,), end = journal.read(str(path), NAME)

    assert list(entry.changes()) == done
    assert repr(list(entry.changes())) == repr(done)
    assert (entry.start, entry.end, end) == (0, len(content), len(content))
    assert entry.commit == commit
    assert entry.head["operation"] == commit["commit"] == "0000000000000001"
    assert commit["lines"] == len(done) + 1
    assert list(journal.read_entry(str(path), NAME, 0, end).changes()) == done


def test_a_line_that_is_no_change_is_refused():
    with pytest.raises(KeyError):
        from_line({"renamed": "contact", "id": 1})


def test_a_torn_tail_at_every_byte_leaves_exactly_what_was_committed(tmp_path):
    whole = [encoded(number, [Created("contact", number, number)])[0] for number in (1, 2, 3)]
    content, ends = b"".join(whole), [0, len(whole[0]), len(whole[0]) + len(whole[1]), sum(map(len, whole))]
    for cut in range(len(content) + 1):
        path = write(tmp_path, content[:cut])
        committed = sum(end <= cut for end in ends[1:])

        entries, end = journal.read(str(path), NAME)
        assert [entry.head["sequence"] for entry in entries] == [1, 2, 3][:committed]
        assert end == ends[committed]
        found = journal.commits(str(tmp_path), {f"{number:016x}" for number in range(5)})
        assert set(found) == {f"{number:016x}" for number in range(1, committed + 1)}

        torn = cut != ends[committed]
        assert journal.cut_torn_tail(str(tmp_path), NAME) is torn
        assert path.read_bytes() == content[: ends[committed]]
        aside = path.with_name(f"{NAME}.torn")
        if torn:
            assert aside.read_bytes() == content[ends[committed] : cut] + b"\n"
            aside.unlink()
        assert journal.cut_torn_tail(str(tmp_path), NAME) is False
        assert not aside.exists()


@pytest.mark.parametrize("size", [70_000, 700_000])
def test_a_long_torn_tail_is_cut_too(tmp_path, size):
    first, second = encoded(1)[0], encoded(2, [FileWritten("a", None, "x" * size)])[0]
    for tail in (second[:-1], second[:-2], second[: size // 2]):
        path = write(tmp_path, first + tail)

        assert journal.cut_torn_tail(str(tmp_path), NAME)
        assert path.read_bytes() == first

    path = write(tmp_path, second + first[:10])
    assert journal.cut_torn_tail(str(tmp_path), NAME)
    assert path.read_bytes() == second


def test_there_is_nothing_to_cut_where_there_is_no_journal(tmp_path):
    assert journal.cut_torn_tail(str(tmp_path), NAME) is False
    assert journal_names(str(tmp_path)) == []
    assert journal.commits(str(tmp_path), {"a"}) == {}


def test_reading_goes_on_where_it_ended(tmp_path):
    first, second = encoded(1)[0], encoded(2)[0]
    path = write(tmp_path, first + second)

    (entry,), end = journal.read(str(path), NAME, len(first))

    assert entry.head["sequence"] == 2
    assert (entry.start, end) == (len(first), len(first + second))


@pytest.mark.parametrize(
    ("harm", "what"),
    [
        (lambda text: text.replace(b'"first":1', b'"first":2'), "is not as it was written"),
        (lambda text: b"".join(text.splitlines(keepends=True)[1:]), "is not as it was written"),
        (lambda text: text.splitlines(keepends=True)[-1], "is not as it was written"),
        (lambda text: b"<<<<<<< HEAD\n" + text, "Expecting value"),
        (lambda text: text.replace(b'"lines":2', b'"lines":,'), "Expecting value"),
    ],
)
def test_a_damaged_operation_is_named_with_its_file(tmp_path, harm, what):
    path = write(tmp_path, harm(encoded(1, [Created("contact", 1, 1)])[0]))

    with pytest.raises(DamagedJournal, match=what) as refusal:
        journal.read(str(path), NAME)

    assert refusal.value.message.startswith(NAME)
    assert "git or a backup" in refusal.value.hint


def test_an_operation_that_is_not_where_it_was_is_damage(tmp_path):
    path = write(tmp_path, encoded(1)[0])

    with pytest.raises(DamagedJournal, match="missing"):
        journal.read_entry(str(path), NAME, 10**6, 10**6 + 10)
    with pytest.raises(DamagedJournal):
        journal.read_entry(str(path), NAME, 5, 100)


def test_files_are_by_month_of_utc_and_clone():
    late = datetime(2026, 11, 30, 23, 30, tzinfo=timezone(timedelta(hours=-2)))

    assert journal.file_name(late, 1) == "2026-12.1.jsonl"
    assert journal.file_name(MOMENT, 30417) == "2026-11.30417.jsonl"
    assert journal_clone("2026-11.30417.jsonl") == 30417


def test_only_journal_files_are_journals(tmp_path):
    for name in ("2026-11.1.jsonl", "2026-10.7.jsonl", "notes.old.jsonl", "2026-11.1.jsonl.torn", "2026-11.jsonl",
                 "2026-11.x.jsonl", "2026-11.².jsonl", "a-b.1.jsonl"):  # fmt: skip
        write(tmp_path, b"", name)

    assert journal_names(str(tmp_path)) == ["2026-10.7.jsonl", "2026-11.1.jsonl"]


def test_an_intents_force_and_undoing_stand_in_the_head():
    head = journal.head_line(operation(7), Intent("crm undo", "ada", MOMENT, undoes="ab12", force=True))

    assert head == {
        "operation": "0000000000000007", "sequence": 7, "clone": 1, "at": "2026-11-23T09:30:00.000000Z",
        "actor": "ada", "command": "crm test", "undoes": "ab12", "force": True,
    }  # fmt: skip


def test_appending_gives_the_place_and_makes_the_folder(tmp_path):
    assert journal.append(str(tmp_path), NAME, b"one\n", Modes("")) == 0
    assert journal.append(str(tmp_path), NAME, b"two\n", Modes("")) == 4

    path = tmp_path / "journal" / NAME
    assert path.read_bytes() == b"one\ntwo\n"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_what_cannot_be_forced_to_disk_is_taken_back(tmp_path, monkeypatch):
    journal.append(str(tmp_path), NAME, b"one\n", Modes(""))

    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        journal.append(str(tmp_path), NAME, b"two\n", Modes(""))

    assert (tmp_path / "journal" / NAME).read_bytes() == b"one\n"
