"""The writers' lock, and opening a store that others write or that cannot be written."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from crmcli.errors import ExitCode
from crmcli.store import index as index_module
from crmcli.store import store as store_module
from crmcli.store.index import OldSqlite
from crmcli.store.lock import StoreLock, StoreLocked
from crmcli.store.transaction import CannotWrite
from folder import make_folder, write_elsewhere


@pytest.fixture
def folder(tmp_path):
    made = make_folder(tmp_path)
    made.create("contact", firstname="Ada")
    return made


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(store_module, "WRITER_PATIENCE", 0.01)
    monkeypatch.setattr(store_module, "READER_PATIENCE", 0.01)


def lock(folder):
    return StoreLock(str(folder.root), str(folder.cache / "lock-holder"))


@pytest.mark.usefixtures("impatient")
def test_a_held_lock_names_its_holder(folder):
    before = folder.everything()
    with lock(folder) as held:
        held.acquire("crm import", 1)
        with pytest.raises(StoreLocked) as refusal:
            folder.set("contact", 1, firstname="Augusta")

    assert refusal.value.message == f"the workspace is locked by process {os.getpid()} (crm import); waited 0.01 s"
    assert refusal.value.exit_code is ExitCode.LOCKED
    assert folder.everything() == before
    folder.set("contact", 1, firstname="Augusta")
    assert folder.values("contact", 1) == {"firstname": "Augusta"}


def test_a_holder_that_cannot_be_known_is_not_named(folder):
    shutil.rmtree(folder.cache)
    with lock(folder) as held:
        held.acquire("crm import", 1)
        with pytest.raises(StoreLocked, match=r"^the workspace is locked; waited 0 s$"):
            lock(folder).acquire("set", 0)


def test_the_lock_goes_with_its_process(folder):
    script = (
        "import sys, os; from crmcli.store.lock import StoreLock; StoreLock(*sys.argv[1:]).acquire('x', 1); os._exit(9)"
    )
    note = str(folder.cache / "lock-holder")
    assert subprocess.run([sys.executable, "-c", script, str(folder.root), note], check=False).returncode == 9

    lock(folder).acquire("set", 0)


def test_the_lock_is_given_back_whatever_happens_in_a_write(folder):
    with pytest.raises(ZeroDivisionError), folder.opened() as store, store.write(folder.intent()):
        raise ZeroDivisionError

    lock(folder).acquire("set", 0)


def test_a_lock_that_waits_gets_it_when_the_holder_ends(folder):
    script = "import sys, time; from crmcli.store.lock import StoreLock; StoreLock(*sys.argv[1:]).acquire('x', 1);"
    script += "print(flush=True); time.sleep(0.2)"
    command = [sys.executable, "-c", script, str(folder.root), str(folder.cache / "lock-holder")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as holder:
        holder.stdout.readline()
        lock(folder).acquire("set", 30)


@pytest.mark.usefixtures("impatient")
def test_a_reader_beside_a_writer_answers_from_what_was_there(folder):
    write_elsewhere(folder.shard(), folder.shard().read_text().replace("Ada", "Augusta"))
    with lock(folder) as held:
        held.acquire("crm import", 1)
        with folder.opened() as store:
            assert store.record("contact", 1).values == {"firstname": "Ada"}
            assert store.warnings == ["another command is writing; this answers from what was there before it began"]
    assert folder.values("contact", 1) == {"firstname": "Augusta"}


@pytest.mark.usefixtures("impatient")
def test_a_reader_without_an_index_beside_a_writer_is_refused(folder):
    shutil.rmtree(folder.cache)
    with lock(folder) as held:
        held.acquire("crm import", 1)
        with pytest.raises(StoreLocked):
            folder.open()


def test_a_reader_with_everything_fresh_takes_no_lock(folder):
    with lock(folder) as held:
        held.acquire("crm import", 1)
        assert folder.values("contact", 1) == {"firstname": "Ada"}


@pytest.fixture
def nobody():
    """Rights that are not the super-user's, whoever runs the tests."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def opened_to_all(*paths):
    """Let anyone go through to these folders and read, and nobody else write."""
    for path in paths:
        for below in [path, *path.rglob("*")]:
            below.chmod(0o555 if below.is_dir() else 0o444)
        for above in path.parents:
            if above.stat().st_uid == os.geteuid() and "pytest" in str(above):
                above.chmod(0o755)


@pytest.mark.parametrize("cached", [True, False])
def test_reading_works_in_folders_that_cannot_be_written(folder, request, cached):
    if cached:
        write_elsewhere(folder.shard(), folder.shard().read_text().replace("Ada", "Augusta"))
    else:
        shutil.rmtree(folder.cache)
        folder.cache.mkdir()
    opened_to_all(folder.root, folder.cache)
    request.getfixturevalue("nobody")

    assert folder.values("contact", 1) == {"firstname": "Augusta" if cached else "Ada"}
    with pytest.raises(CannotWrite, match="permission denied") as refusal:
        folder.set("contact", 1, firstname="Beatrix")
    assert "nothing was changed" in refusal.value.hint


def test_reading_works_where_there_are_no_data_and_none_can_be_made(tmp_path, request):
    folder = make_folder(tmp_path)
    folder.cache.mkdir()
    opened_to_all(folder.root, folder.cache)
    request.getfixturevalue("nobody")

    with folder.opened() as store:
        assert store.count("contact") == 0
    with pytest.raises(CannotWrite, match="permission denied"):
        folder.create("contact", firstname="Ada")


def test_an_old_sqlite_is_refused(folder, monkeypatch):
    monkeypatch.setattr(index_module.sqlite3, "sqlite_version_info", (3, 33, 0))
    monkeypatch.setattr(index_module.sqlite3, "sqlite_version", "3.33.0")

    with pytest.raises(OldSqlite, match=r"SQLite 3\.33\.0 is too old; crm needs 3\.34\.0 or later"):
        folder.open()


def test_many_processes_make_the_index_and_write_at_the_same_time(folder):
    shutil.rmtree(folder.cache)
    script = (
        "import sys; from pathlib import Path; from folder import Folder; root, cache, config, name = sys.argv[1:];"
        "folder = Folder(Path(root), Path(cache), Path(config));"
        "[folder.create('contact', firstname=f'{name} {i}') for i in range(4)]"
    )
    environment = os.environ | {"PYTHONPATH": os.path.dirname(__file__)}
    places = [str(folder.root), str(folder.cache), str(folder.config)]
    running = [subprocess.Popen([sys.executable, "-c", script, *places, f"p{n}"], env=environment) for n in range(4)]
    assert [process.wait() for process in running] == [0, 0, 0, 0]

    with folder.opened() as store:
        names = {record.values["firstname"] for record in store.stream("contact")}
        assert names == {"Ada", *(f"p{n} {i}" for n in range(4) for i in range(4))}
        assert [operation.sequence for operation in store.log.operations()] == list(range(17, 0, -1))
        assert store.doctor() == []


def test_a_holder_whose_process_is_gone_is_not_named(folder):
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        pass
    with lock(folder) as held:
        held.acquire("crm import", 1)
        (folder.cache / "lock-holder").write_text(f"process {gone.pid} (crm set contact:1)")
        with pytest.raises(StoreLocked, match=r"^the workspace is locked; waited 0 s$"):
            lock(folder).acquire("crm set", 0)
