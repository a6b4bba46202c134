"""Files of a whole export on their way into a workspace: the rest takes its place before anything is read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from crmcli.render.export_forms import FORMS
from crmcli.services.exporting.exports import Style
from crmcli.services.exporting.whole import export_all, import_all
from crmcli.store.arrival import UnfinishedArrival
from crmcli.store.files import ARRIVED, ARRIVING, OutsideWorkspace
from office import made
from random_stores import office, reopened


@pytest.fixture
def whole(tmp_path):
    """A folder that holds an export of everything: one contact."""
    workspace = office(tmp_path / "one")
    made(workspace, "contact", "firstname=Ada")
    export_all(workspace, str(tmp_path / "out"), FORMS["csv"], Style())
    return tmp_path / "out"


@pytest.fixture
def empty(tmp_path):
    return office(tmp_path / "two", "fedcba9876543210")


@pytest.fixture
def broken(monkeypatch):
    """A disk that refuses to move what has arrived; give what mends it."""

    def rename(source, target, really=os.rename):
        if f"{ARRIVED}/" in str(source):
            raise OSError(5, "Input/output error")
        really(source, target)

    monkeypatch.setattr(os, "rename", rename)
    return monkeypatch.undo


def contents(folder) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()}


def arrived(whole, workspace) -> Path:
    """Leave what an import leaves that is killed when it has just been committed."""
    folder = Path(workspace.root, ARRIVED)
    (whole / "workspace").rename(folder)
    return folder


def test_whoever_opens_the_workspace_finishes_it(whole, empty, tmp_path):
    expected = contents(whole / "workspace")
    arrived(whole, empty)
    found = reopened(tmp_path / "two")
    assert found.store.count("contact") == 1
    assert contents(found.root) == expected
    assert found.settings.id == "0123456789abcdef"


def test_it_is_finished_from_wherever_it_was_cut(whole, empty, tmp_path):
    expected = contents(whole / "workspace")
    folder = arrived(whole, empty)
    for path in sorted(path for path in folder.rglob("*") if path.is_file())[:3]:
        target = Path(empty.root, path.relative_to(folder))
        target.parent.mkdir(exist_ok=True)
        path.rename(target)
    found = reopened(tmp_path / "two")
    assert contents(found.root) == expected
    assert not folder.exists()


def test_a_disk_that_refuses_after_the_commit_is_a_warning(whole, empty, tmp_path, broken):
    import_all(empty, str(whole))
    assert empty.store.warnings == ["all of it is safe; the next command will finish this (Input/output error)"]
    with pytest.raises(UnfinishedArrival, match="cannot be finished: input/output error"):
        reopened(tmp_path / "two")
    broken()
    assert reopened(tmp_path / "two").store.count("contact") == 1


def test_a_link_is_not_followed(whole, empty, tmp_path):
    Path(empty.root, ARRIVED).symlink_to(whole / "workspace")
    before = contents(whole)
    assert reopened(tmp_path / "two").store.count("contact") == 0
    assert contents(whole) == before


def test_nothing_leaves_the_workspace(whole, empty, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    os.rmdir(Path(empty.root, "journal"))
    Path(empty.root, "journal").symlink_to(tmp_path / "elsewhere")
    arrived(whole, empty)
    with pytest.raises(OutsideWorkspace):
        reopened(tmp_path / "two")
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_the_next_write_takes_away_what_never_arrived(empty):
    left = Path(empty.root, ARRIVING, "data")
    left.mkdir(parents=True)
    (left / "schema.json").write_text("{")
    made(empty, "contact", "firstname=Ada")
    assert not left.parent.exists()


def test_folders_that_an_export_left_do_not_stop_a_write(empty):
    other = Path(empty.root, "kept.2026.41.tmp")
    other.mkdir()
    assert made(empty, "contact", "firstname=Ada").id == 1
    assert other.is_dir()
