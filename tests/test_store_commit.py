"""The protocol of a write: three fsyncs, one changed line, nothing half-written at any step, modes and links kept."""

# ruff: noqa: PT012 - a transaction is refused or killed while it is left, so its whole block raises

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess

import pytest

from crmcli.store import commit as commit_module
from crmcli.store import journal
from crmcli.store.edits import ChangedMeanwhile
from crmcli.store.files import OutsideWorkspace
from crmcli.store.shard import DamagedFile
from crmcli.store.staging import leftovers, settle, stranded, unsettled
from crmcli.store.transaction import CannotWrite
from folder import SETTINGS, index_tables, make_folder, write_elsewhere


@pytest.fixture
def folder(tmp_path):
    made = make_folder(tmp_path)
    made.create("contact", firstname="Ada", lastname="Lovelace", email="ada@example.com")
    made.create("company", name="Engines")
    return made


class Killed(BaseException):
    """The process is gone at this point."""


def kill_at(monkeypatch, module, name, *, nth=1, after=False):
    """Let the process die at the nth call of a function, before it or right after."""
    real, calls = getattr(module, name), []

    def dying(*arguments, **named):
        calls.append(name)
        if len(calls) == nth and not after:
            raise Killed
        result = real(*arguments, **named)
        if len(calls) == nth:
            raise Killed
        return result

    monkeypatch.setattr(module, name, dying)


def crash(folder, monkeypatch, write, module, name, **when):
    """Do a write in a process that dies at a call; what it would still do to clean up it does not."""
    with folder.opened() as store:
        change = store.write(folder.intent())
        write(change)
        with monkeypatch.context() as patch, pytest.raises(Killed):
            kill_at(patch, module, name, **when)
            change.commit()
        change.edits.close()
        store._lock.release()


def link_and_rename(change):
    change.set("contact", 1, {"firstname": "Augusta"})
    change.set("company", 1, {"name": "Looms"})
    change.write_file("views/leads.yaml", "where: x\n")


def state(folder):
    view = folder.root / "views" / "leads.yaml"
    return folder.values("contact", 1)["firstname"], folder.values("company", 1)["name"], view.exists()


OLD, NEW = ("Ada", "Engines", False), ("Augusta", "Looms", True)


def tidy(folder):
    return not [path for path in folder.everything() if path.endswith(".tmp")]


@pytest.mark.parametrize(
    ("module", "name", "when", "after"),
    [
        (os, "fsync", {"nth": 1}, OLD),
        (os, "fsync", {"nth": 2}, OLD),
        (commit_module.journal, "append", {}, OLD),
        (commit_module.journal, "append", {"after": True}, NEW),
        (os, "rename", {"nth": 1}, NEW),
        (os, "rename", {"nth": 2}, NEW),
        (os, "rename", {"nth": 3}, NEW),
        (os, "rename", {"nth": 3, "after": True}, NEW),
        (commit_module.chronicle, "put", {}, NEW),
    ],
)
def test_a_crash_at_any_step_leaves_the_operation_done_or_not_begun(folder, monkeypatch, module, name, when, after):
    crash(folder, monkeypatch, link_and_rename, module, name, **when)

    for _ in range(2):
        folder.create("deal", dealname="next")
        assert state(folder) == after
        assert tidy(folder)
    with folder.opened() as store:
        assert len(store.log.operations()) == (5 if after == NEW else 4)
        kept = index_tables(store)
    shutil.rmtree(folder.cache)
    with folder.opened() as store:
        assert index_tables(store) == kept


def test_a_crash_while_settling_is_settled_too(folder, monkeypatch):
    crash(folder, monkeypatch, link_and_rename, os, "rename", nth=1)
    for nth in (1, 2, 2):
        with monkeypatch.context() as patch, pytest.raises(Killed):
            kill_at(patch, os, "rename", nth=nth)
            settle(str(folder.root), 1)

    folder.create("deal", dealname="next")
    assert state(folder) == NEW
    assert tidy(folder)


def test_the_removal_of_a_file_is_finished_after_a_crash(folder, monkeypatch):
    view = folder.root / "views" / "leads.yaml"
    with folder.writing() as change:
        change.write_file("views/leads.yaml", "where: x\n")
    crash(
        folder, monkeypatch, lambda change: change.write_file("views/leads.yaml", None), journal, "append", after=True
    )
    assert view.exists()

    folder.create("deal", dealname="next")
    assert not view.exists()
    assert tidy(folder)

    view.write_text("where: x\n")  # put back by hand: no later command may take it away again
    folder.create("deal", dealname="more")
    assert view.exists()


def test_readers_do_not_settle_and_see_what_was_before(folder, monkeypatch):
    crash(folder, monkeypatch, link_and_rename, journal, "append", after=True)
    before = folder.everything()

    assert state(folder) == OLD
    with folder.opened() as store:
        assert len(store.log.operations()) == 2
    assert folder.everything() == before
    assert unsettled(str(folder.root)) == next(operation for _, operation, _ in leftovers(str(folder.root)))


