"""Scenarios: files of command lines, one per kind of user and task; the whole terminal session is the expectation.

A scenario holds lines `$ command`, comments `# …`, and files: `> NAME`, the content, a line with a single dot.
Each runs in a fresh folder. `pytest tests/test_scenarios.py --snapshot-update` writes the sessions anew: read the
difference before committing it.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from inside import Inside

SCENARIOS = sorted((Path(__file__).parent / "scenarios").glob("*.crm"))
PLAIN = re.compile(r"crm [^|<>$;&`*?~#!\\\n]*")  # means the same without a shell
SNAPSHOTS = Path(__file__).parent / "snapshots" / "scenarios"


def play(text, terminal):
    """Give the session that a scenario makes."""
    lines = iter(text.splitlines())
    inside, session = Inside(terminal.folder, terminal), []
    for line in lines:
        if line.startswith("$ "):
            # What needs no shell runs within this process: starting one each would take most of the time.
            answer = inside.line(line[2:]) if PLAIN.fullmatch(line[2:]) else terminal.shell(line[2:])
            session.append(answer.transcript())
        elif line.startswith("> "):
            content = list(iter(lines.__next__, "."))
            (terminal.folder / line[2:]).write_text("".join(f"{row}\n" for row in content), encoding="utf-8")
        elif line.startswith("#"):
            session.append(f"\n{line}\n")
        elif line:
            message = f"neither a command, a file nor a comment: {line!r}"
            raise ValueError(message)
    return "".join(session).lstrip("\n")


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda path: path.stem)
def test_the_session_is_the_one_on_record(scenario, terminal, snapshot):
    snapshot.snapshot_dir = SNAPSHOTS
    snapshot.assert_match(play(scenario.read_text(encoding="utf-8"), terminal), f"{scenario.stem}.txt")


def test_every_session_on_record_has_its_scenario():
    assert {path.stem for path in SNAPSHOTS.glob("*.txt")} == {path.stem for path in SCENARIOS}


def test_a_scenario_file_and_its_exit_codes(terminal):
    played = play("# Look\n> a b.txt\n1\n\n2\n.\n$ cat 'a b.txt'\n$ echo oh >&2; exit 3\n", terminal)
    assert played == "# Look\n$ cat 'a b.txt'\n1\n\n2\n$ echo oh >&2; exit 3\n! oh\n[exit 3]\n"
