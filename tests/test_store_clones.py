"""Two copies of a workspace: ids that never meet, journals of their own, and plain git merges."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest

from crmcli.store.clones import clone_of_id, first_id, own_number
from folder import Folder, make_folder


@pytest.fixture
def folder(tmp_path):
    made = make_folder(tmp_path / "one")
    made.create("contact", firstname="Ada")
    made.create("contact", firstname="Ben")
    return made


def beside(folder, root, home):
    return Folder(root, home / "cache", home / "config", moment=folder.moment)


def copied(folder, base):
    """A copy of the folder, used by someone else."""
    shutil.copytree(folder.root, base / "crm")
    return beside(folder, base / "crm", base)


def git(root, *arguments):
    identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "commit.gpgsign=false"]
    command = ["git", "-C", str(root), *identity, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_first_copy_makes_ids_from_1_and_journals_as_clone_1(folder):
    assert [path.name for path in folder.journals()] == ["2026-11.1.jsonl"]
    with folder.opened() as store:
        assert [record.id for record in store.stream("contact")] == [1, 2]


def test_a_copy_makes_ids_and_a_journal_of_its_own(folder, tmp_path):
    before = folder.journals()[0].read_bytes()
    copy = copied(folder, tmp_path / "two")

    made = copy.create("contact", firstname="Cher")

    clone = clone_of_id(made)
    assert clone > 1
    assert made == first_id(clone) == clone * 10**9 + 1
    assert copy.create("contact", firstname="Dora") == made + 1
    assert {path.name for path in copy.journals()} == {"2026-11.1.jsonl", f"2026-11.{clone}.jsonl"}
    assert copy.journals()[0].read_bytes() == before
    assert folder.create("contact", firstname="Eve") == 3
    assert copy.shard(number=clone * 10**6).exists()


def test_a_copy_remembers_its_number_and_a_moved_folder_keeps_it(folder, tmp_path):
    folder.root.rename(tmp_path / "moved")
    moved = beside(folder, tmp_path / "moved", tmp_path / "one")

    assert moved.create("contact", firstname="Cher") == 3
    assert [path.name for path in moved.journals()] == ["2026-11.1.jsonl"]


def test_another_workspace_in_the_same_place_gets_its_own_number(folder):
    path = folder.root / "crm.toml"
    path.write_text(path.read_text().replace("0123456789abcdef", "fedcba9876543210"))

    made = folder.create("contact", firstname="Cher")

    assert clone_of_id(made) > 1


def test_a_number_that_is_taken_is_drawn_again(tmp_path):
    (tmp_path / "journal").mkdir()
    for name in ("2026-11.1.jsonl", "2026-11.7.jsonl"):
        (tmp_path / "journal" / name).touch()
    draws = iter([5, 5, 9])

    assert own_number(str(tmp_path), "id", str(tmp_path / "config"), lambda _below: next(draws)) == 11
    assert own_number(str(tmp_path), "id", str(tmp_path / "config"), pytest.fail) == 11


def test_a_folder_restored_in_the_same_place_keeps_its_number(folder, tmp_path):
    shutil.copytree(folder.root, tmp_path / "backup")
    shutil.rmtree(folder.root)
    (tmp_path / "other").mkdir()  # takes the old inode
    shutil.copytree(tmp_path / "backup", folder.root)

    assert folder.create("contact", firstname="Cher") == 3
    (kept,) = json.loads((folder.config / "clones.json").read_text()).values()
    assert kept["inode"] == folder.root.stat().st_ino


@pytest.mark.parametrize("content", ["", "nonsense", "[]", '{"/x": 1}'])
def test_an_unreadable_memory_of_clones_is_none(folder, content):
    (folder.config / "clones.json").write_text(content)

    assert clone_of_id(folder.create("contact", firstname="Cher")) > 1


def test_two_clones_merge_without_a_conflict(folder, tmp_path):
    with folder.writing() as change:
        change.create_many("contact", ["firstname", "lastname"], [["X"] * 6, ["Y"] * 6])
    git(folder.root, "init", "--quiet", "--initial-branch=main")
    git(folder.root, "add", ".")
    git(folder.root, "commit", "--quiet", "-m", "before")
    subprocess.run(["git", "clone", "--quiet", str(folder.root), str(tmp_path / "two" / "crm")], check=True)
    copy = beside(folder, tmp_path / "two" / "crm", tmp_path / "two")

    folder.set("contact", 1, firstname="Augusta")
    folder.create("contact", firstname="Here")
    copy.set("contact", 8, firstname="Zoe")
    there = copy.create("contact", firstname="There")
    with copy.writing() as change:
        change.delete("contact", 5)
    for one in (folder, copy):
        git(one.root, "add", ".")
        git(one.root, "commit", "--quiet", "-m", "after")
    git(copy.root, "pull", "--quiet", "--no-rebase", "--no-edit", "origin", "main")

    names = {1: "Augusta", 8: "Zoe", 9: "Here", there: "There", 5: None}
    assert {i: (copy.values("contact", i) or {}).get("firstname") for i in names} == names
    with copy.opened() as store:
        assert store.warnings == []
        assert len(store.log.operations()) == 8
        assert store.doctor() == []
