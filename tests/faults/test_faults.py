"""Commands that are killed, and disks that are full or broken, at every file-system call: a write happens or does not.

By default a few calls of each command are struck. The tests marked slow strike every one, about 5,000 in an hour on two
cores; of the pairs of a call and a call of the command that settles it, an even sample.
"""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from conftest import INIT
from faults.injection import CHANGING, KILLED, NEED_DISK, NEED_ROOM, READING, Machine, faults, some, strace, told
from terminal import Terminal

pytestmark = strace

PREPARATION = (
    "crm create company name=Acme domain=acme.example",
    "crm create contact firstname=Ada email=ada@example.com",
    "crm create contact firstname=Ben email=ben@acme.example --link company:1",
    "crm set contact:1 jobtitle=Analyst",
    "crm create deal name=Engines score=7 --link company:1",
    "crm create company name=Acme-BV domain=acme-bv.example",
    "crm create contact firstname=Bea email=bea@acme-bv.example --link company:2",
    "crm judgements add same contact:2 contact:3",
    "crm merge company:1 company:2 --yes",
    "crm dedupe contacts --save plan.json",
    "crm search ada",
)
SCHEMA = "properties:\n  score: {label: Score, type: %s}\n"
COMMANDS = {
    "create": ("create", "contact", "firstname=Cleo", "email=cleo@acme.example", "--link", "company:1"),
    "set": ("set", "contact:1", "jobtitle=Engineer"),
    "delete": ("delete", "contact:2", "--yes"),
    "link": ("link", "contact:1", "company:1"),
    "link many": ("link", "--from-file", "pairs.csv"),
    "move": ("move", "deal:1", "closedwon"),
    "log": ("log", "call", "contact:2", "-m", "Wants engines", "--follow-up", "fri: send offer"),
    "apply": ("schema", "apply", "--yes"),
    "undo": ("undo", "--yes"),
    "import": ("import", "contacts", "people.csv", "--associate-companies"),
    "merge": ("merge", "contact:1", "contact:2", "--yes"),
    "apply merges": ("apply", "plan.json"),
    "unmerge": ("unmerge", "company:2"),
    "erase": ("erase", "contact:2", "--redact", "--yes"),
}
# The next write of somebody else: it settles what a crash left.
NEXT = ("set", "contact:1", "city=Delft")
IMPORTED = 1000
OPERATION = re.compile(r"[0-9a-f]{16}")

few_or_all = pytest.mark.parametrize("few", [4, pytest.param(None, marks=pytest.mark.slow)], ids=["few", "all"])
each_command = pytest.mark.parametrize("command", COMMANDS)
# The other faults take a sample of commands, too, where they take a sample of calls.
a_sample_or_each_command = pytest.mark.parametrize(
    ("command", "few"),
    [
        ("set", 4),
        *(pytest.param(command, None, marks=pytest.mark.slow) for command in COMMANDS),
    ],
)


@pytest.fixture(scope="module")
def machine(tmp_path_factory) -> Machine:
    """A small workspace, kept to be put back before each fault."""
    home = tmp_path_factory.mktemp("machine") / "ada"
    workspace = Terminal(home / "crm", home)
    workspace.folder.mkdir(parents=True)
    rows = [f"Person {n},person{n}@company{n // 10}.example" for n in range(IMPORTED)]
    (workspace.folder / "people.csv").write_text("First Name,Email\n" + "\n".join(rows) + "\n", encoding="utf-8")
    (workspace.folder / "pairs.csv").write_text("from,to\ncontact:1,company:1\ncontact:1,deal:1\n", encoding="utf-8")
    machine = Machine(workspace)
    machine.undisturbed(*shlex.split(INIT)[1:])
    (workspace.folder / "schemas").mkdir(exist_ok=True)
    (workspace.folder / "schemas" / "deal.yaml").write_text(SCHEMA % "string", encoding="utf-8")
    for line in PREPARATION:
        machine.undisturbed(*shlex.split(line)[1:])
    (workspace.folder / "schemas" / "deal.yaml").write_text(SCHEMA % "number", encoding="utf-8")
    machine.keep()
    return machine


def data(folder: Path) -> dict[str, object]:
    """What stands in the data files; operation ids do not matter."""
    files = sorted((folder / "data").rglob("*.json"))
    return {str(path.relative_to(folder)): json.loads(OPERATION.sub("…", path.read_text("utf-8"))) for path in files}