def test_a_version_whose_file_changed_since_is_kept_for_doctor(folder, monkeypatch):
    crash(folder, monkeypatch, link_and_rename, journal, "append", after=True)
    write_elsewhere(folder.shard(), folder.shard().read_text().replace("Ada", "Beatrix"))

    for name in ("first", "second", "third"):
        folder.create("deal", dealname=name)
        (path, _operation), *more = stranded(str(folder.root))
        assert (path, more) == ("data/contact/00000.json", [])
        assert unsettled(str(folder.root)) == ""
        assert state(folder) == ("Beatrix", "Looms", True)


def test_a_torn_journal_is_cut_by_the_next_write(folder):
    (path,) = folder.journals()
    whole = path.read_bytes()
    write_elsewhere(path, whole + b'{"operation":"feed"')

    folder.create("deal", dealname="next")

    assert path.read_bytes().startswith(whole + b'{"operation"')
    assert path.with_name(f"{path.name}.torn").read_bytes() == b'{"operation":"feed"\n'
    with folder.opened() as store:
        assert [operation.sequence for operation in store.log.operations()] == [3, 2, 1]


def counted(monkeypatch):
    calls, real = [], os.fsync

    def fsync(descriptor):
        calls.append(os.readlink(f"/proc/self/fd/{descriptor}"))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    return calls


def test_a_change_of_one_file_is_three_fsyncs(folder, monkeypatch):
    calls = counted(monkeypatch)

    folder.set("contact", 1, firstname="Augusta")

    names = [os.path.relpath(path, folder.root) for path in calls]
    assert [names[0].endswith(".tmp"), *names[1:]] == [True, "data/contact", "journal/2026-11.1.jsonl"]


def test_an_association_writes_the_owners_file_alone(folder, monkeypatch):
    calls = counted(monkeypatch)
    other = folder.shard("company").stat()

    with folder.writing() as change:
        change.link(("company", 1), ("contact", 1))

    assert len(calls) == 3
    assert folder.shard("company").stat() == other


def git(folder, *arguments):
    identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "commit.gpgsign=false"]
    command = ["git", "-C", str(folder.root), *identity, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_changing_a_set_property_is_one_changed_line_in_one_data_file(folder):
    git(folder, "init", "--quiet")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "-m", "before")

    folder.set("contact", 1, lastname="King")

    assert git(folder, "diff", "--numstat", "--", "data") == "1\t1\tdata/contact/00000.json\n"


@pytest.mark.parametrize(
    ("shared", "file", "below"), [("", 0o600, 0o700), ("group", 0o660, 0o2770)], ids=["private", "group"]
)
@pytest.mark.parametrize("umask", [0o000, 0o077])
def test_new_files_and_folders_have_the_workspaces_mode_whatever_the_umask(tmp_path, shared, file, below, umask):
    folder = make_folder(tmp_path, settings=SETTINGS + (f'shared = "{shared}"\n' if shared else ""))
    before = os.umask(umask)
    try:
        folder.create("contact", firstname="Ada")
    finally:
        os.umask(before)

    for path in (folder.shard(), folder.journals()[0]):
        assert path.stat().st_mode & 0o7777 == file
    for path in (folder.shard().parent, folder.root / "data", folder.root / "journal"):
        assert path.stat().st_mode & 0o7777 == below


def test_a_rewritten_file_keeps_its_mode_and_owner(folder):
    folder.shard().chmod(0o644)
    if os.geteuid() == 0:
        os.chown(folder.shard(), 1234, 1234)
    before = folder.shard().stat()

    folder.set("contact", 1, firstname="Augusta")

    after = folder.shard().stat()
    assert (after.st_mode, after.st_uid, after.st_gid) == (before.st_mode, before.st_uid, before.st_gid)
    assert after.st_ino != before.st_ino


def behind_a_link(folder, target):
    target.parent.mkdir(exist_ok=True)
    folder.shard().rename(target)
    folder.shard().symlink_to(target)


def test_a_file_behind_a_link_is_written_there_and_the_link_kept(folder):
    target = folder.root / "store" / "people.json"
    behind_a_link(folder, target)

    folder.set("contact", 1, firstname="Augusta")

    assert folder.shard().is_symlink()
    assert '"Augusta"' in target.read_text()
    assert folder.values("contact", 1)["firstname"] == "Augusta"


@pytest.mark.parametrize("where", ["store/people.json", "data/contact/people.json"])
def test_a_crash_is_settled_behind_a_link_too(folder, monkeypatch, where):
    behind_a_link(folder, folder.root / where)
    crash(folder, monkeypatch, link_and_rename, journal, "append", after=True)

    folder.create("deal", dealname="next")

    assert state(folder) == NEW
    assert tidy(folder)
    assert folder.shard().is_symlink()


