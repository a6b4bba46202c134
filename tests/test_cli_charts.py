"""Charts on a real terminal: drawn to its width without being asked for, in colours where they are wanted."""

from __future__ import annotations

import os
import pty
import re
import subprocess

import pytest

from crmcli.render.cells import width
from terminal import BIN


@pytest.fixture
def filled(workspace):
    """A workspace with contacts in two cities and some deals."""
    for name, city in (("King", "Delft"), ("Byron", "Delft"), ("Hopper", "Gouda")):
        workspace.crm("create", "contact", f"lastname={name}", f"city={city}")
    for name, amount in (("Mill", "1200.50"), ("Loom", "80000")):
        workspace.crm("create", "deal", f"name={name}", f"amount={amount}")
    return workspace


def on_terminal(workspace, *words, columns=80, **variables):
    """What a command writes to a terminal of so many columns."""
    leader, follower = pty.openpty()
    environment = workspace.environment | {"TERM": "xterm", "COLUMNS": str(columns)} | variables
    with subprocess.Popen(
        [str(BIN / "crm"), *words],
        cwd=workspace.folder,
        env=environment,
        stdout=follower,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ):
        os.close(follower)
        shown = b""
        while True:
            try:
                shown += os.read(leader, 65536)
            except OSError:  # Linux: the other end is closed
                break
    os.close(leader)
    return shown.decode().replace("\r\n", "\n")


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_bars_take_the_width_of_the_terminal(filled, columns):
    lines = on_terminal(filled, "report", "counts", "contacts", "--by", "city", columns=columns).splitlines()
    assert lines[0] == "Count by City"
    assert lines[1] == "Delft  2  " + "█" * (columns - 10)
    assert width(lines[2]) == 10 + (columns - 10) // 2


def test_a_report_of_several_columns_is_a_table_and_a_chart(filled):
    text = on_terminal(filled, "report", "deals", "--group-by", "name", "--measure", "sum(amount), count()")
    assert re.search(r"Loom +80,000.00 EUR +1\n", text)
    assert re.search(r"Loom  80,000.00  █+\n", text)
    assert "█" not in on_terminal(
        filled, "report", "deals", "--group-by", "name", "--measure", "sum(amount), count()", "--chart", "none"
    )


def test_colours_are_kept_from_who_wants_none(filled):
    words = ("report", "counts", "contacts", "--by", "city")
    assert "\x1b" not in on_terminal(filled, *words)
    coloured = on_terminal(filled, *words, NO_COLOR="")
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == on_terminal(filled, *words)
    assert "\x1b[94m█" in coloured


def test_a_page_on_a_terminal_is_shown_and_steers_nothing(filled):
    filled.crm("set", "contact:1", "city=\x1b[31mRed")
    text = on_terminal(filled, "report", "counts", "contacts", "--by", "city", "-o", "html", NO_COLOR="")
    assert text.startswith("<!DOCTYPE html>\n")
    assert "\x1b" not in text
