"""Every example that a help page prints works as printed, in the demo CRM."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from importlib import import_module
from itertools import takewhile

import pytest

from crmcli.cli.root import COMMANDS
from terminal import Terminal

# What an example may name beside the demo's own records.
FILES = {
    "leads.csv": "First Name,Last Name,Email\nGrace,Hopper,grace@navy.example\n",
    "notes.txt": "Met at the fair.\n",
}


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """A terminal in the demo CRM; each test works in a copy."""
    home = tmp_path_factory.mktemp("demo") / "ada"
    terminal = Terminal(home / "crm", home, variables={"EDITOR": "true", "VISUAL": "true"})
    terminal.folder.mkdir(parents=True)
    made = terminal.crm("demo", "here")
    assert made.code == 0, made.transcript()
    for name, content in FILES.items():
        (terminal.folder / "here" / name).write_text(content, encoding="utf-8")
    return terminal


def examples(page: str) -> list[str]:
    """The command lines below `Example:` on a help page."""
    lines = page.partition("\nExample:\n")[2].splitlines()
    return [line.strip() for line in takewhile(lambda line: line.startswith(" "), lines)]


def pages() -> list[str]:
    """Every command that people type; of a noun, its verbs."""
    verbs = {
        name: getattr(import_module(module), "VERBS", {"": None}) for name, (module, text) in COMMANDS.items() if text
    }
    return [f"{name} {verb}".strip() for name in verbs for verb in verbs[name]]


@pytest.mark.parametrize("command", pages())
def test_the_examples_of_a_command_work(demo, tmp_path, command):
    home = shutil.copytree(demo.home, tmp_path / "ada")
    terminal = replace(demo, folder=home / "crm", home=home)
    page = terminal.crm(*command.split(), "--help")
    assert page.code == 0, page.transcript()
    lines = examples(page.stdout)
    assert lines, page.stdout
    inside = replace(terminal, folder=terminal.folder / "here")
    for line in lines:
        begins = command in {"init", "demo"} or " -C " in line
        answer = (terminal if begins else inside).shell(line)
        assert answer.code == 0, answer.transcript() + os.linesep + page.stdout