def test_a_link_out_of_the_workspace_is_refused(folder, tmp_path):
    behind_a_link(folder, tmp_path / "elsewhere" / "people.json")
    before = (tmp_path / "elsewhere" / "people.json").read_bytes()

    with pytest.raises(OutsideWorkspace, match="leads out of the workspace"):
        folder.set("contact", 1, firstname="Augusta")
    with pytest.raises(OutsideWorkspace), folder.writing() as change:
        change.write_file("../escape.yaml", "x")

    assert (tmp_path / "elsewhere" / "people.json").read_bytes() == before


def test_a_file_changed_by_another_program_meanwhile_stops_the_write(folder):
    with pytest.raises(ChangedMeanwhile, match=r"data/contact/00000\.json"), folder.writing() as change:
        change.set("contact", 1, {"firstname": "Augusta"})
        write_elsewhere(folder.shard(), folder.shard().read_text().replace("Ada", "Beatrix"))

    assert folder.values("contact", 1)["firstname"] == "Beatrix"
    assert tidy(folder)


def test_a_file_removed_meanwhile_stops_the_write(folder):
    with pytest.raises(ChangedMeanwhile), folder.writing() as change:
        change.set("contact", 1, {"firstname": "Augusta"})
        folder.shard().unlink()


@pytest.mark.parametrize("nth", [1, 2, 3, 4, 5])
def test_a_full_disk_changes_nothing(folder, monkeypatch, nth):
    before, calls, real = folder.everything(), [], os.fsync

    def full(descriptor):
        calls.append(descriptor)
        if len(calls) >= nth:
            raise OSError(28, "No space left on device")
        real(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(CannotWrite, match="no space left on device") as refusal, folder.writing() as change:
            change.set("contact", 1, {"firstname": "Augusta"})
            change.set("company", 1, {"name": "Looms"})

    assert "nothing was changed" in refusal.value.hint
    assert folder.everything() == before
    folder.set("contact", 1, firstname="Augusta")
    assert folder.values("contact", 1)["firstname"] == "Augusta"


def test_a_failure_past_the_commit_point_is_a_warning_and_the_next_command_finishes(folder, monkeypatch):
    def failing(_source, _target):
        raise OSError(5, "Input/output error")

    with folder.opened() as store:
        with monkeypatch.context() as patch, store.write(folder.intent()) as change:
            link_and_rename(change)
            patch.setattr(os, "rename", failing)
            assert change.commit() is not None
        (warning,) = store.warnings
    assert warning == "the operation is safe; the next command will finish it (Input/output error)"

    folder.create("deal", dealname="next")
    assert state(folder) == NEW
    assert tidy(folder)


@pytest.mark.parametrize("error", [sqlite3.OperationalError("database or disk is full"), OSError(28, "No space")])
def test_an_index_that_cannot_be_written_is_a_warning(folder, monkeypatch, error):
    def failing(*_):
        raise error

    with folder.opened() as store:
        with monkeypatch.context() as patch, store.write(folder.intent()) as change:
            change.set("contact", 1, {"firstname": "Augusta"})
            patch.setattr(commit_module.chronicle, "put", failing)
            assert change.commit() is not None
        (warning,) = store.warnings
        assert "the index could not be brought up to date" in warning

    assert folder.values("contact", 1)["firstname"] == "Augusta"
    with folder.opened() as store:
        kept = index_tables(store)
    shutil.rmtree(folder.cache)
    with folder.opened() as store:
        assert index_tables(store) == kept


def test_an_index_that_fails_before_the_commit_point_changes_nothing(folder):
    before = folder.everything()

    with (
        pytest.raises(CannotWrite, match="the index"),
        folder.opened() as store,
        store.write(folder.intent()) as change,
    ):
        store.index.connection.execute("DROP TABLE _key")
        change.create("contact", {"email": "x@example.com"})

    assert folder.everything() == before


def test_number_tokens_and_foreign_tables_survive_a_write_an_undo_and_a_restore(folder):
    text = '{"contact": {"1": {"firstname": "Ada", "score": 1.50, "seen": 1E5}}, "notes": {"1": {"x": 1.0}}}'
    write_elsewhere(folder.shard(), text)

    with folder.writing() as change:
        change.delete("contact", 1)
    with folder.writing() as change:
        change.restore("contact", 1)
    folder.set("contact", 1, lastname="King")

    written = folder.shard().read_text()
    for line in ('"score": 1.50', '"seen": 1E5', '"x": 1.0'):
        assert line in written


def test_a_damaged_file_stops_the_write_that_needs_it(folder):
    write_elsewhere(folder.shard(), "")
    before = folder.everything()

    with pytest.raises(DamagedFile, match="it is empty"):
        folder.set("contact", 1, firstname="Augusta")

    assert folder.everything() == before
