"""The README tells the truth: its blocks marked `console` are played in order, in one folder, and must come out so."""

from __future__ import annotations

import re
from pathlib import Path

README = Path(__file__).parent.parent / "README.md"
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_the_sessions_in_the_readme_are_what_happens(terminal):
    blocks = BLOCK.findall(README.read_text(encoding="utf-8"))
    assert blocks
    for block in blocks:
        lines = [line[2:] for line in block.splitlines() if line.startswith("$ ")]
        answers = [terminal.shell(line) for line in lines]
        assert "".join(f"$ {answer.line}\n{answer.stdout}{answer.stderr}" for answer in answers) == block


def test_every_command_in_the_readme_exists():
    from crmcli.cli.root import ALIASES, COMMANDS

    named = re.findall(r"^(?:\$ | {4})crm (?:-C \S+ )?([a-z][a-z-]*)", README.read_text(encoding="utf-8"), re.MULTILINE)
    assert named
    assert set(named) <= COMMANDS.keys() | ALIASES.keys()
