"""The pager of `crm list`, over a pseudo-terminal."""

from __future__ import annotations

import shutil

import pytest

from pseudo_terminal import on_terminal


@pytest.fixture
def filled(workspace):
    """A workspace with sixty deals."""
    rows = "".join(f"Deal {number}\n" for number in range(60))
    (workspace.folder / "d.csv").write_text(f"name\n{rows}")
    assert workspace.shell("crm import deals d.csv -q").code == 0
    return workspace


NUMBERED = "sed 's/^/paged: /'"


def test_what_is_longer_than_the_screen_goes_through_the_pager(filled):
    shown, code = on_terminal(filled, "list deals --columns name", lines=20, PAGER=NUMBERED)
    lines = shown.splitlines()
    assert code == 0
    assert len(lines) == 52
    assert all(line.startswith("paged: ") for line in lines)
    assert lines[-1] == "paged: 50 of 60 deals · next: --page 2 · all: --limit 0"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("list deals --columns name --limit 5", {"PAGER": NUMBERED}),
        ("list deals --columns name --no-pager", {"PAGER": NUMBERED}),
        ("list deals --columns name -o csv", {"PAGER": NUMBERED}),
        ("list deals --columns name", {"PAGER": ""}),
        ("list deals --columns name", {"PAGER": "cat"}),
        ("list deals --columns name", {"PAGER": NUMBERED, "TERM": "dumb"}),
        ("list deals --columns name", {"PAGER": "no-such-pager --at-all"}),
        ("list deals --columns name", {"PAGER": "no-such 'pager"}),
    ],
)
def test_what_needs_no_pager_gets_none(filled, line, said):
    shown, code = on_terminal(filled, line, lines=20, **said)
    assert code == 0
    assert "paged" not in shown
    assert shown.count("Deal ") >= 5
    assert shown.count("Deal 0") == 1


def test_who_has_seen_enough_leaves_the_pager(filled):
    shown, code = on_terminal(filled, "list deals --columns name --limit 0", lines=20, PAGER="head -2")
    assert (len(shown.splitlines()), code) == (2, 0)


@pytest.mark.skipif(not shutil.which("less"), reason="less is not installed")
def test_less_ends_with_a_key_and_leaves_the_text_on_the_screen(filled):
    shown, code = on_terminal(filled, "list deals --columns name --limit 0", lines=20, keys="q", PAGER="less")
    assert code == 0
    assert "Deal 10" in shown
    assert "Deal 59" not in shown
    assert "\x1b[?1049h" not in shown  # no second screen, which would go with it


@pytest.mark.skipif(not shutil.which("less"), reason="less is not installed")
def test_an_interrupt_is_the_pagers_while_it_runs(filled):
    shown, code = on_terminal(filled, "list deals --columns name --limit 0", lines=20, keys="\x03q", PAGER="less")
    assert code in (0, 130)
    assert "Traceback" not in shown


def test_a_check_that_fails_says_so_after_the_pager(filled):
    shown, code = on_terminal(filled, "list deals --columns name --fail-over 10", lines=20, PAGER=NUMBERED)
    assert code == 7
    assert shown.splitlines()[-1] == "paged: 60 found, more than 10"
