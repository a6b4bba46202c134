"""Fixtures for all tests: fixed surroundings, a terminal in an empty folder, one in a fresh workspace."""

from __future__ import annotations

import os
from shutil import copytree

import pytest

from terminal import Terminal

SURROUNDINGS = {"COLUMNS": "80", "LINES": "24", "NO_COLOR": "1", "TERM": "dumb", "TZ": "UTC"}


@pytest.fixture(scope="session", autouse=True)
def _surroundings(tmp_path_factory):
    """No test sees the width of a window, the time zone or the files of whoever runs it."""
    home = tmp_path_factory.mktemp("home")
    folders = {"HOME": home, "XDG_CACHE_HOME": home / ".cache", "XDG_CONFIG_HOME": home / ".config"}
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("CRM_")]:
            patch.delenv(name)
        for name, value in (SURROUNDINGS | {name: str(folder) for name, folder in folders.items()}).items():
            patch.setenv(name, value)
        yield


@pytest.fixture
def terminal(tmp_path):
    """A terminal in an empty folder, with a home of its own."""
    home = tmp_path / "ada"
    folder = home / "crm"
    folder.mkdir(parents=True)
    return Terminal(folder, home)


@pytest.fixture(scope="session")
def _initialised(tmp_path_factory):
    """The folder that `crm init` makes, which is the same each time."""
    home = tmp_path_factory.mktemp("initialised")
    made = Terminal(home, home).shell(INIT)
    assert made.code == 0, made.transcript()
    return home


@pytest.fixture
def workspace(terminal, _initialised):
    """A terminal in a fresh workspace."""
    copytree(_initialised, terminal.folder, dirs_exist_ok=True)
    return terminal


# What `crm init` is told by a script.
INIT = "crm init . --name Analytical --currency EUR --time-zone Europe/Amsterdam --country NL"
