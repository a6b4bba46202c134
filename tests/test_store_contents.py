"""An index of many shards, which a second process reads: no different from one that was made by one process."""

from __future__ import annotations

import os
import shutil

import pytest

from crmcli.store import contents
from crmcli.store.freshness import UNKNOWN, stamps
from folder import index_tables, make_folder, write_elsewhere

SHARDS = 12


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """People in twelve files, of which the first are as files may be: edited, doubled, damaged, gone."""
    made = make_folder(tmp_path_factory.mktemp("many"))
    with made.writing() as change:
        change.create("company", {"name": "Engines"})
        for number in range(SHARDS):
            ids = range(max(1, number * 1_000), number * 1_000 + 1_000)
            columns = [[f"Ada {i}" for i in ids], [f"ada.{i}@example.com" for i in ids]]
            change.create_many("contact", ["firstname", "email"], columns)
        change.link_many(change._store.model.pair("contact", "company"), [(5, 1), (2_005, 1)])
    made.set("contact", 7, firstname="Augusta")
    with made.writing() as change:
        change.delete("contact", 9)
    for number, (old, new) in enumerate((('"Ada 1"', "17.5"), ("ada.1001@", "ada.2001@"), ('"Ada 2001"', "[[]"))):
        text = made.shard(number=number).read_text()
        assert old in text
        write_elsewhere(made.shard(number=number), text.replace(old, new, 1))
    made.shard(number=3).unlink()
    made.shard(number=4).unlink()
    made.shard(number=4).mkdir()
    return made


def built(folder):
    """The index made anew: its tables, and which shards are to be looked at again."""
    shutil.rmtree(folder.cache)
    with folder.opened() as store:
        signed = stamps(store.index.signature("contact"))
        return index_tables(store), {number for number, mark in signed.items() if mark == UNKNOWN}


@pytest.fixture(scope="module")
def alone(folder):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "sched_getaffinity", lambda _: {0}, raising=False)
        return built(folder)


@pytest.fixture(autouse=True)
def _two_cores(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1}, raising=False)


def test_two_processes_build_the_index_that_one_builds(folder, alone, monkeypatch):
    read_here = []
    real = contents.ContentsReader.read
    monkeypatch.setattr(
        contents.ContentsReader,
        "read",
        lambda self, number, **more: read_here.append(self._name) or real(self, number, **more),
    )
    assert built(folder) == alone
    assert read_here == ["company"]
    tables, unknown = alone
    assert [shard for _, shard, *_ in tables["_damaged"]] == [2, 3, 4]
    assert len(tables["contact"]) == SHARDS * 1_000 - 1 - 3_000 - 1
    assert len(tables["_association"]) == 1
    assert len(tables["_tombstone"]) == 1
    assert unknown == {2, 3, 4}


def test_a_process_that_cannot_go_on_is_made_up_for(folder, alone, monkeypatch):
    here = os.getpid()
    real = contents.ContentsReader.read

    def fail_elsewhere(self, number, **more):
        if os.getpid() != here and number == 6:
            raise MemoryError
        return real(self, number, **more)

    monkeypatch.setattr(contents.ContentsReader, "read", fail_elsewhere)
    assert built(folder) == alone
