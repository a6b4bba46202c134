"""Exports and backups that are struck: a file or folder is whole or not there; the workspace stays as it was."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from faults.injection import CHANGING, KILLED, READING, Machine, faults, some, strace, told

SMALL = 64  # KiB: the largest file that the disk takes
PEOPLE = 1500
# What is made, by which command.
COMMANDS = {
    "export": ("people.csv", "export contacts people.csv"),
    "workbook": ("people.xlsx", "export contacts people.xlsx"),
    "everything": ("all", "export all --output-dir all"),
    "backup": ("b.tar", "backup b.tar"),
    "restore": ("restored", "restore-backup kept.tar restored"),
    "import": ("data", "-C ../empty import --from-export kept"),
}
# What the other workspace holds.
OTHER = (
    "create company name=Acme domain=acme.example",
    "create contact firstname=Ada email=ada@acme.example --link company:1",
    "create contact firstname=Ben",
    "set contact:1 jobtitle=Analyst",
    "schema new-property contact Shoe:number",
    "export all --output-dir ../kept",
)
each_command = pytest.mark.parametrize("command", COMMANDS)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory, _initialised):
    """A workspace with people that do not pack well, a backup and an export of it, and an empty workspace."""
    from terminal import Terminal

    home = tmp_path_factory.mktemp("struck")
    shutil.copytree(_initialised, home / "crm", dirs_exist_ok=True)
    shutil.copytree(_initialised, home / "empty", dirs_exist_ok=True)
    terminal = Terminal(home / "crm", home)
    draw = random.Random(7)
    rows = [f"Person {n},person{n}@x{n // 10}.example,{draw.randbytes(40).hex()}" for n in range(PEOPLE)]
    (terminal.folder / "people.txt").write_text("First Name,Email,Message\n" + "\n".join(rows) + "\n", encoding="utf-8")
    for line in ("import contacts people.txt", "backup kept.tar", "export all --output-dir kept", "list contacts"):
        answer = terminal.shell(f"crm {line}")
        assert answer.code == 0, answer.transcript()
    assert terminal.shell("crm -C ../empty list contacts").code == 0
    return terminal


def names(home: Path) -> list[str]:
    """What stands in the workspace and in the empty one."""
    return sorted(str(path.relative_to(home)) for path in home.glob("*/*"))


def files(folder) -> dict[str, bytes]:
    """Every file of the two workspaces that is one of theirs."""
    kept = ("data/", "journal/", "schemas/", "crm.toml")
    paths = {str(path.relative_to(folder)): path for path in Path(folder).rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in paths.items() if name.split("/", 1)[1].startswith(kept)}


@pytest.fixture(scope="module")
def taking(tmp_path_factory, _initialised) -> Machine:
    """An empty workspace, with an export of another one beside it: people, an association, history, a view."""
    from terminal import Terminal

    home = tmp_path_factory.mktemp("taking") / "home"
    other, machine = Terminal(home / "other", home), Machine(Terminal(home / "crm", home))
    for folder in (other.folder, machine.terminal.folder):
        shutil.copytree(_initialised, folder)
    for line in OTHER:
        answer = other.shell(f"crm {line}")
        assert answer.code == 0, answer.transcript()
    shutil.rmtree(other.folder)
    machine.undisturbed("list", "contacts")
    machine.keep()
    return machine


@strace
@pytest.mark.parametrize("few", [8, pytest.param(None, marks=pytest.mark.slow)], ids=["few", "all"])
def test_an_import_of_everything_that_is_killed_is_whole_or_was_not(taking, few):
    words = ("import", "--from-export", "../kept")
    home, folder = taking.terminal.home, taking.terminal.folder
    taking.put_back()
    before = files(home)
    taking.undisturbed(*words)
    after = files(home)
    calls = taking.calls(words, CHANGING if few else f"{READING} {CHANGING}")
    seen = []
    for fault in some(faults("signal=SIGKILL", calls), few):
        taking.put_back()
        answer = taking.suffer(words, fault)
        story = told(answer, fault)
        assert answer.code in (KILLED, 0), story
        listed = taking.undisturbed("list", "contacts", "-o", "ids").stdout.splitlines()
        state = files(home)
        assert (state, len(listed)) in ([(before, 0), (after, 2)] if answer.code else [(after, 2)]), story
        for following in (("doctor",), ("create", "contact", "firstname=Cleo"), ("doctor",)):
            taking.undisturbed(*following)
        assert not list(folder.glob(".crm-import*")), story
        seen.append(state == after)
    assert {True, False} <= set(seen)


@each_command
def test_a_full_disk_leaves_nothing(prepared, command):
    before = names(prepared.home), files(prepared.home)
    answer = prepared.shell(f"ulimit -f {SMALL}; crm {COMMANDS[command][1]}")
    assert answer.code == 1, answer.transcript()
    assert "cannot be written: file too large" in answer.stderr
    assert (names(prepared.home), files(prepared.home)) == before


@each_command
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGKILL], ids=["interrupted", "killed"])
def test_what_is_struck_is_whole_or_not_there(prepared, command, sent, tmp_path):
    home = tmp_path / "home"
    for moment in (0.12, 0.2, 0.3, 0.45):
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(prepared.home, home)
        before = names(home)
        line = ["crm", *COMMANDS[command][1].split()]
        process = subprocess.Popen(
            line, cwd=home / "crm", env=prepared.environment | {"HOME": str(home)},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        time.sleep(moment)
        process.send_signal(sent)
        code = process.wait(30)
        target = home / ("empty" if command == "import" else "crm") / COMMANDS[command][0]
        if code == 0:
            assert target.exists()
        elif sent == signal.SIGINT and command != "import":
            assert names(home) == before or target.exists(), moment
        if command in ("export", "backup") and target.exists():
            assert target.stat().st_size == whole(prepared, command)


def whole(terminal, command: str) -> int:
    """The bytes of what is made with nothing in the way."""
    name, line = COMMANDS[command]
    path = terminal.folder / name
    assert terminal.shell(f"crm {line}").code == 0
    size = os.stat(path).st_size
    path.unlink()
    return size