def outcome(machine: Machine, *commands: tuple[str, ...]) -> dict[str, object]:
    """What the data files hold after these commands on the kept files, with nothing in the way."""
    machine.put_back()
    for words in commands:
        machine.undisturbed(*words)
    return data(machine.terminal.folder)


def goes_on(machine: Machine, story: str) -> dict[str, object]:
    """Check that the doctor and the next write work with no repair; give what the data files hold then."""
    try:
        for words in (("doctor",), NEXT, ("doctor",)):
            machine.undisturbed(*words)
    except AssertionError as refused:
        raise AssertionError(story) from refused
    assert list(machine.terminal.folder.rglob("*.tmp")) == [], story
    return data(machine.terminal.folder)


@few_or_all
@each_command
def test_a_command_that_is_killed_happened_or_did_not(machine, command, few):
    words = COMMANDS[command]
    calls = machine.calls(words, CHANGING if few else f"{READING} {CHANGING}")
    not_done, done = outcome(machine, NEXT), outcome(machine, words, NEXT)
    assert not_done != done
    seen = []
    for fault in some(faults("signal=SIGKILL", calls), few):
        machine.put_back()
        answer = machine.suffer(words, fault)
        story = told(answer, fault)
        state = goes_on(machine, story)
        if answer.code != KILLED:  # another thread made that call, and was not struck
            assert answer.code == 0, story
        assert state in ([done] if answer.stdout else [not_done, done]), story
        seen.append((answer.code, state == done))
    assert {(KILLED, True), (KILLED, False)} <= set(seen)
    assert sum(code == KILLED for code, _ in seen) >= len(seen) / 2


@a_sample_or_each_command
def test_a_command_that_is_killed_while_it_settles_loses_nothing(machine, command, few):
    words = COMMANDS[command]
    outcomes = [outcome(machine, *done, NEXT) for done in ((), (words,))]
    first_calls = machine.calls(words, CHANGING)
    crashed = Machine(machine.terminal, "crashed")
    for first in some(faults("signal=SIGKILL", first_calls), few or 12):
        machine.put_back()
        machine.suffer(words, first)
        crashed.keep()
        crashed.touched.clear()
        for second in some(faults("signal=SIGKILL", crashed.calls(NEXT, CHANGING)), 2 if few else 8):
            crashed.put_back()
            answer = crashed.suffer(NEXT, second)
            story = f"{first.what} at {first.call}, then {told(answer, second)}"
            assert answer.code in {KILLED, 0}, story
            assert goes_on(crashed, story) in outcomes, story


@pytest.mark.parametrize(
    ("error", "kinds", "for_ever"),
    [("ENOSPC", NEED_ROOM, False), ("ENOSPC", NEED_ROOM, True), ("EIO", NEED_DISK, False), ("EIO", NEED_DISK, True)],
    ids=["full once", "full", "broken once", "broken"],
)
@a_sample_or_each_command
def test_a_command_that_the_disk_refuses_says_so_and_changes_nothing(machine, command, error, kinds, for_ever, few):
    words = COMMANDS[command]
    calls = machine.calls(words, kinds)
    not_done, done = outcome(machine, NEXT), outcome(machine, words, NEXT)
    for fault in some(faults(f"error={error}", calls, for_ever=for_ever), few):
        machine.put_back()
        answer = machine.suffer(words, fault)
        story = told(answer, fault)
        assert "Traceback" not in answer.stderr, story
        assert answer.code in {0, 1}, story
        assert answer.code == 0 or answer.stderr, story
        assert goes_on(machine, story) == (not_done if answer.code else done), story


def test_a_disk_that_breaks_after_the_commit_does_not_deny_it(machine):
    words = COMMANDS["create"]
    calls = machine.calls(words, NEED_DISK)
    done = outcome(machine, words, NEXT)
    after = [fault for fault in faults("error=EIO", calls, for_ever=True) if "rename(" in fault.call]
    assert after
    for fault in after:
        machine.put_back()
        answer = machine.suffer(words, fault)
        story = told(answer, fault)
        assert answer.code == 0, story
        assert "undo: crm undo" in answer.stdout, story
        assert goes_on(machine, story) == done, story
