"""The text of an activity: as an argument, from standard input, or out of the editor."""

from __future__ import annotations

from dataclasses import replace

import pytest

from test_cli_terminal import session


@pytest.fixture
def filled(workspace):
    assert workspace.crm("create", "contact", "firstname=Ada", "lastname=Lovelace").code == 0
    return workspace


def editing(workspace, script):
    """The terminal of someone whose editor is sed."""
    folder = str(workspace.home)
    return replace(workspace, variables={"EDITOR": f"sed -i {script}", "VISUAL": "", "TMPDIR": folder})


def said(workspace):
    return workspace.crm("list", "notes", "--columns", "hs_note_body", "--json").json


def test_standard_input_is_read_where_it_is_asked_for(filled):
    assert filled.crm("log", "note", "contact:1", "-m", "-", stdin="Two\nlines\n").code == 0
    assert [row["hs_note_body"] for row in said(filled)] == ["Two\nlines"]


def test_the_editor_opens_on_a_terminal(filled):
    shown, code = session(editing(filled, "'1iLikes blue'"), ["log", "note", "contact:1"])
    assert code == 0, shown
    assert [row["hs_note_body"] for row in said(filled)] == ["Likes blue"]


def test_an_editor_left_without_a_word_logs_nothing(filled):
    shown, code = session(replace(filled, variables={"EDITOR": "true"}), ["log", "note", "contact:1"])
    assert (shown, code) == ("Nothing to change\n", 0)
    assert said(filled) == []


def test_what_was_written_is_kept_where_it_is_refused(filled):
    line = ["log", "note", "contact:1", "--follow-up", "whenever: ring"]
    shown, code = session(editing(filled, "'1iLikes blue'"), line, "n")
    assert code == 2
    kept = shown.rpartition("Your text is kept: -m - < ")[2].strip()
    assert filled.shell(f"crm log note contact:1 -m - < {kept}").code == 0
    assert [row["hs_note_body"] for row in said(filled)] == ["Likes blue"]


def test_without_a_terminal_no_editor_opens(filled):
    refused = editing(filled, "'1iLikes blue'").crm("log", "note", "contact:1")
    assert (refused.code, said(filled)) == (2, [])


def test_a_timeline_on_a_terminal_is_wrapped_and_cut_unless_all_is_asked_for(filled):
    text = " ".join(f"word{number}" for number in range(60))
    assert filled.crm("log", "note", "contact:1", "-m", text).code == 0
    cut, _ = session(filled, ["timeline", "contact:1", "--no-color"])
    full, _ = session(filled, ["timeline", "contact:1", "--full", "--no-color"])
    assert all(len(line) <= 80 for line in [*cut.splitlines(), *full.splitlines()])
    lines = [line.strip() for line in cut.splitlines() if "word" in line]
    assert (len(lines), lines[-1][-1]) == (3, "…")
    assert "word59" not in cut
    assert "word59" in full
    assert "word59" in filled.crm("timeline", "contact:1").stdout  # what goes into a pipe is never cut
