"""Every example in the help of a command works as it is printed, in the demo."""

from __future__ import annotations

import shutil
from dataclasses import replace
from importlib import import_module

import pytest

from crmcli.cli.table import COMMANDS
from terminal import Terminal


def examples(function) -> list[str]:
    _, _, block = (function.__doc__ or "").partition("Example:\n")
    return [line.strip() for line in block.splitlines() if line.strip()]


def functions() -> dict[str, list[str]]:
    """The examples of each command, and of each verb of a noun."""
    found = {}
    for name, (path, _) in COMMANDS.items():
        module = import_module(path)
        verbs = getattr(module, "VERBS", {"": getattr(module, path.rpartition(".")[2], None)})
        for verb, of in verbs.items():
            within = (
                {f" {each}": of for each, of in import_module(of[0]).VERBS.items()}
                if isinstance(of, tuple)
                else {"": of}
            )
            found |= {f"{name} {verb}{each}".strip(): examples(function) for each, function in within.items()}
    return found


FUNCTIONS = functions()
BARE = {name: getattr(import_module(path), "BARE", "") for name, (path, _) in COMMANDS.items()}


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """A demo workspace to copy."""
    folder = tmp_path_factory.mktemp("demo")
    (folder / "home").mkdir()
    terminal = Terminal(folder, folder / "home")
    made = terminal.crm("demo", "crm")
    assert made.code == 0, made.transcript()
    return folder / "crm"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_command_shows_its_own_name(name):
    noun, _, verb = name.partition(" ")
    own = noun if verb and verb == BARE.get(noun) else name  # the verb that is meant where none is said
    assert any(f"crm {own}" in line for line in FUNCTIONS[name])


@pytest.mark.parametrize("name", FUNCTIONS)
def test_examples_work_as_printed(name, demo, terminal):
    shutil.copytree(demo, terminal.folder / "crm")
    inside = replace(terminal, folder=terminal.folder / "crm")
    for line in FUNCTIONS[name]:
        answer = inside.shell(line)
        assert answer.code == 0, answer.transcript()


def test_the_examples_of_crm_itself(terminal):
    from crmcli.cli.root import _crm

    for line in examples(_crm):
        answer = terminal.shell(line)
        assert answer.code == 0, answer.transcript()


@pytest.mark.parametrize("name", ["show", "list", "schema new-object"])
def test_help_prints_the_examples_as_they_are_typed(name, terminal):
    page = terminal.crm(*name.split(), "--help").stdout.partition("\nExample:\n")[2]
    assert [line for line in FUNCTIONS[name] if f"  {line}\n" not in page] == []
