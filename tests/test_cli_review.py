"""A review of duplicates at a terminal of 80 columns and 24 lines, driven by keys."""

from __future__ import annotations

import os
import re
import shutil
import signal
from pathlib import Path

import pytest

from terminal import Terminal
from watched import ENOUGH, Watched

PEOPLE = (
    "firstname=Ada lastname=Lovelace email=ada@analytical.example phone=+31612345678 city=London",
    "firstname=A. lastname=Lovelace phone=+31612345678 city=Londen",
    "firstname=Ada lastname=King email=countess.of.lovelace@ockham-park-and-other-estates.example city=London",
    "firstname=Grace lastname=Hopper email=grace@navy.example phone=+31201234567 city=Arlington",
    "firstname=Grace lastname=Hoper email=g.hopper@navy.example city=Arlington",
    "firstname=Alan lastname=Turing email=alan@turing.example city=Bletchley",
    "firstname=Alan lastname=Turing phone=+31301234567 company='Bletchley Park'",
)


@pytest.fixture(scope="module")
def filled(tmp_path_factory, _initialised):
    """Three groups of contacts, which somebody says are the same: of three, two and two."""
    made = Terminal(tmp_path_factory.mktemp("people") / "crm", tmp_path_factory.mktemp("home"))
    shutil.copytree(_initialised, made.folder)
    for line in (
        *(f"crm create contact {values}" for values in PEOPLE),
        "crm judgements add same contact:1 contact:2 contact:3",
        "crm judgements add same contact:4 contact:5",
        "crm judgements add same contact:6 contact:7",
        "crm log call contact:4 -m Hello",
    ):
        done = made.shell(line)
        assert done.code == 0, done.transcript()
    return made.folder


@pytest.fixture
def people(terminal, filled):
    """A workspace with these people in it."""
    shutil.copytree(filled, terminal.folder, dirs_exist_ok=True)
    return terminal


def review(workspace, **size):
    return Watched(workspace, "dedupe", "contacts", "--review", **size)


def ids(workspace):
    return workspace.crm("list", "contacts", "-o", "ids").stdout.split()


def verdicts(workspace):
    """What is judged: pairs of ids with the verdict."""
    found = workspace.crm("judgements", "list", "contacts", "--json").json
    return {(each["id"], each["other"]): each["verdict"] for each in found}


def go_to(watched, name):
    """Go on, unsure of each group, until one of this name is shown; give its screen."""
    screen = watched.screen()
    for _ in range(3):
        if name in screen:
            return screen
        screen = watched.press("u")
    raise AssertionError(screen)


def test_a_group_is_merged(people):
    watched = review(people)
    go_to(watched, "Grace")
    screen = watched.press("y")
    assert re.search(r"1 merged into contact:4 · operation [0-9a-f]{4} · b takes it back", screen)
    told, code = watched.end()
    assert code == 0
    assert "1 merged" in told
    assert "contact:5" not in ids(people)
    assert "merged" in people.crm("history", "contact:4").stdout


def test_what_is_not_the_same_never_comes_back(people):
    watched = review(people)
    go_to(watched, "Grace")
    watched.press("n")
    watched.end()
    assert verdicts(people)["contact:4", "contact:5"] == "different"
    assert "contact:5" not in people.crm("dedupe", "contacts").stdout


def test_a_review_goes_on_where_it_was(people):
    watched = review(people)
    assert "Contacts · 1 of 3" in watched.screen()
    first = re.search(r"1 (contact:\d)", watched.screen())[1]
    watched.press("n")
    told, _ = watched.end()
    assert told == "1 not the same\n2 groups left: review again to go on\n"
    again = review(people)
    assert "Contacts · 1 of 2" in again.screen()
    assert f"1 {first}" not in again.screen()
    again.press("y")
    told, _ = again.end("y")
    assert told == "2 merged\n"


def test_the_last_group_ends_the_review(people):
    watched = review(people)
    watched.press("uu")
    told, code = watched.end("u")
    assert (told.splitlines()[-1], code) == ("3 unsure", 0)


@pytest.mark.parametrize("key", ["y", "n", "u"])
def test_a_decision_is_taken_back(people, key):
    before = people.crm("export", "contacts").stdout, verdicts(people)
    watched = review(people)
    shown = watched.screen()
    watched.press(key)
    screen = watched.press("b")
    assert "Taken back: " in screen
    assert screen.splitlines()[3:18] == shown.splitlines()[3:18]
    assert "Nothing was decided before this" in watched.press("b")
    watched.end()
    assert (people.crm("export", "contacts").stdout, verdicts(people)) == before


def test_a_group_is_split_and_its_parts_come_next(people):
    watched = review(people)
    go_to(watched, "contact:3")
    assert "Which records belong to another?" in watched.press("s")
    numbers = {ref: number for number, ref in re.findall(r"(\d) (contact:[123])\b", watched.screen())}
    assert "contact:3 apart" in watched.press(numbers["contact:3"])
    screen = watched.press("\r")
    assert "split into 2 and 1" in screen
    assert "contact:3" not in screen.splitlines()[4]
    watched.press("y")
    watched.end()
    assert verdicts(people)["contact:1", "contact:3"] == "different"
    assert "contact:3" in ids(people)
    assert "contact:2" not in ids(people)


