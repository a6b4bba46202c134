"""The README tells the truth: its blocks marked `console` are played in order, in one folder, and must come out so."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

README = Path(__file__).parent.parent / "README.md"
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_the_sessions_in_the_readme_are_what_happens(terminal):
    blocks = BLOCK.findall(README.read_text(encoding="utf-8"))
    assert len(blocks) == README.read_text(encoding="utf-8").count("```console")
    for block in blocks:
        session = []
        for line in (line[2:] for line in block.splitlines() if line.startswith("$ ")):
            if line.startswith("cd "):
                terminal = replace(terminal, folder=terminal.folder / line[3:])
                session.append(f"$ {line}\n")
            else:
                answer = terminal.shell(line)
                session.append(f"$ {line}\n{answer.stdout}{answer.stderr}")
        assert "".join(session) == block


def test_every_command_in_the_readme_exists():
    from crmcli.cli.root import ALIASES, COMMANDS

    named = re.findall(r"^(?:\$ | {4})crm (?:-C \S+ )?([a-z][a-z-]*)", README.read_text(encoding="utf-8"), re.MULTILINE)
    assert named
    assert set(named) <= COMMANDS.keys() | ALIASES.keys()