def test_a_split_that_is_broken_off_splits_nothing(people):
    watched = review(people)
    before = watched.screen()
    watched.press("s2")
    assert watched.press("\x1b") == before
    assert watched.press("s\r") == before
    watched.end()


def test_another_record_is_kept(people):
    watched = review(people)
    go_to(watched, "Grace")
    assert "1 contact:4 kept" in watched.screen()
    assert "Which record is kept?" in watched.press("p")
    assert "1 contact:5 kept" in watched.press("2")
    watched.press("y")
    watched.end()
    assert "contact:4" not in ids(people)


def test_a_value_is_chosen(people):
    watched = review(people)
    go_to(watched, "Grace")
    screen = watched.press("e")
    assert "Up and down to a property" in screen
    assert re.search(r"^▸ Last Name +• Hopper +Hoper$", screen, re.MULTILINE)
    assert re.search(r"^▸ Last Name +Hopper +• Hoper$", watched.press("2"), re.MULTILINE)
    assert re.search(r"^▸ Email ", watched.press("\x1b[B"), re.MULTILINE)
    watched.press("\r")
    watched.press("y")
    watched.end()
    assert "Hoper" in people.crm("show", "contact:4").stdout


def test_a_screen_of_24_lines_shows_what_is_needed(people):
    watched = review(people)
    screen = go_to(watched, "Grace")
    watched.end()
    lines = screen.splitlines()
    assert len(lines) == 24
    assert max(map(len, lines)) <= 80
    assert re.search(r"^  Associations +1 call +–$", screen, re.MULTILINE)
    assert re.search(r"^  Last activity +2026-03-02 10:00 Call +–$", screen, re.MULTILINE)


def test_help_is_a_key_away(people):
    watched = review(people)
    before = watched.screen()
    assert "take back the last decision" in watched.press("?")
    assert watched.press("x") == before
    watched.end()


def test_the_window_may_change_its_size(people):
    watched = review(people)
    wide = watched.resize(132, 40)
    assert len(wide.splitlines()) == 40
    narrow = watched.resize(60, 16)
    assert len(narrow.splitlines()) == 16
    assert max(map(len, narrow.splitlines())) <= 60
    watched.end()


def test_ctrl_c_gives_the_terminal_back(people):
    watched = review(people)
    watched.press("n")
    told, code = watched.end("\x03")
    assert code == 130
    assert re.search(r"Interrupted after operation [0-9a-f]+ was done", told)


def test_ctrl_z_does_nothing(people):
    watched = review(people)
    before = watched.screen()
    assert watched.press("\x1a") == before
    watched.end()


def test_a_terminated_review_gives_the_terminal_back(people):
    watched = review(people)
    os.kill(watched.running.pid, signal.SIGTERM)
    assert watched.running.wait(ENOUGH) == 128 + signal.SIGTERM
    watched.end("")


def test_another_s_changes_are_seen(people):
    watched = review(people)
    go_to(watched, "contact:3")
    people.crm("delete", "contact:2", "--yes")
    screen = watched.press("y")
    assert "There is no contact:2" in screen
    assert re.search(r"^ +1 contact:1 kept +2 contact:3$", screen, re.MULTILINE)
    watched.press("y")
    watched.end()
    assert "contact:3" not in ids(people)


def test_a_review_is_the_one_on_record(people, snapshot):
    """Each screen after the key that brings it; the evidence, which the search may come to weigh otherwise, is not."""
    watched = review(people)
    told = [on_record("", watched.screen())]
    keys = ("?", "x", "s", "3", "\r", "p", "2", "e", "1", "\r", "y", "b", "y", "n")
    told += [on_record(key, watched.press(key)) for key in keys]
    left, code = watched.end("u")
    told.append(f"--- u\n{left}[exit {code}]\n")
    snapshot.snapshot_dir = Path(__file__).parent / "snapshots"
    snapshot.assert_match("".join(told), "review.txt")


def on_record(key, screen):
    lines = re.sub(r"\d\.\d{4}", "0.0000", screen).splitlines()
    lines[1 : lines.index("")] = ["(evidence)"]
    told = re.sub("\n{3,}", "\n\n", "\n".join(lines))
    return f"--- {'enter' if key == chr(13) else key}\n{told}\n"


def test_data_never_controls_the_terminal(people):
    people.crm("set", "contact:4", "city=\x1b]0;owned\x07\x1b[2J")
    watched = review(people)
    screen = go_to(watched, "Grace")
    assert "\\u001b]0;owned" in screen.replace("\n", "")
    assert "\x1b]0;owned" not in watched.written
    watched.end()


def test_without_a_terminal_the_way_of_scripts_is_named(people):
    refused = people.crm("dedupe", "contacts", "--review")
    assert refused.code == 2
    assert "crm dedupe contacts --save plan.json" in refused.stderr


def test_without_duplicates_there_is_nothing_to_review(workspace):
    workspace.crm("create", "contact", "firstname=Ada")
    told, code = Watched(workspace, "dedupe", "contacts", "--review", screens=0).end("")
    assert (told.splitlines()[-1], code) == ("No duplicates among 1 contacts", 0)
